"""Question 3: did a consultant have continuity at the award, as then known and as now known? (domain 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.decisions.continuity import TERMS, ContinuityTerms, assess
from ledger.events.awards import ContinuityValue
from ledger.events.orders import Criterion
from ledger.facts.humans import Humans, humans
from ledger.facts.worked_time import ContinuityScope, WorkedTime
from ledger.values import ConsultantId, Instant, OfferId, OrderId, SupplierId, local_date
from projections.base import evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, question

MEASURES_SV = {"days": "dagar", "shifts": "pass", "hours": "timmar", "assignments": "uppdrag"}


@dataclass(frozen=True, slots=True)
class ContinuityFacts:
    """The award, and the offered human's worked time as known at the award and as known now."""

    case: AwardCase
    then: Humans
    now: Humans


@dataclass(frozen=True, slots=True)
class ContinuityAnswer:
    """The continuity of one offer at the reference instant, three times.

    ``recorded`` is what the award wrote down (None where continuity was no criterion or the offer was
    excluded), ``then`` the same computed again from what was known at the award, ``now`` from what is known
    at the position asked about. ``changed_by`` are the positions recorded since that concern it.
    """

    order: OrderId
    position: int
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    same_human: tuple[ConsultantId, ...]
    reference_at: Instant
    awarded_at: Instant
    awarded: int
    criteria: tuple[Criterion, ...]
    recorded: ContinuityValue | None
    then: ContinuityValue
    now: ContinuityValue
    changed_by: tuple[int, ...]


def asks(params: AwardParams, _on: date) -> Asking[ContinuityFacts]:
    """The award, then the consultant's worked time under every id, known at the award and known now."""
    case = yield from award_case(params)
    then = yield from humans([case.offer.consultant], known_at=case.awarded.position - 1)
    now = yield from humans([case.offer.consultant])
    return ContinuityFacts(case, then, now)


@question(
    "continuity-at-award",
    number=3,
    titles=(
        "Hade konsulten kontinuitet vid tilldelningen, som då känt och som nu känt?",
        "Did the consultant have continuity at the award, as then known and as now known?",
    ),
    params=AwardParams,
    values=ContinuityAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: ContinuityFacts, _on: date) -> Answer:
    """The continuity of an offered consultant, as known at the award and as known now."""
    case, offer, event = facts.case, facts.case.offer, facts.case.awarded.event
    order, pinned = case.published, case.pinned()
    terms = ContinuityTerms.of(pinned.named(TERMS))
    then, now = (
        assess(case.version, order, known.of(offer.consultant), terms).value
        for known in (facts.then, facts.now)
    )
    where, until = terms.where(order, offer.supplier), local_date(order.reference_at)
    values = ContinuityAnswer(
        order=event.order,
        position=event.position,
        offer=offer.offer,
        supplier=offer.supplier,
        consultant=offer.consultant,
        same_human=facts.now.ids[offer.consultant],
        reference_at=order.reference_at,
        awarded_at=event.decided_at,
        awarded=case.awarded.position,
        criteria=event.criteria,
        recorded=offer.continuity,
        then=then,
        now=now,
        changed_by=_changes(facts.now.of(offer.consultant), where, until, case.awarded.position),
    )
    evidence = evidence_of(case.evidence(), then.facts, now.facts, values.changed_by)
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _changes(states: Sequence[WorkedTime], where: ContinuityScope, on: date, awarded: int) -> tuple[int, ...]:
    """What was recorded after the award about shifts in the scope up to a date."""
    shifts = (
        shift
        for state in states
        for held in state.assignments.values()
        if where.holds(held)
        for shift in held.shifts.values()
        if shift.on <= on
    )
    return _after(awarded, (p for s in shifts for p in (s.position, s.approved, s.voided)))


def _after(awarded: int, positions: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({p for p in positions if p is not None and p > awarded}))


def _sentence(values: ContinuityAnswer) -> Sentence:
    who, order = values.consultant, values.order
    had, has = values.then, values.now
    amounts = f"{had.amount}/{had.threshold} → {has.amount}/{has.threshold}"
    sv, en = {
        (True, True): (
            "hade kontinuitet, både som då känt och som nu känt",
            "had continuity, both as then known and as now known",
        ),
        (True, False): (
            "hade kontinuitet som då känt, men inte som nu känt",
            "had continuity as then known, but not as now known",
        ),
        (False, True): (
            "hade inte kontinuitet som då känt, men väl som nu känt",
            "had no continuity as then known, but has as now known",
        ),
        (False, False): (
            "hade inte kontinuitet, vare sig som då eller nu känt",
            "had no continuity, neither as then nor as now known",
        ),
    }[had.counts, has.counts]
    off_sv, off_en = (
        ("", "")
        if "continuity" in values.criteria
        else ("; kontinuitet var inget kriterium här", "; continuity was no criterion here")
    )
    return Sentence(
        f"{who} {sv}, vid tilldelningen av {order} ({amounts} {MEASURES_SV[has.measure]}){off_sv}.",
        f"{who} {en}, at the award of {order} ({amounts} {has.measure}){off_en}.",
    )
