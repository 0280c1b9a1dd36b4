"""Time reports: one command a file, and one to approve what a file brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.decisions.time_report_lines import BrokenLine, Clerk, Known, ReportRow, Taken
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import LineLeftOut, ShiftApproved, ShiftReported, TimeReportReceived
from ledger.facts.aliases import same_humans
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.facts.time_reports import time_reports
from ledger.facts.worked_time import WorkedShift, WorkedTime, worked_time
from ledger.policy.model import Library, Scope
from ledger.values import AgreementId, Code, RegionId, ReportId, ShiftId

LENGTH_MAX = "shift.length-max-minutes"
ATTESTERS = frozenset({"attester"})
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReportReceivedAlready(Refusal):
    """The report id is taken; a corrected file is a new report."""

    code = "report-received"
    clause = "domain 3.5: time reports arrive late and from other systems"
    title_sv = "Tidrapporten är redan mottagen"
    title_en = "Time report received already"


class ReportEmpty(Refusal):
    """The file has no line, readable or broken."""

    code = "report-empty"
    clause = "domain 3.5: time reports arrive late and from other systems"
    title_sv = "Tidrapporten är tom"
    title_en = "Time report is empty"


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
class SubmitTimeReport:
    """Record a time report: one file, its readable rows and its broken lines."""

    report: ReportId
    agreement: AgreementId
    region: RegionId
    system: Code
    encoding: Code
    file_digest: Digest
    lines: Annotated[int, Field(ge=0, le=1_000_000)]
    rows: tuple[ReportRow, ...]
    broken: tuple[BrokenLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmitFacts:
    """An earlier report of this id, the policy, the assignments named and their consultants' worked time."""

    earlier: Recorded[TimeReportReceived] | None
    library: Library
    assignments: Mapping[str, Assignment]
    humans: Mapping[str, tuple[str, ...]]
    worked: Mapping[str, WorkedTime]


def _submit_facts(command: SubmitTimeReport, _context: Context) -> Asking[SubmitFacts]:
    earlier = yield time_reports(command.report)
    library = yield policies(command.agreement)
    held = yield {row.assignment: assignments(row.assignment) for row in command.rows}
    humans = yield from same_humans(_consultants(held))
    worked = yield {one: worked_time(one) for ids in humans.values() for one in ids}
    return SubmitFacts(earlier, library, held, humans, worked)


def _consultants(held: Mapping[str, Assignment]) -> set[str]:
    return {one.concluded.event.consultant for one in held.values() if one.concluded}


@decides(
    SubmitTimeReport,
    facts=_submit_facts,
    example={
        "report": "r-2025-03",
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "system": "heroma",
        "encoding": "windows-1252",
        "file_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "lines": 2,
        "rows": [
            {
                "line": 2,
                "row": "4711",
                "assignment": "a-1001",
                "on": "2025-03-03",
                "start_minute": 1260,
                "end_minute": 420,
                "break_minutes": 30,
            }
        ],
        "broken": [{"line": 3, "code": "time", "field": "slut"}],
    },
    raises=(ReportReceivedAlready, ReportEmpty, PolicyMissing, PolicyTermMissing),
)
def submit_time_report(command: SubmitTimeReport, facts: SubmitFacts, context: Context) -> Ruling:
    """A file is recorded once; each line becomes a shift, a correction, or is left out with its reason."""
    if facts.earlier is not None:
        raise ReportReceivedAlready(f"{command.report} was received", "report", (facts.earlier.position,))
    if not command.rows and not command.broken:
        raise ReportEmpty("the file has no lines", "rows")
    book = latest_book(facts.library, command.agreement)
    terms = resolve_terms(book, (LENGTH_MAX,), context.received_at, Scope(region=command.region))
    clerk = Clerk(
        Known(
            agreement=command.agreement,
            region=command.region,
            report=command.report,
            length_max_minutes=terms[LENGTH_MAX].number,
            received_at=context.received_at,
            assignments=facts.assignments,
            humans=facts.humans,
            worked=facts.worked,
        )
    )
    clerk.work_through(command.rows)
    taken = clerk.taken()
    events = (_received(command, taken, clerk.left_out()), *(one.event for one in taken))
    return Ruling(events, _authority(facts.assignments), tuple(terms.values()))


def _received(
    command: SubmitTimeReport, taken: tuple[Taken, ...], left_out: tuple[LineLeftOut, ...]
) -> TimeReportReceived:
    broken = (LineLeftOut(line=b.line, code=b.code, field=b.field, facts=()) for b in command.broken)
    reported = sum(isinstance(one.event, ShiftReported) for one in taken)
    return TimeReportReceived(
        report=command.report,
        agreement=command.agreement,
        region=command.region,
        file_digest=command.file_digest,
        system=command.system,
        encoding=command.encoding,
        lines=command.lines,
        reported=reported,
        corrected=len(taken) - reported,
        assignments=tuple(sorted({one.row.assignment for one in taken})),
        left_out=tuple(sorted((*left_out, *broken), key=lambda out: out.line)),
    )


def _authority(held: Mapping[str, Assignment]) -> str | None:
    """The authority that holds the records: that of the assignments, if they share one."""
    found = {one.concluded.event.authority for one in held.values() if one.concluded}
    return found.pop() if len(found) == 1 else None


@command
class ApproveTimeReport:
    """Approve every shift of a report that waits for approval at the attester's units, with exceptions."""

    report: ReportId
    except_shifts: tuple[ShiftId, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveFacts:
    """The mandate, the report, its assignments and their consultants' worked time."""

    mandate: Mandate
    report: Recorded[TimeReportReceived] | None
    assignments: Mapping[str, Assignment]
    worked: Mapping[str, WorkedTime]


@dataclass(frozen=True, slots=True)
class OfReport:
    """A shift that a report brought, with its contract."""

    contract: ContractConcluded
    shift: str
    worked: WorkedShift


def _approve_facts(command: ApproveTimeReport, context: Context) -> Asking[ApproveFacts]:
    mandate = yield from mandate_of(context)
    report = yield time_reports(command.report)
    held = yield {name: assignments(name) for name in report.event.assignments} if report else {}
    worked = yield {consultant: worked_time(consultant) for consultant in sorted(_consultants(held))}
    return ApproveFacts(mandate, report, held, worked)


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
        raise ShiftNotInReport(f"{min(wrong)} is not of {command.report}", "except_shifts")
    waiting = [one for one in brought if one.worked.pending and one.shift not in command.except_shifts]
    mine = [one for one in waiting if _reached(facts.mandate, one.contract)]
    if not waiting:
        raise NothingToApprove("no shift of it waits for approval", "report", positions_of(facts.report))
    place = (mine or waiting)[0].contract
    require_mandate(
        facts.mandate, context, ATTESTERS, (place.agreement, place.region, place.unit), context.received_at
    )
    events = (approval(one.contract, one.shift, one.worked, context) for one in mine)
    return Ruling(tuple(events), _authority(facts.assignments))


def _brought(facts: ApproveFacts, report: str) -> list[OfReport]:
    """The shifts whose latest values came with a report, by assignment and date."""
    contracts = [one.concluded.event for one in facts.assignments.values() if one.concluded]
    found = [
        OfReport(contract, shift, worked)
        for contract in contracts
        for shift, worked in facts.worked[contract.consultant].assignments[contract.assignment].shifts.items()
        if worked.report == report
    ]
    return sorted(found, key=lambda one: (one.contract.assignment, one.worked.start_at))


def _reached(mandate: Mandate, contract: ContractConcluded) -> bool:
    return mandate.reaches(contract.agreement, contract.region, contract.unit)


def approval(contract: ContractConcluded, shift: str, worked: WorkedShift, context: Context) -> ShiftApproved:
    """The approval of a shift as it now stands; says if the approver also placed the order."""
    return ShiftApproved(
        shift=shift,
        assignment=contract.assignment,
        consultant=contract.consultant,
        approves=worked.position,
        approved_by=context.actor,
        approved_at=context.received_at,
        ordered_it_too=context.actor == contract.ordered_by,
    )
