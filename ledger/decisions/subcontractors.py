"""Subcontractors of suppliers, and the companies of sub-consultants."""

from typing import Literal

from ledger.decisions.base import Context, Ruling, command, decides
from ledger.decisions.firms import FirmFacts, FirmPeriodWrong, firm_facts, require_admitted, require_period
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
)
from ledger.decisions.supplier_status import SupplierNotAdmitted
from ledger.decisions.suppliers import OrganisationNumberPersonal, require_legal_person
from ledger.events.supplier_status import SubcontractorRegistered
from ledger.values import (
    AgreementId,
    LocalDate,
    OrganisationNumber,
    RegistryNumber,
    SupplierId,
    Text,
)


@command
class RegisterSubcontractor:
    """Register a subcontractor of a supplier or a sub-consultant's company, but no sole trader."""

    agreement: AgreementId
    supplier: SupplierId
    kind: Literal["subcontractor", "sub-consultant"]
    firm: Text
    organisation_number: OrganisationNumber
    from_on: LocalDate
    until_on: LocalDate | None = None
    registry_number: RegistryNumber


@decides(
    RegisterSubcontractor,
    facts=firm_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "kind": "subcontractor",
        "firm": "Exempelvikarier AB",
        "organisation_number": "559999-0102",
        "from_on": "2024-04-01",
        "registry_number": "RS/71/2024",
    },
    raises=(*MANDATE_REFUSALS, SupplierNotAdmitted, OrganisationNumberPersonal, FirmPeriodWrong),
)
def register_subcontractor(command: RegisterSubcontractor, facts: FirmFacts, context: Context) -> Ruling:
    """A legal person that works for an admitted supplier, for a time."""
    require_admitted(command, facts, context)
    require_legal_person(command.organisation_number)
    require_period(command.from_on, command.until_on)
    event = SubcontractorRegistered(
        agreement=command.agreement,
        supplier=command.supplier,
        kind=command.kind,
        firm=command.firm,
        organisation_number=command.organisation_number,
        from_on=command.from_on,
        until_on=command.until_on,
        registry_number=command.registry_number,
    )
    return Ruling((event,))
