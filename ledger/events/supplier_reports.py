"""Events of suppliers' reports about regions and units (S4): received, ÖAF's measures, the outcome."""

from ledger.events.base import Group, event
from ledger.events.policy import TermUsed
from ledger.values import (
    AgreementId,
    Code,
    Instant,
    LocalDate,
    LotId,
    OrderId,
    RegionId,
    SupplierId,
    SupplierReportId,
    Text,
    UnitId,
)


@event(
    "supplier-report-received",
    tags=("supplier_report", "supplier", "region"),
    groups=(Group("text", "secret", ("description",)),),
)
class SupplierReportReceived:
    """A supplier reported on a region or unit; ÖAF's first answer is due by the end of ``answer_on``."""

    supplier_report: SupplierReportId
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    unit: UnitId | None
    lot: LotId
    order: OrderId | None
    kind: Code
    occurred_on: LocalDate
    received_at: Instant
    answer_on: LocalDate
    terms: tuple[TermUsed, ...]
    description: str = ""


@event("supplier-report-acted-on", tags=("supplier_report", "supplier", "region"))
class SupplierReportActedOn:
    """What ÖAF did about a report, in words that the supplier may read."""

    supplier_report: SupplierReportId
    supplier: SupplierId
    region: RegionId
    measure: Code
    told: Text
    acted_at: Instant


@event("supplier-report-concluded", tags=("supplier_report", "supplier", "region"))
class SupplierReportConcluded:
    """What came of a report, with reasons that the supplier may read."""

    supplier_report: SupplierReportId
    supplier: SupplierId
    region: RegionId
    outcome: Code
    reasons: Text
    concluded_at: Instant
