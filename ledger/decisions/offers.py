"""Submitting an offer; a late one or one from a non-recipient is kept as evidence."""

from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    SUPPLIER_REFUSALS,
    mandate_of,
    require_open,
    require_published,
    require_supplier,
    spoken_at,
)
from ledger.decisions.offer_intake import (
    ConsultantNotOfSupplier,
    OfferDoubled,
    OfferPeriodOutside,
    PositionUnknown,
    offer_terms,
    require_consultant,
    require_position,
    require_single,
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
from ledger.facts.mandates import Mandate
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
    """The order, the mandate, the policy, the order the offer id was first used for, and who is offered."""

    order: OrderHeld
    mandate: Mandate
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


def _facts(command: SubmitOffer, context: Context) -> Asking[OfferFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    if order.published is None:
        return OfferFacts(order, mandate)
    library = yield policies(order.published.event.agreement)
    home = yield offer_homes(command.offer)
    consultant = yield registrations(command.consultant)
    return OfferFacts(order, mandate, library, home, consultant)


@decides(
    SubmitOffer,
    facts=_facts,
    example=EXAMPLE,
    raises=(
        OrderUnknown,
        *SUPPLIER_REFUSALS,
        OfferIdTaken,
        OrderWithdrawnAlready,
        OrderAwardedAlready,
        ConsultantNotOfSupplier,
        PositionUnknown,
        OfferPeriodOutside,
        OfferDoubled,
        PolicyTermMissing,
    ),
)
def submit_offer(command: SubmitOffer, facts: OfferFacts, context: Context) -> Ruling:
    """An offer is recorded with what it lacks; late, or from a non-recipient, it is turned away.

    It counts from its first complete version, and never from before the last recipient was notified.
    """
    published = require_published(facts.order, command.order)
    at = spoken_at(context)
    require_supplier(facts.mandate, context, command.supplier, published.event, at)
    if facts.home is not None:  # perhaps by another supplier: not a word of which order it answers
        raise OfferIdTaken(f"{command.offer} was used before", "offer")
    require_open(facts.order, command.order)
    away = turned_away(command, facts.order, published, at)
    if away is not None:
        return Ruling((away,), published.event.authority)
    require_consultant(command, facts.consultant)
    require_position(command, facts.order, published)
    require_single(command, facts.order)
    terms = offer_terms(facts.library, published.event)
    starts_at = max(at, facts.order.last_notified_at)
    missing = missing_from(command.documents, local_date(at), local_date(starts_at), terms)
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
        counts_from_at=None if missing else starts_at,
    )
    return Ruling((received,), published.event.authority, tuple(terms.values()))
