"""Events about the parties: regions and their legal persons, care units, suppliers, mandates."""

from dataclasses import dataclass
from typing import Literal

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    AuthorityId,
    Code,
    Instant,
    LocalDate,
    LotId,
    MandateId,
    OperatingUnitId,
    Ore,
    OrganisationNumber,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    UnitId,
)

EntityLevel = Literal["region", "authority", "company"]
Role = Literal[
    "authorised-orderer",
    "attester",
    "contract-owner",
    "central-contract-management",
    "supplier",
    "whistleblowing-officer",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One of the things hidden in the word region: a legal person or an authority within it (domain 1)."""

    authority: AuthorityId
    name: Text
    level: EntityLevel
    organisation_number: OrganisationNumber


@event("region-registered", tags=("region",))
class RegionRegistered:
    """A region with its legal persons and authorities, by legal name and organisation number."""

    region: RegionId
    name: Text
    entities: tuple[Entity, ...]
    source: Text


@event("care-unit-registered", tags=("unit", "region"))
class CareUnitRegistered:
    """A care unit, its operating unit (site) and municipality, and the authority that holds its records.

    The zone of its municipality is policy; the one registered here counts where policy names none.
    """

    unit: UnitId
    name: Text
    region: RegionId
    authority: AuthorityId
    operating_unit: OperatingUnitId
    zone: Literal[1, 2, 3]
    municipality: Code | None = None


@event("region-acceded", tags=("agreement", "region"))
class RegionAcceded:
    """A region joined the agreement for one lot by its own award decision (S3)."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    from_on: LocalDate
    decided_on: LocalDate
    decided_by: ActorId
    registry_number: RegistryNumber


@event("supplier-registered", tags=("supplier",))
class SupplierRegistered:
    """A supplier by legal name and organisation number."""

    supplier: SupplierId
    name: Text
    organisation_number: OrganisationNumber


@event("supplier-admitted", tags=("supplier", "agreement"))
class SupplierAdmitted:
    """A supplier was admitted to the agreement for one lot in one region, from a local date on.

    ``round`` names the admission round and ``decide_by`` its last date; what was decided later or outside
    every round says so for ever, with its reason.
    """

    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId
    from_on: LocalDate
    decided_on: LocalDate
    registry_number: RegistryNumber
    round: str = ""
    decide_by: LocalDate | None = None
    exception: Literal["none", "late", "outside-rounds"] = "none"
    reason: str = ""
    terms: tuple[TermUsed, ...] = ()


@event("mandate-granted", tags=("mandate",))
class MandateGranted:
    """A person or function may act within a dated scope.

    Which region, which units and lots, up to which amount (S3); none named means all. Delegated ``under``
    another mandate it is never wider than that one and ends with it. A function acts through its members.
    """

    mandate: MandateId
    agreement: AgreementId
    holder: ActorId
    role: Role
    region: RegionId | None
    supplier: SupplierId | None
    units: tuple[UnitId, ...]
    amount_max_ore: Ore | None
    from_on: LocalDate
    until_on: LocalDate
    granted_by: ActorId
    registry_number: RegistryNumber
    lots: tuple[LotId, ...] = ()
    held_as: Literal["person", "function"] = "person"
    members: tuple[ActorId, ...] = ()
    under: MandateId | None = None
    terms: tuple[TermUsed, ...] = ()


@event("mandate-members-named", tags=("mandate",))
class MandateMembersNamed:
    """The persons who act for a function from an instant on, in place of those named before."""

    mandate: MandateId
    members: tuple[ActorId, ...]
    from_at: Instant
    named_by: ActorId


@event("mandate-revoked", tags=("mandate",))
class MandateRevoked:
    """A mandate ended before its date."""

    mandate: MandateId
    revoked_at: Instant
    reason: Text
