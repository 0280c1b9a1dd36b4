"""Suppliers: their registration, and their admission to a lot in a region."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.refusals import DecidedAfterwards, RegionNotAcceded
from ledger.errors import Refusal
from ledger.events.parties import SupplierAdmitted, SupplierRegistered
from ledger.facts.parties import Region, Supplier, regions, suppliers
from ledger.values import (
    AgreementId,
    LocalDate,
    LotId,
    OrganisationNumber,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
)


class SupplierRegisteredAlready(Refusal):
    """The supplier id is taken."""

    code = "supplier-registered"
    clause = "domain 1: suppliers are admitted twice a year"
    title_sv = "Leverantören är redan registrerad"
    title_en = "Supplier registered already"


class SupplierUnknown(Refusal):
    """The supplier was never registered."""

    code = "supplier-unknown"
    clause = "domain 1: suppliers are admitted twice a year"
    title_sv = "Leverantören är inte registrerad"
    title_en = "Supplier not registered"


class AdmittedAlready(Refusal):
    """The supplier was admitted to this lot in this region before."""

    code = "supplier-admitted"
    clause = "domain 1: suppliers are admitted twice a year"
    title_sv = "Leverantören är redan antagen"
    title_en = "Supplier admitted already"


@command
class RegisterSupplier:
    """Register a supplier."""

    supplier: SupplierId
    name: Text
    organisation_number: OrganisationNumber


def _supplier_facts(command: RegisterSupplier, _context: Context) -> Asking[Supplier]:
    found: Supplier = yield suppliers(command.supplier)
    return found


@decides(
    RegisterSupplier,
    facts=_supplier_facts,
    example={
        "supplier": "s-exempel-ett",
        "name": "Exempelbemanning Ett AB",
        "organisation_number": "559999-0001",
    },
    raises=(SupplierRegisteredAlready,),
)
def register_supplier(command: RegisterSupplier, supplier: Supplier, _context: Context) -> Ruling:
    """A supplier is registered once."""
    if supplier.registered is not None:
        raise SupplierRegisteredAlready(
            f"{command.supplier} is registered", "supplier", (supplier.registered.position,)
        )
    event = SupplierRegistered(
        supplier=command.supplier, name=command.name, organisation_number=command.organisation_number
    )
    return Ruling((event,))


@command
class AdmitSupplier:
    """Admit a supplier to one lot in one region."""

    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId
    from_on: LocalDate
    decided_on: LocalDate
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class AdmissionFacts:
    """The supplier and the region."""

    supplier: Supplier
    region: Region


def _admission_facts(command: AdmitSupplier, _context: Context) -> Asking[AdmissionFacts]:
    supplier = yield suppliers(command.supplier)
    region = yield regions(command.region)
    return AdmissionFacts(supplier, region)


@decides(
    AdmitSupplier,
    facts=_admission_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "lot": "nurses",
        "region": "jamtland-harjedalen",
        "from_on": "2024-04-01",
        "decided_on": "2024-03-22",
        "registry_number": "RS/2/2024",
    },
    raises=(SupplierUnknown, AdmittedAlready, RegionNotAcceded, DecidedAfterwards),
)
def admit_supplier(command: AdmitSupplier, facts: AdmissionFacts, _context: Context) -> Ruling:
    """A registered supplier is admitted once per lot and region, where the region has acceded by then."""
    if facts.supplier.registered is None:
        raise SupplierUnknown(f"{command.supplier} is not registered", "supplier")
    former = facts.supplier.admitted(command.agreement, command.lot, command.region)
    if former is not None:
        detail = f"admitted to {command.lot} in {command.region} from {former.event.from_on}"
        raise AdmittedAlready(detail, "supplier", (former.position,))
    if facts.region.acceded(command.agreement, command.lot, command.from_on) is None:
        detail = f"{command.region} had not acceded to {command.lot} on {command.from_on}"
        raise RegionNotAcceded(detail, "region", tuple(a.position for a in facts.region.accessions))
    if command.decided_on > command.from_on:
        raise DecidedAfterwards(f"decided {command.decided_on}, in force {command.from_on}", "decided_on")
    event = SupplierAdmitted(
        agreement=command.agreement,
        supplier=command.supplier,
        lot=command.lot,
        region=command.region,
        from_on=command.from_on,
        decided_on=command.decided_on,
        registry_number=command.registry_number,
    )
    return Ruling((event,))
