"""A consultant's worked time, and the one continuity: the award uses what every view shows (domain 6).

The fold of one consultant id holds assignments, each with its contract and its shifts. One human may have
several ids (``aliases``), so the readings take a sequence of states. Lengths are minutes, dates local dates.
"""

from bisect import bisect_left
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.consultants import ConsultantsLinked
from ledger.events.shifts import ShiftApproved, ShiftCorrected, ShiftReported, ShiftVoided
from ledger.fold import Fold, FoldKind

Level = Literal["unit", "operating-unit", "region"]
Measure = Literal["days", "shifts", "hours", "assignments"]
CANCELLED_BY_REGION = "cancelled-by-region"


@dataclass(frozen=True, slots=True)
class WorkedShift:
    """A shift with its latest values.

    ``position`` is where those values were recorded, ``reported`` where the shift first was; ``approved`` is
    the position of an approval of exactly these values, ``voided`` that of its voiding; ``report`` is the
    file that brought them.
    """

    on: date
    start_at: int
    end_at: int
    minutes: int
    break_minutes: int
    article: str
    report: str
    reported: int
    position: int
    corrections: int = 0
    approved: int | None = None
    voided: int | None = None

    @property
    def counts(self) -> bool:
        """Worked, approved as it now stands, and not voided."""
        return self.voided is None and self.approved is not None

    @property
    def pending(self) -> bool:
        """Worked and waiting for an approval."""
        return self.voided is None and self.approved is None


@dataclass(frozen=True, slots=True)
class Contract:
    """An assignment's concluded contract: a half-open period, the order it follows, any cancellation."""

    from_on: date
    until_on: date
    follows: str | None
    position: int
    cancelled_by: str | None = None
    cancelled_from: date | None = None
    cancelled: int | None = None

    @property
    def ends_on(self) -> date:
        """The first date that is no longer part of it, a cancellation counted."""
        if self.cancelled_from is None:
            return self.until_on
        return max(self.from_on, min(self.until_on, self.cancelled_from))


@dataclass(frozen=True, slots=True)
class AssignmentTime:
    """One assignment of a consultant: where, for whom, under which contract, with which shifts by id."""

    order: str
    supplier: str
    region: str
    unit: str
    operating_unit: str
    lot: str
    contract: Contract | None
    shifts: Mapping[str, WorkedShift]


@dataclass(frozen=True, slots=True)
class WorkedTime:
    """Everything one consultant id has worked, by assignment id."""

    assignments: Mapping[str, AssignmentTime]

    def shifts(self) -> Iterable[tuple[str, str, WorkedShift]]:
        """Every shift as (assignment id, shift id, shift)."""
        return ((a, s, shift) for a, held in self.assignments.items() for s, shift in held.shifts.items())

    def with_assignment(self, assignment: str, held: AssignmentTime) -> "WorkedTime":
        """The state with one assignment replaced; the others are shared, not copied."""
        return WorkedTime({**self.assignments, assignment: held})

    def with_shift(self, assignment: str, shift: str, worked: WorkedShift) -> "WorkedTime":
        """The state with one shift replaced."""
        held = self.assignments[assignment]
        return self.with_assignment(assignment, _with_shifts(held, {**held.shifts, shift: worked}))


worked_time: FoldKind[WorkedTime] = FoldKind("worked-time", "consultant", WorkedTime({}))


@worked_time.on(ContractConcluded)
def _concluded(state: WorkedTime, e: ContractConcluded, position: int) -> WorkedTime:
    earlier = state.assignments.get(e.assignment)
    contract = Contract(e.from_on, e.until_on, e.follows, position)
    return state.with_assignment(e.assignment, _assignment(e, contract, earlier.shifts if earlier else {}))


@worked_time.on(AssignmentCancelled)
def _cancelled(state: WorkedTime, e: AssignmentCancelled, position: int) -> WorkedTime:
    held = state.assignments[e.assignment]
    if held.contract is None:
        return state
    contract = replace(held.contract, cancelled_by=e.by, cancelled_from=e.from_on, cancelled=position)
    return state.with_assignment(e.assignment, replace(held, contract=contract))


@worked_time.on(ShiftReported)
def _reported(state: WorkedTime, e: ShiftReported, position: int) -> WorkedTime:
    worked = WorkedShift(
        e.on, e.start_at, e.end_at, e.worked_minutes, e.break_minutes, e.article, e.report, position, position
    )  # fmt: skip
    held = state.assignments.get(e.assignment) or _assignment(e, None, {})
    return state.with_assignment(e.assignment, _with_shifts(held, {**held.shifts, e.shift: worked}))


@worked_time.on(ShiftCorrected)
def _corrected(state: WorkedTime, e: ShiftCorrected, position: int) -> WorkedTime:
    former = state.assignments[e.assignment].shifts[e.shift]
    worked = WorkedShift(
        e.on, e.start_at, e.end_at, e.worked_minutes, e.break_minutes, former.article,
        e.report or former.report, former.reported, position, former.corrections + 1, None, former.voided,
    )  # fmt: skip
    return state.with_shift(e.assignment, e.shift, worked)


@worked_time.on(ShiftVoided)
def _voided(state: WorkedTime, e: ShiftVoided, position: int) -> WorkedTime:
    former = state.assignments[e.assignment].shifts[e.shift]
    return state.with_shift(e.assignment, e.shift, replace(former, voided=position))


@worked_time.on(ShiftApproved)
def _approved(state: WorkedTime, e: ShiftApproved, position: int) -> WorkedTime:
    former = state.assignments[e.assignment].shifts[e.shift]
    if e.approves != former.position:  # approves values that a correction has replaced
        return state
    return state.with_shift(e.assignment, e.shift, replace(former, approved=position))


def _assignment(
    e: ContractConcluded | ShiftReported, contract: Contract | None, shifts: Mapping[str, WorkedShift]
) -> AssignmentTime:
    return AssignmentTime(e.order, e.supplier, e.region, e.unit, e.operating_unit, e.lot, contract, shifts)


def _with_shifts(held: AssignmentTime, shifts: Mapping[str, WorkedShift]) -> AssignmentTime:
    return AssignmentTime(
        held.order, held.supplier, held.region, held.unit, held.operating_unit, held.lot, held.contract,
        shifts,
    )  # fmt: skip


aliases: FoldKind[frozenset[str]] = FoldKind("aliases", "consultant", frozenset())


@aliases.on(ConsultantsLinked)
def _linked(state: frozenset[str], e: ConsultantsLinked, _position: int) -> frozenset[str]:
    return state | {e.consultant, e.same_as}


def same_humans(
    consultants: Iterable[str],
) -> Generator[Mapping[str, Fold[frozenset[str]]], Mapping[str, frozenset[str]], dict[str, tuple[str, ...]]]:
    """Every id of each consultant's human, sorted, its own included; links are followed through.

    Facts of a decision: ``ids = yield from same_humans(…)``.
    """
    known: dict[str, frozenset[str]] = {}
    new = set(consultants)
    wanted = sorted(new)
    while new:
        found = yield {consultant: aliases(consultant) for consultant in sorted(new)}
        known.update(found)
        new = {alias for ids in found.values() for alias in ids} - known.keys()
    return {consultant: _closure(consultant, known) for consultant in wanted}


def _closure(consultant: str, known: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    ids, new = {consultant}, {consultant}
    while new:
        new = {alias for one in new for alias in known[one]} - ids
        ids |= new
    return tuple(sorted(ids))


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
