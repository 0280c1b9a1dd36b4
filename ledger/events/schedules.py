"""The event that says which shifts were planned, so that what was worked can be compared with it."""

from dataclasses import dataclass

from ledger.events.base import event
from ledger.events.offers import Trust
from ledger.values import AssignmentId, Code, ConsultantId, Instant, LocalDate, Minutes, OrderId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShift:
    """One shift as planned; it belongs to the local date of its start."""

    on: LocalDate
    start_at: Instant
    end_at: Instant
    break_minutes: Minutes


@event("schedule-recorded", tags=("assignment", "consultant"))
class ScheduleRecorded:
    """The planned shifts of an assignment within a half-open period; they replace those planned before.

    ``planned_at`` is when they were planned: for an import its source's time, as claimed.
    """

    assignment: AssignmentId
    consultant: ConsultantId
    order: OrderId
    unit: UnitId
    from_on: LocalDate
    until_on: LocalDate
    shifts: tuple[PlannedShift, ...]
    planned_at: Instant
    system: Code
    trust: Trust
