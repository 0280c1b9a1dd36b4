"""What questions about one award share: the order, the award that stands, the offer, the pinned policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.events.awards import OrderAwarded, RankedOffer
from ledger.events.offers import OfferCorrected, OfferReceived
from ledger.events.orders import OrderPublished
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import OfferId, OrderId, local_date
from projections.base import Terms, UnanswerableError, UnknownKeyError, evidence_of
from replay.questions.base import Asking, SealedError


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardParams:
    """An award: the order, its position, and an offer in the ranking unless it is the one awarded."""

    order: OrderId
    position: int = 1
    offer: OfferId | None = None


@dataclass(frozen=True, slots=True)
class AwardCase:
    """One offer in the ranking of one award: the order, the award, how the offer stood, the policies."""

    order: OrderHeld
    awarded: Recorded[OrderAwarded]
    offer: RankedOffer
    library: Library

    @property
    def published(self) -> OrderPublished:
        """The order as it was published."""
        return published(self.order, self.awarded.event.order).event

    @property
    def version(self) -> OfferReceived | OfferCorrected:
        """The offer as it stood at the award."""
        return version_at(self.order, self.offer.offer, self.awarded.position)

    def pinned(self) -> "Pinned":
        """The policy that the order pinned."""
        return Pinned.of(self.library, self.published)

    def evidence(self) -> tuple[int, ...]:
        """The award, and the offer's own events."""
        return evidence_of((self.awarded.position,), self.order.offers[self.offer.offer].positions())


def award_case(params: AwardParams) -> Asking[AwardCase]:
    """Facts (``yield from``): the award asked about. Raises SealedError, UnanswerableError."""
    order: OrderHeld = yield orders(params.order)
    awarded = award(order, params.order, params.position, params.offer)
    offer = ranked(awarded.event, params.offer or awarded.event.offer)
    library: Library = yield policies(awarded.event.agreement)
    return AwardCase(order, awarded, offer, library)


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
    if offer is None:
        raise UnanswerableError(f"position {number} of {order_id} was not awarded")
    raise UnanswerableError(f"no award of position {number} of {order_id} has {offer} in its ranking")


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
        return cls(Terms.over(book), order)

    def resolve(self, name: str) -> Resolved:
        """One value. Raises UnanswerableError."""
        return self.terms.resolve(name, local_date(self.order.published_at), Scope.of(self.order))

    def known(self, name: str) -> Resolved | None:
        """One value, or None where the version has none."""
        try:
            return self.resolve(name)
        except UnanswerableError:
            return None

    def named(self, names: Iterable[str]) -> Mapping[str, Resolved]:
        """Several values by name. Raises UnanswerableError."""
        return {name: self.resolve(name) for name in names}


def ranked(event: OrderAwarded, offer: str) -> RankedOffer:
    """How an offer stood in the ranking of an award. Raises UnanswerableError."""
    for one in event.ranking:
        if one.offer == offer:
            return one
    raise UnanswerableError(f"{offer} does not stand in the ranking of {event.order}")
