"""What cannot be known once something came out otherwise: who would have confirmed, who would have worked.

An order, assignment, consultant or supplier is unknown from a position on. A decision inherits that when it
reads something of theirs that follows upon awards: whatever names an order or an assignment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from ledger.events.awards import OrderAwarded
from ledger.events.base import EVENTS, declared
from ledger.fold import Fold
from replay.whatif.library import Watch

MATTERS = ("order", "assignment")
PARTIES = ("consultant", "supplier")
BEFORE = frozenset({"ledger.events.offers", "ledger.events.orders"})
"""Where the events are that come before an award, and do not hang on what became of another."""


@dataclass(slots=True)
class Unknowns:
    """Tags of which not everything can be known, by how many decisions the cause lies back (from 1)."""

    known: dict[str, int] = field(default_factory=dict)

    def read(self, fold: Fold[Any], watch: Watch) -> None:
        """Note it if a fold may lack something that nobody can know."""
        steps = self.known.get(fold.tag)
        if steps is not None and not following(declared()).isdisjoint(fold.kind.types()):
            watch.unknown[fold.tag] = steps

    def begin(self, events: Iterable[Any]) -> None:
        """These events did not happen, or nobody knows what would have followed upon them."""
        for event in events:
            self._mark(named(event, (*MATTERS, *PARTIES)), 1)

    def inherit(self, events: Iterable[Any], steps: int) -> None:
        """These events rest on what is unknown: so does their matter; and whom an award chose."""
        for event in events:
            passed = (*MATTERS, *PARTIES) if isinstance(event, OrderAwarded) else MATTERS
            self._mark(named(event, passed), steps + 1)

    def _mark(self, tags: Iterable[str], steps: int) -> None:
        for tag in tags:
            self.known[tag] = min(steps, self.known.get(tag, steps))


def named(event: Any, names: Iterable[str]) -> Iterator[str]:
    """The order, assignment, consultant or supplier that an event is about, as tags."""
    for name in names:
        value = getattr(event, name, None)
        if isinstance(value, str):
            yield f"{name}:{value}"


@cache
def following(_declared: int) -> frozenset[str]:
    """The stored types of every event from the award on: it names an order or an assignment."""
    return frozenset(
        stored
        for stored, kind in EVENTS.items()
        if kind.cls.__module__ not in BEFORE
        and not {field.name for field in fields(kind.cls)}.isdisjoint(MATTERS)
    )
