"""What an order is expected to cost: its planned shifts at the price of its articles, without supplements."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.events.orders import OrderPublished
from ledger.facts.order_prices import PositionEstimate, estimate_of
from ledger.facts.policies import policies
from ledger.facts.prices import PriceBasis, Pricing, price_basis, publications
from ledger.facts.recorded import Recorded
from ledger.policy.model import Library, Resolved, Scope
from ledger.policy.within import Within
from ledger.values import local_date
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateParams:
    """The estimate takes no more than the order."""


@dataclass(frozen=True, slots=True)
class EstimateFacts:
    """What the reading rests on."""

    order: OrderPublished
    basis: PriceBasis
    library: Library


@dataclass(frozen=True, slots=True)
class OrderEstimate:
    """Öre for each position and together; None where an article has no price, never zero."""

    order: str
    positions: tuple[PositionEstimate, ...]
    estimated_ore: int | None
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(order: str, _at: date, _params: EstimateParams) -> Asking[EstimateFacts]:
    """The order, what its prices rest on, and the policy."""
    published: Recorded[OrderPublished] | None = yield publications(order)
    if published is None:
        raise UnknownKeyError(f"no order {order} was published")
    e = published.event
    library = yield policies(e.agreement)
    basis = yield from price_basis(e.agreement, order, e.unit)
    return EstimateFacts(e, basis, library)


@view(
    "order-estimate",
    titles=("Avropets beräknade kostnad", "The estimated cost of an order"),
    kind=publications,
    shape=plain(Recorded[OrderPublished] | None),
    params=EstimateParams,
    asks=asks,
)
def read(facts: EstimateFacts, _at: date) -> OrderEstimate:
    """What an order's planned shifts would cost at its articles' prices, before supplements."""
    order, terms = facts.order, Terms.of(facts.library, facts.order.agreement)
    scope = Scope(region=order.region, lot=order.lot)
    municipality = facts.basis.unit.event.municipality if facts.basis.unit else None
    ordered_on = local_date(order.published_at)
    pricing = Pricing(
        lot=order.lot,
        zone=order.zone,
        municipality=municipality,
        ordered_on=ordered_on,
        begins_on=ordered_on,
        articles=facts.basis.articles,
        facts=facts.basis.positions(),
        policy=Within(terms, scope),
    )
    found = estimate_of(pricing, order.positions)
    return OrderEstimate(
        order=order.order,
        positions=found.positions,
        estimated_ore=found.ore,
        evidence=evidence_of(found.facts),
        terms=terms.all(),
    )
