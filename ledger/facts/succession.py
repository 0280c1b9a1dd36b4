"""Who came before and after a supplier: shown on the ladder, and asked before anything goes to a successor.

A succession moves nothing by itself: no deviation, measure or assignment changes hands without a decision.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.events.succession import SupplierSucceeded
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import Fold, FoldKind


@dataclass(frozen=True, slots=True)
class Succession:
    """The successions that one supplier took part in, on either side, in the order recorded."""

    told: tuple[Recorded[SupplierSucceeded], ...] = ()

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(*self.told)

    def predecessors(self, of: str, on: date) -> tuple[str, ...]:
        """The suppliers that one had directly succeeded by a date."""
        return tuple(f.event.former for f in self.told if f.event.successor == of and f.event.from_on <= on)

    def successors(self, of: str, on: date) -> tuple[str, ...]:
        """The suppliers that had directly succeeded one by a date."""
        return tuple(f.event.successor for f in self.told if f.event.former == of and f.event.from_on <= on)


successors: FoldKind[Succession] = FoldKind("successors", "supplier", Succession())


@successors.on(SupplierSucceeded)
def _succeeded(state: Succession, e: SupplierSucceeded, position: int) -> Succession:
    return Succession((*state.told, Recorded(position, e)))


def line_of(
    supplier: str, on: date, known: Succession | None = None
) -> Generator[Mapping[str, Fold[Any]], Mapping[str, Any], Mapping[str, Succession]]:
    """Facts (``yield from``): a supplier and all it had succeeded by a date, each with its successions.

    Those of the supplier itself are not asked for where they are ``known``.
    """
    line = {} if known is None else {supplier: known}
    asked = {supplier} if known is None else set(known.predecessors(supplier, on)) - line.keys()
    while asked:
        line |= yield {one: successors(one) for one in sorted(asked)}
        asked = {former for one in line for former in line[one].predecessors(one, on)} - line.keys()
    return line
