"""When an order reached its recipients: what their channels claim, one receipt a recipient."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    ORDERERS,
    SUPPLIER_REFUSALS,
    SUPPLIERS,
    mandate_of,
    require_mandate,
    require_past,
    require_published,
)
from ledger.decisions.offer_intake import trust
from ledger.decisions.refusals import ActsForOther, InstantAhead, OrderUnknown
from ledger.errors import Refusal
from ledger.events.orders import OrderReceiptRecorded
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.values import Code, Instant, OrderId, SupplierId, instant_text

CLAUSE = "domain 3.1: a notification instant per recipient"


class ReceiptOfNobody(Refusal):
    """The supplier was not sent the order."""

    code = "receipt-of-nobody"
    clause = CLAUSE
    title_sv = "Leverantören är inte mottagare av avropet"
    title_en = "Supplier is no recipient"


class ReceiptRecordedAlready(Refusal):
    """The recipient's receipt is recorded; a second one would let somebody choose."""

    code = "receipt-recorded"
    clause = CLAUSE
    title_sv = "Mottagandet är redan registrerat"
    title_en = "Receipt recorded already"


class ReceiptOutOfOrder(Refusal):
    """An order is sent, received and opened, in this order."""

    code = "receipt-out-of-order"
    clause = CLAUSE
    title_sv = "Mottagandet ligger i fel tidsföljd"
    title_en = "Receipt out of order"


@command
class RecordOrderReceipt:
    """Record when an order reached a recipient, and when it was opened there, as its channel claims."""

    order: OrderId
    supplier: SupplierId
    received_at: Instant
    opened_at: Instant | None = None
    channel: Code


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """The order and the mandate."""

    order: OrderHeld
    mandate: Mandate


def _facts(command: RecordOrderReceipt, context: Context) -> Asking[ReceiptFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return ReceiptFacts(order, mandate)


@decides(
    RecordOrderReceipt,
    facts=_facts,
    example={
        "order": "o-1",
        "supplier": "s-exempel-ett",
        "received_at": "2025-03-03T09:00:03+01:00",
        "opened_at": "2025-03-03T09:12:00+01:00",
        "channel": "portal",
    },
    raises=(
        OrderUnknown,
        *SUPPLIER_REFUSALS,
        ReceiptOfNobody,
        ReceiptRecordedAlready,
        ReceiptOutOfOrder,
        InstantAhead,
    ),
)
def record_order_receipt(command: RecordOrderReceipt, facts: ReceiptFacts, context: Context) -> Ruling:
    """Once a recipient, by itself or by the unit for it, after its notification and not ahead of now."""
    published = require_published(facts.order, command.order).event
    require_mandate(facts.mandate, context, SUPPLIERS | ORDERERS, published, context.received_at)
    _require_own(command, facts.mandate)
    told = facts.order.recipients.get(command.supplier)
    if told is None:
        raise ReceiptOfNobody(f"{command.supplier} was not sent {command.order}", "supplier")
    former = facts.order.receipts.get(command.supplier)
    if former is not None:
        raise ReceiptRecordedAlready(f"{command.supplier} has its receipt", "supplier", (former.position,))
    opened_at = command.received_at if command.opened_at is None else command.opened_at
    if not told.event.notified_at <= command.received_at <= opened_at:
        detail = (
            f"notified {instant_text(told.event.notified_at)}, received {instant_text(command.received_at)}, "
            f"opened {instant_text(opened_at)}"
        )
        raise ReceiptOutOfOrder(detail, "received_at", (told.position,))
    require_past(opened_at, context, "received_at")
    event = OrderReceiptRecorded(
        order=command.order,
        supplier=command.supplier,
        received_at=command.received_at,
        opened_at=command.opened_at,
        channel=command.channel,
        trust=trust(context),
    )
    return Ruling((event,), published.authority)


def _require_own(command: RecordOrderReceipt, mandate: Mandate) -> None:
    acts_for = mandate.granted.event.supplier if mandate.granted else None
    if acts_for not in (None, command.supplier):
        raise ActsForOther(f"the mandate acts for {acts_for}", "supplier", mandate.positions())
