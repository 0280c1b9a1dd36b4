"""Which of a supplier's recorded statuses governs at a local date, and what keeps it from being sent orders.

Of the statuses in force on the date and about the place, the one that began last governs; of two that began
on one day, the one recorded last.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from ledger.events.supplier_status import CapacityEnded, CapacityReliedUpon, SupplierStatusRecorded
from ledger.facts.recorded import Recorded, positions_of

StatusFact = Recorded[SupplierStatusRecorded]


def governing(
    statuses: Iterable[StatusFact], lot: str | None, region: str | None, on: date
) -> StatusFact | None:
    """What governs for a lot in a region (None: for all) on a date; None means plainly admitted."""
    there = [fact for fact in statuses if _concerns(fact.event, lot, region) and _in_force(fact.event, on)]
    return max(there, key=lambda fact: (fact.event.from_on, fact.position), default=None)


def barring(
    statuses: Iterable[StatusFact], place: tuple[str, str], on: date, kinds: Collection[str]
) -> StatusFact | None:
    """The status that keeps a supplier from being sent orders of a place (lot, region), if its kind does."""
    found = governing(statuses, *place, on)
    return found if found is not None and found.event.status in kinds else None


def _concerns(status: SupplierStatusRecorded, lot: str | None, region: str | None) -> bool:
    return status.lot in (None, lot) and status.region in (None, region)


def _in_force(status: SupplierStatusRecorded, on: date) -> bool:
    return status.from_on <= on and (status.until_on is None or on < status.until_on)


@dataclass(frozen=True, slots=True)
class CapacityHeld:
    """Another firm's capacity a supplier relies upon: from when, and since when it is there no longer."""

    relied: Recorded[CapacityReliedUpon]
    ended: Recorded[CapacityEnded] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(self.relied, self.ended)

    def there(self, on: date) -> bool:
        """Whether the capacity is there on a date: promised, not run out, not ended."""
        promise = self.relied.event
        promised = promise.from_on <= on and (promise.until_on is None or on < promise.until_on)
        return promised and (self.ended is None or on < self.ended.event.from_on)
