"""Suppliers' reports about regions and units: one by its id, and all of one supplier."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.supplier_reports import (
    SupplierReportActedOn,
    SupplierReportConcluded,
    SupplierReportReceived,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind
from ledger.values import local_date

ReportEvent = SupplierReportReceived | SupplierReportActedOn | SupplierReportConcluded


@dataclass(frozen=True, slots=True)
class SupplierReport:
    """One report, ÖAF's measures in order, and the outcome."""

    received: Recorded[SupplierReportReceived] | None = None
    acted: tuple[Recorded[SupplierReportActedOn], ...] = ()
    concluded: Recorded[SupplierReportConcluded] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(self.received, *self.acted, self.concluded)

    def answered_on(self) -> date | None:
        """The local date of ÖAF's first measure, or of the outcome if there was none."""
        times = [one.event.acted_at for one in self.acted]
        times += [self.concluded.event.concluded_at] if self.concluded else []
        return local_date(min(times)) if times else None

    def after(self, e: ReportEvent, position: int) -> "SupplierReport":
        """The report after one more step."""
        match e:
            case SupplierReportReceived():
                return replace(self, received=Recorded(position, e))
            case SupplierReportActedOn():
                return replace(self, acted=(*self.acted, Recorded(position, e)))
            case SupplierReportConcluded():
                return replace(self, concluded=Recorded(position, e))


supplier_reports: FoldKind[SupplierReport] = FoldKind("supplier-reports", "supplier-report", SupplierReport())


@supplier_reports.on(SupplierReportReceived, SupplierReportActedOn, SupplierReportConcluded)
def _stepped(state: SupplierReport, e: ReportEvent, position: int) -> SupplierReport:
    return state.after(e, position)


@dataclass(frozen=True, slots=True)
class ReportsHeld:
    """Every report of one supplier by id."""

    reports: Mapping[str, SupplierReport] = field(default_factory=dict)


reports_of_supplier: FoldKind[ReportsHeld] = FoldKind("reports-of-supplier", "supplier", ReportsHeld())


@reports_of_supplier.on(SupplierReportReceived, SupplierReportActedOn, SupplierReportConcluded)
def _of_supplier(state: ReportsHeld, e: ReportEvent, position: int) -> ReportsHeld:
    stepped = state.reports.get(e.supplier_report, SupplierReport()).after(e, position)
    return ReportsHeld({**state.reports, e.supplier_report: stepped})
