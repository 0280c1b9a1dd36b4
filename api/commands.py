"""One POST for every declared decision: its route, description and examples follow from the declaration."""

from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api import access
from api.answers import ProblemDetails, Receipt
from api.askable import require_askable
from api.body import JSON_BYTES_MAX, JSON_TYPE, read_body, require_media
from api.origin import SYSTEM_HEADER, TIME_HEADER, origin_of
from api.parts import Parts
from api.problems import (
    CLOCK_STOPPED,
    CROSS_SITE,
    ERASED,
    HEADER,
    INVALID,
    MALFORMED,
    MEDIA,
    METHOD,
    MISDIRECTED,
    NOT_SIMULATED,
    RECORDED,
    REUSED,
    TOO_LARGE,
    TOO_SLOW,
    UNAVAILABLE,
    UNEXPECTED,
    UNSAFE,
    Problem,
    ProblemError,
    body_of,
    problem_response,
    refusal_problem,
)
from api.receipts import recorded_refusal
from api.recorded import recorded_kinds
from api.routing import Endpoint, Route, add_route, header, json_response
from api.shapes import REF, read_command
from api.simulation import SIMULATED_NOW, received_at
from api.withheld import places_told
from ledger.decisions.base import DECISIONS, Decision
from ledger.decisions.guards import MANDATE_REFUSALS
from ledger.errors import Refusal
from ledger.handle.shell import Answer, Envelope

PREFIX = "/v1/commands"
PROBLEMS = (
    HEADER,
    MALFORMED,
    NOT_SIMULATED,
    CROSS_SITE,
    METHOD,
    TOO_SLOW,
    REUSED,
    RECORDED,
    ERASED,
    TOO_LARGE,
    MEDIA,
    MISDIRECTED,
    INVALID,
    UNEXPECTED,
    UNAVAILABLE,
    CLOCK_STOPPED,
    UNSAFE,
)
RECEIPT_EXAMPLE = {
    "ledger": "l-5f3a",
    "simulated": True,
    "command": "register-supplier",
    "command_id": "0b2f7c1e-2f0e-4b7e-8c39-5a6a8b1f2c11",
    "rule": "register-supplier@1",
    "recorded_at": "2025-03-03T08:00:00.000001Z",
    "positions": [12],
    "event_ids": ["0195596e-0b80-7aaa-8bbb-5f3a5f3a5f3a"],
    "leaves": ["5f78c33274e43fa9de5659265c1d917e25c03722dcb0b8d27db8d5feaa813953"],
}
PARAMETERS = (
    header(
        access.KEY_HEADER, "The command's id, unique for ever for this client.", pattern=access.KEY_PATTERN
    ),
    header(access.CLIENT_HEADER, "The calling program.", pattern=access.CLIENT_PATTERN),
    header(access.ACTOR_HEADER, f"Pseudonym of who acts. {access.NOTICE}"),
    header(access.MANDATE_HEADER, "Id of the mandate acted under.", required=False),
    header(SYSTEM_HEADER, "The system a command is imported from, if it is.", required=False),
    header(TIME_HEADER, "That system's own time of it (RFC 3339), as claimed.", required=False),
    header(SIMULATED_NOW, "Moves a simulated ledger's clock first (RFC 3339).", required=False),
)


def add_commands(app: FastAPI, parts: Parts) -> None:
    """Put a route for every decision into the application."""
    for decision in sorted(DECISIONS.values(), key=lambda found: found.name):
        add_route(app, command_route(decision), _endpoint(parts, decision))


def command_route(decision: Decision) -> Route:
    """The description of a command's route."""
    return Route(
        method="POST", path=f"{PREFIX}/{decision.name}", name=decision.name, group="commands",
        summary=decision.summary, description=_described(decision), parameters=PARAMETERS,
        body=_body_of(decision), problems=PROBLEMS, extra_problems=refusals_of(decision),
        answers=_answers(decision),
    )  # fmt: skip


async def carry_out(parts: Parts, request: Request, command: Any, **more: Any) -> tuple[Answer, Receipt]:
    """Hand a command to the shell: its answer and its receipt. Raises what the shell raises."""
    who, caller = access.access_of(request), access.caller_of(request)
    envelope = Envelope(
        command, caller.client, caller.command_id, who.actor, who.mandate, received_at(parts, request), **more
    )
    try:
        return await parts.work.run(partial(_handled, parts, envelope))
    except MANDATE_REFUSALS as refusal:
        raise ProblemError(_about_mandate(refusal)) from refusal


def answered(parts: Parts, answer: Answer, receipt: Receipt) -> Response:
    """What the caller gets: 201 first, 200 for a repeat, a problem with the receipt for a recorded no."""
    if answer.refused is not None:
        problem = recorded_refusal(answer.refused, receipt)
        return problem_response(body_of(problem, simulated=parts.simulated))
    return json_response(receipt, 200 if answer.outcome.repeated else 201)


def _about_mandate(refusal: Refusal) -> Problem:
    """A no about the mandate names the header that says it, since no field of the command does."""
    problem = refusal_problem(refusal)
    return replace(problem, field=problem.field or access.MANDATE_HEADER)


def _handled(parts: Parts, envelope: Envelope) -> tuple[Answer, Receipt]:
    require_askable(envelope.command, parts.log)
    try:
        answer = parts.shell.handle(envelope)
    except Refusal as refusal:
        refusal.positions = places_told(parts.log, refusal.positions)
        raise
    return answer, parts.receipts.of_answer(answer, envelope.command_id)


def _endpoint(parts: Parts, decision: Decision) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        access.access_of(request)
        access.caller_of(request)
        require_media(request, JSON_TYPE)
        command = read_command(decision.command, await read_body(request, JSON_BYTES_MAX))
        done = await carry_out(parts, request, command, origin=origin_of(request))
        return answered(parts, *done)

    return endpoint


def _described(decision: Decision) -> str:
    """The command's own docstring and the rule's."""
    texts = (decision.command.__doc__, decision.rule.__doc__, f"Rule: {decision.label}.")
    return "\n\n".join(text.strip() for text in texts if text)


def _body_of(decision: Decision) -> dict[str, Any]:
    shown = {
        "schema": {"$ref": REF + decision.command.__name__},
        "examples": {decision.name: {"value": dict(decision.example)}},
    }
    return {"required": True, "content": {JSON_TYPE: shown}}


def _answers(decision: Decision) -> tuple[tuple[int, str, dict[str, Any], Any], ...]:
    example = {**RECEIPT_EXAMPLE, "command": decision.name, "rule": decision.label}
    schema = {"$ref": REF + "Receipt"}
    return (
        (201, "Recorded now; the receipt.", schema, example | {"repeated": False}),
        (
            200,
            "Recorded before, under the same key with the same content.",
            schema,
            example | {"repeated": True},
        ),
    )


def refusals_of(decision: Decision) -> dict[str, ProblemDetails]:
    """The problem of each refusal that a decision declares, by code."""
    declared = [raised for raised in decision.raises if issubclass(raised, Refusal)]
    recorded = {kind.code: body_of(kind, simulated=True) for kind in recorded_kinds(decision.name)}
    return {refusal.code: _refused(refusal) for refusal in declared} | recorded


def _refused(refusal: type[Refusal]) -> ProblemDetails:
    said = (refusal.__doc__ or "").strip().split("\n")[0]
    shown = _about_mandate if issubclass(refusal, MANDATE_REFUSALS) else refusal_problem
    return body_of(shown(refusal(said)), simulated=True)
