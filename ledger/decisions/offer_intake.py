"""What every version of an offer passes: may it take part, does it fit its position, what does it rest on."""

from datetime import date
from functools import lru_cache
from typing import Protocol

from ledger.decisions.base import Context
from ledger.decisions.guards import imported, pinned_terms
from ledger.errors import Refusal
from ledger.events.offers import OfferTurnedAway, Trust
from ledger.events.orders import OrderPublished
from ledger.facts.consultants import Registered
from ledger.facts.orders import OrderHeld
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.completeness import freshness_term
from ledger.policy.model import Library, Resolved
from ledger.values import instant_text

TIME_CLAUSE = "S3: time is a criterion of award"


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


class ConsultantNotOfSupplier(Refusal):
    """The consultant was never registered, or by another supplier under another id."""

    code = "consultant-not-of-supplier"
    clause = "domain 3.2: an offer is a named consultant"
    title_sv = "Konsulten är inte registrerad av leverantören"
    title_en = "Consultant not registered by the supplier"


class OfferDoubled(Refusal):
    """The supplier has a standing offer of this consultant for the position: it is corrected, not doubled."""

    code = "offer-doubled"
    clause = "domain 3.2: an offer is a named consultant"
    title_sv = "Konsulten är redan erbjuden på avropsraden"
    title_en = "Consultant offered already"


class Version(Protocol):
    """What a new and a corrected offer have in common."""

    @property
    def offer(self) -> str:
        """Its id."""

    @property
    def order(self) -> str:
        """The order it answers."""

    @property
    def supplier(self) -> str:
        """Who gives it."""

    @property
    def consultant(self) -> str:
        """The consultant it names."""

    @property
    def position(self) -> int:
        """The position it is for."""

    @property
    def from_on(self) -> date:
        """Its first date."""

    @property
    def until_on(self) -> date:
        """The first date after it."""


def offer_terms(library: Library, order: OrderPublished) -> dict[str, Resolved]:
    """The policy values that completeness rests on: which documents, how fresh, how many references."""
    needed = pinned_terms(library, order, ("offer.documents", "document.references-min"))
    return {**needed, **pinned_terms(library, order, _freshness(needed["offer.documents"].words))}


@lru_cache(maxsize=64)
def _freshness(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(freshness_term(kind) for kind in kinds)


def turned_away(
    command: Version, order: OrderHeld, published: Recorded[OrderPublished], at: int
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
    if at >= order.answer_by:
        detail = f"received {instant_text(at)}, answers were due by {instant_text(order.answer_by)}"
        return _away(command, at, ("offer-late", TIME_CLAUSE, detail), (published.position,))
    return None


def _away(command: Version, at: int, why: tuple[str, str, str], facts: tuple[int, ...]) -> OfferTurnedAway:
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


def require_consultant(command: Version, registered: Registered) -> None:
    """Refuse a consultant whom this supplier did not register."""
    if registered is None or registered.event.supplier != command.supplier:
        detail = f"{command.supplier} did not register {command.consultant}"
        raise ConsultantNotOfSupplier(detail, "consultant", positions_of(registered))


def require_single(command: Version, order: OrderHeld) -> None:
    """Refuse the same consultant twice for a position: two offers would be two lots in a draw."""
    doubled = [
        held
        for held in order.offers.values()
        if (other := held.latest).consultant == command.consultant
        and other.supplier == command.supplier
        and other.position == command.position
        and other.offer != command.offer
        and held.withdrawn is None
    ]
    if doubled:
        first = min(doubled, key=lambda held: held.latest.offer)
        detail = f"{first.latest.offer} offers {command.consultant}"
        raise OfferDoubled(detail, "consultant", first.positions())


def require_position(command: Version, order: OrderHeld, published: Recorded[OrderPublished]) -> None:
    """Refuse an offer for no position of the order, or outside the position's period."""
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


def trust(context: Context) -> Trust:
    """Whether a command came straight to the ledger or was imported, as claimed by its source."""
    return "imported" if imported(context) else "direct"
