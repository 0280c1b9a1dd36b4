"""How long an order may be: alone, and in a chain with the orders it follows (S3)."""

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.decisions.guards import assumed, behind
from ledger.errors import Refusal
from ledger.events.offers import OfferCorrected, OfferReceived
from ledger.events.orders import OrderChain, OrderPosition, OrderPublished
from ledger.facts.chains import TERMS as CHAIN_TERMS
from ledger.facts.chains import ChainRule, Leg, Stay, stay_of
from ledger.facts.orders import OrderHeld
from ledger.facts.worked_shifts import AssignmentTime, WorkedTime
from ledger.policy.model import Resolved
from ledger.values import plus_months

CHAIN_CLAUSE = "S3: a call-off must not exceed 12 months; domain 5, topic 10: chaining"


class PositionsUnclear(Refusal):
    """An order has positions with numbers of their own, each with a period and planned shifts."""

    code = "positions-unclear"
    clause = "domain 3.1: positions are profile, period and planned shifts"
    title_sv = "Avropsraderna är otydliga"
    title_en = "Order positions unclear"


class OrderTooLong(Refusal):
    """From the first day of its positions to the last, the order is longer than allowed."""

    code = "order-too-long"
    clause = "S3: a call-off must not exceed 12 months"
    title_sv = "Avropet är längre än tillåtet"
    title_en = "Order too long"


class ChainTooLong(Refusal):
    """Together with the orders it follows, the order is longer than a chain may be."""

    code = "order-chain-too-long"
    clause = CHAIN_CLAUSE
    title_sv = "Avropet är tillsammans med dem det följer längre än tillåtet"
    title_en = "Chain of orders too long"


def require_length(positions: tuple[OrderPosition, ...], months_max: Resolved) -> None:
    """Refuse unclear positions, and an order whose last date lies too many months after its first."""
    unclear = _unclear(positions)
    if unclear:
        raise PositionsUnclear(unclear, "positions")
    first = min(position.from_on for position in positions)
    until = max(position.until_on for position in positions)
    limit = plus_months(first, months_max.number)
    if until > limit:
        detail = f"{first} until {until}; at most {months_max.number} months, until {limit}"
        raise OrderTooLong(detail, "positions", (months_max.position,), assumed(months_max))


def _unclear(positions: tuple[OrderPosition, ...]) -> str:
    """What is unclear about an order's positions, or nothing."""
    if not positions:
        return "the order has no position"
    numbers = [position.number for position in positions]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        return f"more than one position has number {twice[0]}"
    for position in positions:
        if position.number < 1:
            return f"a position has number {position.number}; numbers begin with 1"
        if position.until_on <= position.from_on:
            return f"position {position.number} is from {position.from_on} until {position.until_on}"
        if position.planned_shifts < 1:
            return f"position {position.number} has {position.planned_shifts} planned shifts"
    return ""


def chain_of(
    order: str,
    positions: tuple[OrderPosition, ...],
    followed: tuple[OrderHeld, ...],
    terms: Mapping[str, Resolved],
) -> OrderChain | None:
    """The chain that an order makes with those it follows, or None alone. Refused too long by policy only."""
    legs = tuple(leg for held in followed for leg in legs_of(held))
    if not legs:
        return None
    rule = ChainRule.of(terms)
    stay = stay_of(Leg(order, *_span(positions), legs[0].order), legs, rule)
    if stay.too_long and rule.refuses:
        detail = f"{stay.days} days together from {stay.first_on}; at most {stay.days_max}"
        values = [terms[name] for name in CHAIN_TERMS]
        raise ChainTooLong(detail, "follows", (*stay.facts, *behind(*values)), assumed(*values))
    return shown(stay)


def legs_of(held: OrderHeld) -> tuple[Leg, ...]:
    """A followed order as a part of a chain; one that was withdrawn is none."""
    if held.published is None or held.withdrawn is not None:
        return ()
    e = held.published.event
    return (Leg(e.order, *_span(e.positions), e.follows, (held.published.position,)),)


def stay_at(
    offer: OfferReceived | OfferCorrected,
    order: OrderPublished,
    worked: Sequence[WorkedTime],
    rule: ChainRule,
) -> Stay:
    """The stay at the order's unit: an offered consultant's contracts there and the offer together."""
    legs = [
        Leg(
            held.order,
            held.contract.from_on,
            held.contract.ends_on,
            held.contract.follows,
            contract_facts(held),
        )
        for state in worked
        for held in state.assignments.values()
        if held.contract is not None and held.unit == order.unit
    ]
    return stay_of(Leg(order.order, offer.from_on, offer.until_on, order.follows), legs, rule)


def contract_facts(held: AssignmentTime) -> tuple[int, ...]:
    """The positions of an assignment's contract and of its cancellation."""
    found = (held.contract.position, held.contract.cancelled) if held.contract else ()
    return tuple(position for position in found if position is not None)


def _span(positions: tuple[OrderPosition, ...]) -> tuple[date, date]:
    return min(p.from_on for p in positions), max(p.until_on for p in positions)


def shown(stay: Stay) -> OrderChain:
    """A chain as an event keeps it."""
    return OrderChain(
        orders=tuple(dict.fromkeys(leg.order for leg in stay.legs)),
        first_on=stay.first_on,
        until_on=stay.until_on,
        days=stay.days,
        gap_days=stay.gap_days,
        extended=stay.extended,
        months_max=stay.months_max,
        days_max=stay.days_max,
        too_long=stay.too_long,
        facts=stay.facts,
    )
