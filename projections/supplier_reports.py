"""A supplier's reports about regions and units: what ÖAF did, what came of them, and what is overdue (S4)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.decisions.base import Asking
from ledger.events.supplier_reports import SupplierReportActedOn, SupplierReportReceived
from ledger.facts.recorded import Recorded
from ledger.facts.supplier_reports import ReportsHeld, SupplierReport, reports_of_supplier
from ledger.policy.model import Resolved
from ledger.values import AgreementId, Instant, RegionId, local_date
from projections.base import evidence_of, view
from projections.shapes import plain

Answer = Literal["in-time", "late", "awaited", "overdue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParams:
    """Reports under one agreement; of one region, or with None of every region."""

    agreement: AgreementId
    region: RegionId | None = None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the reading rests on."""

    supplier: str
    state: ReportsHeld
    params: ReportParams


@dataclass(frozen=True, slots=True)
class ActionShown:
    """One measure of ÖAF on a report, as told to the supplier."""

    measure: str
    told: str
    acted_at: Instant


@dataclass(frozen=True, slots=True)
class ReportShown:
    """One report with ÖAF's measures and its outcome, as far as they had come on the date."""

    supplier_report: str
    region: str
    unit: str | None
    lot: str
    kind: str
    occurred_on: date
    received_at: Instant
    answer_on: date
    answer: Answer
    actions: tuple[ActionShown, ...]
    outcome: str | None
    reasons: str | None
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SupplierReports:
    """The reports of one supplier, oldest first."""

    supplier: str
    reports: tuple[ReportShown, ...]
    overdue: int
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(supplier: str, _at: date, params: ReportParams) -> Asking[ReportFacts]:
    """The supplier's reports; each carries the terms it was received under."""
    state = yield reports_of_supplier(supplier)
    return ReportFacts(supplier, state, params)


@view(
    "supplier-reports",
    titles=("Leverantörens rapporter", "Supplier reports"),
    kind=reports_of_supplier,
    shape=plain(ReportsHeld),
    params=ReportParams,
    asks=asks,
)
def read(facts: ReportFacts, at: date) -> SupplierReports:
    """What a supplier has reported on regions and units, and what ÖAF did about it."""
    held = [_at(report, at) for report in facts.state.reports.values()]
    shown = [
        _shown(report, report.received.event, at)
        for report in held
        if report.received and _concerns(report.received.event, facts.params)
    ]
    reports = tuple(sorted(shown, key=lambda one: (one.received_at, one.supplier_report)))
    overdue = sum(one.answer == "overdue" for one in reports)
    return SupplierReports(
        facts.supplier, reports, overdue, evidence_of(*(one.positions for one in reports)), ()
    )


def _at(report: SupplierReport, at: date) -> SupplierReport:
    """A report as far as it had come on a local date."""
    received, concluded = report.received, report.concluded
    return SupplierReport(
        received if received and local_date(received.event.received_at) <= at else None,
        tuple(one for one in report.acted if local_date(one.event.acted_at) <= at),
        concluded if concluded and local_date(concluded.event.concluded_at) <= at else None,
    )


def _concerns(e: SupplierReportReceived, params: ReportParams) -> bool:
    return e.agreement == params.agreement and params.region in (None, e.region)


def _answer(report: SupplierReport, answer_on: date, at: date) -> Answer:
    answered_on = report.answered_on()
    if answered_on is None:
        return "awaited" if at <= answer_on else "overdue"
    return "in-time" if answered_on <= answer_on else "late"


def _shown(report: SupplierReport, e: SupplierReportReceived, at: date) -> ReportShown:
    concluded = report.concluded
    return ReportShown(
        supplier_report=e.supplier_report,
        region=e.region,
        unit=e.unit,
        lot=e.lot,
        kind=e.kind,
        occurred_on=e.occurred_on,
        received_at=e.received_at,
        answer_on=e.answer_on,
        answer=_answer(report, e.answer_on, at),
        actions=tuple(_action(one) for one in report.acted),
        outcome=concluded.event.outcome if concluded else None,
        reasons=concluded.event.reasons if concluded else None,
        positions=report.positions(),
    )


def _action(one: Recorded[SupplierReportActedOn]) -> ActionShown:
    return ActionShown(one.event.measure, one.event.told, one.event.acted_at)
