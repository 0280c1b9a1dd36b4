"""Time reports as files: POST /v1/time-reports reads a CSV file and submits it as one command."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api import access
from api.answers import Receipt
from api.body import CSV_TYPE, FILE_BYTES_MAX, read_body, require_media
from api.commands import PARAMETERS, PROBLEMS, RECEIPT_EXAMPLE, answered, carry_out, refusals_of
from api.parts import Parts
from api.problems import FILE, PARAMETER, ProblemError
from api.questions import params_of, single
from api.routing import Route, add_route, json_response, query
from api.shapes import REF
from api.time_report_csv import UnreadableReportError, read_time_report
from ledger.decisions.base import DECISIONS, Origin
from ledger.decisions.time_reports import SubmitTimeReport
from ledger.events.shifts import TimeReportReceived
from ledger.handle.reading import event_of
from ledger.store.log import Log, Outcome
from ledger.values import ID_PATTERN, AgreementId, Code, RegionId, ReportId

PATH = "/v1/time-reports"
COMMAND = "submit-time-report"
LEFT_OUT_EXAMPLE = [{"line": 17, "code": "overlapping", "field": "start"}]
CSV_EXAMPLE = "RadID;Uppdrag;Datum;Start;Slut;Rast (tim)\n4711;a-1001;2025-03-03;21:00;07:00;0,5\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportName:
    """What the file itself does not say: its id, its agreement and region, and the system it comes from."""

    report: ReportId
    agreement: AgreementId
    region: RegionId
    system: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceipt(Receipt):
    """The receipt of a time report, with every line that became no event, and why."""

    left_out: list[dict[str, Any]]


def add_reports(app: FastAPI, parts: Parts) -> None:
    """Put the route for files into the application."""
    add_route(app, report_route(), partial(_endpoint, parts))


def report_route() -> Route:
    """The description of the route."""
    example = {**RECEIPT_EXAMPLE, "command": COMMAND, "rule": f"{COMMAND}@1", "left_out": LEFT_OUT_EXAMPLE}
    schema = {"$ref": REF + "ReportReceipt"}
    return Route(
        method="POST", path=PATH, name="time-reports", group="commands",
        summary="Tidrapport som fil / A time report as a file",
        description="A CSV file as Swedish Excel writes it (semicolons, UTF-8 or Windows-1252). One command: "
        "each readable line becomes a shift or a correction, or is left out with a reason.",
        parameters=(*PARAMETERS, *map(_named, ("report", "agreement", "region", "system"))),
        body={"required": True, "content": {CSV_TYPE: {
            "schema": {"type": "string"}, "examples": {"file": {"value": CSV_EXAMPLE}},
        }}},
        problems=(PARAMETER, FILE, *PROBLEMS), extra_problems=refusals_of(DECISIONS[COMMAND]),
        answers=(
            (201, "Recorded now.", schema, example | {"repeated": False}),
            (200, "Recorded before.", schema, example | {"repeated": True}),
        ),
    )  # fmt: skip


def _named(name: str) -> dict[str, Any]:
    return query(name, "Krävs / Required.", {"type": "string", "pattern": ID_PATTERN}, required=True)


async def _endpoint(parts: Parts, request: Request) -> Response:
    access.access_of(request)
    access.caller_of(request)
    name: ReportName = params_of(ReportName, single(request))
    require_media(request, CSV_TYPE)
    body = await read_body(request, FILE_BYTES_MAX)
    command = await parts.work.run(partial(_read, name, body))
    origin = Origin(name.system, "imported", file=command.file_digest)
    answer, receipt = await carry_out(parts, request, command, origin=origin)
    if answer.refused is not None:
        return answered(parts, answer, receipt)
    left_out = await parts.work.run(partial(_left_out, parts.log, answer.outcome))
    whole = ReportReceipt(**asdict(receipt), left_out=left_out)
    return json_response(whole, 200 if receipt.repeated else 201)


def _read(name: ReportName, body: bytes) -> SubmitTimeReport:
    try:
        read = read_time_report(body)
    except UnreadableReportError as error:
        raise ProblemError(FILE.about(FILE.detail, code=f"file-{error.code}", field=error.column)) from None
    return read.command(name.report, name.agreement, name.region, name.system)


def _left_out(log: Log, outcome: Outcome) -> list[dict[str, Any]]:
    events = (event_of(stored) for stored in log.tail(after=outcome.first - 1, upto=outcome.last))
    received = next(event for event in events if isinstance(event, TimeReportReceived))
    return [msgspec.to_builtins(line) for line in received.left_out]
