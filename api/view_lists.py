"""A GET for a page of every declared view's keys: all answers of a list stand at one position and date.

``known_at`` and ``at`` are as for one key; the ``token`` of one page instead takes every other page, or the
same one again, from the same list, whatever was recorded meanwhile.
"""

from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.answers import KeyUnanswered, ViewPage
from api.parts import Parts
from api.questions import LIMIT_DEFAULT, Question, list_of, single
from api.routing import JSON, Endpoint, Route, add_route, query
from api.shapes import REF
from api.views import (
    PREFIX,
    PROBLEMS,
    TIME,
    TOKEN,
    answer_body,
    answer_example,
    described,
    own_parameters,
    token_body,
)
from projections.base import VIEWS, View
from replay.lists import LIMIT_MAX, Page, page, page_again
from replay.population import Population
from replay.timeline import Timeline
from replay.token import Token

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

PAGING = (
    query(
        "limit", "Keys in one page.", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": 20}
    ),
    query("offset", "Keys to pass over.", {"type": "integer", "minimum": 0, "default": 0}),
)


def add_lists(app: "FastAPI", parts: Parts) -> None:
    """Put the list of every view into the application."""
    for view in sorted(VIEWS.values(), key=lambda found: found.name):
        add_route(app, list_route(view), _endpoint(parts, view))


def list_route(view: View) -> Route:
    """The description of a view's list."""
    token = answer_example(view)["token"]
    example = {
        "view": view.name, "token": token, "position": 120, "on": "2026-03-01", "limit": LIMIT_DEFAULT,
        "offset": 0, "more": False, "simulated": True, "keys": ["k-1"], "answers": [], "unanswered": [],
        "differs": [], "digest": "5f78c332" * 8,
    }  # fmt: skip
    return Route(
        method="GET", path=f"{PREFIX}/{view.name}", name=f"list-{view.name}", group="views",
        summary=f"{view.title_sv}, lista / {view.title_en}, list", description=described(view),
        parameters=(*PAGING, *TIME, TOKEN, *own_parameters(view, listed=True)), problems=PROBLEMS,
        answers=((200, "A page of answers.", {"$ref": REF + "ViewPage"}, example),),
    )  # fmt: skip


def page_of(timeline: Timeline, view: View, asked: Question, token: Token | None) -> ViewPage:
    """A page of a view's answers. Raises KnownAtError."""
    turn = {"limit": asked.limit, "offset": asked.offset}
    if token is None:
        found = page(timeline, view, asked.params, known_at=asked.known_at, at=asked.at, **turn)
    else:
        found = page_again(timeline, view, asked.params, token, **turn)
    return page_body(view, found, asked.limit, token)


def page_body(view: View, found: Page, limit: int, token: Token | None = None) -> ViewPage:
    """A page as JSON, compared with the token it was asked with."""
    told = found.population
    return ViewPage(
        view=view.name,
        token=token_body(told.token),
        position=told.token.position,
        on=told.token.on.isoformat(),
        limit=limit,
        offset=found.offset,
        more=found.more,
        simulated=told.simulated,
        keys=list(found.keys),
        answers=[answer_body(view, answer) for answer in told.answers],
        unanswered=[KeyUnanswered(key=one.key, code=one.code, detail=one.detail) for one in told.unanswered],
        differs=list(told.token.differs(token)) if token else [],
        digest=told.digest(),
    )


def population_body(view: View, told: Population) -> ViewPage:
    """A whole population as JSON: one page with everybody on it."""
    keys = tuple(one.key for one in told.told)
    return page_body(view, Page(0, keys, told, more=False), len(keys))


def _endpoint(parts: Parts, view: View) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked, token = list_of(view, single(request))

        def tagged() -> tuple[bytes, str]:
            body = page_of(parts.timeline, view, asked, token)
            return msgspec.json.encode(body), f'"{body.token.text}"'

        body, etag = await parts.work.run(tagged)
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return Response(body, headers={"ETag": etag}, media_type=JSON)

    return endpoint
