"""Question 16: when, how and by whom was the contract concluded, and which criteria were announced? (3.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.events.orders import Criterion, Method
from ledger.facts.orders import AwardHeld
from ledger.values import (
    MINUTE_US,
    ActorId,
    AssignmentId,
    Instant,
    MandateId,
    OfferId,
    OrderId,
    RegistryNumber,
    SupplierId,
)
from projections.base import UnanswerableError, evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Recording, Recordings, Sentence, local_text, question
from replay.questions.words import CRITERIA


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to the contract: when it was taken, when recorded, by whom under which mandate.

    ``trust`` says whether it came directly to the ledger or is another system's claim.
    """

    step: str
    at: Instant
    recorded_at: Instant
    position: int
    actor: ActorId
    mandate: MandateId | None
    trust: str


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """The award asked about, with all its steps, and how each was recorded."""

    case: AwardCase
    held: AwardHeld
    recordings: Mapping[int, Recording]


@dataclass(frozen=True, slots=True)
class ContractAnswer:
    """How an award became a contract, or did not; and the criteria announced beside those it was ranked by.

    ``minutes`` are whole minutes from the award to the conclusion. Whether it can be reviewed is argued by
    the parties, never asserted here (LOU, domain 7).
    """

    order: OrderId
    position: int
    registry_number: RegistryNumber
    offer: OfferId
    supplier: SupplierId
    assignment: AssignmentId | None
    concluded: bool
    concluded_at: Instant | None
    how: str
    concluded_by: ActorId | None
    notice_sent_at: Instant | None
    minutes: int | None
    confirm_by: Instant | None
    confirmed_in_time: bool | None
    steps: tuple[Step, ...]
    announced: tuple[Criterion, ...]
    announced_method: Method
    used: tuple[Criterion, ...]
    used_method: Method
    as_announced: bool
    against_ranking: bool


def asks(params: AwardParams, _on: date) -> Asking[ContractFacts]:
    """The award with its steps, and how each was recorded."""
    case = yield from award_case(params)
    offer = params.offer or case.awarded.event.offer
    held = case.order.award_of(offer)
    if held is None:
        raise UnanswerableError(f"{offer} was never awarded {params.order}")
    recordings: Mapping[int, Recording] = yield Recordings.of(held.positions())
    return ContractFacts(case, held, recordings)


@question(
    "contract-concluded",
    number=16,
    titles=(
        "När, hur och av vem slöts avtalet, och vilka kriterier hade annonserats?",
        "When, how and by whom was the contract concluded, and which criteria were announced?",
    ),
    params=AwardParams,
    values=ContractAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: ContractFacts, _on: date) -> Answer:
    """The way from award to contract step by step, and the criteria announced and used."""
    held, order, pinned = facts.held, facts.case.published, facts.case.pinned()
    award, contract = held.awarded.event, held.concluded.event if held.concluded else None
    pinned.named(term.term for term in (held.accepted.event.terms if held.accepted else ()))
    pinned.named(("award.criteria", "award.method"))
    values = ContractAnswer(
        order=order.order,
        position=award.position,
        registry_number=order.registry_number,
        offer=award.offer,
        supplier=award.supplier,
        assignment=contract.assignment if contract else None,
        concluded=contract is not None,
        concluded_at=contract.concluded_at if contract else None,
        how=contract.how if contract else "",
        concluded_by=contract.concluded_by if contract else None,
        notice_sent_at=contract.notice_sent_at if contract else None,
        minutes=(contract.concluded_at - award.decided_at) // MINUTE_US if contract else None,
        confirm_by=held.accepted.event.confirm_by if held.accepted else None,
        confirmed_in_time=True if held.confirmed else False if held.late else None,
        steps=tuple(_steps(facts)),
        announced=order.criteria,
        announced_method=order.method,
        used=award.criteria,
        used_method=award.method,
        as_announced=(order.criteria, order.method) == (award.criteria, award.method),
        against_ranking=award.against_ranking,
    )
    published = facts.case.order.published
    evidence = evidence_of(held.positions(), (published.position,) if published else ())
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _steps(facts: ContractFacts) -> Iterator[Step]:
    """The steps that were taken, in the order of the log."""
    held, found = facts.held, []
    found.append(("awarded", held.awarded.position, held.awarded.event.decided_at))
    if held.accepted:
        found.append(("acceptance-reached", held.accepted.position, held.accepted.event.reached_at))
    if held.late:
        found.append(("confirmed-late", held.late.position, held.late.event.confirmed_at))
    if held.excused:
        found.append(("lateness-excused", held.excused.position, held.excused.event.decided_at))
    if held.confirmed:
        found.append(("confirmed", held.confirmed.position, held.confirmed.event.confirmed_at))
    if held.lapsed:
        found.append(("lapsed", held.lapsed.position, held.lapsed.event.decided_at))
    if held.concluded:
        found.append(("concluded", held.concluded.position, held.concluded.event.concluded_at))
    for step, position, at in sorted(found, key=lambda one: one[1]):
        made = facts.recordings[position]
        yield Step(step, at, made.recorded_at, position, made.actor, made.mandate, made.trust)


def _sentence(values: ContractAnswer) -> Sentence:
    announced_sv = " → ".join(CRITERIA[one].sv for one in values.announced)
    announced = " → ".join(values.announced)
    if values.concluded_at is None:
        begun_sv, begun = "Inget avtal har slutits", "No contract was concluded"
    else:
        when = local_text(values.concluded_at)
        begun_sv = f"Avtalet slöts {when} (”{values.how}”) av {values.concluded_by or 'okänd'}"
        begun = f"The contract was concluded {when} (“{values.how}”) by {values.concluded_by or 'unknown'}"
    same_sv = (
        "och rangordningen följde dem" if values.as_announced else "men rangordningen följde andra kriterier"
    )
    same = (
        "and the ranking followed them" if values.as_announced else "but the ranking followed other criteria"
    )
    return Sentence(
        f"{begun_sv} efter tilldelningen av {values.order} till {values.supplier}; annonserade kriterier: "
        f"{announced_sv or 'inga'}, {same_sv}.",
        f"{begun} after the award of {values.order} to {values.supplier}; criteria announced: "
        f"{announced or 'none'}, {same}.",
    )
