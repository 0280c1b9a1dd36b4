"""Question 12: did the awarded consultant work? (S4: the consultant agreed is the one who works)."""

from dataclasses import dataclass
from datetime import date

from ledger.facts.aliases import same_humans
from ledger.facts.deliveries import Delivery, deliveries
from ledger.values import AssignmentId, ConsultantId, LocalDate, Minutes, OfferId, OrderId
from projections.base import UnanswerableError, evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, question


@dataclass(frozen=True, slots=True)
class WorkedFacts:
    """The award, the assignment it led to, and the ids of the consultant awarded."""

    case: AwardCase
    assignment: str
    delivery: Delivery
    awarded_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkerShown:
    """One consultant of the assignment up to the date: her shifts, and since when she is agreed, if she is.

    ``awarded`` says that she is the human of the award, under whatever id.
    """

    consultant: ConsultantId
    awarded: bool
    agreed_from_on: LocalDate | None
    shifts: int
    not_agreed: int
    minutes: Minutes
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkedAnswer:
    """Who worked an assignment; ``planned`` are shifts due by then where a schedule is known."""

    order: OrderId
    offer: OfferId
    assignment: AssignmentId
    awarded: ConsultantId
    planned: int
    worked: int
    by_awarded: int
    by_substitutes: int
    by_others: int
    workers: tuple[WorkerShown, ...]


def asks(params: AwardParams, _on: date) -> Asking[WorkedFacts]:
    """The award and the assignment of its contract. Raises UnanswerableError without one."""
    case = yield from award_case(params)
    held = case.order.award_of(case.offer.offer)
    if held is None or held.concluded is None:
        raise UnanswerableError(f"no contract was concluded on {case.offer.offer}")
    assignment = held.concluded.event.assignment
    delivery: Delivery = yield deliveries(assignment)
    who = case.offer.consultant
    ids = (yield from same_humans([who]))[who]
    return WorkedFacts(case, assignment, delivery, ids)


@question(
    "awarded-consultant-worked",
    number=12,
    titles=("Arbetade den tilldelade konsulten?", "Did the awarded consultant work?"),
    params=AwardParams,
    values=WorkedAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: WorkedFacts, on: date) -> Answer:
    """Who worked the shifts of an award: the consultant awarded, an agreed substitute, or somebody else."""
    state = facts.delivery
    named = {shift.reported: name for name, shift in state.shifts.items()}
    worked = state.worked(on)
    others = {shift.reported for shift in worked if named[shift.reported] in state.others}
    mine = {shift.reported for shift in worked if shift.consultant in facts.awarded_ids} - others
    agreed = {who: from_on for _, who, from_on in state.substituted if from_on <= on}
    people = sorted({shift.consultant for shift in worked} | agreed.keys() | {facts.case.offer.consultant})
    values = WorkedAnswer(
        order=facts.case.published.order,
        offer=facts.case.offer.offer,
        assignment=facts.assignment,
        awarded=facts.case.offer.consultant,
        planned=len(state.due(on)),
        worked=len(worked),
        by_awarded=len(mine),
        by_substitutes=len(worked) - len(mine) - len(others),
        by_others=len(others),
        workers=tuple(_worker(facts, who, on, others, agreed.get(who)) for who in people),
    )
    changes = (position for position, _, _ in state.substituted)
    told = (position for one in values.workers for position in one.positions)
    notes = (state.others[named[one]] for one in others)
    evidence = evidence_of(facts.case.evidence(), (state.position,), changes, told, notes)
    return Answer(_sentence(values), values, evidence)


def _worker(
    facts: WorkedFacts, who: str, on: date, others: set[int], agreed_from_on: date | None
) -> WorkerShown:
    contract = facts.delivery.contract
    shifts = [shift for shift in facts.delivery.worked(on) if shift.consultant == who]
    first = contract.from_on if contract and contract.consultant == who else None
    return WorkerShown(
        consultant=who,
        awarded=who in facts.awarded_ids,
        agreed_from_on=first or agreed_from_on,
        shifts=len(shifts),
        not_agreed=sum(shift.reported in others for shift in shifts),
        minutes=sum(shift.minutes for shift in shifts),
        positions=tuple(sorted(shift.position for shift in shifts)),
    )


def _sentence(values: WorkedAnswer) -> Sentence:
    who, every, mine = values.awarded, values.worked, values.by_awarded
    if not every:
        return Sentence(
            f"Inget pass är rapporterat på {values.assignment}; {who} tilldelades uppdraget.",
            f"No shift of {values.assignment} is reported; {who} was awarded it.",
        )
    return Sentence(
        f"{who}, som tilldelades {values.order}, arbetade {mine} av {every} pass; {values.by_substitutes} "
        f"arbetades av godtagna ersättare och {values.by_others} av någon annan än den avtalade.",
        f"{who}, who was awarded {values.order}, worked {mine} of {every} shifts; {values.by_substitutes} "
        f"were worked by accepted substitutes and {values.by_others} by somebody else than agreed.",
    )
