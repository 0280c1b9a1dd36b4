"""Admission: a supplier's way into the agreement, per lot and region, twice a year (S3)."""

from dataclasses import dataclass
from typing import Literal

from ledger.decisions.admission_rounds import RoundName
from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    CENTRAL,
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    require_accession,
    require_come,
    require_office,
    resolve_terms,
)
from ledger.decisions.refusals import (
    DecidedAfterwards,
    InstantAhead,
    PolicyMissing,
    PolicyTermMissing,
    RegionNotAcceded,
)
from ledger.decisions.suppliers import SupplierUnknown
from ledger.errors import Refusal
from ledger.events.admissions import AdmissionRoundOpened
from ledger.events.parties import SupplierAdmitted
from ledger.facts.admissions import Rounds, rounds
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, Supplier, regions, suppliers
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Library, Resolved, used_terms
from ledger.values import (
    AgreementId,
    LocalDate,
    LotId,
    RegionId,
    RegistryNumber,
    Remark,
    SupplierId,
    local_instant,
)

EXCEPTIONS = "admission.exceptions"
Exceptional = Literal["none", "late", "outside-rounds"]


class AdmittedAlready(Refusal):
    """The supplier was admitted to this lot in this region before."""

    code = "supplier-admitted"
    clause = "domain 1: suppliers are admitted twice a year"
    title_sv = "Leverantören är redan antagen"
    title_en = "Supplier admitted already"


class RoundUnknown(Refusal):
    """No such admission round was opened, or not for this lot, or only after the decision."""

    code = "round-unknown"
    clause = "S3: admission twice a year"
    title_sv = "Antagningsomgången finns inte"
    title_en = "Admission round not found"


class AdmissionOutsideRounds(Refusal):
    """An admission outside every round or after its last date needs a reason, where it is allowed at all."""

    code = "admission-outside-rounds"
    clause = "S3: admission twice a year; domain 1: by the last non-holiday Friday of March and September"
    title_sv = "Antagningen ligger utanför antagningsomgångarna"
    title_en = "Admission outside the rounds"


@command
class AdmitSupplier:
    """Admit a supplier to one lot in one region, in an admission round or with a reason why not."""

    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId
    from_on: LocalDate
    decided_on: LocalDate
    registry_number: RegistryNumber
    round: RoundName | None = None
    reason: Remark = ""


@dataclass(frozen=True, slots=True)
class AdmissionFacts:
    """The supplier, the region, the rounds, the policy and the mandate."""

    supplier: Supplier
    region: Region
    rounds: Rounds
    library: Library
    mandate: Mandate


def _admission_facts(command: AdmitSupplier, context: Context) -> Asking[AdmissionFacts]:
    supplier = yield suppliers(command.supplier)
    region = yield regions(command.region)
    opened = yield rounds(command.agreement)
    library = yield policies(command.agreement)
    mandate = yield from mandate_of(context)
    return AdmissionFacts(supplier, region, opened, library, mandate)


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
        "reason": "The first award of the agreement",
    },
    raises=(
        *MANDATE_REFUSALS,
        SupplierUnknown,
        AdmittedAlready,
        RegionNotAcceded,
        DecidedAfterwards,
        InstantAhead,
        RoundUnknown,
        AdmissionOutsideRounds,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def admit_supplier(command: AdmitSupplier, facts: AdmissionFacts, context: Context) -> Ruling:
    """A registered supplier is admitted once per lot and region, where the region has acceded by then."""
    require_office(facts.mandate, context, CENTRAL, command.agreement)
    _require_new(command, facts.supplier)
    require_accession(facts.region, command.agreement, command.lot, command.from_on)
    if command.decided_on > command.from_on:
        raise DecidedAfterwards(f"decided {command.decided_on}, in force {command.from_on}", "decided_on")
    require_come(command.decided_on, context, "decided_on")
    round_ = _round(command, facts.rounds)
    exception = _exception(command, round_)
    terms = _require_reason(command, exception, round_, facts.library) if exception != "none" else ()
    event = SupplierAdmitted(
        agreement=command.agreement,
        supplier=command.supplier,
        lot=command.lot,
        region=command.region,
        from_on=command.from_on,
        decided_on=command.decided_on,
        registry_number=command.registry_number,
        round=command.round or "",
        decide_by=round_.event.decide_by if round_ else None,
        exception=exception,
        reason=command.reason.strip(),
        terms=used_terms(terms),
    )
    return Ruling((event,), None, terms)


def _require_new(command: AdmitSupplier, supplier: Supplier) -> None:
    if supplier.registered is None:
        raise SupplierUnknown(f"{command.supplier} is not registered", "supplier")
    former = supplier.admitted(command.agreement, command.lot, command.region)
    if former is not None:
        detail = f"admitted to {command.lot} in {command.region} from {former.event.from_on}"
        raise AdmittedAlready(detail, "supplier", (former.position,))


def _round(command: AdmitSupplier, known: Rounds) -> Recorded[AdmissionRoundOpened] | None:
    """The round the admission names, if any. Refuses one that was not open for the lot at its decision."""
    if command.round is None:
        return None
    found = known.opened.get(command.round)
    if found is None or command.lot not in found.event.lots or command.decided_on < found.event.opened_on:
        detail = f"no round {command.round} was open for {command.lot} on {command.decided_on}"
        raise RoundUnknown(detail, "round", positions_of(found))
    return found


def _exception(command: AdmitSupplier, round_: Recorded[AdmissionRoundOpened] | None) -> Exceptional:
    if round_ is None:
        return "outside-rounds"
    return "late" if command.decided_on > round_.event.decide_by else "none"


def _require_reason(
    command: AdmitSupplier,
    exception: Exceptional,
    round_: Recorded[AdmissionRoundOpened] | None,
    library: Library,
) -> tuple[Resolved, ...]:
    """The policy on exceptions. Refuses one that it does not allow, or that has no reason."""
    book = latest_book(library, command.agreement)
    term = resolve_terms(book, (EXCEPTIONS,), local_instant(command.from_on, 0))[EXCEPTIONS]
    if term.text == "refused" or not command.reason.strip():
        last = f", the round was to be decided by {round_.event.decide_by}" if round_ else ""
        detail = f"{exception}: decided {command.decided_on}{last}; exceptions are {term.text}"
        facts = (*positions_of(round_), book.position)
        raise AdmissionOutsideRounds(detail, "reason" if round_ else "round", facts, assumed(term))
    return (term,)
