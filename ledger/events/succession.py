"""Events about the succession of legal persons: shown on the ladder and for the former-employee bar."""

from typing import Literal

from ledger.events.base import event
from ledger.values import AuthorityId, LocalDate, RegionId, RegistryNumber, SupplierId, Text

Cause = Literal["merger", "transfer", "division", "new-number"]


@event("supplier-succeeded", tags=("former", "successor"))
class SupplierSucceeded:
    """A supplier's legal person was succeeded by another's. It moves no deviation and no assignment."""

    former: SupplierId
    successor: SupplierId
    from_on: LocalDate
    cause: Cause
    source: Text
    registry_number: RegistryNumber


@event("entity-succeeded", tags=("region",))
class EntitySucceeded:
    """A legal person or authority of a region was succeeded by another of the same region."""

    region: RegionId
    former: AuthorityId
    successor: AuthorityId
    from_on: LocalDate
    cause: Cause
    source: Text
    registry_number: RegistryNumber
