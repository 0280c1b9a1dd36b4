"""Approving worked time: what a report brought, by an attester of the unit; flags, no bans (domain 2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import ShiftApproved, TimeReportReceived
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.interests import Interests, interests
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import Recorded, positions_of
from ledger.facts.time_reports import time_reports
from ledger.facts.worked_time import WorkedShift, WorkedTime, worked_time
from ledger.values import ReportId, ShiftId, local_date

ATTESTERS = frozenset({"attester"})


class ReportUnknown(Refusal):
    """No time report was received under this id."""

    code = "report-unknown"
    clause = "domain 2: the attesting manager approves worked time"
    title_sv = "Tidrapporten finns inte"
    title_en = "Time report not found"


class NothingToApprove(Refusal):
    """No shift of the report waits for this attester's approval."""

    code = "nothing-to-approve"
    clause = "domain 2: the attesting manager approves worked time"
    title_sv = "Det finns inget att attestera"
    title_en = "Nothing to approve"


class ShiftNotInReport(Refusal):
    """A shift to leave out is not one of those the report brought."""

    code = "shift-not-in-report"
    clause = "domain 2: the attesting manager approves worked time"
    title_sv = "Passet finns inte i tidrapporten"
    title_en = "Shift not in the report"


@command
class ApproveTimeReport:
    """Approve every shift of a report that waits for approval at the attester's units, with exceptions."""

    report: ReportId
    except_shifts: tuple[ShiftId, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveFacts:
    """The mandate, the report, its assignments, their consultants' worked time, the actor's interests."""

    mandate: Mandate
    report: Recorded[TimeReportReceived] | None
    assignments: Mapping[str, Assignment]
    worked: Mapping[str, WorkedTime]
    interests: Interests


class OfReport(Struct, frozen=True):
    """A shift that a report brought, with its contract and whose it is."""

    contract: ContractConcluded
    consultant: str
    shift: str
    worked: WorkedShift


def _approve_facts(command: ApproveTimeReport, context: Context) -> Asking[ApproveFacts]:
    mandate = yield from mandate_of(context)
    report = yield time_reports(command.report)
    held = yield {name: assignments(name) for name in report.event.assignments} if report else {}
    consultants = {who for one in held.values() for who in one.consultants()}
    worked = yield {who: worked_time(who) for who in sorted(consultants)}
    declared: Interests = yield interests(context.actor)
    return ApproveFacts(mandate, report, held, worked, declared)


@decides(
    ApproveTimeReport,
    facts=_approve_facts,
    example={"report": "r-2025-03", "except_shifts": []},
    raises=(*MANDATE_REFUSALS, ReportUnknown, ShiftNotInReport, NothingToApprove),
)
def approve_time_report(command: ApproveTimeReport, facts: ApproveFacts, context: Context) -> Ruling:
    """One command approves a file's pending shifts at the units of the attester's mandate; late is fine."""
    if facts.report is None:
        raise ReportUnknown(f"no report {command.report} was received", "report")
    brought = _brought(facts, command.report)
    if wrong := set(command.except_shifts) - {one.shift for one in brought}:
        held = positions_of(facts.report)
        raise ShiftNotInReport(f"{min(wrong)} is not of {command.report}", "except_shifts", held)
    waiting = [one for one in brought if one.worked.pending and one.shift not in command.except_shifts]
    reached = _reached(facts.mandate, waiting)
    mine = [one for one in waiting if one.contract.assignment in reached]
    if not waiting:
        raise NothingToApprove("no shift of it waits for approval", "report", positions_of(facts.report))
    place = (mine or waiting)[0].contract
    require_mandate(
        facts.mandate, context, ATTESTERS, (place.agreement, place.region, place.unit), context.received_at
    )
    events = (approval(one, facts.interests, context) for one in mine)
    return Ruling(tuple(events), _authority(facts.assignments))


def _authority(held: Mapping[str, Assignment]) -> str | None:
    """The authority that holds the records: that of the assignments, if they share one."""
    found = {one.concluded.event.authority for one in held.values() if one.concluded}
    return found.pop() if len(found) == 1 else None


def _brought(facts: ApproveFacts, report: str) -> list[OfReport]:
    """The shifts whose latest values came with a report, by assignment and date."""
    found = [
        OfReport(held.concluded.event, who, shift, worked)
        for name, held in facts.assignments.items()
        if held.concluded is not None
        for who in held.consultants()
        if name in facts.worked[who].assignments
        for shift, worked in facts.worked[who].assignments[name].shifts.items()
        if worked.report == report
    ]
    return sorted(found, key=lambda one: (one.contract.assignment, one.worked.start_at))


def _reached(mandate: Mandate, waiting: Iterable[OfReport]) -> set[str]:
    """The assignments whose units the mandate covers."""
    contracts = {one.contract.assignment: one.contract for one in waiting}
    return {name for name, c in contracts.items() if mandate.reaches(c.agreement, c.region, c.unit)}


def approval(one: OfReport, declared: Interests, context: Context) -> ShiftApproved:
    """The approval of a shift as it now stands.

    Flags say if the approver also placed the order, or had declared an interest in the supplier; no ban.
    """
    contract, approved_on = one.contract, local_date(context.received_at)
    return ShiftApproved(
        shift=one.shift,
        assignment=contract.assignment,
        consultant=one.consultant,
        approves=one.worked.position,
        approved_by=context.actor,
        approved_at=context.received_at,
        ordered_it_too=context.actor == contract.ordered_by,
        interests=declared.held(contract.supplier, approved_on),
    )
