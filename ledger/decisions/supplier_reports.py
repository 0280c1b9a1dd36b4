"""Suppliers report on regions and units; ÖAF acts and concludes, and the supplier sees it (S4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    SUPPLIERS,
    assumed,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import ActsForOther, PolicyMissing, PolicyTermMissing
from ledger.decisions.supplier_report_refusals import (
    SupplierReportAhead,
    SupplierReportConcludedAlready,
    SupplierReportKindUnknown,
    SupplierReportReceivedAlready,
    SupplierReportUnknown,
)
from ledger.events.supplier_reports import (
    SupplierReportActedOn,
    SupplierReportConcluded,
    SupplierReportReceived,
)
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.facts.supplier_reports import SupplierReport, supplier_reports
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import (
    AgreementId,
    Code,
    LocalDate,
    LotId,
    OrderId,
    RegionId,
    SupplierId,
    SupplierReportId,
    Text,
    UnitId,
    local_date,
)

CENTRAL = frozenset({"central-contract-management"})
KINDS, ANSWER_DAYS = "supplier-report.kinds", "supplier-report.answer-days"
STEP_REFUSALS = (*MANDATE_REFUSALS, SupplierReportUnknown, SupplierReportConcludedAlready)


@command
class ReportRegion:
    """Report, as a supplier, on a region or one of its units."""

    supplier_report: SupplierReportId
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    lot: LotId
    unit: UnitId | None = None
    order: OrderId | None = None
    kind: Code
    occurred_on: LocalDate
    description: Text


@command
class ActOnSupplierReport:
    """Record what ÖAF did about a supplier's report; the supplier reads it."""

    supplier_report: SupplierReportId
    measure: Code
    told: Text


@command
class ConcludeSupplierReport:
    """Conclude a supplier's report with its outcome."""

    supplier_report: SupplierReportId
    outcome: Code
    reasons: Text


@dataclass(frozen=True, slots=True)
class ReceiveFacts:
    """The mandate, the id's earlier report, and the policy."""

    mandate: Mandate
    earlier: SupplierReport
    library: Library


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The mandate, and the report as it stands."""

    mandate: Mandate
    report: SupplierReport


def _receive_facts(command: ReportRegion, context: Context) -> Asking[ReceiveFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield supplier_reports(command.supplier_report)
    library = yield policies(command.agreement)
    return ReceiveFacts(mandate, earlier, library)


@decides(
    ReportRegion,
    facts=_receive_facts,
    example={
        "supplier_report": "sr-1",
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "region": "jamtland-harjedalen",
        "lot": "nurses",
        "unit": "u-medicin-ostersund",
        "kind": "outside-hours",
        "occurred_on": "2025-03-03",
        "description": "The order was published at 06:31 and awarded within a minute",
    },
    raises=(
        *MANDATE_REFUSALS,
        ActsForOther,
        SupplierReportReceivedAlready,
        SupplierReportAhead,
        SupplierReportKindUnknown,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def report_region(command: ReportRegion, facts: ReceiveFacts, context: Context) -> Ruling:
    """A supplier reports for itself, once, what has happened and the policy's taxonomy knows."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, SUPPLIERS, place, context.received_at)
    acts_for = facts.mandate.granted.event.supplier if facts.mandate.granted else None
    if acts_for != command.supplier:
        raise ActsForOther(f"the mandate acts for {acts_for}", "supplier", facts.mandate.positions())
    if facts.earlier.received is not None:
        detail = f"{command.supplier_report} is received"
        raise SupplierReportReceivedAlready(detail, "supplier_report", facts.earlier.positions())
    if command.occurred_on > local_date(context.received_at):
        raise SupplierReportAhead(f"{command.occurred_on} has not come", "occurred_on")
    terms = _terms(command, facts.library, context)
    return Ruling((_received(command, terms, context),), None, tuple(terms.values()))


def _terms(command: ReportRegion, library: Library, context: Context) -> Mapping[str, Resolved]:
    """The policy's taxonomy and time to answer. Refuses a kind it does not have."""
    book = latest_book(library, command.agreement)
    scope = Scope(region=command.region, lot=command.lot)
    terms = resolve_terms(book, (KINDS, ANSWER_DAYS), context.received_at, scope)
    if command.kind not in terms[KINDS].words:
        detail = f"the policy knows no report of {command.kind}"
        raise SupplierReportKindUnknown(detail, "kind", (book.position,), assumed(terms[KINDS]))
    return terms


def _received(
    command: ReportRegion, terms: Mapping[str, Resolved], context: Context
) -> SupplierReportReceived:
    return SupplierReportReceived(
        supplier_report=command.supplier_report,
        agreement=command.agreement,
        supplier=command.supplier,
        region=command.region,
        unit=command.unit,
        lot=command.lot,
        order=command.order,
        kind=command.kind,
        occurred_on=command.occurred_on,
        received_at=context.received_at,
        answer_on=local_date(context.received_at) + timedelta(days=terms[ANSWER_DAYS].number),
        terms=used_terms(terms.values()),
        description=command.description,
    )


class _Names(Protocol):
    @property
    def supplier_report(self) -> str: ...


def _step_facts(command: _Names, context: Context) -> Asking[StepFacts]:
    mandate = yield from mandate_of(context)
    report = yield supplier_reports(command.supplier_report)
    return StepFacts(mandate, report)


def _require_open(facts: StepFacts, name: str, context: Context) -> SupplierReportReceived:
    """The receipt of a report without an outcome, if the actor is ÖAF."""
    if facts.report.received is None:
        raise SupplierReportUnknown(f"no report {name} was received", "supplier_report")
    received = facts.report.received.event
    place = (received.agreement, received.region, "")
    require_mandate(facts.mandate, context, CENTRAL, place, context.received_at)
    if facts.report.concluded is not None:
        raise SupplierReportConcludedAlready(
            f"{name} has its outcome", "supplier_report", positions_of(facts.report.concluded)
        )
    return received


@decides(
    ActOnSupplierReport,
    facts=_step_facts,
    example={
        "supplier_report": "sr-1",
        "measure": "dialogue-with-region",
        "told": "We have spoken with the region's call-off unit about its publishing times",
    },
    raises=STEP_REFUSALS,
)
def act_on_supplier_report(command: ActOnSupplierReport, facts: StepFacts, context: Context) -> Ruling:
    """ÖAF acts on an open report as often as it likes; each measure is shown to the supplier."""
    received = _require_open(facts, command.supplier_report, context)
    event = SupplierReportActedOn(
        supplier_report=command.supplier_report,
        supplier=received.supplier,
        region=received.region,
        measure=command.measure,
        told=command.told,
        acted_at=context.received_at,
    )
    return Ruling((event,))


@decides(
    ConcludeSupplierReport,
    facts=_step_facts,
    example={
        "supplier_report": "sr-1",
        "outcome": "region-changed",
        "reasons": "The region publishes its orders in office hours from now on",
    },
    raises=STEP_REFUSALS,
)
def conclude_supplier_report(command: ConcludeSupplierReport, facts: StepFacts, context: Context) -> Ruling:
    """ÖAF concludes a report once, with reasons."""
    received = _require_open(facts, command.supplier_report, context)
    event = SupplierReportConcluded(
        supplier_report=command.supplier_report,
        supplier=received.supplier,
        region=received.region,
        outcome=command.outcome,
        reasons=command.reasons,
        concluded_at=context.received_at,
    )
    return Ruling((event,))
