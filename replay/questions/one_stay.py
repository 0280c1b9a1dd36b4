"""Question 13: are successive orders one stay of more than the limit, or split under it? (S3; domain 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.facts.chains import TERMS, ChainRule, Leg, Stay, stays
from ledger.facts.humans import Humans, humans
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.worked_time import AssignmentTime
from ledger.policy.model import Library
from ledger.values import ConsultantId, LocalDate, OrderId, UnitId, plus_months
from projections.base import UnanswerableError, evidence_of
from replay.questions.awarded import Pinned, published
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import number

MONTHS = "order.months-max"


@dataclass(frozen=True, slots=True, kw_only=True)
class StayParams:
    """A consultant, under any of her ids, and a unit."""

    consultant: ConsultantId
    unit: UnitId


@dataclass(frozen=True, slots=True)
class LegShown:
    """One order's contract in a stay, a cancellation cut off; ``within`` says it alone keeps the limit."""

    order: OrderId
    from_on: LocalDate
    until_on: LocalDate
    follows: OrderId | None
    within: bool


@dataclass(frozen=True, slots=True)
class StayShown:
    """One stay: orders that touch, overlap, or leave a gap no longer than the policy joins.

    ``split`` says that every order alone keeps the limit and all together do not.
    """

    legs: tuple[LegShown, ...]
    first_on: LocalDate
    until_on: LocalDate
    days: int
    gap_days: int
    days_max: int
    months_max: int
    extended: bool
    too_long: bool
    split: bool


@dataclass(frozen=True, slots=True)
class StayAnswer:
    """Every stay of one human at one unit, oldest first, by the policy that the newest order pinned."""

    consultant: ConsultantId
    ids: tuple[ConsultantId, ...]
    unit: UnitId
    gap_days_max: int
    stays: tuple[StayShown, ...]


@dataclass(frozen=True, slots=True)
class StayFacts:
    """The consultant's contracts at the unit, the newest order among them, and the policies."""

    params: StayParams
    ids: tuple[str, ...]
    legs: tuple[Leg, ...]
    newest: OrderHeld
    library: Library


def asks(params: StayParams, _on: date) -> Asking[StayFacts]:
    """The contracts of every id of the human at the unit, and the policy of the newest order."""
    known: Humans = yield from humans([params.consultant])
    held = [a for state in known.of(params.consultant) for a in state.assignments.values()]
    legs = tuple(leg for one in held if one.unit == params.unit for leg in _legs(one))
    if not legs:
        raise UnanswerableError(f"{params.consultant} had no contract at {params.unit}")
    named: Mapping[str, OrderHeld] = yield {leg.order: orders(leg.order) for leg in legs}
    newest = max(legs, key=lambda leg: max(leg.facts)).order
    order = named[newest]
    library: Library = yield policies(published(order, newest).event.agreement)
    return StayFacts(params, known.ids[params.consultant], legs, order, library)


@question(
    "one-stay-or-split",
    number=13,
    titles=(
        "Är avrop som följer på varandra ett enda uppdrag längre än gränsen, eller delade under den?",
        "Are successive orders one stay of more than the limit, or split under it?",
    ),
    params=StayParams,
    values=StayAnswer,
    asks=asks,
    example={"consultant": "k-bee1442abaf009df", "unit": "u-vgr-medicin"},
)
def answer(facts: StayFacts, _on: date) -> Answer:
    """Every stay of a consultant at a unit, which orders it is made of, and whether it passes the limit."""
    pinned = Pinned.of(facts.library, published(facts.newest, "").event)
    terms = pinned.named((*TERMS, MONTHS))
    rule, months = ChainRule.of(terms), terms[MONTHS].number
    found = tuple(_shown(stay, months) for stay in stays(facts.legs, rule))
    values = StayAnswer(facts.params.consultant, facts.ids, facts.params.unit, rule.gap_days_max, found)
    evidence = evidence_of(*(leg.facts for leg in facts.legs))
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _legs(held: AssignmentTime) -> tuple[Leg, ...]:
    contract = held.contract
    if contract is None:
        return ()
    facts = (contract.position, *((contract.cancelled,) if contract.cancelled else ()))
    return (Leg(held.order, contract.from_on, contract.ends_on, contract.follows, facts),)


def _shown(stay: Stay, months: int) -> StayShown:
    legs = tuple(
        LegShown(
            leg.order,
            leg.from_on,
            leg.until_on,
            leg.follows,
            leg.until_on <= plus_months(leg.from_on, months),
        )
        for leg in stay.legs
    )
    return StayShown(
        legs=legs,
        first_on=stay.first_on,
        until_on=stay.until_on,
        days=stay.days,
        gap_days=stay.gap_days,
        days_max=stay.days_max,
        months_max=stay.months_max,
        extended=stay.extended,
        too_long=stay.too_long,
        split=stay.too_long and len(legs) > 1 and all(leg.within for leg in legs),
    )


def _sentence(values: StayAnswer) -> Sentence:
    long = [stay for stay in values.stays if stay.too_long]
    if not long:
        count = len(values.stays)
        return Sentence(
            f"{values.consultant} har {number(count, 'uppdragsperiod', 'uppdragsperioder')} "
            f"på {values.unit}, ingen längre än gränsen.",
            f"{values.consultant} has {number(count, 'stay', 'stays')} at {values.unit}, "
            "none longer than the limit.",
        )
    longest = max(long, key=lambda stay: stay.days)
    named = ", ".join(dict.fromkeys(leg.order for leg in longest.legs))
    sv = ", delad i avrop som vart och ett håller den" if longest.split else ""
    en = ", split into orders that each keep it" if longest.split else ""
    return Sentence(
        f"{named} är för {values.consultant} på {values.unit} en enda period om {longest.days} dagar, "
        f"längre än gränsen {longest.days_max} dagar ({longest.months_max} månader){sv}.",
        f"{named} are one stay of {longest.days} days for {values.consultant} at {values.unit}, "
        f"longer than the limit of {longest.days_max} days ({longest.months_max} months){en}.",
    )
