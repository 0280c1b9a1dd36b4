"""What questions about one award share: the order, the award that stands, the offer, the pinned policy."""

from dataclasses import dataclass

from ledger.events.awards import OrderAwarded, RankedOffer
from ledger.events.offers import OfferCorrected, OfferReceived
from ledger.events.orders import OrderPublished
from ledger.facts.orders import OrderHeld
from ledger.facts.recorded import Recorded
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import local_date
from projections.base import Terms, UnanswerableError, UnknownKeyError
from replay.questions.base import SealedError


def published(order: OrderHeld, order_id: str) -> Recorded[OrderPublished]:
    """The publication of an order. Raises UnknownKeyError."""
    if order.published is None:
        raise UnknownKeyError(f"no order {order_id} is known")
    return order.published


def require_opened(order: OrderHeld, order_id: str) -> None:
    """Refuse a question about the offers of an order that are sealed still. Raises SealedError."""
    if not order.opened:
        raise SealedError(f"the offers on {order_id} are sealed until every position of it is awarded")


def award(order: OrderHeld, order_id: str, number: int, offer: str | None) -> Recorded[OrderAwarded]:
    """The latest award of a position, or the latest whose ranking an offer stands in.

    Raises SealedError, UnanswerableError.
    """
    published(order, order_id)
    require_opened(order, order_id)
    for held in reversed(order.awards_of(number)):
        if offer is None or any(one.offer == offer for one in held.awarded.event.ranking):
            return held.awarded
    raise UnanswerableError(f"no award of position {number} of {order_id} has this offer in its ranking")


def version_at(order: OrderHeld, offer: str, position: int) -> OfferReceived | OfferCorrected:
    """An offer as it stood at a position of the log. Raises UnanswerableError."""
    versions = order.offers[offer].versions if offer in order.offers else ()
    stood = [one.event for one in versions if one.position <= position]
    if not stood:
        raise UnanswerableError(f"no offer {offer} is known")
    return stood[-1]


@dataclass(frozen=True, slots=True)
class Pinned:
    """The policy an order pinned, resolved on its publication date for its region and lot, and remembered."""

    terms: Terms
    order: OrderPublished

    @classmethod
    def of(cls, library: Library, order: OrderPublished) -> "Pinned":
        """The policy version of an order. Raises UnanswerableError."""
        try:
            book = library.version(order.policy_version)
        except LookupError as error:
            raise UnanswerableError(str(error)) from error
        return cls(Terms(book.published, book.position), order)

    def resolve(self, name: str) -> Resolved:
        """One value. Raises UnanswerableError."""
        scope = Scope(region=self.order.region, lot=self.order.lot)
        return self.terms.resolve(name, local_date(self.order.published_at), scope)


def ranked(event: OrderAwarded, offer: str) -> RankedOffer:
    """How an offer stood in the ranking of an award. Raises UnanswerableError."""
    for one in event.ranking:
        if one.offer == offer:
            return one
    raise UnanswerableError(f"{offer} does not stand in the ranking of {event.order}")
