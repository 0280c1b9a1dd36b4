"""How every route is made: an endpoint that gets the request alone, and a description that OpenAPI shows.

Bodies and parameters are read by the endpoints themselves, since the web framework would answer in its own
words, and repeat what was sent.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.answers import ProblemDetails
from api.problems import (
    FORESEEN,
    MEDIA_TYPE,
    METHOD,
    NOT_FOUND,
    UNEXPECTED,
    Problem,
    body_of,
    problem_of,
    problem_response,
)

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

Endpoint = Callable[[Request], Awaitable[Response]]
JSON = "application/json"
INSTANCE = "liggare.instance"
INSTANCE_EXAMPLE = "urn:uuid:6f1c1c3e-54ac-4f0e-9f0c-3d9b9f1f8a11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route and all that OpenAPI says of it.

    ``answers`` is (status, description, schema, example) for each yes.
    """

    method: str
    path: str
    name: str
    summary: str
    description: str
    group: str
    answers: tuple[tuple[int, str, Mapping[str, Any], Any], ...]
    problems: tuple[Problem, ...] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    body: Mapping[str, Any] | None = None
    extra_problems: Mapping[str, ProblemDetails] = field(default_factory=dict)


def add_route(app: "FastAPI", route: Route, endpoint: Endpoint) -> None:
    """Put a route into the application."""
    extra: dict[str, Any] = {"parameters": list(route.parameters)}
    if route.body is not None:
        extra["requestBody"] = dict(route.body)
    app.add_api_route(
        route.path, endpoint, methods=[route.method], name=route.name, operation_id=route.name,
        summary=route.summary, description=route.description, tags=[route.group], openapi_extra=extra,
        status_code=route.answers[0][0], response_class=Response, responses=_responses(route),
    )  # fmt: skip


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(body), status, dict(headers or {}), JSON)


def add_problem_handlers(app: "FastAPI", *, simulated: bool) -> None:
    """Let everything that an endpoint raises on purpose, and unknown paths and methods, end in a problem."""

    async def foreseen(_: Request, error: Exception) -> Response:
        return problem_response(body_of(problem_of(error), simulated=simulated))

    async def unknown(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else NOT_FOUND.status
        problem = METHOD if status == METHOD.status else NOT_FOUND
        headers = getattr(error, "headers", None)
        return problem_response(body_of(problem, simulated=simulated), headers=headers)

    async def unforeseen(request: Request, _: Exception) -> Response:
        body = body_of(UNEXPECTED, simulated=simulated)
        request.scope[INSTANCE] = body.instance  # the guard logs it, beside where it happened
        return problem_response(body)

    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(Exception, unforeseen)
    for raised in FORESEEN:
        app.add_exception_handler(raised, foreseen)


def header(
    name: str, description: str, *, pattern: str | None = None, required: bool = True
) -> dict[str, Any]:
    """An OpenAPI parameter in the header."""
    return _parameter("header", name, description, {"type": "string", "pattern": pattern}, required=required)


def query(
    name: str, description: str, schema: Mapping[str, Any], *, required: bool = False
) -> dict[str, Any]:
    """An OpenAPI parameter in the query."""
    return _parameter("query", name, description, schema, required=required)


def path(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAPI parameter in the path."""
    return _parameter("path", name, description, schema, required=True)


def _parameter(
    where: str, name: str, description: str, schema: Mapping[str, Any], *, required: bool
) -> dict[str, Any]:
    shown = {key: value for key, value in schema.items() if value is not None}
    return {"in": where, "name": name, "description": description, "required": required, "schema": shown}


def _responses(route: Route) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {}
    for status, description, schema, example in route.answers:
        shown = {"schema": dict(schema), "examples": {"example": {"value": example}}}
        found[status] = {"description": description, "content": {JSON: shown}}
    for problem in route.problems:
        _add_problem(found, body_of(problem, simulated=True))
    for example in route.extra_problems.values():
        _add_problem(found, example)
    return found


def _add_problem(found: dict[int | str, dict[str, Any]], example: ProblemDetails) -> None:
    """Several problems share a status; each is an example of its own."""
    empty = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "examples": {}}
    entry = found.setdefault(example.status, {"description": "", "content": {MEDIA_TYPE: empty}})
    shown = msgspec.to_builtins(replace(example, instance=INSTANCE_EXAMPLE))
    entry["content"][MEDIA_TYPE]["examples"][example.code] = {"value": shown}
    entry["description"] = "; ".join(filter(None, (entry["description"], example.title)))
