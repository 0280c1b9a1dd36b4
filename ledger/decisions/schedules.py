"""Schedules: which shifts are planned in an assignment, so that delivered can be compared with planned."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown, require_concluded
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    imported,
    mandate_of,
    require_mandate,
    spoken_at,
)
from ledger.decisions.refusals import InstantAhead
from ledger.decisions.shift_times import ShiftTimes, shift_times
from ledger.decisions.time_report_rows import EndMinute, StartMinute
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.schedules import PlannedShift, ScheduleRecorded
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.values import AssignmentId, LocalDate, Minutes

PLANNERS = frozenset({"authorised-orderer", "contract-owner", "attester"})
CLAUSE = "domain 3.5: shifts planned, worked, approved"


class SchedulePeriodWrong(Refusal):
    """The period is empty, or a planned shift lies outside it or outside the assignment."""

    code = "schedule-period-wrong"
    clause = CLAUSE
    title_sv = "Schemat ligger utanför sin period eller uppdraget"
    title_en = "Schedule outside its period or the assignment"


class PlannedShiftImpossible(Refusal):
    """A planned shift has no length, or two of them overlap."""

    code = "planned-shift-impossible"
    clause = CLAUSE
    title_sv = "Ett planerat pass är inte möjligt"
    title_en = "A planned shift is impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftToPlan:
    """A shift to be worked: a local date and minutes after midnight."""

    on: LocalDate
    start_minute: StartMinute
    end_minute: EndMinute
    break_minutes: Minutes = 0


@command
class RecordSchedule:
    """Record the planned shifts of an assignment for a half-open period, in place of those planned before."""

    assignment: AssignmentId
    from_on: LocalDate
    until_on: LocalDate
    shifts: tuple[ShiftToPlan, ...]


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """The mandate and the assignment."""

    mandate: Mandate
    assignment: Assignment


def _facts(command: RecordSchedule, context: Context) -> Asking[ScheduleFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    return ScheduleFacts(mandate, assignment)


@decides(
    RecordSchedule,
    facts=_facts,
    example={
        "assignment": "a-1001",
        "from_on": "2025-04-07",
        "until_on": "2025-05-05",
        "shifts": [
            {"on": "2025-04-07", "start_minute": 420, "end_minute": 960, "break_minutes": 60},
            {"on": "2025-04-08", "start_minute": 1260, "end_minute": 420, "break_minutes": 30},
        ],
    },
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        SchedulePeriodWrong,
        PlannedShiftImpossible,
        InstantAhead,
    ),
)
def record_schedule(command: RecordSchedule, facts: ScheduleFacts, context: Context) -> Ruling:
    """Every planned shift lies in the period and in the assignment, and none overlaps another."""
    contract = require_concluded(facts.assignment, command.assignment)
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(facts.mandate, context, PLANNERS, place, context.received_at)
    planned_at = spoken_at(context)
    _require_inside(command, facts.assignment, contract)
    times = [shift_times(s.on, s.start_minute, s.end_minute, s.break_minutes) for s in command.shifts]
    _require_apart(times)
    event = ScheduleRecorded(
        assignment=command.assignment,
        consultant=facts.assignment.agreed_on(command.from_on),
        order=contract.order,
        unit=contract.unit,
        from_on=command.from_on,
        until_on=command.until_on,
        shifts=tuple(_planned(one) for one in sorted(times, key=lambda t: t.start_at)),
        planned_at=planned_at,
        system=context.origin.system if context.origin else "direct",
        trust="imported" if imported(context) else "direct",
    )
    return Ruling((event,), contract.authority)


def _planned(times: ShiftTimes) -> PlannedShift:
    return PlannedShift(
        on=times.on, start_at=times.start_at, end_at=times.end_at, break_minutes=times.break_minutes
    )


def _require_inside(command: RecordSchedule, held: Assignment, contract: ContractConcluded) -> None:
    if not contract.from_on <= command.from_on < command.until_on <= contract.until_on:
        detail = f"the assignment runs from {contract.from_on} until {contract.until_on}"
        raise SchedulePeriodWrong(detail, "from_on", held.positions())
    for one in command.shifts:
        if not command.from_on <= one.on < command.until_on or not held.holds(one.on):
            raise SchedulePeriodWrong(f"{one.on} lies outside", "shifts", held.positions())


def _require_apart(times: list[ShiftTimes]) -> None:
    ordered = sorted(times, key=lambda t: t.start_at)
    for number, one in enumerate(ordered):
        if one.end_at <= one.start_at or one.worked_minutes <= 0:
            raise PlannedShiftImpossible(f"the shift on {one.on} has no length", "shifts")
        if number and ordered[number - 1].end_at > one.start_at:
            raise PlannedShiftImpossible(f"two shifts on {one.on} overlap", "shifts")
