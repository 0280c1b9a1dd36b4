"""The one continuity: the award uses what every view shows (domain 6).

Readings of worked shifts at a local date. One human may have several ids, so they take a sequence of states.
Lengths are minutes, ``facts`` are positions in the ledger.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ledger.facts.aliases import aliases, same_humans
from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedShift, WorkedTime, worked_time

__all__ = [
    "AssignmentTime",
    "ContinuityRule",
    "ContinuityScope",
    "Contract",
    "Streak",
    "WorkedShift",
    "WorkedTime",
    "aliases",
    "continuity_at",
    "continuity_if_approved",
    "dated",
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
        where = {"unit": held.unit, "operating-unit": held.operating_unit, "region": held.region}[self.level]
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


Dated = tuple[date, str, WorkedShift]


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
    worked = dated(states, on, where, ended_by=ended_by)
    excused = _Excused.of(states, where, rule)
    end = max(on, through or on)
    run = _run_at([w for w in worked if w[2].counts], end, rule, excused)
    return _streak(run, _waiting(_run_at(worked, end, rule, excused))) if run else None


def continuity_if_approved(
    states: Sequence[WorkedTime],
    on: date,
    where: ContinuityScope,
    rule: ContinuityRule,
    *,
    ended_by: int | None = None,
) -> Streak | None:
    """The streak as it would be if every worked shift were approved: what late approvals may have cost."""
    run = _run_at(dated(states, on, where, ended_by=ended_by), on, rule, _Excused.of(states, where, rule))
    return _streak(run, _waiting(run)) if run else None


def streaks_until(
    states: Sequence[WorkedTime], on: date, where: ContinuityScope, rule: ContinuityRule
) -> tuple[Streak, ...]:
    """Every streak with dates up to a local date, oldest first, whether or not the last one still runs."""
    worked = [w for w in dated(states, on, where) if w[2].counts]
    excused = _Excused.of(states, where, rule)
    found: list[Streak] = []
    while worked:
        run = _last_run(worked, rule, excused)
        found.append(_streak(run, 0))
        del worked[len(worked) - len(run) :]
    return tuple(reversed(found))


def dated(
    states: Sequence[WorkedTime], on: date, where: ContinuityScope, *, ended_by: int | None = None
) -> list[Dated]:
    """Shifts in the scope up to a local date, not voided, approved or not: (date, assignment, shift)."""
    found = [
        (shift.on, assignment, shift)
        for state in states
        for assignment, held in state.assignments.items()
        if where.holds(held)
        for shift in held.shifts.values()
        if shift.on <= on and shift.voided is None and (ended_by is None or shift.end_at <= ended_by)
    ]
    found.sort(key=lambda w: (w[0], w[2].position))
    return found


@dataclass(frozen=True, slots=True)
class _Excused:
    """The excused dates as sorted ordinals, so that those between two dates are counted by two look-ups."""

    ordinals: tuple[int, ...]

    @classmethod
    def of(cls, states: Sequence[WorkedTime], where: ContinuityScope, rule: ContinuityRule) -> "_Excused":
        """The rest of every assignment in the scope that the region cancelled, if the rule excuses it."""
        if CANCELLED_BY_REGION not in rule.excused:
            return cls(())
        held = (h for state in states for h in state.assignments.values() if where.holds(h))
        cancelled = [h.contract for h in held if h.contract and h.contract.cancelled_by == "region"]
        days = {n for c in cancelled for n in range(c.ends_on.toordinal(), c.until_on.toordinal())}
        return cls(tuple(sorted(days)))

    def shift_free(self, after: date, before: date) -> int:
        """Days strictly between two dates, without the excused ones."""
        low, high = after.toordinal() + 1, before.toordinal()
        return max(0, high - low) - (bisect_left(self.ordinals, high) - bisect_left(self.ordinals, low))


def _run_at(worked: list[Dated], on: date, rule: ContinuityRule, excused: _Excused) -> list[Dated]:
    if not worked or excused.shift_free(worked[-1][0], on + timedelta(days=1)) > rule.break_days_max:
        return []
    return _last_run(worked, rule, excused)


def _last_run(worked: list[Dated], rule: ContinuityRule, excused: _Excused) -> list[Dated]:
    """The maximal run at the end of shifts sorted by date."""
    start = len(worked) - 1
    while start and excused.shift_free(worked[start - 1][0], worked[start][0]) <= rule.break_days_max:
        start -= 1
    return worked[start:]


def _waiting(run: list[Dated]) -> int:
    return sum(shift.pending for _, _, shift in run)


def _streak(run: list[Dated], waiting: int) -> Streak:
    facts = {p for _, _, shift in run for p in (shift.position, shift.approved) if p is not None}
    return Streak(
        first_on=run[0][0],
        last_on=run[-1][0],
        days=len({day for day, _, _ in run}),
        shifts=len(run),
        minutes=sum(shift.minutes for _, _, shift in run),
        assignments=tuple(sorted({assignment for _, assignment, _ in run})),
        unapproved_shifts=waiting,
        facts=tuple(sorted(facts)),
    )
