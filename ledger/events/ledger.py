"""Events about the ledger itself: its opening, its clock, its frozen calendars, its draw seeds."""

from datetime import date
from typing import Literal

from ledger.events.base import event
from ledger.values import AgreementId, Code, Instant, LocalDate, OrderId, Text


@event("ledger-opened")
class LedgerOpened:
    """Genesis: position 1 of every ledger. A real ledger refuses a simulated clock for ever."""

    ledger: Code
    mode: Literal["real", "simulated"]
    format: int
    tz_version: Text


@event("clock-jump-accepted")
class ClockJumpAccepted:
    """An operator looked at a clock that had jumped ahead and accepted it, with a reason."""

    jumped_to: Instant
    reason: Text


@event("calendar-frozen", tags=("agreement",))
class CalendarFrozen:
    """The non-working weekdays of one year, frozen so that no library update rewrites history (domain 6)."""

    agreement: AgreementId
    year: int
    non_working: tuple[LocalDate, ...]
    source: Text


@event("draw-seed-recorded", tags=("order",))
class DrawSeedRecorded:
    """The public value named by the order's draw rule, fixed after the answer window closed (domain 6, First come)."""

    order: OrderId
    beacon: Text
    round: int
    value: Code
    fixed_at: Instant


def is_working_day(day: date, non_working: frozenset[date]) -> bool:
    """Monday to Friday and not frozen as non-working (domain 6, Confirmation deadline)."""
    return day.weekday() < 5 and day not in non_working
