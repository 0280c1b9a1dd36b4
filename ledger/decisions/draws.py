"""Recording the seed that decides ties: a public value fixed after the answer window closed."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    mandate_of,
    require_mandate,
    require_past,
    require_published,
)
from ledger.decisions.refusals import InstantAhead, OrderUnknown
from ledger.errors import Refusal
from ledger.events.ledger import DrawSeedRecorded
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.values import Code, Instant, OrderId, Text, instant_text

CLAUSE = "domain 6: a seed nobody could steer, fixed after the answer window closed"


class SeedRecordedAlready(Refusal):
    """The order has its seed; another would let somebody choose."""

    code = "draw-seed-recorded"
    clause = CLAUSE
    title_sv = "Lottningens frö är redan registrerat"
    title_en = "Draw seed recorded already"


class SeedFixedTooEarly(Refusal):
    """The value was fixed while offers could still be given."""

    code = "draw-seed-too-early"
    clause = CLAUSE
    title_sv = "Lottningens frö fastställdes före svarstidens slut"
    title_en = "Draw seed fixed too early"


class SeedNotAsPublished(Refusal):
    """The value comes from another beacon or round than the order named."""

    code = "draw-seed-not-as-published"
    clause = CLAUSE
    title_sv = "Lottningens frö följer inte den publicerade regeln"
    title_en = "Draw seed not as published"


@command
class RecordDrawSeed:
    """Record the public value that an order's draw rule names."""

    order: OrderId
    beacon: Text
    round: int
    value: Code
    fixed_at: Instant


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """The order and the mandate."""

    order: OrderHeld
    mandate: Mandate


def _facts(command: RecordDrawSeed, context: Context) -> Asking[DrawFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return DrawFacts(order, mandate)


@decides(
    RecordDrawSeed,
    facts=_facts,
    example={
        "order": "o-1",
        "beacon": "public-beacon",
        "round": 4711,
        "value": "8f3a51c0de",
        "fixed_at": "2025-03-05T09:05:00+01:00",
    },
    raises=(
        OrderUnknown,
        *MANDATE_REFUSALS,
        SeedRecordedAlready,
        SeedNotAsPublished,
        SeedFixedTooEarly,
        InstantAhead,
    ),
)
def record_draw_seed(command: RecordDrawSeed, facts: DrawFacts, context: Context) -> Ruling:
    """Once, from the beacon and round published with the order, fixed when no offer could come any more.

    Within a mandate: somebody answers for the value being the beacon's.
    """
    order, roles = facts.order, ORDERERS | {"contract-owner", "central-contract-management"}
    published = require_published(order, command.order)
    require_mandate(facts.mandate, context, roles, published.event, context.received_at)
    if order.seed is not None:
        raise SeedRecordedAlready(f"{command.order} has its seed", "order", (order.seed.position,))
    rule = order.draw or published.event.draw
    if (command.beacon, command.round) != (rule.beacon, rule.round):
        detail = f"{command.beacon} round {command.round}, not {rule.beacon} round {rule.round}"
        raise SeedNotAsPublished(detail, "round", (published.position,))
    if command.fixed_at < order.answer_by:
        fixed, closed = instant_text(command.fixed_at), instant_text(order.answer_by)
        raise SeedFixedTooEarly(f"fixed {fixed}, answers until {closed}", "fixed_at", (published.position,))
    require_past(command.fixed_at, context, "fixed_at")
    event = DrawSeedRecorded(
        order=command.order,
        beacon=command.beacon,
        round=command.round,
        value=command.value,
        fixed_at=command.fixed_at,
    )
    return Ruling((event,), published.event.authority)
