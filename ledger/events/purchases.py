"""Hired staff bought outside the agreement: what, why, and whether the agreement covers it at all."""

from typing import Literal

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    Code,
    Instant,
    LocalDate,
    LotId,
    Minutes,
    Ore,
    PurchaseId,
    RegionId,
    RegistryNumber,
    Text,
)

PurchaseKind = Literal["outside-scope", "before-accession", "within-scope"]


@event("purchase-reported", tags=("purchase", "region"))
class PurchaseReported:
    """Hired staff was bought outside the agreement, for a half-open period and a stated reason.

    ``kind`` is what the facts known then say: a speciality that the agreement leaves out, a booking from
    before the region's accession, or something that the agreement covers.
    """

    purchase: PurchaseId
    agreement: AgreementId
    region: RegionId
    lot: LotId
    speciality: Code
    seller: Text
    booked_on: LocalDate
    from_on: LocalDate
    until_on: LocalDate
    minutes: Minutes
    amount_ore: Ore
    reason: Text
    registry_number: RegistryNumber
    reported_at: Instant
    reported_by: ActorId
    kind: PurchaseKind
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]
