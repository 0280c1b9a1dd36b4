"""Question 1: was the consultant booked at the unit before the publication? (domain 6, shadow booking)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.facts.aliases import same_humans
from ledger.facts.shadow_booking import ties_before
from ledger.facts.ties import Ties, ties
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.values import ConsultantId, Instant, LocalDate, OfferId, OrderId, UnitId
from projections.base import evidence_of
from projections.explanations import TIED
from replay.questions.awarded import AwardCase, AwardParams, award_case, published
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import number

LOOK_BACK = "shadow.look-back-days"
BOOKED = ("trace", "schedule", "contract")


@dataclass(frozen=True, slots=True)
class BookedFacts:
    """The award, and what ties every id of the offered human to units."""

    case: AwardCase
    ids: tuple[str, ...]
    ties: Mapping[str, Ties]
    worked: Mapping[str, WorkedTime]


@dataclass(frozen=True, slots=True)
class TieTold:
    """Something from before the publication, and what may innocently explain it."""

    kind: Literal["trace", "schedule", "contract", "worked-before"]
    detail: str
    on: LocalDate
    position: int
    innocent: Sentence


@dataclass(frozen=True, slots=True)
class BookedAnswer:
    """What tied the offered consultant to the order's unit before its publication.

    ``booked`` says that something else than earlier work did. An indicator: it accuses nobody.
    """

    order: OrderId
    offer: OfferId
    consultant: ConsultantId
    same_human: tuple[ConsultantId, ...]
    unit: UnitId
    published_at: Instant
    from_on: LocalDate
    until_on: LocalDate
    booked: bool
    ties: tuple[TieTold, ...]
    look_back_days: int


def asks(params: AwardParams, _on: date) -> Asking[BookedFacts]:
    """The award, then what is known of every id of the human it is about."""
    case = yield from award_case(params)
    ids = (yield from same_humans([case.offer.consultant]))[case.offer.consultant]
    known = yield {one: ties(one) for one in ids}
    worked = yield {one: worked_time(one) for one in ids}
    return BookedFacts(case, ids, known, worked)


@question(
    "booked-before-publication",
    number=1,
    titles=(
        "Var konsulten bokad på enheten före publiceringen?",
        "Was the consultant booked at the unit before the publication?",
    ),
    params=AwardParams,
    values=BookedAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: BookedFacts, _on: date) -> Answer:
    """What tied an offered consultant to the unit before the order was published, with explanations."""
    case, version = facts.case, facts.case.version
    order = published(case.order, case.awarded.event.order)
    pinned = case.pinned()
    look_back = pinned.resolve(LOOK_BACK).number
    found = ties_before(
        order,
        (version.from_on, version.until_on),
        facts.ties.values(),
        facts.worked.values(),
        look_back,
    )
    told = tuple(
        TieTold(t.kind, t.detail, t.on, t.position, Sentence(TIED[t.kind].sv, TIED[t.kind].en)) for t in found
    )
    values = BookedAnswer(
        order=case.published.order,
        offer=case.offer.offer,
        consultant=case.offer.consultant,
        same_human=facts.ids,
        unit=case.published.unit,
        published_at=case.published.published_at,
        from_on=version.from_on,
        until_on=version.until_on,
        booked=any(one.kind in BOOKED for one in told),
        ties=told,
        look_back_days=look_back,
    )
    evidence = evidence_of(case.evidence(), (order.position,), (one.position for one in told))
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _sentence(values: BookedAnswer) -> Sentence:
    who, unit, order = values.consultant, values.unit, values.order
    tied = [one for one in values.ties if one.kind in BOOKED]
    if tied:
        first, count = min(tied, key=lambda one: one.on), len(tied)
        return Sentence(
            f"{number(count, 'uppgift', 'uppgifter')} knyter {who} till {unit} innan {order} publicerades, "
            f"den tidigaste den {first.on}; var och en kan ha en oskyldig förklaring.",
            f"{number(count, 'record ties', 'records tie')} {who} to {unit} before {order} was published, "
            f"the earliest of {first.on}; each may have an innocent explanation.",
        )
    return Sentence(
        f"Inget som är känt visar att {who} var bokad på {unit} innan {order} publicerades.",
        f"Nothing known shows that {who} was booked at {unit} before {order} was published.",
    )
