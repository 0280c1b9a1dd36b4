"""Suppliers: their registration, by legal name and organisation number."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import CENTRAL, MANDATE_REFUSALS, mandate_of, require_office
from ledger.errors import Refusal
from ledger.events.parties import SupplierRegistered
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Supplier, suppliers
from ledger.values import OrganisationNumber, SupplierId, Text


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


class OrganisationNumberPersonal(Refusal):
    """A sole trader's organisation number is a personal identity number, which the eternal log must not hold.

    A legal person's has at least 2 as its third digit, since no month is above 12.
    """

    code = "organisation-number-personal"
    clause = "domain 7: no personal data in clear in the eternal log"
    title_sv = "Organisationsnumret är ett personnummer"
    title_en = "Organisation number is a personal identity number"


def require_legal_person(organisation_number: str) -> None:
    """Refuse an organisation number that is a personal identity number."""
    if organisation_number[2] in "01":
        raise OrganisationNumberPersonal("the third digit is that of a month", "organisation_number")


@command
class RegisterSupplier:
    """Register a supplier."""

    supplier: SupplierId
    name: Text
    organisation_number: OrganisationNumber


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """The mandate, and the supplier id's registration, if any."""

    mandate: Mandate
    supplier: Supplier


def _supplier_facts(command: RegisterSupplier, context: Context) -> Asking[SupplierFacts]:
    mandate = yield from mandate_of(context)
    supplier = yield suppliers(command.supplier)
    return SupplierFacts(mandate, supplier)


@decides(
    RegisterSupplier,
    facts=_supplier_facts,
    example={
        "supplier": "s-exempel-ett",
        "name": "Exempelbemanning Ett AB",
        "organisation_number": "559999-0001",
    },
    raises=(*MANDATE_REFUSALS, SupplierRegisteredAlready, OrganisationNumberPersonal),
)
def register_supplier(command: RegisterSupplier, facts: SupplierFacts, context: Context) -> Ruling:
    """A supplier is registered once."""
    require_office(facts.mandate, context, CENTRAL)
    supplier = facts.supplier
    if supplier.registered is not None:
        raise SupplierRegisteredAlready(
            f"{command.supplier} is registered", "supplier", (supplier.registered.position,)
        )
    require_legal_person(command.organisation_number)
    event = SupplierRegistered(
        supplier=command.supplier, name=command.name, organisation_number=command.organisation_number
    )
    return Ruling((event,))
