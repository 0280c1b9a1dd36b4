"""Where a case takes place: a ledger in memory with a simulated clock, and the real policy book.

Steps are commands as the door reads them, carried out by the real shell. Nothing is mocked but the disk.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ledger.decisions  # noqa: F401  registers every decision
from api.shapes import read_command
from ledger.clock import SimulatedClock
from ledger.decisions.base import DECISIONS, Origin
from ledger.events.base import event_type
from ledger.events.policy import PolicyRow
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import FoldCache, event_of
from ledger.handle.shell import Envelope, Shell
from ledger.policy.book import load
from ledger.store.memory import MemoryLog
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault
from ledger.values import MINUTE_US
from tests.cases.phrases import Act, understood
from tests.cases.story import Step, moment

BOOK = load()
LEDGER = "l-cases"
_SPECIAL = {"as", "mandate", "trust", "claimed", "received"}


@dataclass
class World:
    """One ledger of one case. ``rows`` is the policy book that the background publishes."""

    rows: tuple[PolicyRow, ...] = BOOK
    log: MemoryLog = field(default_factory=lambda: MemoryLog(mode="simulated"))
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(0))
    known: set[str] = field(default_factory=set)
    shell: Shell = field(init=False)
    _vault: MemoryVault = field(default_factory=lambda: MemoryVault(MasterKey.generate()))

    def __post_init__(self) -> None:
        identity = LedgerIdentity(LEDGER, "simulated")
        self.shell = Shell(self.log, self._vault, self.clock, identity, FoldCache())

    def branch(self) -> "World":
        """The same history again, apart from this one from here on."""
        twin = World(self.rows, clock=SimulatedClock(self.clock.now()), known=set(self.known))
        twin._vault._orders_key = self._vault._orders_key  # of persons a branch knows nothing
        twin.__post_init__()
        for name in ("_records", "_instants", "_commands"):
            setattr(twin.log, name, getattr(self.log, name).copy())
        twin.log._by_pair = {pair: found.copy() for pair, found in self.log._by_pair.items()}
        twin.shell.cache.entries.update(self.shell.cache.entries)
        return twin

    def example(self, name: str) -> dict[str, Any]:
        """A command's own example, as JSON at the door."""
        return json.loads(json.dumps(dict(DECISIONS[name].example)))

    def command(
        self, name: str, body: dict[str, Any], actor: str, mandate: str | None = None, *,
        trust: str | None = None, minutes: int = 0,
    ) -> Act:  # fmt: skip
        """A command for a phrase to return; ``minutes`` pass before it is given."""
        return Act(name, body, actor, mandate, trust, minutes)

    def first_time(self, what: str) -> bool:
        """Whether this is the first time a phrase needs something, such as a consultant's registration."""
        new = what not in self.known
        self.known.add(what)
        return new

    def history(self) -> list[Any]:
        """Every event so far, oldest first."""
        return [event_of(one) for one in self.log.tail()]

    def last(self, name: str, **wanted: object) -> Any:
        """The newest event of a name with these values. Raises LookupError."""
        for happened in reversed(self.history()):
            named = event_type(happened).name == name
            if named and all(getattr(happened, key) == value for key, value in wanted.items()):
                return happened
        raise LookupError(f"no {name} with {wanted} was recorded")

    def take(self, step: Step) -> list[Any]:
        """Carry out a step; the events it recorded. Raises Refusal or ProblemError.

        What the step says beyond the phrase goes to every command that has such a field.
        """
        self.clock.advance_to(step.at)
        phrase, words = understood(step.sentence)
        made = phrase.act(self, **words)
        recorded: list[Any] = []
        left = set(step.more) - _SPECIAL
        for act in [made] if isinstance(made, Act) else made:
            kind = DECISIONS[act.name].command
            taken = {name for name in step.more if name in _SPECIAL or name in kind.__dataclass_fields__}
            recorded += self._do(act, {name: step.more[name] for name in taken})
            left -= taken
        if left:
            raise TypeError(f"no command of “{step.sentence}” has {sorted(left)}")
        return recorded

    def _do(self, act: Act, more: dict[str, Any]) -> Iterable[Any]:
        self.clock.advance_to(self.clock.now() + act.minutes * MINUTE_US)
        body = {**act.body, **{key: _plain(value) for key, value in more.items() if key not in _SPECIAL}}
        command = read_command(DECISIONS[act.name].command, json.dumps(body).encode())
        actor, mandate = more.get("as", act.actor), more.get("mandate", act.mandate)
        trust = more.get("trust", act.trust)
        claimed = more.get("claimed")
        origin = None if trust is None else Origin("imported-system", trust, time=claimed and moment(claimed))
        received = moment(more["received"]) if "received" in more else self.clock.now()
        before = self.log.head().position
        self.shell.handle(Envelope(command, "case", f"c-{before + 1}", actor, mandate, received, origin))
        return [event_of(one) for one in self.log.tail(after=before)]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
