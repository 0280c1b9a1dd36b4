"""Guards and questions that several decisions share: who may, when was it said, which policy values apply."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from ledger.decisions.base import Asking, Context
from ledger.decisions.refusals import (
    ActsForOther,
    AgreementNotInForce,
    AwardLapsedAlready,
    AwardUnknown,
    InstantAhead,
    MandateAmountExceeded,
    MandateMissing,
    MandateNotHeld,
    MandateNotInForce,
    MandateOutOfScope,
    MandateRoleWrong,
    OrderAwardedAlready,
    OrderUnknown,
    OrderWithdrawnAlready,
    PolicyMissing,
    PolicyTermMissing,
    RegionNotAcceded,
)
from ledger.errors import Refusal
from ledger.events.agreements import AgreementRegistered
from ledger.events.orders import OrderPublished
from ledger.events.policy import TermUsed
from ledger.facts.mandates import Mandate, mandates
from ledger.facts.orders import AwardHeld, OrderHeld
from ledger.facts.parties import Region
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import ASSUMPTION, Book, Library, Resolved, Scope
from ledger.values import instant_text, local_date

ORDERERS = frozenset({"authorised-orderer"})
SUPPLIERS = frozenset({"supplier"})
CENTRAL = frozenset({"central-contract-management"})
OWNERS = frozenset({"contract-owner", "central-contract-management"})
MANDATE_REFUSALS: tuple[type[Refusal], ...] = (
    MandateMissing,
    MandateNotHeld,
    MandateRoleWrong,
    MandateNotInForce,
    MandateOutOfScope,
)
SUPPLIER_REFUSALS: tuple[type[Refusal], ...] = (InstantAhead, *MANDATE_REFUSALS, ActsForOther)


def spoken_at(context: Context) -> int:
    """When a command was given (µs): the door's instant; for an import its source's time, as claimed.

    A claim of a time after the receipt is refused.
    """
    origin = context.origin
    if origin is None or origin.time is None or not imported(context):
        return context.received_at
    require_past(origin.time, context, "")
    return origin.time


def imported(context: Context) -> bool:
    """Whether a command was brought in from another system, which claims what it says."""
    return context.origin is not None and context.origin.trust == "imported"


def mandate_of(context: Context) -> Asking[Mandate]:
    """Facts: the mandate that the command was given under; an empty one if it was given under none."""
    if context.mandate is None:
        return Mandate()
    held: Mandate = yield from whole_mandate(context.mandate)
    return held


def whole_mandate(mandate: str) -> Asking[Mandate]:
    """Facts: a mandate together with those above it, under which it was delegated."""
    held: Mandate = yield mandates(mandate)
    if held.granted is None or held.granted.event.under is None:
        return held
    above = yield from whole_mandate(held.granted.event.under)
    return replace(held, above=above)


def require_mandate(
    held: Mandate,
    context: Context,
    roles: Collection[str],
    place: OrderPublished | tuple[str, str, str] | tuple[str, str, str, str],
    at: int,
) -> None:
    """Refuse unless the actor holds a mandate for a place (agreement, region, unit, lot) at an instant."""
    where = place if isinstance(place, tuple) else (place.agreement, place.region, place.unit, place.lot)
    if context.mandate is None:
        raise MandateMissing("the command names no mandate")
    if held.granted is None or not held.held_by(context.actor, at):
        raise MandateNotHeld(f"{context.actor} does not hold mandate {context.mandate}", "", held.positions())
    if held.granted.event.role not in roles:
        detail = (
            f"mandate {context.mandate} is for {held.granted.event.role}, not {' or '.join(sorted(roles))}"
        )
        raise MandateRoleWrong(detail, "", held.positions())
    if not held.in_force(at):
        detail = f"mandate {context.mandate} was not in force at {instant_text(at)}"
        raise MandateNotInForce(detail, "", held.positions())
    if not held.reaches(*where):
        detail = f"mandate {context.mandate} does not cover {' '.join(where[1:])} under {where[0]}"
        raise MandateOutOfScope(detail, "", held.positions())


def require_office(
    held: Mandate, context: Context, roles: Collection[str], agreement: str | None = None, region: str = ""
) -> None:
    """Refuse an administrative command under a mandate that does not carry it; one under none is not judged.

    What is of no single agreement, such as a supplier's registration, is carried by a mandate under any.
    """
    if context.mandate is None:
        return
    own = held.granted.event.agreement if held.granted else ""
    require_mandate(held, context, roles, (agreement or own, region, ""), context.received_at)


def require_agreement(agreement: Recorded[AgreementRegistered] | None, on: date) -> None:
    """Refuse a date outside an agreement's time; one that nobody registered is taken to run."""
    if agreement is None or agreement.event.from_on <= on < agreement.event.until_on:
        return
    runs = f"{agreement.event.agreement} runs from {agreement.event.from_on} until {agreement.event.until_on}"
    raise AgreementNotInForce(f"{runs}, not on {on}", "agreement", (agreement.position,))


def require_accession(region: Region, agreement: str, lot: str, on: date) -> None:
    """Refuse a lot that the region had not joined on a date."""
    if region.acceded(agreement, lot, on) is None:
        name = region.registered.event.region if region.registered else "the region"
        detail = f"{name} had not acceded to {lot} on {on}"
        raise RegionNotAcceded(detail, "region", positions_of(*region.accessions))


def require_amount(held: Mandate, estimated_ore: int | None, unknown: Resolved) -> bool:
    """Refuse an order that costs more (öre) than the mandate allows; whether that could not be told.

    ``unknown`` is the policy on an amount that nobody knows: flagged or refused.
    """
    limit = held.amount_max_ore()
    if limit is None:
        return False
    if estimated_ore is None and unknown.text == "refused":
        detail = f"the mandate allows {limit} öre, and nobody knows what the order costs"
        raise MandateAmountExceeded(detail, "", (*held.positions(), unknown.position), assumed(unknown))
    if estimated_ore is not None and estimated_ore > limit:
        detail = f"{estimated_ore} öre by estimate; the mandate allows {limit}"
        raise MandateAmountExceeded(detail, "", held.positions())
    return estimated_ore is None


def require_supplier(held: Mandate, context: Context, supplier: str, order: OrderPublished, at: int) -> None:
    """Refuse unless the actor acts for this supplier; an import may be made by an orderer of the unit too."""
    roles = SUPPLIERS | ORDERERS if imported(context) else SUPPLIERS
    require_mandate(held, context, roles, order, at)
    acts_for = held.granted.event.supplier if held.granted else None
    if acts_for not in (None, supplier):
        raise ActsForOther(f"the mandate acts for {acts_for}, not {supplier}", "supplier", held.positions())


def require_published(order: OrderHeld, order_id: str) -> Recorded[OrderPublished]:
    """The publication of an order. Refuses an order that never was published."""
    if order.published is None:
        raise OrderUnknown(f"no order {order_id} was published", "order")
    return order.published


def require_open(order: OrderHeld, order_id: str) -> None:
    """Refuse an order that was withdrawn or awarded."""
    if order.withdrawn is not None:
        raise OrderWithdrawnAlready(f"{order_id} was withdrawn", "order", (order.withdrawn.position,))
    if order.awards:
        raise OrderAwardedAlready(f"{order_id} was awarded", "order", (order.awards[0].awarded.position,))


def require_past(at: int, context: Context, field: str) -> None:
    """Refuse an instant that lies after the command was received."""
    if at > context.received_at:
        detail = f"{instant_text(at)} lies after the command, received {instant_text(context.received_at)}"
        raise InstantAhead(detail, field)


def require_come(day: date, context: Context, field: str) -> None:
    """Refuse a local date that had not come when the command was received: no decision is dated ahead."""
    if day > local_date(context.received_at):
        raise InstantAhead(f"{day} has not come", field)


def latest_book(library: Library, agreement: str) -> Book:
    """The policy version now in force. Refuses an agreement without one."""
    book = library.latest()
    if book is None:
        raise PolicyMissing(f"no policy was published for {agreement}", "agreement")
    return book


def pinned_terms(library: Library, order: OrderPublished, names: Iterable[str]) -> Mapping[str, Resolved]:
    """The values of terms in the version an order pinned, for its place and publication date."""
    book = library.version(order.policy_version)
    return resolve_terms(book, names, order.published_at, Scope.of(order))


def resolve_terms(
    book: Book, names: Iterable[str], at: int, scope: Scope | None = None
) -> Mapping[str, Resolved]:
    """The values of terms in a scope on the local date of an instant. Refuses a book that lacks one."""
    try:
        return book.values(names, local_date(at), scope)
    except LookupError as error:
        raise PolicyTermMissing(str(error), "", (book.position,)) from error


def assumed(*terms: Resolved) -> tuple[str, ...]:
    """The names of those whose value nobody has published."""
    return tuple(term.row.term for term in terms if term.assumed)


def behind(*terms: Resolved) -> tuple[int, ...]:
    """The positions of the policy versions that these values came from, each once."""
    return tuple(sorted({term.position for term in terms}))


def assumed_in(terms: Iterable[TermUsed]) -> tuple[str, ...]:
    """The names of recorded terms whose value nobody has published."""
    return tuple(term.term for term in terms if term.source == ASSUMPTION)


def require_award(order: OrderHeld, order_id: str, offer: str, supplier: str | None = None) -> AwardHeld:
    """The standing award to an offer, and to this supplier. Refuses one unknown or lapsed."""
    held = order.award_of(offer)
    if held is None or supplier not in (None, held.awarded.event.supplier):
        raise AwardUnknown(f"{order_id} has no such award to {offer}", "offer")
    if held.lapsed is not None:
        raise AwardLapsedAlready(f"the award to {offer} lapsed", "offer", held.positions())
    return held
