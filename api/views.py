"""A GET for one key of every declared view; the one for a page of keys is in api/view_lists.py.

``known_at`` says what the ledger knew (an instant, or a position such as p120), ``at`` for which local date
the question is asked; every other parameter is the view's own.
"""

import re
from functools import partial
from inspect import getdoc
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.answers import Token, ViewAnswer
from api.parameter_words import meaning
from api.parts import Parts
from api.problems import (
    KNOWN_AT,
    METHOD,
    MISDIRECTED,
    NOT_FOUND,
    PARAMETER,
    UNANSWERABLE,
    UNAVAILABLE,
    UNEXPECTED,
    ProblemError,
)
from api.questions import dumped, question_of, reading_adapter, single
from api.routing import Endpoint, Route, add_route, path, query
from api.shapes import REF
from ledger.values import ID_PATTERN
from projections.base import VIEWS, View
from replay.timeline import Answer
from replay.token import Token as Known

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

PREFIX = "/v1/views"
PROBLEMS = (PARAMETER, UNANSWERABLE, METHOD, MISDIRECTED, KNOWN_AT, UNEXPECTED, UNAVAILABLE)
TIME = (
    query(
        "known_at", "As the ledger knew it: an instant (RFC 3339) or a position (p120).", {"type": "string"}
    ),
    query(
        "at",
        "For this local date in Sweden; that of known_at unless given.",
        {"type": "string", "format": "date"},
    ),
)
TOKEN = query("token", "Repeat the answer of this token, instead of known_at and at.", {"type": "string"})


def add_views(app: "FastAPI", parts: Parts) -> None:
    """Put the routes of every view into the application."""
    for view in sorted(VIEWS.values(), key=lambda found: found.name):
        add_route(app, view_route(view), _one(parts, view))


def view_route(view: View) -> Route:
    """The description of a view's route for one key."""
    key = path("key", "The id the view is kept by.", {"type": "string", "pattern": ID_PATTERN})
    example = answer_example(view)
    return Route(
        method="GET", path=f"{PREFIX}/{view.name}/{{key}}", name=f"view-{view.name}", group="views",
        summary=f"{view.title_sv} / {view.title_en}", description=described(view),
        parameters=(key, *TIME, *own_parameters(view)), problems=(*PROBLEMS, NOT_FOUND),
        answers=((200, "The answer and its token.", {"$ref": REF + answer_name(view)}, example),),
    )  # fmt: skip


def answer_name(view: View) -> str:
    """The name of a view's answer among the schemas."""
    return view.reading.__name__ + "Answer"


def answer_example(view: View) -> dict[str, Any]:
    """An answer as it may look, without its reading."""
    token = {"text": "p120~2026-03-01~0123456789ab~ba9876543210", "position": 120, "on": "2026-03-01"}
    return {
        "view": view.name, "key": "k-1", "params": {}, "simulated": True, "assumed_terms": [], "reading": {},
        "token": token | {"policy": "0123456789ab", "code": "ba9876543210"}, "digest": "5f78c332" * 8,
    }  # fmt: skip


def answer_body(view: View, answer: Answer) -> ViewAnswer:
    """A view's answer as JSON; instants become text through the reading's own types."""
    return ViewAnswer(
        view=view.name,
        key=answer.key,
        params=dumped(view.params, answer.params),
        digest=answer.digest(),
        token=token_body(answer.token),
        simulated=answer.simulated,
        assumed_terms=list(answer.assumed),
        reading=dumped(view.reading, answer.reading),
    )


def token_body(token: Known) -> Token:
    """A token as JSON: its text and its parts."""
    return Token(
        text=str(token),
        position=token.position,
        on=token.on.isoformat(),
        policy=token.policy,
        code=token.code,
    )


def _one(parts: Parts, view: View) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        question = question_of(view, single(request))
        if not re.fullmatch(ID_PATTERN.removesuffix("$") + r"\Z", request.path_params["key"]):
            raise ProblemError(NOT_FOUND.about("The key does not have the form of an id."))
        ask = partial(
            parts.timeline.answer,
            view,
            request.path_params["key"],
            question.params,
            known_at=question.known_at,
            at=question.at,
        )
        body, etag = await parts.work.run(lambda: _tagged(view, ask()))
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return Response(body, headers={"ETag": etag}, media_type="application/json")

    return endpoint


def _tagged(view: View, answer: Answer) -> tuple[bytes, str]:
    return msgspec.json.encode(answer_body(view, answer)), f'"{answer.token}"'


def described(view: View) -> str:
    """What a view is, its reading and its answer, for OpenAPI."""
    return "\n\n".join(filter(None, (getdoc(view.read), getdoc(view.reading))))


def own_parameters(view: View, *, listed: bool = False) -> list[dict[str, Any]]:
    """What a view takes beside the times, alone or in a list, for OpenAPI."""
    schema = reading_adapter(view.params).json_schema(ref_template=REF + "{model}")
    properties = schema.get("properties", {})
    for name, text in view.listed.items() if listed else ():
        properties[name] = {**properties[name], "default": msgspec.json.decode(text)}
    needed = schema.get("required", ())
    return [
        query(name, meaning(view.name, name), shown, required=name in needed)
        for name, shown in properties.items()
    ]
