"""Single shifts of an assignment: approved, corrected, voided, without a file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown, require_concluded
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.decisions.shift_times import ShiftTimes, flaw_of, shift_times
from ledger.decisions.time_report_lines import EndMinute, StartMinute
from ledger.decisions.time_reports import ATTESTERS, LENGTH_MAX, NothingToApprove, approval
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import ShiftCorrected, ShiftVoided
from ledger.facts.aliases import same_humans
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.worked_time import WorkedShift, WorkedTime, worked_time
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AssignmentId, Code, LocalDate, Minutes, ShiftId, Text

COLUMN_FIELDS = {"date": "on", "break": "break_minutes"}
MENDERS = frozenset({"attester", "contract-owner"})


class ShiftUnknown(Refusal):
    """The assignment has no such shift."""

    code = "shift-unknown"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Passet finns inte"
    title_en = "Shift not found"


class ShiftVoidedAlready(Refusal):
    """The shift was voided; it counts nowhere and cannot be approved, corrected or voided again."""

    code = "shift-voided"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Passet är makulerat"
    title_en = "Shift is voided"


class ShiftApprovedAlready(Refusal):
    """The shift's latest values are approved."""

    code = "shift-approved"
    clause = "domain 2: the attesting manager approves worked time"
    title_sv = "Passet är redan attesterat"
    title_en = "Shift approved already"


class ShiftImpossible(Refusal):
    """The times given are impossible, or lie outside the assignment's period."""

    code = "shift-impossible"
    clause = "domain 6: hours are elapsed time minus unpaid breaks"
    title_sv = "Passets tider är inte möjliga"
    title_en = "Shift times are impossible"


class ShiftOverlaps(Refusal):
    """The consultant was at work elsewhere at that time."""

    code = "shift-overlaps"
    clause = "domain 6: hours are elapsed time minus unpaid breaks"
    title_sv = "Passet överlappar ett annat"
    title_en = "Shift overlaps another"


class ShiftUnchanged(Refusal):
    """The correction says what is recorded already."""

    code = "shift-unchanged"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Rättelsen ändrar ingenting"
    title_en = "Correction changes nothing"


@command
class ApproveShifts:
    """Approve some shifts of one assignment as they now stand."""

    assignment: AssignmentId
    shifts: tuple[ShiftId, ...]


@command
class VoidShift:
    """Void a reported shift that was not worked."""

    assignment: AssignmentId
    shift: ShiftId
    reason: Text


@command
class CorrectShift:
    """Correct a reported shift without a file; it must be approved anew."""

    assignment: AssignmentId
    shift: ShiftId
    on: LocalDate
    start_minute: StartMinute
    end_minute: EndMinute
    break_minutes: Minutes = 0
    article: Code | None = None
    reason: Text


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """The mandate, the assignment, and the worked time of every id of its consultant."""

    mandate: Mandate
    assignment: Assignment
    worked: Mapping[str, WorkedTime]

    def shift(self, contract: ContractConcluded, name: str, field: str) -> WorkedShift:
        """A shift that stands. Refuses an unknown or voided one."""
        held = self.worked[contract.consultant].assignments.get(contract.assignment)
        shift = held.shifts.get(name) if held else None
        if shift is None:
            raise ShiftUnknown(f"{contract.assignment} has no shift {name}", field)
        if shift.voided is not None:
            raise ShiftVoidedAlready(f"{name} is voided", field, (shift.voided,))
        return shift


def _facts(command: ApproveShifts | VoidShift, context: Context) -> Asking[ShiftFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    worked: Mapping[str, WorkedTime] = {}
    if assignment.concluded is not None:
        consultant = assignment.concluded.event.consultant
        worked = yield {consultant: worked_time(consultant)}
    return ShiftFacts(mandate, assignment, worked)


def _contract(facts: ShiftFacts, name: str, roles: Collection[str], context: Context) -> ContractConcluded:
    """The contract of an assignment that the actor may act for."""
    contract = require_concluded(facts.assignment, name)
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(facts.mandate, context, roles, place, context.received_at)
    return contract


@decides(
    ApproveShifts,
    facts=_facts,
    example={"assignment": "a-1001", "shifts": ["s-2f6c1d"]},
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        NothingToApprove,
        ShiftUnknown,
        ShiftVoidedAlready,
        ShiftApprovedAlready,
    ),
)
def approve_shifts(command: ApproveShifts, facts: ShiftFacts, context: Context) -> Ruling:
    """Shifts that stand and wait are approved by an attester of the unit, however late."""
    contract = _contract(facts, command.assignment, ATTESTERS, context)
    if not command.shifts:
        raise NothingToApprove("no shift is named", "shifts")
    events = []
    for name in dict.fromkeys(command.shifts):
        shift = facts.shift(contract, name, "shifts")
        if shift.approved is not None:
            raise ShiftApprovedAlready(f"{name} is approved", "shifts", (shift.position, shift.approved))
        events.append(approval(contract, name, shift, context))
    return Ruling(tuple(events), contract.authority)


@decides(
    VoidShift,
    facts=_facts,
    example={"assignment": "a-1001", "shift": "s-2f6c1d", "reason": "Reported on the wrong assignment"},
    raises=(*MANDATE_REFUSALS, AssignmentUnknown, ShiftUnknown, ShiftVoidedAlready),
)
def void_shift(command: VoidShift, facts: ShiftFacts, context: Context) -> Ruling:
    """A shift that stands is voided, approved or not, with a reason."""
    contract = _contract(facts, command.assignment, MENDERS, context)
    shift = facts.shift(contract, command.shift, "shift")
    event = ShiftVoided(
        shift=command.shift,
        assignment=command.assignment,
        consultant=contract.consultant,
        replaces=shift.position,
        reason=command.reason,
    )
    return Ruling((event,), contract.authority)


@dataclass(frozen=True, slots=True)
class CorrectFacts:
    """What a correction is judged against: the shift and its surroundings, and the policy."""

    shifts: ShiftFacts
    library: Library


def _correct_facts(command: CorrectShift, context: Context) -> Asking[CorrectFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    if assignment.concluded is None:
        return CorrectFacts(ShiftFacts(mandate, assignment, {}), Library())
    contract = assignment.concluded.event
    library = yield policies(contract.agreement)
    humans = yield from same_humans((contract.consultant,))
    worked = yield {one: worked_time(one) for one in humans[contract.consultant]}
    return CorrectFacts(ShiftFacts(mandate, assignment, worked), library)


@decides(
    CorrectShift,
    facts=_correct_facts,
    example={
        "assignment": "a-1001",
        "shift": "s-2f6c1d",
        "on": "2025-03-03",
        "start_minute": 1260,
        "end_minute": 435,
        "break_minutes": 30,
        "reason": "Stayed fifteen minutes for the handover",
    },
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        ShiftUnknown,
        ShiftVoidedAlready,
        ShiftUnchanged,
        ShiftImpossible,
        ShiftOverlaps,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def correct_shift(command: CorrectShift, facts: CorrectFacts, context: Context) -> Ruling:
    """New values must be possible, inside the assignment and beside the consultant's other shifts."""
    contract = _contract(facts.shifts, command.assignment, MENDERS, context)
    former = facts.shifts.shift(contract, command.shift, "shift")
    times = shift_times(command.on, command.start_minute, command.end_minute, command.break_minutes)
    article = command.article or former.article
    if times.same_as(former) and article == former.article:
        raise ShiftUnchanged("the shift has these values", "shift", (former.position,))
    book = latest_book(facts.library, contract.agreement)
    terms = resolve_terms(book, (LENGTH_MAX,), context.received_at, Scope(region=contract.region))
    _require_possible(times, terms[LENGTH_MAX], facts.shifts.assignment, context)
    _require_alone(times, command.shift, facts.shifts.worked)
    event = ShiftCorrected(
        shift=command.shift,
        assignment=command.assignment,
        consultant=contract.consultant,
        on=times.on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=times.break_minutes,
        worked_minutes=times.worked_minutes,
        article=article,
        replaces=former.position,
        report=None,
        line=None,
        reason=command.reason,
    )
    return Ruling((event,), contract.authority, tuple(terms.values()))


def _require_possible(
    times: ShiftTimes, length_max: Resolved, assignment: Assignment, context: Context
) -> None:
    if not assignment.holds(times.on):
        raise ShiftImpossible("the date lies outside the assignment", "on", assignment.positions())
    if flaw := flaw_of(times, length_max.number, context.received_at):
        assumed = (length_max.row.term,) if length_max.assumed else ()
        raise ShiftImpossible(flaw[0], COLUMN_FIELDS.get(flaw[1], "end_minute"), (), assumed)


def _require_alone(times: ShiftTimes, shift: str, worked: Mapping[str, WorkedTime]) -> None:
    others = (w for state in worked.values() for _, name, w in state.shifts() if name != shift)
    hits = [w.position for w in others if w.voided is None and times.overlaps(w.start_at, w.end_at)]
    if hits:
        raise ShiftOverlaps("another shift of the consultant overlaps", "start_minute", tuple(sorted(hits)))
