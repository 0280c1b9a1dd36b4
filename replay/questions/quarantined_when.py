"""Question 6: was the supplier quarantined when it offered, and at the award, acceptance and confirmation?"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.events.measures import MeasureKind, MeasureServed, Rung
from ledger.facts.orders import AwardHeld
from ledger.facts.recorded import Recorded
from ledger.facts.standing import MeasureHeld, Standing, standing
from ledger.values import Instant, LocalDate, MeasureId, OfferId, OrderId, SupplierId
from projections.base import UnanswerableError, evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, question

StepName = Literal["offered", "awarded", "accepted", "confirmed", "concluded"]
IN_SWEDISH: dict[StepName, str] = {
    "offered": "avropssvaret", "awarded": "tilldelningen", "accepted": "accepten",
    "confirmed": "orderbekräftelsen", "concluded": "avtalsslutet",
}  # fmt: skip
IN_ENGLISH: dict[StepName, str] = {
    "offered": "offer", "awarded": "award", "accepted": "acceptance", "confirmed": "confirmation",
    "concluded": "conclusion",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeasureThen:
    """A measure in effect at a step; ``known_then`` is whether its serving was recorded before it."""

    measure: MeasureId
    rung: Rung
    kind: MeasureKind
    clause: str
    served_at: Instant
    ends_on: LocalDate | None
    known_then: bool
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StepThen:
    """One step of the way, and the measures in effect against the supplier at that instant."""

    step: StepName
    at: Instant
    position: int
    quarantined: bool
    measures: tuple[MeasureThen, ...]


@dataclass(frozen=True, slots=True)
class QuarantineAnswer:
    """Every step of one offer, oldest first."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    steps: tuple[StepThen, ...]


@dataclass(frozen=True, slots=True)
class QuarantineFacts:
    """The award, and the supplier's measures."""

    case: AwardCase
    standing: Standing


def asks(params: AwardParams, _on: date) -> Asking[QuarantineFacts]:
    """The award, and the measures against the supplier of the offer."""
    case = yield from award_case(params)
    held: Standing = yield standing(case.offer.supplier)
    return QuarantineFacts(case, held)


@question(
    "quarantined-when",
    number=6,
    titles=(
        "Var leverantören i karantän vid svar, tilldelning, accept och bekräftelse?",
        "Was the supplier quarantined when it offered, and when awarded, accepted and confirmed?",
    ),
    params=AwardParams,
    values=QuarantineAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: QuarantineFacts, _on: date) -> Answer:
    """The measures in effect against a supplier at each step of its offer."""
    case = facts.case
    steps = tuple(_step(facts, *told) for told in _told(case))
    values = QuarantineAnswer(case.published.order, case.offer.offer, case.offer.supplier, steps)
    shown = (measure.positions for step in steps for measure in step.measures)
    evidence = evidence_of((step.position for step in steps), *shown)
    return Answer(_sentence(values), values, evidence)


def _told(case: AwardCase) -> tuple[tuple[StepName, int, int], ...]:
    """The steps taken as (name, instant, position), from the offer to the contract."""
    offer = case.offer.offer
    held = case.order.offers.get(offer)
    if held is None:
        raise UnanswerableError(f"no offer {offer} is known")
    first = held.versions[0]
    steps: list[tuple[StepName, int, int]] = [("offered", first.event.received_at, first.position)]
    return (*steps, *_after_award(case, case.order.award_of(offer)))


def _after_award(case: AwardCase, award: AwardHeld | None) -> tuple[tuple[StepName, int, int], ...]:
    """The award asked about, and what followed on an award to this offer."""
    decided = case.awarded
    found: list[tuple[StepName, int, int]] = [("awarded", decided.event.decided_at, decided.position)]
    if award is None:
        return tuple(found)
    accepted, confirmed, concluded = award.accepted, award.confirmation, award.concluded
    found += [("accepted", accepted.event.accepted_at, accepted.position)] if accepted else []
    found += [("confirmed", confirmed.event.confirmed_at, confirmed.position)] if confirmed else []
    found += [("concluded", concluded.event.concluded_at, concluded.position)] if concluded else []
    return tuple(found)


def _step(facts: QuarantineFacts, name: StepName, at: int, position: int) -> StepThen:
    order = facts.case.published
    place = (order.agreement, order.lot, order.region)
    biting = dict.fromkeys((*facts.standing.bars(*place, at), *facts.standing.excludes(*place, at)))
    shown = tuple(_measure(held, held.served, position) for held in biting if held.served)
    quarantined = any(measure.kind == "quarantine" for measure in shown)
    return StepThen(name, at, position, quarantined, shown)


def _measure(held: MeasureHeld, served: Recorded[MeasureServed], position: int) -> MeasureThen:
    decision = held.decided.event
    return MeasureThen(
        measure=decision.measure,
        rung=decision.rung,
        kind=decision.kind,
        clause=decision.clause,
        served_at=served.event.served_at,
        ends_on=decision.ends_on,
        known_then=served.position < position,
        positions=held.positions(),
    )


def _sentence(values: QuarantineAnswer) -> Sentence:
    barred = [one.step for one in values.steps if one.quarantined]
    sv = ", ".join(IN_SWEDISH[one] for one in barred)
    en = ", ".join(IN_ENGLISH[one] for one in barred)
    return Sentence(
        f"{values.supplier} var i karantän vid {sv} på {values.order}."
        if barred
        else f"{values.supplier} var inte i karantän vid något steg på {values.order}.",
        f"{values.supplier} was quarantined at the {en} on {values.order}."
        if barred
        else f"{values.supplier} was quarantined at no step on {values.order}.",
    )
