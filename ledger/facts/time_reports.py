"""Which time report a report id stands for, and which assignments it brought shifts for."""

from ledger.events.shifts import TimeReportReceived
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind

time_reports: FoldKind[Recorded[TimeReportReceived] | None] = FoldKind("time-reports", "report", None)


@time_reports.on(TimeReportReceived)
def _received(
    _state: Recorded[TimeReportReceived] | None, e: TimeReportReceived, position: int
) -> Recorded[TimeReportReceived] | None:
    return Recorded(position, e)
