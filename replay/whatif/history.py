"""History again with something changed: first consequences, or followed through (ADR what-if).

First consequences: every decision is made again on its recorded past with only the named thing changed in
it. Followed through: what comes out otherwise takes the place of what was recorded, and later decisions see
it. A decision that reads nothing of the change is the same, since a rule is a pure function of what it reads.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from ledger.decisions.base import DECISIONS, command_name
from ledger.errors import LedgerError
from ledger.events.awards import OrderAwarded
from ledger.store.log import Log
from projections.replaying import GARBAGE_OF_A_PASS, ahead, collecting_seldom
from replay.belonging import Belonging
from replay.past import Past, UnreadableError
from replay.recorded import Decided, Recorded, decisions
from replay.reperform import WHOLE, Scope, Share, whole_until
from replay.whatif.change import Added, Change
from replay.whatif.changed_past import ChangedPast
from replay.whatif.consequence import Consequence, consequence, events_of
from replay.whatif.deciding import Came, decide, decided_again
from replay.whatif.found import Found
from replay.whatif.library import Bookshelf, Watch

TELL_EVERY = 500
READS_MORE = frozenset({
    "accept-invoice", "accept-substitution", "dispute-invoice", "publish-order", "publish-overlay",
    "record-earlier-booking", "record-invoice", "record-supplier-status", "send-order-message",
})  # fmt: skip
"""Rules that read policy values which they do not name in their header; a test holds that these are all."""
CUTS = frozenset({"broke", "events", "refused", "winner"})
"""After these nobody knows what would have followed."""
Tell = Callable[[Found], None]


class Asked(Struct, frozen=True):
    """What is asked: the change, the decisions in scope, of which rules (by name; all where none is named).

    ``follow`` follows the consequences through; ``readings`` compares what is read at the end too.
    """

    change: Change
    scope: Scope = Scope()
    rules: frozenset[str] = frozenset()
    follow: bool = False
    readings: bool = True


class RefusedError(LedgerError):
    """A command that is thought in would itself have been refused; the message names the reason."""


@dataclass(slots=True)
class History:
    """One pass over the log; afterwards ``past`` tells what the readings would be."""

    log: Log
    asked: Asked
    share: Share = WHOLE
    found: Found = field(default_factory=Found)
    past: ChangedPast = field(init=False)
    _digests: dict[str, bool] = field(default_factory=dict)  # whether it names a changed term
    _coming: list[Added] = field(default_factory=list)

    def __post_init__(self) -> None:
        watch = Watch()
        shelf = Bookshelf(self.asked.change.rows, watch)
        self.past = ChangedPast(Past(self.log.records_at), shelf, watch)
        self._coming = sorted(self.asked.change.added, key=lambda one: one.after)

    def run(self, tell: Tell = lambda _: None) -> Found:
        """Go through the log. Raises Corrupt where it is broken, RefusedError."""
        with collecting_seldom(GARBAGE_OF_A_PASS):
            for number, (recorded, wanted) in enumerate(self._decisions(), 1):
                self._insert(recorded.first - 1)
                self._record(recorded, self._judged(recorded) if wanted else None)
                if number % TELL_EVERY == 0:
                    tell(self.found)
            self._insert(self.found.position)
        return self.found

    def _decisions(self) -> Iterator[tuple[Recorded, bool]]:
        """Every decision up to the end, and whether it is in scope and in this share."""
        scope, rules = self.asked.scope, self.asked.rules
        head = self.log.head().position if scope.upto is None else scope.upto
        belonging = Belonging(scope.region, scope.supplier)
        for recorded in decisions(ahead(self.log.records(upto=whole_until(self.log, head)))):
            if recorded.first > head:
                break
            belongs = belonging.holds(recorded) and recorded.first > scope.after
            named = not rules or recorded.header.command in rules
            yield recorded, belongs and named and self.share.holds(recorded)

    def _record(self, recorded: Recorded, instead: Came | None) -> None:
        """What was recorded joins the past; what is thought away leaves it again, and its place is taken."""
        for event in recorded.events:
            self.past.past.add(event.position, event.type, event.tags, event.body)
            if instead is not None or event.position in self.asked.change.without:
                self.past.remove(event.position, event.type, event.tags)
        for number, event in enumerate(instead.events if instead is not None else ()):
            self.past.add(recorded.events[min(number, len(recorded.events) - 1)].position, event)
        self.found.position = recorded.last

    def _insert(self, upto: int) -> None:
        """What is thought to have happened by a position joins the past."""
        while self._coming and self._coming[0].after <= upto:
            one = self._coming.pop(0)
            for event in self._events(one):
                self.past.add(one.after, event)
                if self.asked.follow and isinstance(event, OrderAwarded):
                    self.past.unknowns.begin((event,))

    def _events(self, added: Added) -> Iterable[Any]:
        if added.command is None or added.context is None:
            return (added.event,)
        decision = DECISIONS[command_name(added.command)]
        came = decide(decision, added.command, added.context, self.past, added.after, anyhow=True)
        if came is None or not came.events:
            why = came.refusal or came.broke if came else ""
            raise RefusedError(f"{decision.name} after p{added.after} would be refused: {why}")
        return came.events

    def _judged(self, recorded: Recorded) -> Came | None:
        """Count a decision; followed through, what takes its place, None where it stands."""
        found, watch = self.found, self.past.watch
        found.decisions += 1
        if self._is_the_change(recorded) or self._cannot_differ(recorded):
            return None
        found.again += 1
        try:
            came = decided_again(recorded, self.past)
            other = None if came is None else consequence(recorded, came, self.past)
            if self.asked.follow:
                self._pass_on(recorded, came, other)
        except UnreadableError as problem:
            found.fails(recorded.first, str(problem))
            return None
        found.read += bool(watch.read or watch.folds)
        if recorded.header.policy is not None:
            self._digests[str(recorded.header.policy["digest"])] = bool(watch.read)
        if other is not None:
            found.adds(other)
        return came if self.asked.follow and other is not None else None

    def _pass_on(self, recorded: Recorded, came: Came | None, other: Consequence | None) -> None:
        """What cannot be known from here on."""
        unknowns, steps = self.past.unknowns, min(self.past.watch.unknown.values(), default=0)
        if other is not None and came is not None and other.what in CUTS:
            unknowns.begin((*events_of(recorded), *came.events))
        elif steps:
            if other is None:
                self.found.rests(recorded.first, recorded.header.rule or "", steps)
            unknowns.inherit(events_of(recorded) if came is None else came.events, steps)

    def _is_the_change(self, recorded: Recorded) -> bool:
        """Whether a decision is what is changed: the published book itself, or what is thought away."""
        if self.asked.change.rows and recorded.events[0].type.startswith("policy-published"):
            return True
        without = self.asked.change.without
        return bool(without) and any(event.position in without for event in recorded.events)

    def _cannot_differ(self, recorded: Recorded) -> bool:
        """Whether a decision provably reads nothing of the change, judged by position and header alone."""
        change, header = self.asked.change, recorded.header
        if recorded.first <= change.reaches_after:
            return True
        only_policy = not (change.without or change.added or self.past.tags() or self.past.unknowns.known)
        return only_policy and self._names_none(header)

    def _names_none(self, header: Decided) -> bool:
        """A rule names the values it read in the digest of its header; the same digest is the same values."""
        if header.command in READS_MORE:
            return False
        return header.policy is None or self._digests.get(str(header.policy["digest"])) is False
