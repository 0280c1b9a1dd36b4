"""Events about a supplier's status, turnover, relied-upon capacity and subcontractors (topic 20)."""

from typing import Literal

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    AssignmentId,
    Code,
    LocalDate,
    LotId,
    Ore,
    OrganisationNumber,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
)

Status = Literal["admitted", "paused", "excluded", "winding-down", "wound-down", "insolvent"]


@event("supplier-status-recorded", tags=("supplier", "agreement"))
class SupplierStatusRecorded:
    """A supplier's status from a local date on: a decision, or a fact about the firm with its source.

    Without lot or region it is about all of them; a decided status ends before ``until_on``, if that is set.
    """

    agreement: AgreementId
    supplier: SupplierId
    lot: LotId | None
    region: RegionId | None
    status: Status
    from_on: LocalDate
    until_on: LocalDate | None
    decided_on: LocalDate | None
    decided_by: ActorId
    clause: Text
    source: Text
    reasons: Text
    registry_number: RegistryNumber
    terms: tuple[TermUsed, ...]


@event("running-assignments-decided", tags=("supplier", "agreement"))
class RunningAssignmentsDecided:
    """What happens to assignments that run when a supplier's status changes. It ends none by itself."""

    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    assignments: tuple[AssignmentId, ...]
    choice: Literal["worked-to-end", "to-be-cancelled", "goes-to-successor"]
    successor: SupplierId | None
    reasons: Text
    decided_by: ActorId
    registry_number: RegistryNumber
    facts: tuple[int, ...]


@event("turnover-reported", tags=("supplier", "agreement"))
class TurnoverReported:
    """A supplier's turnover (öre) in a period, with its evidence, judged by the policy on the last day.

    ``relied_ore`` is the part that firms contribute whose capacity the supplier relies upon.
    """

    agreement: AgreementId
    supplier: SupplierId
    from_on: LocalDate
    until_on: LocalDate
    own_ore: Ore
    relied_ore: Ore
    required_ore: Ore
    met: bool
    evidence: Text
    source: Text
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]


@event("capacity-relied-upon", tags=("supplier", "agreement"))
class CapacityReliedUpon:
    """A supplier relies on another firm's capacity for a requirement, for a time (LOU; S4)."""

    agreement: AgreementId
    supplier: SupplierId
    capacity: Code
    firm: Text
    organisation_number: OrganisationNumber
    firm_supplier: SupplierId | None
    purpose: Code
    from_on: LocalDate
    until_on: LocalDate | None
    evidence: Text
    registry_number: RegistryNumber


@event("capacity-ended", tags=("supplier", "agreement"))
class CapacityEnded:
    """The capacity of another firm is there no longer from a local date on."""

    agreement: AgreementId
    supplier: SupplierId
    capacity: Code
    from_on: LocalDate
    cause: Literal["withdrawn", "replaced", "firm-insolvent", "firm-wound-down"]
    source: Text


@event("subcontractor-registered", tags=("supplier", "agreement"))
class SubcontractorRegistered:
    """A subcontractor of a supplier, or a sub-consultant's company, for a time."""

    agreement: AgreementId
    supplier: SupplierId
    kind: Literal["subcontractor", "sub-consultant"]
    firm: Text
    organisation_number: OrganisationNumber
    from_on: LocalDate
    until_on: LocalDate | None
    registry_number: RegistryNumber
