"""What an order is expected to cost: planned shifts at the price of their article, before supplements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from ledger.events.orders import OrderPosition
from ledger.events.parties import CareUnitRegistered
from ledger.facts.prices import Articles, Pricing
from ledger.policy.bands import PLAIN
from ledger.policy.model import Resolved
from ledger.policy.pricing import ESTIMATE
from ledger.policy.within import Within


@dataclass(frozen=True, slots=True)
class PositionEstimate:
    """One position: its article, rate level and zone on the selecting date, öre an hour and in all."""

    number: int
    article: str
    on: date
    level: int | None
    zone: int
    hour_ore: int | None
    ore: int | None


@dataclass(frozen=True, slots=True)
class OrderEstimated:
    """An order's positions, öre together (None where a position has no price), and what it rests on."""

    positions: tuple[PositionEstimate, ...]
    ore: int | None
    facts: tuple[int, ...]
    terms: tuple[Resolved, ...]


def order_pricing(
    lot: str, unit: CareUnitRegistered, ordered_on: date, articles: Articles, policy: Within
) -> Pricing:
    """The prices at a unit for an order of a date; each position begins on a date of its own."""
    return Pricing(lot, unit.zone, unit.municipality, ordered_on, ordered_on, articles, (), policy)


def estimate_of(pricing: Pricing, positions: Sequence[OrderPosition]) -> OrderEstimated:
    """The planned shifts of every position, each of the length policy assumes. Raises as the policy does.

    Supplements and travel are left out: an order does not say at which hours its shifts will be.
    """
    found, facts = [], set(pricing.facts)
    terms: dict[Resolved, None] = {}
    for wanted in positions:
        priced = structs.replace(pricing, begins_on=wanted.from_on).at(wanted.from_on, wanted.article)
        length = pricing.policy(ESTIMATE, priced.on)
        ore = priced.prices.estimate_ore(
            priced.lot, priced.level, priced.zone, wanted.planned_shifts, length.number
        )
        hour_ore = priced.unit_ore(PLAIN)
        found.append(
            PositionEstimate(
                wanted.number, wanted.article, priced.on, priced.level, priced.zone, hour_ore, ore
            )
        )
        facts.update(priced.facts)
        terms.update(dict.fromkeys((*priced.terms, *priced.prices.behind(PLAIN), length)))
    amounts = [one.ore for one in found if one.ore is not None]
    whole = sum(amounts) if len(amounts) == len(found) else None
    return OrderEstimated(tuple(found), whole, tuple(sorted(facts)), tuple(terms))
