"""Events about accessions: what sources claim, which date governs, and bookings from before (domain 1)."""

from typing import Literal

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    BookingId,
    ConsultantId,
    LocalDate,
    LotId,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    UnitId,
)


@event("accession-claimed", tags=("agreement", "region"))
class AccessionClaimed:
    """A source says when a region joined the agreement for a lot. A claim governs nothing."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    from_on: LocalDate
    source: Text


@event("accession-settled", tags=("agreement", "region"))
class AccessionSettled:
    """Somebody decided which of several dates governs a region's accession, and which it leaves aside."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    from_on: LocalDate
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...]
    reasons: Text
    decided_on: LocalDate
    decided_by: ActorId
    registry_number: RegistryNumber


@event("earlier-booking-recorded", tags=("booking", "region"))
class EarlierBookingRecorded:
    """A booking of hired staff made outside this agreement, before the region's accession or not.

    ``governed_by`` says which terms it keeps, by the accession known then (``facts``) and the policy.
    """

    booking: BookingId
    agreement: AgreementId
    region: RegionId
    lot: LotId
    unit: UnitId
    supplier: SupplierId
    consultant: ConsultantId | None
    booked_on: LocalDate
    from_on: LocalDate
    until_on: LocalDate
    old_terms: Text
    governed_by: Literal["old-terms", "agreement-terms"]
    source: Text
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]
