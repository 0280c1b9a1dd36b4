"""Question 5: what does each reading of the 18-month period say of an award, and which one governed? (S4)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ledger.decisions.continuity import TERMS, ContinuityTerms, assess
from ledger.events.awards import PeriodReadings
from ledger.facts.eighteen_months import (
    READINGS,
    Cap,
    Chain,
    EighteenMonths,
    LongestStay,
    LookBack,
    Reading,
)
from ledger.facts.humans import Humans, humans
from ledger.facts.worked_time import ContinuityScope
from ledger.values import ConsultantId, LocalDate, OfferId, OrderId, SupplierId, UnitId
from projections.base import evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import READ_AS

Effect = Literal["none", "continuity-spent", "offer-excluded"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reading would have done to the offer: a look-back only counts, and so does nothing."""

    reading: Reading
    governed: bool
    used_up: bool
    effect: Effect


@dataclass(frozen=True, slots=True)
class ReadingsAnswer:
    """All four readings of one offer at the order's reference date. Lengths are minutes, dates local dates.

    ``recorded`` is what the award wrote down; a reading without anything to read is None.
    """

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    unit: UnitId
    where: ContinuityScope
    on: LocalDate
    from_on: LocalDate
    until_on: LocalDate
    months: int
    governed: Reading
    verdicts: tuple[Verdict, ...]
    look_back: LookBack
    cap: Cap | None
    longest_stay: LongestStay | None
    chain: Chain | None
    recorded: PeriodReadings | None


def asks(params: AwardParams, _on: date) -> Asking[tuple[AwardCase, Humans]]:
    """The award, and the consultant's worked time and contracts under every id."""
    case = yield from award_case(params)
    known = yield from humans([case.offer.consultant])
    return case, known


@question(
    "eighteen-months-readings",
    number=5,
    titles=(
        "Vad säger 18-månadersperioden i var och en av sina läsningar, och vilken styrde?",
        "What does the 18-month period say under each of its readings, and which one governed?",
    ),
    params=AwardParams,
    values=ReadingsAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: tuple[AwardCase, Humans], _on: date) -> Answer:
    """The 18-month period of an offer under all four readings, with what each would have done to it."""
    case, known = facts
    order, version, pinned = case.published, case.version, case.pinned()
    terms = ContinuityTerms.of(pinned.named(TERMS))
    period = assess(version, order, known.of(version.consultant), terms).eighteen_months
    values = ReadingsAnswer(
        order=order.order,
        offer=version.offer,
        supplier=version.supplier,
        consultant=version.consultant,
        unit=order.unit,
        where=terms.where(order, version.supplier),
        on=period.on,
        from_on=version.from_on,
        until_on=version.until_on,
        months=terms.eighteen_months.months,
        governed=period.governs,
        verdicts=tuple(_verdict(period, reading) for reading in READINGS),
        look_back=period.look_back,
        cap=period.cap,
        longest_stay=period.longest_stay,
        chain=period.chain,
        recorded=case.offer.period,
    )
    read = (one for one in (period.look_back, period.cap, period.longest_stay, period.chain) if one)
    evidence = evidence_of(case.evidence(), *(one.facts for one in read))
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _verdict(period: EighteenMonths, reading: Reading) -> Verdict:
    """A reading as it would judge if it governed."""
    used_up = replace(period, governs=reading).exceeded
    does: Effect = "continuity-spent" if reading == "cap" else "offer-excluded"
    return Verdict(reading, reading == period.governs, used_up, does if used_up else "none")


def _sentence(values: ReadingsAnswer) -> Sentence:
    used = [one.reading for one in values.verdicts if one.used_up]
    governed = next(one for one in values.verdicts if one.governed)
    sv = ", ".join(READ_AS[one].sv for one in used) or "ingen läsning"
    en = ", ".join(READ_AS[one].en for one in used) or "no reading"
    then_sv = "perioden var därmed slut" if governed.used_up else "perioden var därmed inte slut"
    then_en = "so the period was used up" if governed.used_up else "so the period was not used up"
    return Sentence(
        f"För {values.consultant} på {values.unit} var de {values.months} månaderna slut enligt {sv}; "
        f"läsningen ”{READ_AS[values.governed].sv}” styrde, {then_sv}.",
        f"For {values.consultant} at {values.unit} the {values.months} months were used up under {en}; "
        f"the reading “{READ_AS[values.governed].en}” governed, {then_en}.",
    )
