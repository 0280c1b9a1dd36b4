"""What a line of a time report becomes: a shift, a correction, and the note that another person worked."""

from ledger.decisions.shift_times import ShiftTimes
from ledger.decisions.time_report_diary import Entry
from ledger.decisions.time_report_rows import Known, Line, ReportRow
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import ShiftCorrected, ShiftReported, WorkedByAnother


def reported(known: Known, line: Line, contract: ContractConcluded, times: ShiftTimes) -> ShiftReported:
    """The shift that a line reports."""
    row = line.row
    return ShiftReported(
        shift=line.shift,
        assignment=row.assignment,
        consultant=line.worker,
        order=contract.order,
        supplier=contract.supplier,
        region=contract.region,
        unit=contract.unit,
        operating_unit=contract.operating_unit,
        lot=contract.lot,
        on=times.on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=times.break_minutes,
        worked_minutes=times.worked_minutes,
        article=row.article or contract.article,
        report=known.report,
        line=row.line,
        system=known.system,
        received_at=known.received_at,
    )


def corrected(
    known: Known, row: ReportRow, contract: ContractConcluded, times: ShiftTimes, entry: Entry
) -> ShiftCorrected:
    """The correction of a recorded shift by a line; says so when a more trusted channel prevails."""
    other = entry.recorded.system if entry.recorded else known.system
    return ShiftCorrected(
        shift=entry.shift,
        assignment=row.assignment,
        consultant=entry.consultant,
        on=times.on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=times.break_minutes,
        worked_minutes=times.worked_minutes,
        article=row.article or contract.article,
        replaces=entry.recorded.position if entry.recorded else 0,
        report=known.report,
        line=row.line,
        reason="" if other == known.system else f"{known.system} is trusted more than {other}",
        system=known.system,
        received_at=known.received_at,
    )


def by_another(shift: ShiftReported, agreed: str) -> WorkedByAnother:
    """The note that a shift was worked by somebody who is not the consultant agreed."""
    return WorkedByAnother(
        assignment=shift.assignment,
        shift=shift.shift,
        consultant=shift.consultant,
        agreed=agreed,
        supplier=shift.supplier,
        region=shift.region,
        unit=shift.unit,
        lot=shift.lot,
        on=shift.on,
        report=shift.report,
    )
