"""The one continuity: the award uses what every view shows (domain 6).

Readings of worked shifts at a local date. One human may have several ids, so they take a sequence of states.
Lengths are minutes, ``facts`` are positions in the ledger.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from msgspec import Struct

from ledger.facts.aliases import aliases, same_humans
from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedShift, WorkedTime, worked_time

__all__ = [
    "AssignmentTime",
    "ContinuityRule",
    "ContinuityScope",
    "Contract",
    "Streak",
    "Stretch",
    "WorkedShift",
    "WorkedTime",
    "aliases",
    "continuity_at",
    "continuity_if_approved",
    "same_humans",
    "streaks_until",
    "worked_time",
]

Level = Literal["unit", "operating-unit", "region"]
Measure = Literal["days", "shifts", "hours", "assignments"]
CANCELLED_BY_REGION = "cancelled-by-region"


@dataclass(frozen=True, slots=True)
class ContinuityScope:
    """The key of a streak beside the consultant: a place and, when not None, the one supplier."""

    level: Level
    key: str
    supplier: str | None = None

    def holds(self, held: AssignmentTime) -> bool:
        """Whether an assignment lies in the scope."""
        match self.level:
            case "unit":
                where = held.unit
            case "operating-unit":
                where = held.operating_unit
            case "region":
                where = held.region
        return where == self.key and self.supplier in (None, held.supplier)


@dataclass(frozen=True, slots=True)
class ContinuityRule:
    """How far apart two dates of one streak may lie: at most ``break_days_max`` shift-free days between them.

    ``excused`` names causes whose days are not counted as shift-free: ``cancelled-by-region`` is the rest of
    an assignment in the scope that the region cancelled.
    """

    break_days_max: int
    excused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Streak:
    """A run of dates with worked and approved shifts; ``facts`` are positions of shifts and approvals.

    ``unapproved_shifts`` stands beside: worked shifts awaiting approval that would belong to it if approved.
    """

    first_on: date
    last_on: date
    days: int
    shifts: int
    minutes: int
    assignments: tuple[str, ...]
    unapproved_shifts: int
    facts: tuple[int, ...]

    def amount(self, measure: Measure) -> int:
        """The streak in one measure; hours are whole hours, rounded down."""
        match measure:
            case "days":
                return self.days
            case "shifts":
                return self.shifts
            case "hours":
                return self.minutes // 60
            case "assignments":
                return len(self.assignments)


Dated = tuple[int, int, str, WorkedShift]
"""A shift with the ordinal of its date, its position and its assignment: so sorted, they stand as worked."""


def continuity_at(
    states: Sequence[WorkedTime],
    on: date,
    where: ContinuityScope,
    rule: ContinuityRule,
    *,
    ended_by: int | None = None,
    through: date | None = None,
) -> Streak | None:
    """The streak of one human at a local date, or None; the states are those of all the human's ids.

    ``ended_by`` leaves out shifts that ended after an instant (µs): a reference instant lies within a day.
    ``through`` is a later date that the streak must still reach (default: the same), for what is to begin.
    """
    found = Stretch.of(states, on, where, rule.excused).ended_by(ended_by)
    return found.streak_at(max(on, through or on), rule.break_days_max)


def continuity_if_approved(
    states: Sequence[WorkedTime],
    on: date,
    where: ContinuityScope,
    rule: ContinuityRule,
    *,
    ended_by: int | None = None,
) -> Streak | None:
    """The streak as it would be if every worked shift were approved: what late approvals may have cost."""
    found = Stretch.of(states, on, where, rule.excused).ended_by(ended_by)
    return found.if_approved(on, rule.break_days_max)


def streaks_until(
    states: Sequence[WorkedTime], on: date, where: ContinuityScope, rule: ContinuityRule
) -> tuple[Streak, ...]:
    """Every streak with dates up to a local date, oldest first, whether or not the last one still runs."""
    return Stretch.of(states, on, where, rule.excused).streaks(rule.break_days_max)


class Stretch(Struct, frozen=True):
    """What one human worked in one scope up to a local date, put in order once for every reading of it.

    ``worked`` are the shifts that are not voided, approved or not, ``counted`` those of them that count;
    ``excused`` are the ordinals of dates that are not counted as shift-free, in order.
    """

    worked: Sequence[Dated]
    counted: Sequence[Dated]
    excused: tuple[int, ...]

    @classmethod
    def of(
        cls, states: Sequence[WorkedTime], on: date, where: ContinuityScope, excused: frozenset[str]
    ) -> "Stretch":
        """The shifts of these states, which are those of all the human's ids; ``excused`` are a rule's."""
        inside = [pair for state in states for pair in state.assignments.items() if where.holds(pair[1])]
        if not inside:
            return NOTHING
        worked = sorted(
            [
                (shift.on.toordinal(), shift.position, assignment, shift)
                for assignment, held in inside
                for shift in held.shifts.values()
                if shift.on <= on and shift.voided is None
            ]
        )
        days = _cancelled([held for _, held in inside]) if CANCELLED_BY_REGION in excused else ()
        return cls(worked, _approved(worked), days)

    def ended_by(self, instant: int | None) -> "Stretch":
        """Without the shifts that ended after an instant (µs), if there is one; itself if there are none."""
        if instant is None or all(shift.end_at <= instant for *_, shift in reversed(self.worked)):
            return self
        worked = [one for one in self.worked if one[3].end_at <= instant]
        return Stretch(worked, _approved(worked), self.excused)

    @property
    def pending(self) -> tuple[int, ...]:
        """The positions of the shifts that wait for an approval, ascending."""
        if self.counted is self.worked:
            return ()
        return tuple(sorted(position for _, position, _, shift in self.worked if shift.pending))

    def streak_at(self, on: date, break_days_max: int) -> Streak | None:
        """The streak that still runs at a local date, or None."""
        run = self._run_at(self.counted, on, break_days_max)
        if not run:
            return None
        whole = run if self.counted is self.worked else self._run_at(self.worked, on, break_days_max)
        return _streak(run, _waiting(whole))

    def if_approved(self, on: date, break_days_max: int) -> Streak | None:
        """The same if every worked shift were approved."""
        run = self._run_at(self.worked, on, break_days_max)
        return _streak(run, _waiting(run)) if run else None

    def streaks(self, break_days_max: int) -> tuple[Streak, ...]:
        """Every streak, oldest first, whether or not the last one still runs."""
        found, end = [], len(self.counted)
        while end:
            start = self._start(self.counted, end, break_days_max)
            found.append(_streak(self.counted[start:end], 0))
            end = start
        return tuple(reversed(found))

    def _run_at(self, shifts: Sequence[Dated], on: date, break_days_max: int) -> Sequence[Dated]:
        """The maximal run at the end of the shifts, if it still runs at a date."""
        if not shifts or self._shift_free(shifts[-1][0], on.toordinal() + 1) > break_days_max:
            return ()
        return shifts[self._start(shifts, len(shifts), break_days_max) :]

    def _start(self, shifts: Sequence[Dated], end: int, break_days_max: int) -> int:
        """Where the run that ends before ``end`` begins."""
        start = end - 1
        day = shifts[start][0]
        while start:
            before = shifts[start - 1][0]
            if day - before - 1 > break_days_max and self._shift_free(before, day) > break_days_max:
                break
            start, day = start - 1, before
        return start

    def _shift_free(self, after: int, before: int) -> int:
        """Days strictly between two, as ordinals, without the excused ones."""
        excused = bisect_left(self.excused, before) - bisect_left(self.excused, after + 1)
        return max(0, before - after - 1) - excused


NOTHING = Stretch((), (), ())


def _approved(worked: Sequence[Dated]) -> Sequence[Dated]:
    """Those that count; the very same where all of them do."""
    counted = [one for one in worked if one[3].approved is not None]
    return worked if len(counted) == len(worked) else counted


def _cancelled(held: Iterable[AssignmentTime]) -> tuple[int, ...]:
    """The ordinals of the rest of every assignment that the region cancelled, in order."""
    contracts = [one.contract for one in held if one.contract and one.contract.cancelled_by == "region"]
    days = {n for c in contracts for n in range(c.ends_on.toordinal(), c.until_on.toordinal())}
    return tuple(sorted(days))


def _waiting(run: Sequence[Dated]) -> int:
    return sum(shift.pending for *_, shift in run)


def _streak(run: Sequence[Dated], waiting: int) -> Streak:
    facts = {p for _, position, _, shift in run for p in (position, shift.approved) if p is not None}
    return Streak(
        first_on=date.fromordinal(run[0][0]),
        last_on=date.fromordinal(run[-1][0]),
        days=len({day for day, *_ in run}),
        shifts=len(run),
        minutes=sum([shift.minutes for *_, shift in run]),
        assignments=tuple(sorted({assignment for _, _, assignment, _ in run})),
        unapproved_shifts=waiting,
        facts=tuple(sorted(facts)),
    )
