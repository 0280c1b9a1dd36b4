"""Relied-upon capacity: LOU lets a supplier rely on another firm to meet a requirement (S4)."""

from typing import Literal

from ledger.decisions.base import Context, Ruling, command, decides
from ledger.decisions.firms import (
    CLAUSE,
    FirmFacts,
    FirmPeriodWrong,
    firm_facts,
    require_admitted,
    require_period,
)
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.decisions.supplier_status import SupplierNotAdmitted
from ledger.decisions.suppliers import OrganisationNumberPersonal, require_legal_person
from ledger.errors import Refusal
from ledger.events.supplier_status import CapacityEnded, CapacityReliedUpon
from ledger.values import (
    AgreementId,
    Code,
    LocalDate,
    OrganisationNumber,
    RegistryNumber,
    SupplierId,
    Text,
    local_date,
)

PURPOSES = "capacity.purposes"


class CapacityRecordedAlready(Refusal):
    """The supplier's capacity id is taken, or the capacity has ended already."""

    code = "capacity-recorded"
    clause = CLAUSE
    title_sv = "Den åberopade kapaciteten är redan registrerad"
    title_en = "Relied-upon capacity recorded already"


class CapacityUnknown(Refusal):
    """The supplier relies on no such capacity."""

    code = "capacity-unknown"
    clause = CLAUSE
    title_sv = "Den åberopade kapaciteten finns inte"
    title_en = "Relied-upon capacity not found"


class CapacityPurposeUnknown(Refusal):
    """The policy knows no such requirement for which another firm's capacity may be relied upon."""

    code = "capacity-purpose-unknown"
    clause = CLAUSE
    title_sv = "Kapacitet kan inte åberopas för det kravet"
    title_en = "No capacity relied upon for that requirement"


@command
class RelyOnCapacity:
    """Record that a supplier relies upon another firm's capacity for a requirement, with its promise."""

    agreement: AgreementId
    supplier: SupplierId
    capacity: Code
    firm: Text
    organisation_number: OrganisationNumber
    firm_supplier: SupplierId | None = None
    purpose: Code
    from_on: LocalDate
    until_on: LocalDate | None = None
    evidence: Text
    registry_number: RegistryNumber


@command
class EndCapacity:
    """Record that the capacity of another firm is there no longer, and why."""

    agreement: AgreementId
    supplier: SupplierId
    capacity: Code
    from_on: LocalDate
    cause: Literal["withdrawn", "replaced", "firm-insolvent", "firm-wound-down"]
    source: Text


@decides(
    RelyOnCapacity,
    facts=firm_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "capacity": "turnover-2024",
        "firm": "Exempelkoncernen AB",
        "organisation_number": "559999-0101",
        "purpose": "turnover",
        "from_on": "2024-04-01",
        "until_on": "2028-01-01",
        "evidence": "The firm's undertaking of 2024-02-20, in the tender",
        "registry_number": "RS/70/2024",
    },
    raises=(
        *MANDATE_REFUSALS,
        SupplierNotAdmitted,
        OrganisationNumberPersonal,
        CapacityRecordedAlready,
        FirmPeriodWrong,
        PolicyMissing,
        PolicyTermMissing,
        CapacityPurposeUnknown,
    ),
)
def rely_on_capacity(command: RelyOnCapacity, facts: FirmFacts, context: Context) -> Ruling:
    """For a requirement that the policy knows, of a legal person, for a time, with its promise."""
    require_admitted(command, facts, context)
    require_legal_person(command.organisation_number)
    known = facts.record.capacities.get(command.capacity)
    if known is not None:
        raise CapacityRecordedAlready(f"{command.capacity} is recorded", "capacity", known.positions())
    require_period(command.from_on, command.until_on)
    book = latest_book(facts.library, command.agreement)
    term = resolve_terms(book, (PURPOSES,), context.decided_at)[PURPOSES]
    if command.purpose not in term.words:
        detail = f"{command.purpose} is none of {', '.join(term.words)}"
        raise CapacityPurposeUnknown(detail, "purpose", (term.position,), assumed(term))
    event = CapacityReliedUpon(
        agreement=command.agreement,
        supplier=command.supplier,
        capacity=command.capacity,
        firm=command.firm,
        organisation_number=command.organisation_number,
        firm_supplier=command.firm_supplier,
        purpose=command.purpose,
        from_on=command.from_on,
        until_on=command.until_on,
        evidence=command.evidence,
        registry_number=command.registry_number,
    )
    return Ruling((event,), None, (term,))


@decides(
    EndCapacity,
    facts=firm_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "capacity": "turnover-2024",
        "from_on": "2025-02-17",
        "cause": "firm-insolvent",
        "source": "Post- och Inrikes Tidningar, K 100-25",
    },
    raises=(
        *MANDATE_REFUSALS,
        SupplierNotAdmitted,
        CapacityUnknown,
        CapacityRecordedAlready,
        FirmPeriodWrong,
    ),
)
def end_capacity(command: EndCapacity, facts: FirmFacts, context: Context) -> Ruling:
    """A capacity relied upon ends once, when it has, with cause and source; what follows is a decision."""
    require_admitted(command, facts, context)
    held = facts.record.capacities.get(command.capacity)
    if held is None or held.relied.event.agreement != command.agreement:
        raise CapacityUnknown(f"{command.supplier} relies on no {command.capacity}", "capacity")
    if held.ended is not None:
        raise CapacityRecordedAlready(f"{command.capacity} has ended", "capacity", held.positions())
    if not held.relied.event.from_on <= command.from_on <= local_date(context.received_at):
        detail = f"{command.from_on} lies before the capacity began or after the command"
        raise FirmPeriodWrong(detail, "from_on", held.positions())
    event = CapacityEnded(
        agreement=command.agreement,
        supplier=command.supplier,
        capacity=command.capacity,
        from_on=command.from_on,
        cause=command.cause,
        source=command.source,
    )
    return Ruling((event,))
