"""Cancellations of assignments, by the region or by the supplier, with a cause."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import ORDERERS, AssignmentUnknown, require_concluded
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate, require_past
from ledger.decisions.refusals import InstantAhead
from ledger.errors import Refusal
from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import positions_of
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.values import AssignmentId, Instant, LocalDate, Text


class AssignmentCancelledAlready(Refusal):
    """The assignment was cancelled before."""

    code = "assignment-cancelled"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Uppdraget är redan avbokat"
    title_en = "Assignment cancelled already"


class CancelledAfterEnd(Refusal):
    """An assignment that has run out cannot be cancelled."""

    code = "cancelled-after-end"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Uppdraget har redan löpt ut"
    title_en = "Assignment has run out"


class WorkedAfterCancellation(Refusal):
    """Shifts are reported on or after the date the assignment is said to have been cancelled from."""

    code = "worked-after-cancellation"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Det finns arbetade pass efter avbokningsdagen"
    title_en = "Shifts worked after the cancellation"


class CancelsForOther(Refusal):
    """A supplier's mandate cancels for that supplier, a regional one for the region."""

    code = "cancels-for-other"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Avbokningen görs för fel part"
    title_en = "Cancels on behalf of the other side"


@command
class CancelAssignment:
    """Cancel an assignment from a local date on, by one side and with its cause."""

    assignment: AssignmentId
    by: Literal["region", "supplier"]
    from_on: LocalDate
    cause: Text
    cancelled_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class CancelFacts:
    """The mandate, the assignment, and what its consultant has worked."""

    mandate: Mandate
    assignment: Assignment
    worked: WorkedTime


def _cancel_facts(command: CancelAssignment, context: Context) -> Asking[CancelFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    worked = WorkedTime({})
    if assignment.concluded is not None:
        worked = yield worked_time(assignment.concluded.event.consultant)
    return CancelFacts(mandate, assignment, worked)


@decides(
    CancelAssignment,
    facts=_cancel_facts,
    example={"assignment": "a-1001", "by": "region", "from_on": "2025-05-01", "cause": "Ward closed"},
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        CancelsForOther,
        AssignmentCancelledAlready,
        CancelledAfterEnd,
        WorkedAfterCancellation,
        InstantAhead,
    ),
)
def cancel_assignment(command: CancelAssignment, facts: CancelFacts, context: Context) -> Ruling:
    """An assignment is cancelled once, before its end, and not from a date that has been worked."""
    contract = require_concluded(facts.assignment, command.assignment)
    _require_side(command, facts.mandate, contract, context)
    if facts.assignment.cancelled is not None:
        raise AssignmentCancelledAlready(
            "it is cancelled", "assignment", positions_of(facts.assignment.cancelled)
        )
    if command.from_on >= contract.until_on:
        raise CancelledAfterEnd(f"it ends {contract.until_on}", "from_on", facts.assignment.positions())
    if worked := _worked_from(facts.worked, command.assignment, command.from_on):
        raise WorkedAfterCancellation(f"shifts from {command.from_on} on are reported", "from_on", worked)
    at = context.received_at if command.cancelled_at is None else command.cancelled_at
    require_past(at, context, "cancelled_at")
    event = AssignmentCancelled(
        assignment=command.assignment,
        order=contract.order,
        consultant=contract.consultant,
        supplier=contract.supplier,
        by=command.by,
        cancelled_at=at,
        from_on=command.from_on,
        cause=command.cause,
    )
    return Ruling((event,), contract.authority)


def _require_side(
    command: CancelAssignment, mandate: Mandate, contract: ContractConcluded, context: Context
) -> None:
    roles = {"supplier"} if command.by == "supplier" else ORDERERS
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(mandate, context, roles, place, context.received_at)
    acts_for = mandate.granted.event.supplier if mandate.granted else None
    if command.by == "supplier" and acts_for != contract.supplier:
        raise CancelsForOther(f"the mandate acts for {acts_for}", "by", mandate.positions())


def _worked_from(worked: WorkedTime, assignment: str, from_on: date) -> tuple[int, ...]:
    held = worked.assignments.get(assignment)
    shifts = held.shifts.values() if held else ()
    return tuple(sorted(s.position for s in shifts if s.voided is None and s.on >= from_on))
