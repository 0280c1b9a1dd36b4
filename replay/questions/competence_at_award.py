"""Question 11: competence and licence at the award and at each shift, and who vouched for each document."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.facts.competence import licence_at
from ledger.values import AssignmentId, ConsultantId, Instant, OfferId, OrderId, ShiftId, SupplierId
from projections.base import evidence_of
from projections.credentials import Vouched, vouchers
from replay.questions.awarded import AwardParams
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.suitability_at_award import Compared, SuitabilityCase, compared, suitability_case
from replay.questions.words import CHECKS, called

NAMES = ("licence", "clinical-experience", "specialist-experience", "nordic-experience", "references")
LICENCES = {
    "valid": ("med legitimation", "with a licence"),
    "restricted": ("med begränsad legitimation", "with a restricted licence"),
    "withdrawn": ("med återkallad legitimation", "with a withdrawn licence"),
    "none": ("utan registrerad legitimation", "without a licence on record"),
}


@dataclass(frozen=True, slots=True)
class ShiftLicence:
    """A shift of the order, and the licence on its date as now known, with the positions behind."""

    assignment: AssignmentId
    shift: ShiftId
    on: date
    licence: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DocumentTold:
    """A document of the offer itself: what, of which date, and who checked it (a role)."""

    kind: str
    dated_on: date
    checked_by: str


@dataclass(frozen=True, slots=True)
class CompetenceAnswer:
    """Every requirement as recorded, as then and as now known; the documents; each shift's licence."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    awarded_at: Instant
    requirements: tuple[Compared, ...]
    documents: tuple[DocumentTold, ...]
    vouched: tuple[Vouched, ...]
    shifts: tuple[ShiftLicence, ...]


def asks(params: AwardParams, _on: date) -> Asking[SuitabilityCase]:
    """The award, and the human's credentials and shifts as known then and now."""
    return (yield from suitability_case(params))


@question(
    "competence-at-award",
    number=11,
    titles=(
        "Hade konsulten kompetens och legitimation vid tilldelningen och vid varje pass, och vem intygade?",
        "Did the consultant have competence and licence at the award and at each shift, and who vouched?",
    ),
    params=AwardParams,
    values=CompetenceAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: SuitabilityCase, on: date) -> Answer:
    """The competence of an offered consultant at the award, the licence at each shift, and who vouched."""
    found, terms = compared(facts, NAMES)
    award = facts.award
    shifts = tuple(sorted(_shifts(facts, on), key=lambda one: (one.on, one.shift)))
    vouched = tuple(sorted(vouchers(facts.now), key=lambda one: one.position))
    values = CompetenceAnswer(
        order=award.published.order,
        offer=award.offer.offer,
        supplier=award.offer.supplier,
        consultant=award.offer.consultant,
        awarded_at=award.awarded.event.decided_at,
        requirements=found,
        documents=tuple(DocumentTold(d.kind, d.dated_on, d.checked_by) for d in award.version.documents),
        vouched=vouched,
        shifts=shifts,
    )
    evidence = evidence_of(
        award.evidence(),
        *(one.positions for one in shifts),
        (one.position for one in vouched),
        *((*one.then.facts, *one.now.facts) for one in found),
    )
    return Answer(_sentence(values), values, evidence, terms)


def _shifts(facts: SuitabilityCase, on: date) -> Iterator[ShiftLicence]:
    """The shifts worked on the order up to a date, voided ones left out."""
    order = facts.award.published
    for time in facts.now.worked:
        for assignment, held in time.assignments.items():
            if held.order != order.order:
                continue
            for name, shift in held.shifts.items():
                if shift.voided is None and shift.on <= on:
                    licence = licence_at(facts.now.profiles, _profession(facts), shift.on)
                    positions = evidence_of((shift.position,), licence.facts)
                    yield ShiftLicence(assignment, name, shift.on, licence.state, positions)


def _profession(facts: SuitabilityCase) -> str:
    """The profession whose licence a shift needs: for a speciality, that of the certificate held."""
    wanted = facts.award.published.profession
    held = [c.event for p in facts.now.profiles for c in p.certificates if c.event.speciality == wanted]
    return held[0].profession if held else wanted


def _sentence(values: CompetenceAnswer) -> Sentence:
    recorded = [one.recorded or one.then for one in values.requirements]
    failed = [called(CHECKS, check.name) for check in recorded if check.outcome == "not-met"]
    unshown = [called(CHECKS, check.name) for check in recorded if check.outcome == "not-shown"]
    met = len(recorded) - len(failed) - len(unshown)
    who, order, every = values.consultant, values.order, len(recorded)
    sv = f"{met} av {every} krav var visade för {who} vid tilldelningen av {order}"
    en = f"{met} of {every} requirements were shown for {who} at the award of {order}"
    sv += f"; inte uppfyllt: {', '.join(one.sv for one in failed)}" if failed else ""
    en += f"; not met: {', '.join(one.en for one in failed)}" if failed else ""
    sv += f"; inte visat: {', '.join(one.sv for one in unshown)}" if unshown else ""
    en += f"; not shown: {', '.join(one.en for one in unshown)}" if unshown else ""
    counted = Counter(shift.licence for shift in values.shifts)
    shifts_sv = ", ".join(f"{counted[state]} {LICENCES[state][0]}" for state in LICENCES if counted[state])
    shifts_en = ", ".join(f"{counted[state]} {LICENCES[state][1]}" for state in LICENCES if counted[state])
    return Sentence(
        f"{sv}; pass: {shifts_sv or 'inga arbetade'}.", f"{en}; shifts: {shifts_en or 'none worked'}."
    )
