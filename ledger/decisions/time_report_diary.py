"""Who was at work when, by human and day, so that a time report finds an overlap without a search."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from ledger.decisions.shift_times import ShiftTimes
from ledger.facts.worked_time import WorkedShift, WorkedTime

DAY = timedelta(days=1)
NONE: Mapping[str, Any] = {}


class Entry(Struct, frozen=True):
    """A shift in the diary: instants in µs; ``recorded`` is None for one of the file itself."""

    assignment: str
    shift: str
    consultant: str
    start_at: int
    end_at: int
    recorded: WorkedShift | None

    def tells(self, assignment: str, times: ShiftTimes) -> bool:
        """Whether it is the same shift as these times tell: same assignment and date, most of it shared."""
        if self.recorded is None or (assignment, times.on) != (self.assignment, self.recorded.on):
            return False
        shared = min(self.end_at, times.end_at) - max(self.start_at, times.start_at)
        return 2 * shared > max(self.end_at - self.start_at, times.end_at - times.start_at)


class Diary:
    """The shifts of the humans of a file on its own days and those beside them.

    Local to one decision: it is filled first, then kept up to date.
    """

    def __init__(
        self, humans: Mapping[str, tuple[str, ...]], worked: Mapping[str, WorkedTime], days: Iterable[date]
    ) -> None:
        around = {near for day in set(days) for near in (day - DAY, day, day + DAY)}
        self._human = {one: ids[0] for ids in humans.values() for one in ids}
        self._days: dict[tuple[str, date], dict[str, Entry]] = {}
        self._day_of: dict[str, tuple[str, date]] = {}
        for one in sorted(self._human):
            for assignment, shift, held in worked[one].shifts():
                if held.on in around and held.voided is None:
                    entry = Entry(assignment, shift, one, held.start_at, held.end_at, held)
                    self._enter(entry, held.on)

    def enter(self, assignment: str, shift: str, consultant: str, times: ShiftTimes) -> None:
        """Note a shift of the file itself, in place of what the diary had for it."""
        entry = Entry(assignment, shift, consultant, times.start_at, times.end_at, None)
        self._enter(entry, times.on)

    def overlapped(self, consultant: str, shift: str, times: ShiftTimes) -> list[Entry]:
        """Every other shift of the human that these times overlap."""
        human, start_at, end_at = self._human[consultant], times.start_at, times.end_at
        return [
            entry
            for day in (times.on - DAY, times.on, times.on + DAY)
            for other, entry in self._days.get((human, day), NONE).items()
            if start_at < entry.end_at and entry.start_at < end_at and other != shift
        ]

    def _enter(self, entry: Entry, on: date) -> None:
        if entry.shift in self._day_of:
            self._days[self._day_of[entry.shift]].pop(entry.shift)
        self._day_of[entry.shift] = (self._human[entry.consultant], on)
        self._days.setdefault(self._day_of[entry.shift], {})[entry.shift] = entry
