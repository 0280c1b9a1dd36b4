"""Withdrawing an order before an award."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    mandate_of,
    require_mandate,
    require_open,
    require_published,
    spoken_at,
)
from ledger.decisions.refusals import (
    InstantAhead,
    OrderAwardedAlready,
    OrderUnknown,
    OrderWithdrawnAlready,
)
from ledger.events.orders import OrderWithdrawn
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.values import OrderId, Text


@command
class WithdrawOrder:
    """Withdraw an order before an award."""

    order: OrderId
    reason: Text


@dataclass(frozen=True, slots=True)
class WithdrawFacts:
    """The order and the mandate."""

    order: OrderHeld
    mandate: Mandate


def _withdraw_facts(command: WithdrawOrder, context: Context) -> Asking[WithdrawFacts]:
    order = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return WithdrawFacts(order, mandate)


@decides(
    WithdrawOrder,
    facts=_withdraw_facts,
    example={"order": "o-1", "reason": "The vacancy was filled"},
    raises=(OrderUnknown, InstantAhead, *MANDATE_REFUSALS, OrderWithdrawnAlready, OrderAwardedAlready),
)
def withdraw_order(command: WithdrawOrder, facts: WithdrawFacts, context: Context) -> Ruling:
    """A published order is withdrawn within a mandate, once, and not after an award."""
    published = require_published(facts.order, command.order).event
    at = spoken_at(context)
    require_mandate(facts.mandate, context, ORDERERS, published, at)
    require_open(facts.order, command.order)
    event = OrderWithdrawn(order=command.order, withdrawn_at=at, reason=command.reason)
    return Ruling((event,), published.authority)
