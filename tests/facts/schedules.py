"""Schedules for tests, made of dates."""

from datetime import date

from ledger.decisions.shift_times import shift_times
from ledger.events.assignments import ContractConcluded
from ledger.events.schedules import PlannedShift, ScheduleRecorded
from tests.facts.shifts import CONCLUDED_AT, CONTRACT


def planned(on: date, start: int = 7 * 60, end: int = 16 * 60) -> PlannedShift:
    times = shift_times(on, start, end, 60)
    return PlannedShift(on=on, start_at=times.start_at, end_at=times.end_at, break_minutes=60)


def scheduled(
    *days: date, of: ContractConcluded = CONTRACT, planned_at: int = CONCLUDED_AT
) -> ScheduleRecorded:
    """Day shifts planned for the whole of an assignment."""
    return ScheduleRecorded(
        assignment=of.assignment,
        consultant=of.consultant,
        order=of.order,
        unit=of.unit,
        from_on=of.from_on,
        until_on=of.until_on,
        shifts=tuple(planned(day) for day in days),
        planned_at=planned_at,
        system="direct",
        trust="direct",
    )
