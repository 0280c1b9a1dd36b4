"""Time reports: one command a file. What a file brought is approved in ``time_approvals.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    latest_book,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.decisions.time_report_lines import Clerk, Taken
from ledger.decisions.time_report_rows import BrokenLine, Known, ReportRow
from ledger.errors import Refusal
from ledger.events.shifts import LineLeftOut, ShiftReported, TimeReportReceived
from ledger.facts.aliases import same_humans
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.consultants import Registered, registrations
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.time_reports import time_reports
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AgreementId, Code, RegionId, ReportId

LENGTH_MAX = "shift.length-max-minutes"
CHANNELS = "time-report.channels"
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
    registered: Mapping[str, Registered]
    humans: Mapping[str, tuple[str, ...]]
    worked: Mapping[str, WorkedTime]


def _submit_facts(command: SubmitTimeReport, _context: Context) -> Asking[SubmitFacts]:
    earlier = yield time_reports(command.report)
    library = yield policies(command.agreement)
    held = yield {row.assignment: assignments(row.assignment) for row in command.rows}
    named = {row.consultant for row in command.rows if row.consultant is not None}
    registered = yield {one: registrations(one) for one in sorted(named)}
    humans = yield from same_humans(_consultants(held) | named)
    worked = yield {one: worked_time(one) for ids in humans.values() for one in ids}
    return SubmitFacts(earlier, library, held, registered, humans, worked)


def _consultants(held: Mapping[str, Assignment]) -> set[str]:
    return {who for one in held.values() for who in one.consultants()}


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
    scope = Scope(region=command.region)
    terms = resolve_terms(book, (LENGTH_MAX, CHANNELS), context.received_at, scope)
    clerk = Clerk(_known(command, facts, terms, context), command.rows)
    clerk.work_through()
    taken = clerk.taken()
    received = _received(command, taken, clerk.left_out(), context.received_at)
    events = (received, *(one.event for one in taken), *clerk.by_others(taken))
    return Ruling(events, _authority(facts.assignments), tuple(terms.values()))


def _known(
    command: SubmitTimeReport, facts: SubmitFacts, terms: Mapping[str, Resolved], context: Context
) -> Known:
    return Known(
        agreement=command.agreement,
        region=command.region,
        report=command.report,
        system=command.system,
        channels=terms[CHANNELS].words,
        length_max_minutes=terms[LENGTH_MAX].number,
        received_at=context.received_at,
        assignments=facts.assignments,
        registered=facts.registered,
        humans=facts.humans,
        worked=facts.worked,
    )


def _received(
    command: SubmitTimeReport, taken: tuple[Taken, ...], left_out: tuple[LineLeftOut, ...], at: int
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
        assignments=tuple(sorted({one.line.row.assignment for one in taken})),
        left_out=tuple(sorted((*left_out, *broken), key=lambda out: out.line)),
        received_at=at,
    )


def _authority(held: Mapping[str, Assignment]) -> str | None:
    """The authority that holds the records: that of the assignments, if they share one."""
    found = {one.concluded.event.authority for one in held.values() if one.concluded}
    return found.pop() if len(found) == 1 else None
