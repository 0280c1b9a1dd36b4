"""Events about statutory placement (uthyrningslagen 12 a §) that no shift of this ledger shows."""

from typing import Literal

from ledger.events.base import event
from ledger.events.offers import Trust
from ledger.values import ConsultantId, LocalDate, OperatingUnitId, OrganisationNumber, RegistryNumber, Text


@event("earlier-placement-recorded", tags=("consultant",), secrecy="person")
class EarlierPlacementRecorded:
    """A half-open period at an operating unit through any staffing company, before or outside this ledger."""

    consultant: ConsultantId
    operating_unit: OperatingUnitId
    company: OrganisationNumber
    from_on: LocalDate
    until_on: LocalDate
    source: Text
    trust: Trust


@event("placement-settled", tags=("consultant",), secrecy="person")
class PlacementSettled:
    """The duty of 12 a § was met: an employment was offered, or the payment made instead; she may stay."""

    consultant: ConsultantId
    operating_unit: OperatingUnitId
    how: Literal["offer", "payment"]
    on: LocalDate
    registry_number: RegistryNumber
