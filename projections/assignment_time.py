"""The time of one assignment: planned beside worked, who worked, who approved it with which flags."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.deliveries import DeliveredShift, Delivery, deliveries
from ledger.facts.policies import policies
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AgreementId, Instant, local_date
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeParams:
    """The agreement whose policy applies."""

    agreement: AgreementId


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """What the reading rests on."""

    assignment: str
    state: Delivery
    library: Library


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """A shift that stands. Flags are no bans: ``approved_late`` and ``backdated`` count days of policy.

    ``by_agreed`` says that no other human than the one agreed worked it; ``interests`` are the positions of
    declarations the approver had made.
    """

    shift: str
    on: date
    minutes: int
    consultant: str
    by_agreed: bool
    system: str
    corrections: int
    days_late: int | None
    backdated: bool
    approved_by: str | None
    approved_at: Instant | None
    approved_late: bool
    ordered_it_too: bool
    interests: tuple[int, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AssignmentTime:
    """One assignment's time up to a date; ``unworked`` are dates of planned shifts that nobody worked."""

    assignment: str
    order: str
    supplier: str
    unit: str
    agreed: tuple[str, ...]
    planned: int
    worked: int
    worked_minutes: int
    unworked: tuple[date, ...]
    cancelled_by: str | None
    shifts: tuple[ShiftShown, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(assignment: str, _at: date, params: TimeParams) -> Asking[TimeFacts]:
    """The assignment, and the policy of the agreement."""
    state: Delivery = yield deliveries(assignment)
    library = yield policies(params.agreement)
    return TimeFacts(assignment, state, library)


@view(
    "assignment-time",
    titles=("Uppdragets tid", "Time of an assignment"),
    kind=deliveries,
    shape=plain(Delivery),
    params=TimeParams,
    asks=asks,
)
def read(facts: TimeFacts, at: date) -> AssignmentTime:
    """What was planned and worked in an assignment, by whom, and who approved it with which flags."""
    contract, state = facts.state.contract, facts.state
    if contract is None:
        raise UnknownKeyError(f"no contract was concluded for {facts.assignment}")
    terms = Terms.of(facts.library, contract.agreement)
    local = Scope(region=contract.region, lot=contract.lot)
    late_days = terms.resolve("time-report.late-days", at, local).number
    approval_days = terms.resolve("time-approval.days-max", at, local).number
    agreed = (contract.consultant, *(who for _, who, _ in state.substituted))
    named = {shift.reported: name for name, shift in state.shifts.items()}
    shifts = tuple(
        _shown(named[one.reported], one, state.others.get(named[one.reported]), late_days, approval_days)
        for one in state.worked(at)
    )
    return AssignmentTime(
        assignment=facts.assignment,
        order=contract.order,
        supplier=contract.supplier,
        unit=contract.unit,
        agreed=agreed,
        planned=len(state.due(at)),
        worked=len(shifts),
        worked_minutes=sum(one.minutes for one in shifts),
        unworked=tuple(one.on for one in state.unworked(at)),
        cancelled_by=state.ended.by if state.ended else None,
        shifts=shifts,
        evidence=_evidence(state, shifts),
        terms=terms.all(),
    )


def _evidence(state: Delivery, shifts: tuple[ShiftShown, ...]) -> tuple[int, ...]:
    plans = (one.position for one in state.planned)
    ended = (state.ended.position,) if state.ended else ()
    changed = (position for position, _, _ in state.substituted)
    told = (p for one in shifts for p in one.positions)
    return evidence_of((state.position,), plans, ended, changed, state.others.values(), told)


def _shown(
    name: str, shift: DeliveredShift, other: int | None, late_days: int, approval_days: int
) -> ShiftShown:
    approval, told_on = shift.approval, shift.told_on
    waited = 0 if approval is None or told_on is None else (local_date(approval.at) - told_on).days
    positions = (shift.reported, shift.position, *((approval.position,) if approval else ()))
    return ShiftShown(
        shift=name,
        on=shift.on,
        minutes=shift.minutes,
        consultant=shift.consultant,
        by_agreed=other is None,
        system=shift.system,
        corrections=shift.corrections,
        days_late=shift.days_late,
        backdated=(shift.days_late or 0) > late_days,
        approved_by=approval.by if approval else None,
        approved_at=approval.at if approval else None,
        approved_late=waited > approval_days,
        ordered_it_too=approval.ordered_it_too if approval else False,
        interests=approval.interests if approval else (),
        positions=tuple(sorted(set(positions))),
    )
