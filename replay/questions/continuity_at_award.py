"""Question 3: did a consultant have continuity at the award, as then known and as now known? (domain 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.decisions.continuity import TERMS, ContinuityTerms, assess
from ledger.events.awards import ContinuityValue, OrderAwarded, RankedOffer
from ledger.events.orders import Criterion
from ledger.facts.humans import Humans, humans
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.worked_time import ContinuityScope, WorkedTime
from ledger.policy.model import Library
from ledger.values import ConsultantId, Instant, OfferId, OrderId, SupplierId, local_date
from projections.base import evidence_of
from replay.questions.awarded import Pinned, award, published, ranked, version_at
from replay.questions.base import Answer, Asking, Sentence, question


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuityParams:
    """An award: the order, its position, and an offer in the ranking unless it is the one awarded."""

    order: OrderId
    position: int = 1
    offer: OfferId | None = None


@dataclass(frozen=True, slots=True)
class ContinuityFacts:
    """The award, the offered human's worked time as known at the award and as known now, the policies."""

    order: OrderHeld
    awarded: Recorded[OrderAwarded]
    offer: RankedOffer
    then: Humans
    now: Humans
    library: Library


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


def asks(params: ContinuityParams, _on: date) -> Asking[ContinuityFacts]:
    """The order, then the consultant's worked time under every id, known at the award and known now."""
    order: OrderHeld = yield orders(params.order)
    awarded = award(order, params.order, params.position, params.offer)
    offer = ranked(awarded.event, params.offer or awarded.event.offer)
    then = yield from humans([offer.consultant], known_at=awarded.position - 1)
    now = yield from humans([offer.consultant])
    library = yield policies(awarded.event.agreement)
    return ContinuityFacts(order, awarded, offer, then, now, library)


@question(
    "continuity-at-award",
    number=3,
    titles=(
        "Hade konsulten kontinuitet vid tilldelningen, som då känt och som nu känt?",
        "Did the consultant have continuity at the award, as then known and as now known?",
    ),
    params=ContinuityParams,
    values=ContinuityAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: ContinuityFacts, _on: date) -> Answer:
    """The continuity of an offered consultant, as known at the award and as known now."""
    event, offer = facts.awarded.event, facts.offer
    order = published(facts.order, event.order).event
    pinned = Pinned.of(facts.library, order)
    terms = ContinuityTerms.of({name: pinned.resolve(name) for name in TERMS})
    version = version_at(facts.order, offer.offer, facts.awarded.position)
    then, now = (
        assess(version, order, known.of(offer.consultant), terms).value for known in (facts.then, facts.now)
    )
    where = terms.where(order, offer.supplier)
    changed = _changes(
        facts.now.of(offer.consultant), where, local_date(order.reference_at), facts.awarded.position
    )
    values = ContinuityAnswer(
        order=event.order,
        position=event.position,
        offer=offer.offer,
        supplier=offer.supplier,
        consultant=offer.consultant,
        same_human=facts.now.ids[offer.consultant],
        reference_at=order.reference_at,
        awarded_at=event.decided_at,
        awarded=facts.awarded.position,
        criteria=event.criteria,
        recorded=offer.continuity,
        then=then,
        now=now,
        changed_by=changed,
    )
    held = facts.order.offers[offer.offer].positions()
    evidence = evidence_of((facts.awarded.position,), held, then.facts, now.facts, changed)
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
    amounts = f"{had.amount}/{had.threshold} → {has.amount}/{has.threshold} {has.measure}"
    sv, en = {
        (True, True): (
            "hade kontinuitet, både som då känt och som nu känt",
            "had it, as then and as now known",
        ),
        (True, False): (
            "hade kontinuitet som då känt, men inte som nu känt",
            "had it as then known, not as now",
        ),
        (False, True): (
            "hade inte kontinuitet som då känt, men väl som nu känt",
            "had it not as then, but as now known",
        ),
        (False, False): (
            "hade inte kontinuitet, vare sig som då eller nu känt",
            "had it neither as then nor as now known",
        ),
    }[had.counts, has.counts]
    off_sv, off_en = (
        ("", "")
        if "continuity" in values.criteria
        else ("; kontinuitet var inget kriterium här", "; continuity was no criterion here")
    )
    return Sentence(
        f"{who} {sv}, vid tilldelningen av {order} ({amounts}){off_sv}.",
        f"Continuity of {who} at the award of {order}: {en} ({amounts}){off_en}.",
    )
