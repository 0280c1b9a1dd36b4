"""Events about offers: received, corrected, withdrawn, turned away. Sealed until the award."""

from dataclasses import dataclass

from ledger.events.base import SEALED, event
from ledger.events.orders import Trust
from ledger.values import Code, ConsultantId, Instant, LocalDate, OfferId, OrderId, SupplierId, Text

__all__ = ["Document", "OfferCorrected", "OfferReceived", "OfferTurnedAway", "OfferWithdrawn", "Trust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a presentation: its kind, its date, and who checked it (a role, not a name)."""

    kind: Code
    dated_on: LocalDate
    checked_by: Text


@event("offer-received", tags=("order", "offer"), secrecy=SEALED)
class OfferReceived:
    """An offer reached the authoritative channel.

    It counts from its first complete version: ``counts_from_at``.
    """

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    consultant: ConsultantId
    position: int
    from_on: LocalDate
    until_on: LocalDate
    documents: tuple[Document, ...]
    received_at: Instant
    channel: Code
    trust: Trust
    missing: tuple[Code, ...]
    counts_from_at: Instant | None


@event("offer-corrected", tags=("order", "offer"), secrecy=SEALED)
class OfferCorrected:
    """A new version of an offer.

    Changing consultant, period or position restarts its clock; a clerical change does not.
    """

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    consultant: ConsultantId
    position: int
    from_on: LocalDate
    until_on: LocalDate
    documents: tuple[Document, ...]
    received_at: Instant
    channel: Code
    trust: Trust
    missing: tuple[Code, ...]
    counts_from_at: Instant | None
    restarted: bool


@event("offer-withdrawn", tags=("order", "offer"), secrecy=SEALED)
class OfferWithdrawn:
    """A supplier took its offer back before the award."""

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    withdrawn_at: Instant
    reason: Text


@event("offer-turned-away", tags=("order", "offer"), secrecy=SEALED, refuses=True)
class OfferTurnedAway:
    """An offer was refused at the door for a reason of legal interest (too late, not a recipient).

    Kept as evidence.
    """

    offer: OfferId
    order: OrderId
    supplier: SupplierId
    received_at: Instant
    code: Code
    clause: Text
    detail: Text
    facts: tuple[int, ...]
