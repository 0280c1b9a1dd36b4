"""When a shift was: wall-clock minutes of a local date made into instants and worked minutes (domain 6)."""

import hashlib
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from ledger.facts.worked_time import WorkedShift
from ledger.values import MINUTE_US, local_instant

DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60


class ShiftTimes(Struct, frozen=True):
    """A shift's local date, start and end (µs), unpaid break and worked minutes (elapsed minus break)."""

    on: date
    start_at: int
    end_at: int
    break_minutes: int
    worked_minutes: int

    @property
    def elapsed_minutes(self) -> int:
        """Minutes from start to end, clock changes counted."""
        return (self.end_at - self.start_at) // MINUTE_US

    def same_as(self, shift: WorkedShift) -> bool:
        """Whether a recorded shift has exactly these times."""
        recorded = (shift.on, shift.start_at, shift.end_at, shift.break_minutes)
        return recorded == (self.on, self.start_at, self.end_at, self.break_minutes)

    def overlaps(self, start_at: int, end_at: int) -> bool:
        """Whether it shares time with another half-open interval."""
        return self.start_at < end_at and start_at < self.end_at


def shift_times(on: date, start_minute: int, end_minute: int, break_minutes: int) -> ShiftTimes:
    """The times of a shift that starts on a local date; an end not after the start lies on the next day."""
    ends_on = on if end_minute > start_minute else on + DAY
    if end_minute == DAY_MINUTES:
        ends_on, end_minute = on + DAY, 0
    start_at, end_at = local_instant(on, start_minute), local_instant(ends_on, end_minute)
    worked = (end_at - start_at) // MINUTE_US - break_minutes
    return ShiftTimes(on, start_at, end_at, break_minutes, worked)


def flaw_of(times: ShiftTimes, length_max_minutes: int, known_at: int) -> tuple[str, str] | None:
    """What is impossible about a shift's times, as (code, field), or None."""
    if times.end_at <= times.start_at:
        return "end-before-start", "end"
    if times.elapsed_minutes > length_max_minutes:
        return "too-long", "end"
    if times.worked_minutes <= 0:
        return "break-too-long", "break"
    return ("not-yet-worked", "date") if times.end_at > known_at else None


@lru_cache(maxsize=4_096)
def shift_id(assignment: str, row: str) -> str:
    """The id of the shift that an outside row stands for, so that a later file's correction finds it."""
    return "s-" + hashlib.sha256(f"shift\x00{assignment}\x00{row}".encode()).hexdigest()[:26]
