"""Changing an offer before the award: a new version of it, or taking it back."""

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
from ledger.decisions.offers import EXAMPLE
from ledger.decisions.refusals import (
    OfferUnknown,
    OrderAwardedAlready,
    OrderUnknown,
    OrderWithdrawnAlready,
    PolicyTermMissing,
)
from ledger.errors import Refusal
from ledger.events.offers import Document, OfferCorrected, OfferReceived, OfferWithdrawn
from ledger.facts.consultants import Registered, registrations
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OfferHeld, OrderHeld, orders
from ledger.facts.policies import policies
from ledger.policy.completeness import missing_from
from ledger.policy.model import Library
from ledger.values import Code, ConsultantId, LocalDate, OfferId, OrderId, SupplierId, Text, local_date


class OfferWithdrawnAlready(Refusal):
    """The supplier has taken the offer back."""

    code = "offer-withdrawn"
    clause = "domain 3.2: an offer may be withdrawn before the award"
    title_sv = "Avropssvaret är återtaget"
    title_en = "Offer withdrawn"


@command
class CorrectOffer:
    """Replace an offer by a new version of it."""

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    consultant: ConsultantId
    position: int
    from_on: LocalDate
    until_on: LocalDate
    documents: tuple[Document, ...]
    channel: Code


@command
class WithdrawOffer:
    """Take an offer back before the award."""

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    reason: Text


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """The order, the mandate, and for a new version the policy and who is offered."""

    order: OrderHeld
    mandate: Mandate
    library: Library = field(default_factory=Library)
    consultant: Registered = None


def _correct_facts(command: CorrectOffer, context: Context) -> Asking[ChangeFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    if order.published is None:
        return ChangeFacts(order, mandate)
    library = yield policies(order.published.event.agreement)
    consultant = yield registrations(command.consultant)
    return ChangeFacts(order, mandate, library, consultant)


@decides(
    CorrectOffer,
    facts=_correct_facts,
    example=EXAMPLE,
    raises=(
        OrderUnknown,
        *SUPPLIER_REFUSALS,
        OfferUnknown,
        OfferWithdrawnAlready,
        OrderWithdrawnAlready,
        OrderAwardedAlready,
        ConsultantNotOfSupplier,
        PositionUnknown,
        OfferPeriodOutside,
        OfferDoubled,
        PolicyTermMissing,
    ),
)
def correct_offer(command: CorrectOffer, facts: ChangeFacts, context: Context) -> Ruling:
    """Changing consultant, period or position restarts the clock; completing starts it; clerical keeps it.

    It is clerical only if the offer, as it now stands, was complete when its clock started.
    """
    published = require_published(facts.order, command.order)
    at = spoken_at(context)
    require_supplier(facts.mandate, context, command.supplier, published.event, at)
    held = require_offer(facts.order, command)
    require_open(facts.order, command.order)
    away = turned_away(command, facts.order, published, at)
    if away is not None:
        return Ruling((away,), published.event.authority)
    require_consultant(command, facts.consultant)
    require_position(command, facts.order, published)
    require_single(command, facts.order)
    terms = offer_terms(facts.library, published.event)
    former, changed = held.latest.counts_from_at, _essence(command) != _essence(held.latest)
    kept = None if changed else former
    if kept is not None and missing_from(command.documents, local_date(kept), local_date(kept), terms):
        kept = None  # a document younger than the clock cannot have completed the offer then
    started = max(at, facts.order.last_notified_at) if kept is None else kept
    missing = missing_from(command.documents, local_date(at), local_date(started), terms)
    corrected = OfferCorrected(
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
        counts_from_at=None if missing else started,
        restarted=changed or kept != former,
    )
    return Ruling((corrected,), published.event.authority, tuple(terms.values()))


def _withdraw_facts(command: WithdrawOffer, context: Context) -> Asking[ChangeFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return ChangeFacts(order, mandate)


@decides(
    WithdrawOffer,
    facts=_withdraw_facts,
    example={
        "offer": "f-1",
        "order": "o-1",
        "supplier": "s-exempel-ett",
        "reason": "The consultant is no longer available",
    },
    raises=(
        OrderUnknown,
        *SUPPLIER_REFUSALS,
        OfferUnknown,
        OfferWithdrawnAlready,
        OrderAwardedAlready,
        OrderWithdrawnAlready,
    ),
)
def withdraw_offer(command: WithdrawOffer, facts: ChangeFacts, context: Context) -> Ruling:
    """A supplier takes its own offer back, once, while the order is open."""
    published = require_published(facts.order, command.order)
    at = spoken_at(context)
    require_supplier(facts.mandate, context, command.supplier, published.event, at)
    require_offer(facts.order, command)
    require_open(facts.order, command.order)
    event = OfferWithdrawn(
        offer=command.offer,
        order=command.order,
        supplier=command.supplier,
        withdrawn_at=at,
        reason=command.reason,
    )
    return Ruling((event,), published.event.authority)


def require_offer(order: OrderHeld, command: CorrectOffer | WithdrawOffer) -> OfferHeld:
    """The supplier's own offer. Refuses one that is another's, unknown or withdrawn."""
    held = order.offers.get(command.offer)
    if held is None or held.latest.supplier != command.supplier:
        raise OfferUnknown(f"{command.order} has no offer {command.offer} from {command.supplier}", "offer")
    if held.withdrawn is not None:
        raise OfferWithdrawnAlready(f"{command.offer} was withdrawn", "offer", held.positions())
    return held


def _essence(version: CorrectOffer | OfferReceived | OfferCorrected) -> tuple[object, ...]:
    """What makes an offer another one when it changes."""
    return (version.consultant, version.position, version.from_on, version.until_on)
