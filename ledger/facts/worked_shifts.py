"""A consultant's worked shifts: one fold of one consultant id, by assignment, each with its contract.

Lengths are minutes, dates are local dates. State is immutable and cheap to extend: only the assignment that
changes is copied. Its parts are Structs because a replay makes three of them for every event of a shift, and
a frozen dataclass takes several times as long to make. They hold no cycles, so that nobody needs to look for
them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.shifts import ShiftApproved, ShiftCorrected, ShiftReported, ShiftVoided
from ledger.events.substitutions import ConsultantReplaced, SubstitutionAccepted
from ledger.facts.worked_spells import NO_SHIFTS, Shifts, WorkedShift
from ledger.fold import FoldKind
from ledger.values import (
    AssignmentId,
    Code,
    Instant,
    LocalDate,
    LotId,
    Minutes,
    OperatingUnitId,
    OrderId,
    RegionId,
    ReportId,
    ShiftId,
    SupplierId,
    UnitId,
)


class Contract(Struct, frozen=True, array_like=True, gc=False):
    """An assignment's contract: a half-open period, the order it follows, who ended it before its time.

    ``cancelled_by`` is a side, or ``substitution`` when another consultant was agreed from that date on.
    """

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


class AssignmentTime(Struct, frozen=True, gc=False):
    """One assignment of a consultant: where, for whom, under which contract, with which shifts."""

    order: str
    supplier: str
    region: str
    unit: str
    operating_unit: str
    lot: str
    contract: Contract | None
    worked: Shifts
    legal_person: str | None = None

    @property
    def shifts(self) -> Mapping[str, WorkedShift]:
        """The shifts by id, voided ones included."""
        return self.worked.by_id


class WorkedTime(Struct, frozen=True, gc=False):
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
        return self.with_assignment(assignment, replace(held, worked=held.worked.with_shift(shift, worked)))


worked_time: FoldKind[WorkedTime] = FoldKind("worked-time", "consultant", WorkedTime({}))


@worked_time.on(ContractConcluded)
def _concluded(state: WorkedTime, e: ContractConcluded, position: int) -> WorkedTime:
    earlier = state.assignments.get(e.assignment)
    contract = Contract(e.from_on, e.until_on, e.follows, position)
    held = _assignment(e, contract, earlier.worked if earlier else NO_SHIFTS)
    return state.with_assignment(e.assignment, replace(held, legal_person=e.legal_person))


@worked_time.on(AssignmentCancelled)
def _cancelled(state: WorkedTime, e: AssignmentCancelled, position: int) -> WorkedTime:
    held = state.assignments.get(e.assignment)
    if held is None or held.contract is None or held.contract.ends_on <= e.from_on:
        return state
    contract = replace(held.contract, cancelled_by=e.by, cancelled_from=e.from_on, cancelled=position)
    return state.with_assignment(e.assignment, replace(held, contract=contract))


@worked_time.on(SubstitutionAccepted)
def _agreed(state: WorkedTime, e: SubstitutionAccepted, position: int) -> WorkedTime:
    earlier = state.assignments.get(e.assignment)
    contract = Contract(e.from_on, e.until_on, e.follows, position)
    held = _assignment(e, contract, earlier.worked if earlier else NO_SHIFTS)
    return state.with_assignment(e.assignment, held)


@worked_time.on(ConsultantReplaced)
def _replaced(state: WorkedTime, e: ConsultantReplaced, position: int) -> WorkedTime:
    held = state.assignments[e.assignment]
    if held.contract is None:
        return state
    ended = replace(held.contract, cancelled_by="substitution", cancelled_from=e.from_on, cancelled=position)
    return state.with_assignment(e.assignment, replace(held, contract=ended))


class ReportSeen(Struct, frozen=True, array_like=True, gc=False):
    """What of a reported shift matters here: the shift, and where it was worked if no contract told of it."""

    shift: ShiftId
    assignment: AssignmentId
    order: OrderId
    supplier: SupplierId
    region: RegionId
    unit: UnitId
    operating_unit: OperatingUnitId
    lot: LotId
    on: LocalDate
    start_at: Instant
    end_at: Instant
    break_minutes: Minutes
    worked_minutes: Minutes
    article: Code
    report: ReportId
    system: Code = "direct"


@worked_time.on(ShiftReported, reads=ReportSeen)
def _reported(state: WorkedTime, e: ReportSeen, position: int) -> WorkedTime:
    return _reported_in_a_row(state, [(position, e)])


@worked_time.in_a_row(ShiftReported)
def _reported_in_a_row(state: WorkedTime, some: Sequence[tuple[int, ReportSeen]]) -> WorkedTime:
    found = {**state.assignments}
    for assignment, own in groupby(some, lambda one: one[1].assignment):
        reported = list(own)
        held = found.get(assignment) or _assignment(reported[0][1], None, NO_SHIFTS)
        shifts = {e.shift: _worked(e, position) for position, e in reported}
        found[assignment] = replace(held, worked=held.worked.reported(shifts))
    return WorkedTime(found)


def _worked(e: ReportSeen, position: int) -> WorkedShift:
    return WorkedShift(
        e.on, e.start_at, e.end_at, e.worked_minutes, e.break_minutes, e.article, e.report, position,
        position, system=e.system,
    )  # fmt: skip


@worked_time.on(ShiftCorrected)
def _corrected(state: WorkedTime, e: ShiftCorrected, position: int) -> WorkedTime:
    former = state.assignments[e.assignment].shifts[e.shift]
    worked = WorkedShift(
        e.on, e.start_at, e.end_at, e.worked_minutes, e.break_minutes, e.article,
        e.report or former.report, former.reported, position, former.corrections + 1, None, former.voided,
        e.system if e.report else former.system,
    )  # fmt: skip
    return state.with_shift(e.assignment, e.shift, worked)


@worked_time.on(ShiftVoided)
def _voided(state: WorkedTime, e: ShiftVoided, position: int) -> WorkedTime:
    former = state.assignments[e.assignment].shifts[e.shift]
    return state.with_shift(e.assignment, e.shift, replace(former, voided=position))


class ApprovalSeen(Struct, frozen=True, array_like=True, gc=False):
    """What of an approval matters here: half of what is kept of worked time are approvals."""

    assignment: AssignmentId
    shift: ShiftId
    approves: int


@worked_time.on(ShiftApproved, reads=ApprovalSeen)
def _approved(state: WorkedTime, e: ApprovalSeen, position: int) -> WorkedTime:
    return _approved_in_a_row(state, [(position, e)])


@worked_time.in_a_row(ShiftApproved)
def _approved_in_a_row(state: WorkedTime, some: Sequence[tuple[int, ApprovalSeen]]) -> WorkedTime:
    found = {**state.assignments}
    for assignment, own in groupby(some, lambda one: one[1].assignment):
        held = found[assignment]
        approvals = [(e.shift, e.approves, position) for position, e in own]
        found[assignment] = replace(held, worked=held.worked.approved(approvals))
    return WorkedTime(found)


def _assignment(
    e: ContractConcluded | SubstitutionAccepted | ReportSeen,
    contract: Contract | None,
    worked: Shifts,
) -> AssignmentTime:
    return AssignmentTime(e.order, e.supplier, e.region, e.unit, e.operating_unit, e.lot, contract, worked)
