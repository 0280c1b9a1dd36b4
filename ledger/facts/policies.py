"""Which policy versions an agreement has, and which weekdays are frozen as non-working."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.events.ledger import CalendarCorrected, CalendarFrozen
from ledger.events.policy import PolicyCommunicated, PolicyPublished
from ledger.fold import FoldKind
from ledger.policy.model import Book, Library
from ledger.policy.remembered import remembered

policies: FoldKind[Library] = FoldKind("policies", "agreement", Library())


@policies.on(PolicyPublished)
def _published(library: Library, e: PolicyPublished, position: int) -> Library:
    return library.with_book(Book(e, position))


@policies.on(PolicyCommunicated)
def _communicated(library: Library, e: PolicyCommunicated, position: int) -> Library:
    return library.with_communication(position, e)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The frozen non-working weekdays by year, each with the position of the event that froze it."""

    years: Mapping[int, tuple[int, frozenset[date]]]

    def non_working(self) -> frozenset[date]:
        """All frozen non-working weekdays; of the same calendars always the same object."""
        return _non_working((self,))

    def positions(self, *years: int) -> tuple[int, ...]:
        """The positions of the events that froze these years."""
        return tuple(sorted(self.years[y][0] for y in set(years) if y in self.years))


@remembered
def _non_working(frozen: tuple[Calendars]) -> frozenset[date]:
    return frozenset(day for _, days in frozen[0].years.values() for day in days)


calendars: FoldKind[Calendars] = FoldKind("calendars", "agreement", Calendars({}))


@calendars.on(CalendarFrozen, CalendarCorrected)
def _frozen(state: Calendars, e: CalendarFrozen | CalendarCorrected, position: int) -> Calendars:
    return Calendars({**state.years, e.year: (position, frozenset(e.non_working))})
