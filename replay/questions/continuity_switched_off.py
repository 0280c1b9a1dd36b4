"""Question 4: was continuity switched off or adjusted for an order, by whose leave, and who was told?"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.events.orders import Criterion
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.model import Library, Resolved
from ledger.values import Instant, OrderId, OrganisationNumber, RegionId, local_date
from projections.base import evidence_of
from replay.questions.awarded import Pinned, published
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.rows import ValueTold, value_told
from replay.questions.words import placed, told

COUNTS = "continuity.counts"
ADJUSTED_BY = (
    "award.criteria",
    "award.method",
    "award.weights",
    "continuity.measure",
    "continuity.threshold",
    "continuity.scope",
    "continuity.follows-consultant",
    "eighteen-months.reading",
    "eighteen-months.months",
    "eighteen-months.break-days-min",
)
Told = Literal["before-publication", "after-publication", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOffParams:
    """The order whose award is disputed."""

    order: OrderId


@dataclass(frozen=True, slots=True)
class SwitchedOffFacts:
    """The order and every version of its agreement's policy."""

    held: OrderHeld
    order: str
    library: Library


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """Whether continuity counted for an order, and the rule it followed from.

    ``rule`` is the value that applied, ``national`` the one it departs from (None where it does not),
    ``adjusted`` every other value of continuity that is not the nation's, ``beside`` documents of weaker
    force. ``told`` says when the suppliers were told of the rule, seen from the order's publication.
    """

    order: OrderId
    region: RegionId
    legal_person: OrganisationNumber | None
    published_at: Instant
    policy_version: int
    counts: bool
    announced: tuple[Criterion, ...]
    rule: ValueTold
    national: ValueTold | None
    permitted: bool
    told: Told
    adjusted: tuple[ValueTold, ...]
    beside: tuple[ValueTold, ...]


def asks(params: SwitchedOffParams, _on: date) -> Asking[SwitchedOffFacts]:
    """The order, and the policy of its agreement."""
    held: OrderHeld = yield orders(params.order)
    library = yield policies(published(held, params.order).event.agreement)
    return SwitchedOffFacts(held, params.order, library)


@question(
    "continuity-switched-off",
    number=4,
    titles=(
        "Var kontinuitet avstängd eller anpassad, vem tillät det, och visste leverantörerna?",
        "Was continuity switched off or adjusted, who permitted it, and had suppliers been told?",
    ),
    params=SwitchedOffParams,
    values=SwitchedOff,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: SwitchedOffFacts, _on: date) -> Answer:
    """Which rule of continuity an order pinned, who permitted a departure from it, and who was told."""
    order = published(facts.held, facts.order)
    pinned = Pinned.of(facts.library, order.event)
    values = _values(facts, order.event.order, pinned, pinned.resolve(COUNTS))
    told = (values.rule, *values.adjusted, *values.beside)
    positions = (position for value in told for position in value.positions())
    evidence = evidence_of(positions_of(order), (order.event.policy_position,), positions)
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _values(facts: SwitchedOffFacts, name: str, pinned: Pinned, rule: Resolved) -> SwitchedOff:
    order, library = pinned.order, facts.library
    on = local_date(order.published_at)
    national = pinned.terms.resolve(COUNTS, on)
    others = [found for found in map(pinned.known, ADJUSTED_BY) if found is not None]
    told = value_told(rule.row, library)
    return SwitchedOff(
        order=name,
        region=order.region,
        legal_person=order.legal_person,
        published_at=order.published_at,
        policy_version=order.policy_version,
        counts=rule.truth,
        announced=order.criteria,
        rule=told,
        national=None if national.row == rule.row else value_told(national.row, library),
        permitted=rule.row.level == "nation" or told.permitted_by is not None,
        told=_told(told, on),
        adjusted=tuple(value_told(one.row, library) for one in others if one.row.level != "nation"),
        beside=tuple(value_told(row, library) for row in rule.beside),
    )


def _told(rule: ValueTold, on: date) -> Told:
    if rule.told_on is None:
        return "unknown"
    return "before-publication" if rule.told_on <= on else "after-publication"


def _sentence(values: SwitchedOff) -> Sentence:
    rule = values.rule
    sv, en = ("räknades", "counted") if values.counts else ("räknades inte", "did not count")
    place = placed(rule.scope)
    where_sv, where_en = (
        ("det nationella villkoret", "the national term")
        if values.national is None
        else (f"det egna villkoret för {place.sv}", f"the own term of {place.en}")
    )
    permitted, told, adjusted = _permitted(values), _was_told(values), _adjusted(values)
    return Sentence(
        f"Kontinuitet {sv} för {values.order}, enligt {where_sv} sedan {rule.valid_from}{permitted.sv}"
        f"{told.sv}{adjusted.sv}.",
        f"Continuity {en} for {values.order}, by {where_en} since {rule.valid_from}{permitted.en}"
        f"{told.en}{adjusted.en}.",
    )


def _permitted(values: SwitchedOff) -> Sentence:
    by = values.rule.permitted_by
    if values.national is None:
        return Sentence("", "")
    if by is None:
        return Sentence(
            "; ingen har publicerat vad som tillåter det", "; nobody has published what permits it"
        )
    return Sentence(f"; tillåtet av {by}", f"; permitted by {by}")


def _was_told(values: SwitchedOff) -> Sentence:
    rule = values.rule
    if values.told == "unknown":
        return Sentence("; inte känt att någon fick veta det", "; nobody is known to have been told")
    early_sv, early_en = ("före", "before") if values.told == "before-publication" else ("efter", "after")
    to = told(rule.told_to)
    return Sentence(
        f"; meddelat {to.sv} {rule.told_on}, {early_sv} avropet",
        f"; communicated to {to.en} {rule.told_on}, {early_en} the order",
    )


def _adjusted(values: SwitchedOff) -> Sentence:
    if not values.adjusted:
        return Sentence("", "")
    terms = ", ".join(one.term for one in values.adjusted)
    return Sentence(f"; även anpassat: {terms}", f"; also adjusted: {terms}")
