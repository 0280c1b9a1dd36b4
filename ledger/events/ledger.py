"""Events about the ledger itself: its opening, its clock, its frozen calendars, its draw seeds."""

from datetime import date
from typing import Annotated, Literal

from ledger.events.base import event
from ledger.values import AgreementId, Code, Instant, LocalDate, OrderId, Tag, Text

ThisLedger = Annotated[Literal["this"], Tag("ledger")]


@event("ledger-opened", tags=("scope",))
class LedgerOpened:
    """Genesis: position 1 of every ledger. A real ledger refuses a simulated clock for ever."""

    scope: ThisLedger = "this"
    ledger: Code
    mode: Literal["real", "simulated"]
    format: int
    tz_version: Text


@event("clock-accepted", tags=("scope",))
class ClockAccepted:
    """An operator looked at a clock that had jumped ahead and accepted it, with a reason."""

    scope: ThisLedger = "this"
    jumped_to: Instant
    reason: Text


@event("calendar-frozen", tags=("agreement",))
class CalendarFrozen:
    """The non-working weekdays of one year, frozen so that no library update rewrites history (domain 6).

    ``holidays`` are those among them that the policy in force named; empty if there was no policy yet.
    """

    agreement: AgreementId
    year: int
    non_working: tuple[LocalDate, ...]
    source: Text
    holidays: tuple[LocalDate, ...] = ()


@event("calendar-corrected", tags=("agreement",))
class CalendarCorrected:
    """A frozen calendar was wrong: these are the year's days from now on.

    A deadline that was fixed by the calendar before stands; what is counted afterwards is counted by this
    one.
    """

    agreement: AgreementId
    year: int
    non_working: tuple[LocalDate, ...]
    source: Text
    reason: Text
    corrects: int
    holidays: tuple[LocalDate, ...] = ()


@event("draw-seed-recorded", tags=("order",))
class DrawSeedRecorded:
    """The public value named by the order's draw rule, fixed after the answer window closed (domain 6)."""

    order: OrderId
    beacon: Text
    round: int
    value: Code
    fixed_at: Instant


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def is_working_day(day: date, non_working: frozenset[date]) -> bool:
    """Monday to Friday and not frozen as non-working (domain 6, Confirmation deadline)."""
    return is_weekday(day) and day not in non_working
