"""Offers: received, corrected, withdrawn; a late one or one from a non-recipient is kept as evidence."""

from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import pinned_terms, require_open, require_published, spoken_at
from ledger.decisions.refusals import (
    OfferUnknown,
    OrderAwardedAlready,
    OrderUnknown,
    OrderWithdrawnAlready,
    PolicyTermMissing,
)
from ledger.errors import Refusal
from ledger.events.offers import (
    Document,
    OfferCorrected,
    OfferReceived,
    OfferTurnedAway,
    OfferWithdrawn,
    Trust,
)
from ledger.events.orders import OrderPublished
from ledger.facts.orders import OfferHeld, OrderHeld, offer_homes, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.policy.completeness import freshness_term, missing_from
from ledger.policy.model import Library, Resolved
from ledger.values import (
    Code,
    ConsultantId,
    LocalDate,
    OfferId,
    OrderId,
    SupplierId,
    Text,
    instant_text,
    local_date,
)

TIME_CLAUSE = "S3: time is a criterion of award"


class OfferIdTaken(Refusal):
    """The offer id was used before, on this order or another."""

    code = "offer-id-taken"
    clause = "domain 3.2: an offer answers one order"
    title_sv = "Avropssvarets id är redan använt"
    title_en = "Offer id taken"


class PositionUnknown(Refusal):
    """The order has no such position."""

    code = "position-unknown"
    clause = "domain 3.2: an offer is for one position"
    title_sv = "Avropsraden finns inte"
    title_en = "Position not found"


class OfferPeriodOutside(Refusal):
    """The offer's period is empty or reaches outside its position's."""

    code = "offer-period-outside"
    clause = "domain 3.2: an offer is for one position and period"
    title_sv = "Perioden ligger utanför avropsraden"
    title_en = "Period outside the position"


class OfferWithdrawnAlready(Refusal):
    """The supplier has taken the offer back."""

    code = "offer-withdrawn"
    clause = "domain 3.2: an offer may be withdrawn before the award"
    title_sv = "Avropssvaret är återtaget"
    title_en = "Offer withdrawn"


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
class OfferFacts:
    """The order, its policy, and the order that the offer id was first used for."""

    order: OrderHeld
    library: Library = field(default_factory=Library)
    home: str | None = None


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


def _facts(command: SubmitOffer | CorrectOffer, _context: Context) -> Asking[OfferFacts]:
    order: OrderHeld = yield orders(command.order)
    if order.published is None:
        return OfferFacts(order)
    library = yield policies(order.published.event.agreement)
    home = yield offer_homes(command.offer)
    return OfferFacts(order, library, home)


@decides(
    SubmitOffer,
    facts=_facts,
    example=EXAMPLE,
    raises=(
        OrderUnknown,
        OfferIdTaken,
        OrderWithdrawnAlready,
        OrderAwardedAlready,
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
    away = _turned_away(command, facts.order, published, at)
    if away is not None:
        return Ruling((away,), published.event.authority)
    _require_position(command, facts.order, published)
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
        trust=_trust(context),
        missing=missing,
        counts_from_at=None if missing else max(at, facts.order.last_notified_at),
    )
    return Ruling((received,), published.event.authority, tuple(terms.values()))


@decides(
    CorrectOffer,
    facts=_facts,
    example=EXAMPLE,
    raises=(
        OrderUnknown,
        OfferUnknown,
        OfferWithdrawnAlready,
        OrderWithdrawnAlready,
        OrderAwardedAlready,
        PositionUnknown,
        OfferPeriodOutside,
        PolicyTermMissing,
    ),
)
def correct_offer(command: CorrectOffer, facts: OfferFacts, context: Context) -> Ruling:
    """Changing consultant, period or position restarts the clock; completing starts it; clerical keeps it."""
    published = require_published(facts.order, command.order)
    held = require_offer(facts.order, command)
    require_open(facts.order, command.order)
    at = spoken_at(context)
    away = _turned_away(command, facts.order, published, at)
    if away is not None:
        return Ruling((away,), published.event.authority)
    _require_position(command, facts.order, published)
    terms = offer_terms(facts.library, published.event)
    restarted = _essence(command) != _essence(held.latest)
    kept = None if restarted else held.latest.counts_from_at
    judged_on = local_date(at if kept is None else kept)
    missing = missing_from(command.documents, local_date(at), judged_on, terms)
    started = max(at, facts.order.last_notified_at) if kept is None else kept
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
        trust=_trust(context),
        missing=missing,
        counts_from_at=None if missing else started,
        restarted=restarted,
    )
    return Ruling((corrected,), published.event.authority, tuple(terms.values()))


def _withdraw_facts(command: WithdrawOffer, _context: Context) -> Asking[OrderHeld]:
    order: OrderHeld = yield orders(command.order)
    return order


@decides(
    WithdrawOffer,
    facts=_withdraw_facts,
    example={
        "offer": "f-1",
        "order": "o-1",
        "supplier": "s-exempel-ett",
        "reason": "The consultant is no longer available",
    },
    raises=(OrderUnknown, OfferUnknown, OfferWithdrawnAlready, OrderAwardedAlready, OrderWithdrawnAlready),
)
def withdraw_offer(command: WithdrawOffer, order: OrderHeld, context: Context) -> Ruling:
    """A supplier takes its own offer back, once, while the order is open."""
    published = require_published(order, command.order)
    require_offer(order, command)
    require_open(order, command.order)
    event = OfferWithdrawn(
        offer=command.offer,
        order=command.order,
        supplier=command.supplier,
        withdrawn_at=spoken_at(context),
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


def offer_terms(library: Library, order: OrderPublished) -> dict[str, Resolved]:
    """The policy values that completeness rests on: which documents, how fresh, how many references."""
    needed = pinned_terms(library, order, ("offer.documents", "document.references-min"))
    kinds = needed["offer.documents"].words
    return {**needed, **pinned_terms(library, order, [freshness_term(kind) for kind in kinds])}


def _turned_away(
    command: SubmitOffer | CorrectOffer, order: OrderHeld, published: Recorded[OrderPublished], at: int
) -> OfferTurnedAway | None:
    """The evidence of an offer that may not take part, if so. ``answer_by`` itself is too late."""
    excluded = order.exclusions.get(command.supplier)
    if excluded is not None:
        detail = f"{command.supplier} was not sent the order: {excluded.event.detail}"
        facts = (published.position, excluded.position)
        return _away(command, at, ("supplier-excluded", excluded.event.clause, detail), facts)
    if command.supplier not in order.recipients:
        detail = f"{command.supplier} is not among the {len(order.recipients)} recipients"
        clause = "domain 3.1: published to the admitted suppliers of the region and lot"
        return _away(command, at, ("not-a-recipient", clause, detail), (published.position,))
    if at >= published.event.answer_by:
        detail = f"received {instant_text(at)}, answers were due by {instant_text(published.event.answer_by)}"
        return _away(command, at, ("offer-late", TIME_CLAUSE, detail), (published.position,))
    return None


def _away(
    command: SubmitOffer | CorrectOffer, at: int, why: tuple[str, str, str], facts: tuple[int, ...]
) -> OfferTurnedAway:
    code, clause, detail = why
    return OfferTurnedAway(
        offer=command.offer,
        order=command.order,
        supplier=command.supplier,
        received_at=at,
        code=code,
        clause=clause,
        detail=detail,
        facts=facts,
    )


def _require_position(
    command: SubmitOffer | CorrectOffer, order: OrderHeld, published: Recorded[OrderPublished]
) -> None:
    wanted = order.position(command.position)
    if wanted is None:
        detail = f"{command.order} has no position {command.position}"
        raise PositionUnknown(detail, "position", (published.position,))
    inside = wanted.from_on <= command.from_on < command.until_on <= wanted.until_on
    if not inside:
        detail = (
            f"{command.from_on} until {command.until_on}, but the position is {wanted.from_on} "
            f"until {wanted.until_on}"
        )
        raise OfferPeriodOutside(detail, "from_on", (published.position,))


def _essence(version: SubmitOffer | CorrectOffer | OfferReceived | OfferCorrected) -> tuple[object, ...]:
    """What makes an offer another one when it changes."""
    return (version.consultant, version.position, version.from_on, version.until_on)


def _trust(context: Context) -> Trust:
    return "imported" if context.origin is not None and context.origin.trust == "imported" else "direct"
