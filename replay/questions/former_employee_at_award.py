"""Question 10: was the consultant barred as a former employee, as known at the award and as known now?"""

from dataclasses import dataclass
from datetime import date

from ledger.events.checks import Check
from ledger.events.employment import EmploymentForm, EmploymentRecorded
from ledger.facts.recorded import Recorded
from ledger.values import ConsultantId, Instant, OfferId, OrderId, SupplierId
from projections.base import evidence_of
from replay.questions.awarded import AwardParams
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.suitability_at_award import Compared, SuitabilityCase, compared, suitability_case


@dataclass(frozen=True, slots=True)
class EmploymentTold:
    """An employment as now known: at whom, how, when, on whose word, and whether known at the award."""

    employer: str
    form: EmploymentForm
    from_on: date
    until_on: date | None
    last_worked_on: date | None
    source: str
    trust: str
    known_then: bool
    position: int


@dataclass(frozen=True, slots=True)
class BarAnswer:
    """The bar at publication, offer and start: as the award recorded it, as then known, as now known."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    awarded_at: Instant
    excluded: bool
    recorded: Check | None
    then: Check
    now: Check
    employments: tuple[EmploymentTold, ...]
    changed_by: tuple[int, ...]


def asks(params: AwardParams, _on: date) -> Asking[SuitabilityCase]:
    """The award, and the human's employments as known then and now."""
    return (yield from suitability_case(params))


@question(
    "former-employee-at-award",
    number=10,
    titles=(
        "Gällde karens för konsulten, som känt vid tilldelningen och som nu känt?",
        "Was the consultant barred as a former employee, as known at the award and as known now?",
    ),
    params=AwardParams,
    values=BarAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: SuitabilityCase, _on: date) -> Answer:
    """The former-employee bar of an offered consultant, as known at the award and as known now."""
    (bar,), terms = compared(facts, ["former-employee"])
    award = facts.award
    jobs = [job for profile in facts.now.profiles for job in profile.employments]
    told = tuple(_told(job, award.awarded.position) for job in sorted(jobs, key=lambda job: job.position))
    values = BarAnswer(
        order=award.published.order,
        offer=award.offer.offer,
        supplier=award.offer.supplier,
        consultant=award.offer.consultant,
        awarded_at=award.awarded.event.decided_at,
        excluded=award.offer.excluded_code == "former-employee",
        recorded=bar.recorded,
        then=bar.then,
        now=bar.now,
        employments=told,
        changed_by=bar.changed_by,
    )
    evidence = evidence_of(award.evidence(), bar.then.facts, bar.now.facts, (one.position for one in told))
    return Answer(_sentence(values, bar), values, evidence, terms)


def _told(job: Recorded[EmploymentRecorded], awarded: int) -> EmploymentTold:
    e = job.event
    return EmploymentTold(
        e.employer, e.form, e.from_on, e.until_on, e.last_worked_on, e.source, e.trust,
        job.position < awarded, job.position,
    )  # fmt: skip


def _sentence(values: BarAnswer, bar: Compared) -> Sentence:
    then, now = bar.then.outcome == "not-met", bar.now.outcome == "not-met"
    sv = {
        (True, True): "omfattades av karens, både som känt då och som känt nu",
        (True, False): "omfattades av karens som känt då, men inte som känt nu",
        (False, True): "omfattades inte av karens som känt då, men väl som känt nu",
        (False, False): "omfattades inte av karens, vare sig som känt då eller som känt nu",
    }[then, now]
    en = {
        (True, True): "barred as a former employee, as then and as now known",
        (True, False): "barred as a former employee as then known, not as now known",
        (False, True): "not barred as then known, but barred as a former employee as now known",
        (False, False): "not barred as a former employee, neither as then nor as now known",
    }[then, now]
    why = bar.now.detail or bar.then.detail
    shown = f" ({why})" if why else ""
    return Sentence(
        f"{values.consultant} {sv}, vid tilldelningen av {values.order}.",
        f"At the award of {values.order}, {values.consultant} was {en}{shown}.",
    )
