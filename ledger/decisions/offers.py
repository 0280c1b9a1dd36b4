"""Submitting an offer; a late one or one from a non-recipient is kept as evidence."""

from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import require_open, require_published, spoken_at
from ledger.decisions.offer_intake import (
    ConsultantNotOfSupplier,
    OfferPeriodOutside,
    PositionUnknown,
    offer_terms,
    require_consultant,
    require_position,
    trust,
    turned_away,
)
from ledger.decisions.refusals import (
    OrderAwardedAlready,
    OrderUnknown,
    OrderWithdrawnAlready,
    PolicyTermMissing,
)
from ledger.errors import Refusal
from ledger.events.offers import (
    Document,
    OfferReceived,
)
from ledger.facts.consultants import Registered, registrations
from ledger.facts.orders import OrderHeld, offer_homes, orders
from ledger.facts.policies import policies
from ledger.policy.completeness import missing_from
from ledger.policy.model import Library
from ledger.values import (
    Code,
    ConsultantId,
    LocalDate,
    OfferId,
    OrderId,
    SupplierId,
    local_date,
)


class OfferIdTaken(Refusal):
    """The offer id was used before, on this order or another."""

    code = "offer-id-taken"
    clause = "domain 3.2: an offer answers one order"
    title_sv = "Avropssvarets id är redan använt"
    title_en = "Offer id taken"


@command
class SubmitOffer:
    """Answer an order with a named consultant for one position."""

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    consultant: ConsultantId
    position: int
    from_on: LocalDate
    until_on: LocalDate
    documents: tuple[Document, ...]
    channel: Code


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """The order, its policy, and the order that the offer id was first used for, and who is offered."""

    order: OrderHeld
    library: Library = field(default_factory=Library)
    home: str | None = None
    consultant: Registered = None


EXAMPLE = {
    "offer": "f-1",
    "order": "o-1",
    "supplier": "s-exempel-ett",
    "consultant": "k-1",
    "position": 1,
    "from_on": "2025-04-07",
    "until_on": "2025-06-30",
    "documents": [
        {"kind": "ivo-extract", "dated_on": "2025-01-15", "checked_by": "supplier quality function"},
        {"kind": "hosp-extract", "dated_on": "2025-01-15", "checked_by": "supplier quality function"},
        {"kind": "cpr-certificate", "dated_on": "2024-09-02", "checked_by": "supplier quality function"},
        {"kind": "reference", "dated_on": "2024-11-20", "checked_by": "supplier quality function"},
        {"kind": "reference", "dated_on": "2024-12-03", "checked_by": "supplier quality function"},
    ],
    "channel": "ledger",
}


def _facts(command: SubmitOffer, _context: Context) -> Asking[OfferFacts]:
    order: OrderHeld = yield orders(command.order)
    if order.published is None:
        return OfferFacts(order)
    library = yield policies(order.published.event.agreement)
    home = yield offer_homes(command.offer)
    consultant = yield registrations(command.consultant)
    return OfferFacts(order, library, home, consultant)


@decides(
    SubmitOffer,
    facts=_facts,
    example=EXAMPLE,
    raises=(
        OrderUnknown,
        OfferIdTaken,
        OrderWithdrawnAlready,
        OrderAwardedAlready,
        ConsultantNotOfSupplier,
        PositionUnknown,
        OfferPeriodOutside,
        PolicyTermMissing,
    ),
)
def submit_offer(command: SubmitOffer, facts: OfferFacts, context: Context) -> Ruling:
    """An offer is recorded with what it lacks; late, or from a non-recipient, it is turned away.

    It counts from its first complete version, and never from before the last recipient was notified.
    """
    published = require_published(facts.order, command.order)
    if facts.home is not None:
        raise OfferIdTaken(f"{command.offer} answers {facts.home}", "offer")
    require_open(facts.order, command.order)
    at = spoken_at(context)
    away = turned_away(command, facts.order, published, at)
    if away is not None:
        return Ruling((away,), published.event.authority)
    require_consultant(command, facts.consultant)
    require_position(command, facts.order, published)
    terms = offer_terms(facts.library, published.event)
    missing = missing_from(command.documents, local_date(at), local_date(at), terms)
    received = OfferReceived(
        offer=command.offer,
        order=command.order,
        supplier=command.supplier,
        consultant=command.consultant,
        position=command.position,
        from_on=command.from_on,
        until_on=command.until_on,
        documents=command.documents,
        received_at=at,
        channel=command.channel,
        trust=trust(context),
        missing=missing,
        counts_from_at=None if missing else max(at, facts.order.last_notified_at),
    )
    return Ruling((received,), published.event.authority, tuple(terms.values()))
