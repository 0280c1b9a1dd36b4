"""Cancellations of assignments, by the region or by the supplier: cause, notice time, what follows.

What follows is only indicated here; ``cancellation_consequences.py`` is where somebody decides it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.cancellation_refusals import (
    AssignmentCancelledAlready,
    CancellationCauseUnknown,
    CancelledAfterEnd,
    CancelledBeforeContract,
    CancelsForOther,
    WorkedAfterCancellation,
)
from ledger.decisions.contracts import ORDERERS, AssignmentUnknown, require_concluded
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    pinned_terms,
    require_mandate,
    require_past,
    resolve_terms,
    spoken_at,
)
from ledger.decisions.refusals import InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.orders import OrderPublished
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.prices import publications
from ledger.facts.recorded import Recorded, positions_of
from ledger.facts.schedules import Schedule, schedules
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AssignmentId, Code, Instant, LocalDate, Text, instant_text, local_date

NOTICE_MIN = "cancellation.notice-days-min"
CAUSES = "cancellation.causes"
EXCUSED = "cancellation.causes-excused"
LATE_BY = {"region": "cancellation.late-by-region", "supplier": "cancellation.late-by-supplier"}
SIDES: Mapping[str, frozenset[str]] = {"supplier": frozenset({"supplier"}), "region": ORDERERS}


@command
class CancelAssignment:
    """Cancel an assignment from a local date on, by one side and with its cause.

    ``cancelled_at`` is when that side says it told the other; the notice time runs from this command.
    """

    assignment: AssignmentId
    by: Literal["region", "supplier"]
    from_on: LocalDate
    cause: Text
    cancelled_at: Instant | None = None
    cause_kind: Code = "other"


@dataclass(frozen=True, slots=True)
class CancelFacts:
    """The mandate, the assignment, what its consultants have worked, what is planned, and the policy.

    ``published`` is the order, whose version of the policy goes with its assignment.
    """

    mandate: Mandate
    assignment: Assignment
    worked: Mapping[str, WorkedTime]
    schedule: Schedule
    library: Library
    published: Recorded[OrderPublished] | None = None


def _cancel_facts(command: CancelAssignment, context: Context) -> Asking[CancelFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    worked = yield {one: worked_time(one) for one in assignment.consultants()}
    schedule: Schedule = yield schedules(command.assignment)
    if assignment.concluded is None:
        return CancelFacts(mandate, assignment, worked, schedule, Library())
    library = yield policies(assignment.concluded.event.agreement)
    published = yield publications(assignment.concluded.event.order)
    return CancelFacts(mandate, assignment, worked, schedule, library, published)


@decides(
    CancelAssignment,
    facts=_cancel_facts,
    example={
        "assignment": "a-1001",
        "by": "region",
        "from_on": "2025-05-01",
        "cause": "Ward closed",
        "cause_kind": "need-ended",
    },
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        CancelsForOther,
        AssignmentCancelledAlready,
        CancelledAfterEnd,
        WorkedAfterCancellation,
        InstantAhead,
        CancelledBeforeContract,
        CancellationCauseUnknown,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def cancel_assignment(command: CancelAssignment, facts: CancelFacts, context: Context) -> Ruling:
    """An assignment is cancelled once, before its end, and not from a date that has been worked.

    Nobody's own word on when it told the other makes its notice longer: that runs from the receipt here, or
    from the instant that an import's source claims. What follows is by the policy that the order pinned.
    """
    contract = require_concluded(facts.assignment, command.assignment)
    _require_side(command, facts.mandate, contract, context)
    _require_running(command, facts, contract)
    told_at = spoken_at(context)
    at = told_at if command.cancelled_at is None else command.cancelled_at
    require_past(at, context, "cancelled_at")
    if min(at, told_at) < contract.concluded_at:
        detail = f"the contract was concluded {instant_text(contract.concluded_at)}"
        raise CancelledBeforeContract(detail, "cancelled_at", facts.assignment.positions())
    terms = _terms(command, facts, contract, told_at)
    if command.cause_kind not in terms[CAUSES].words:
        detail = f"{command.cause_kind} is none of {', '.join(terms[CAUSES].words)}"
        raise CancellationCauseUnknown(
            detail, "cause_kind", (terms[CAUSES].position,), assumed(terms[CAUSES])
        )
    event = _cancelled(command, facts, contract, (at, told_at), terms)
    return Ruling((event,), contract.authority, tuple(terms.values()))


def _require_running(command: CancelAssignment, facts: CancelFacts, contract: ContractConcluded) -> None:
    if facts.assignment.cancelled is not None:
        raise AssignmentCancelledAlready(
            "it is cancelled", "assignment", positions_of(facts.assignment.cancelled)
        )
    if command.from_on >= contract.until_on:
        raise CancelledAfterEnd(f"it ends {contract.until_on}", "from_on", facts.assignment.positions())
    if worked := _worked_from(facts.worked.values(), command.assignment, command.from_on):
        raise WorkedAfterCancellation(f"shifts from {command.from_on} on are reported", "from_on", worked)


def _terms(
    command: CancelAssignment, facts: CancelFacts, contract: ContractConcluded, at: int
) -> Mapping[str, Resolved]:
    """What the order pinned: neither side publishes itself other terms for what is agreed."""
    names = (NOTICE_MIN, CAUSES, EXCUSED, LATE_BY[command.by])
    if facts.published is not None:
        return pinned_terms(facts.library, facts.published.event, names)
    book = latest_book(facts.library, contract.agreement)
    return resolve_terms(book, names, at, Scope.of(contract))


def _cancelled(
    command: CancelAssignment,
    facts: CancelFacts,
    contract: ContractConcluded,
    said: tuple[int, int],
    terms: Mapping[str, Resolved],
) -> AssignmentCancelled:
    """The cancellation with its notice time; a cancellation said afterwards has none.

    ``said`` are the instant claimed and the one (µs) that the notice time runs from.
    """
    (at, told_at), first_on = said, max(command.from_on, contract.from_on)
    told_on, notice_min = local_date(told_at), terms[NOTICE_MIN].number
    notice = max(0, (first_on - told_on).days)
    late = notice < notice_min and command.cause_kind not in terms[EXCUSED].words
    lost = facts.schedule.within(first_on, told_on + timedelta(days=notice_min))
    held = facts.assignment
    who = held.agreed_on(first_on)
    return AssignmentCancelled(
        assignment=command.assignment,
        order=contract.order,
        consultant=who,
        supplier=contract.supplier,
        by=command.by,
        cancelled_at=at,
        from_on=command.from_on,
        cause=command.cause,
        cause_kind=command.cause_kind,
        notice_days=notice,
        late=late,
        consequence=terms[LATE_BY[command.by]].text if late else "none",
        planned_shifts_lost=len(lost),
        also=tuple(one for one in held.consultants() if one != who),
        terms=tuple(term.used() for _, term in sorted(terms.items())),
    )


def _require_side(
    command: CancelAssignment, mandate: Mandate, contract: ContractConcluded, context: Context
) -> None:
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(mandate, context, SIDES[command.by], place, context.received_at)
    acts_for = mandate.granted.event.supplier if mandate.granted else None
    if command.by == "supplier" and acts_for != contract.supplier:
        raise CancelsForOther(f"the mandate acts for {acts_for}", "by", mandate.positions())


def _worked_from(worked: Iterable[WorkedTime], assignment: str, from_on: date) -> tuple[int, ...]:
    held = [one.assignments[assignment] for one in worked if assignment in one.assignments]
    shifts = (shift for one in held for shift in one.shifts.values())
    return tuple(sorted(s.position for s in shifts if s.voided is None and s.on >= from_on))
