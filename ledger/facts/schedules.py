"""Which shifts are planned in one assignment: a later schedule replaces the earlier one in its period."""

from datetime import date

from msgspec import Struct

from ledger.events.schedules import ScheduleRecorded
from ledger.fold import FoldKind


class Planned(Struct, frozen=True):
    """A planned shift: its local date, its instants (µs), and the position of the schedule it stands in."""

    on: date
    start_at: int
    end_at: int
    position: int


class Schedule(Struct, frozen=True):
    """The shifts planned in one assignment as they now stand, by start."""

    shifts: tuple[Planned, ...] = ()

    def within(self, from_on: date, until_on: date) -> tuple[Planned, ...]:
        """Those on dates of a half-open period."""
        return tuple(one for one in self.shifts if from_on <= one.on < until_on)


schedules: FoldKind[Schedule] = FoldKind("schedules", "assignment", Schedule())


@schedules.on(ScheduleRecorded)
def _recorded(state: Schedule, e: ScheduleRecorded, position: int) -> Schedule:
    kept = [one for one in state.shifts if not e.from_on <= one.on < e.until_on]
    new = [Planned(one.on, one.start_at, one.end_at, position) for one in e.shifts]
    return Schedule(tuple(sorted((*kept, *new), key=lambda one: one.start_at)))
