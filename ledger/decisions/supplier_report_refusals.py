"""Why a supplier's report about a region, or ÖAF's step on it, is refused."""

from ledger.errors import Refusal

FLOW = "domain 3.7: received, ÖAF's measure, outcome (S4)"


class SupplierReportReceivedAlready(Refusal):
    """The report id is taken."""

    code = "supplier-report-received"
    clause = FLOW
    title_sv = "Leverantörens rapport finns redan"
    title_en = "Supplier report received already"


class SupplierReportUnknown(Refusal):
    """No report was received under this id."""

    code = "supplier-report-unknown"
    clause = FLOW
    title_sv = "Leverantörens rapport finns inte"
    title_en = "Supplier report not found"


class SupplierReportKindUnknown(Refusal):
    """The policy knows no such kind of report."""

    code = "supplier-report-kind-unknown"
    clause = "domain 5, topic 21: the taxonomy is policy"
    title_sv = "Rapportens typ finns inte i policyn"
    title_en = "Kind of report not in the policy"


class SupplierReportAhead(Refusal):
    """What has not happened cannot be reported."""

    code = "supplier-report-ahead"
    clause = FLOW
    title_sv = "Det rapporterade ligger i framtiden"
    title_en = "What is reported lies ahead"


class SupplierReportConcludedAlready(Refusal):
    """The report has its outcome."""

    code = "supplier-report-concluded"
    clause = FLOW
    title_sv = "Leverantörens rapport är redan avslutad"
    title_en = "Supplier report concluded already"
