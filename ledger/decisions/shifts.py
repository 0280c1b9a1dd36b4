"""Single shifts of an assignment: approved, corrected, voided, without a file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

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
from ledger.decisions.shift_refusals import (
    ShiftApprovedAlready,
    ShiftImpossible,
    ShiftOverlaps,
    ShiftUnchanged,
    ShiftUnknown,
    ShiftVoidedAlready,
)
from ledger.decisions.shift_times import ShiftTimes, flaw_of, shift_times
from ledger.decisions.time_approvals import ATTESTERS, NothingToApprove, OfReport, approval
from ledger.decisions.time_report_rows import EndMinute, StartMinute
from ledger.decisions.time_reports import LENGTH_MAX
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import ShiftCorrected, ShiftVoided
from ledger.facts.aliases import same_humans
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.interests import Interests, interests
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AssignmentId, Code, LocalDate, Minutes, ShiftId, Text

COLUMN_FIELDS = {"date": "on", "break": "break_minutes"}
MENDERS = frozenset({"attester", "contract-owner"})


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
    """The mandate, the assignment, the worked time of every id of its consultants, the actor's interests."""

    mandate: Mandate
    assignment: Assignment
    worked: Mapping[str, WorkedTime]
    interests: Interests = field(default_factory=Interests)

    def shift(self, contract: ContractConcluded, name: str, field: str) -> OfReport:
        """A shift that stands. Refuses an unknown or voided one."""
        for who in self.assignment.consultants():
            held = self.worked[who].assignments.get(contract.assignment)
            shift = held.shifts.get(name) if held else None
            if shift is not None and shift.voided is not None:
                raise ShiftVoidedAlready(f"{name} is voided", field, (shift.voided,))
            if shift is not None:
                return OfReport(contract, who, name, shift)
        raise ShiftUnknown(f"{contract.assignment} has no shift {name}", field)


def _facts(command: ApproveShifts | VoidShift, context: Context) -> Asking[ShiftFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    worked = yield {who: worked_time(who) for who in assignment.consultants()}
    declared = yield from _interests(command, context)
    return ShiftFacts(mandate, assignment, worked, declared)


def _interests(command: ApproveShifts | VoidShift, context: Context) -> Asking[Interests]:
    if isinstance(command, VoidShift):
        return Interests()
    declared: Interests = yield interests(context.actor)
    return declared


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
        one = facts.shift(contract, name, "shifts")
        if one.worked.approved is not None:
            behind = (one.worked.position, one.worked.approved)
            raise ShiftApprovedAlready(f"{name} is approved", "shifts", behind)
        events.append(approval(one, facts.interests, context))
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
    one = facts.shift(contract, command.shift, "shift")
    event = ShiftVoided(
        shift=command.shift,
        assignment=command.assignment,
        consultant=one.consultant,
        replaces=one.worked.position,
        reason=command.reason,
        voided_by=context.actor,
        voided_at=context.received_at,
    )
    return Ruling((event,), contract.authority)


@dataclass(frozen=True, slots=True)
class CorrectFacts:
    """What a correction is judged against: the shift and its surroundings, and the policy."""

    shifts: ShiftFacts
    library: Library
    humans: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of_human(self, consultant: str) -> Mapping[str, WorkedTime]:
        """The worked time of every id of one consultant's human."""
        return {one: self.shifts.worked[one] for one in self.humans[consultant]}


def _correct_facts(command: CorrectShift, context: Context) -> Asking[CorrectFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    if assignment.concluded is None:
        return CorrectFacts(ShiftFacts(mandate, assignment, {}), Library())
    contract = assignment.concluded.event
    library = yield policies(contract.agreement)
    humans = yield from same_humans(assignment.consultants())
    worked = yield {one: worked_time(one) for ids in humans.values() for one in ids}
    return CorrectFacts(ShiftFacts(mandate, assignment, worked), library, humans)


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
    held = facts.shifts.shift(contract, command.shift, "shift")
    former = held.worked
    times = shift_times(command.on, command.start_minute, command.end_minute, command.break_minutes)
    article = command.article or former.article
    if times.same_as(former) and article == former.article:
        raise ShiftUnchanged("the shift has these values", "shift", (former.position,))
    book = latest_book(facts.library, contract.agreement)
    terms = resolve_terms(book, (LENGTH_MAX,), context.received_at, Scope(region=contract.region))
    _require_possible(times, terms[LENGTH_MAX], facts.shifts.assignment, context)
    _require_alone(times, command.shift, facts.of_human(held.consultant))
    event = ShiftCorrected(
        shift=command.shift,
        assignment=command.assignment,
        consultant=held.consultant,
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
        received_at=context.received_at,
    )
    return Ruling((event,), contract.authority, tuple(terms.values()))


def _require_possible(
    times: ShiftTimes, length_max: Resolved, assignment: Assignment, context: Context
) -> None:
    if not assignment.holds(times.on):
        raise ShiftImpossible("the date lies outside the assignment", "on", assignment.positions())
    if flaw := flaw_of(times, length_max.number, context.received_at):
        assumed = (length_max.row.term,) if length_max.assumed else ()
        field = COLUMN_FIELDS.get(flaw[1], "end_minute")
        raise ShiftImpossible(flaw[0], field, (length_max.position,), assumed)


def _require_alone(times: ShiftTimes, shift: str, worked: Mapping[str, WorkedTime]) -> None:
    others = (w for state in worked.values() for _, name, w in state.shifts() if name != shift)
    hits = [w.position for w in others if w.voided is None and times.overlaps(w.start_at, w.end_at)]
    if hits:
        raise ShiftOverlaps("another shift of the consultant overlaps", "start_minute", tuple(sorted(hits)))
