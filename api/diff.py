"""Two moments compared over HTTP: what became known between them, and which answers it changed.

``from`` and ``to`` are what ``known_at`` is elsewhere; with ``at`` both are asked about one valid date: what
was believed then beside what is known now. Every other parameter is one of the views', or narrows what is
told.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.answers import FieldError
from api.diff_body import DiffBody, diff_body, plain
from api.parts import Parts
from api.problems import (
    KNOWN_AT,
    METHOD,
    MISDIRECTED,
    PARAMETER,
    UNAVAILABLE,
    UNEXPECTED,
    ProblemError,
)
from api.questions import params_of, single
from api.routing import Route, add_route, query
from api.shapes import REF
from ledger.store.canonical import encoded
from ledger.values import ID_PATTERN, LocalDate
from projections.base import VIEWS, View
from replay.diff import diff
from replay.diff_events import LATE_DAYS
from replay.diff_told import LIMIT, Forms, Tell, Wanted
from replay.known import BadKnownAtError, Known, KnownAtError, parse_known_at
from replay.timeline import Timeline

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

EVENTS_MAX, LIMIT_MAX, LATE_MAX = 100_000, 100, 36_500
OWN = ("from", "to", "view", "key", "at", "region", "supplier", "limit", "late_days")
FORMS = Forms(lambda view, given: params_of(view.params, given), plain)
_LOCAL_DATE: TypeAdapter[date] = TypeAdapter(LocalDate)
_IS_ID = re.compile(ID_PATTERN.removesuffix("$") + r"\Z").match
_WHEN, _ID = {"type": "string"}, {"type": "string", "pattern": ID_PATTERN}
_COUNT = {"type": "integer", "minimum": 1}
EXAMPLE = {
    "token": "p120..p140~2026-03-01~ba9876543210", "since": {"position": 120, "on": "2026-02-01"},
    "until": {"position": 140, "on": "2026-03-01"}, "at": "2026-03-01", "simulated": True, "events": 20,
    "late": 1, "types": [], "listed": [], "shared": [], "policy": [], "views": [], "changes": [],
    "changed": 0, "complete": True, "digest": "5f78c332" * 8,
}  # fmt: skip
ROUTE = Route(
    method="GET", path="/v1/diff", name="diff", group="views",
    summary="Vad blev känt, och vad ändrade det / What became known, and what it changed",
    description="The events recorded after one moment and up to another, late ones marked, and the answers "
    "that differ for them, field by field, with the positions behind. With at, what was believed then about "
    f"that date beside what is known now. At most {EVENTS_MAX} events; the command line takes any number.",
    parameters=(
        query("from", "The first moment: an instant (RFC 3339) or a position (p120).", _WHEN),
        query("to", "The second moment; now unless given.", _WHEN),
        query("view", "Only this view; every key is compared where an event is about everybody.", _WHEN),
        query("key", "Only this key, touched or not.", _ID),
        query("at", "One local date to ask both about.", {"type": "string", "format": "date"}),
        query("region", "Only what is about this region, also as a parameter of views.", _ID),
        query("supplier", "Only what is about this supplier, also as a parameter of views.", _ID),
        query("agreement", "The agreement; each that the events name unless given.", _ID),
        query("lot", "The lot; each that the events name unless given.", _ID),
        query("limit", "Events listed, and keys compared in each view.", _COUNT | {"maximum": LIMIT_MAX}),
        query("late_days", "From how many days on a fact is late.", _COUNT | {"default": LATE_DAYS}),
    ),
    problems=(PARAMETER, METHOD, MISDIRECTED, KNOWN_AT, UNEXPECTED, UNAVAILABLE),
    answers=((200, "The comparison.", {"$ref": REF + "DiffBody"}, EXAMPLE),),
)  # fmt: skip


def add_diff(app: "FastAPI", parts: Parts) -> None:
    """Put the route into the application."""

    async def endpoint(request: Request) -> Response:
        sent = single(request)
        named = (sent.pop("view"),) if "view" in sent else ()
        ask = partial(compared, parts.timeline, sent, named, events_max=EVENTS_MAX, limit_max=LIMIT_MAX)
        body = await parts.work.run(ask)
        return Response(encoded(body), headers={"ETag": f'"{body.digest}"'}, media_type="application/json")

    add_route(app, ROUTE, endpoint)


def compared(
    timeline: Timeline,
    sent: Mapping[str, str],
    named: Sequence[str] = (),
    *,
    events_max: int | None = None,
    limit_max: int = 2**31,
    tell: Tell = lambda *_: None,
) -> DiffBody:
    """The comparison that parameters ask for, of the named views or all. Raises ProblemError."""
    wanted = wanted_of(sent, named, limit_max)
    since, until = _moments(timeline, sent)
    if events_max is not None and until.position - since.position > events_max:
        raise _wrong("from", f"a moment at most {events_max} events before the other")
    found = diff(timeline, since, until, wanted, FORMS, tell)
    return diff_body(found, timeline.log, simulated=timeline.simulated())


def wanted_of(sent: Mapping[str, str], named: Sequence[str], limit_max: int) -> Wanted:
    """What is asked for, but the moments. Raises ProblemError."""
    unknown = next((name for name in named if name not in VIEWS), None)
    if unknown is not None:
        raise _wrong("view", f"one of: {', '.join(sorted(VIEWS))}")
    for name in ("key", "region", "supplier"):
        if not _IS_ID(sent.get(name, "a")):
            raise _wrong(name, "an id: small letters, digits and hyphens")
    views = tuple(VIEWS[name] for name in sorted(set(named) or VIEWS))
    given = _given(sent, views)
    return Wanted(
        views=views, key=sent.get("key"), at=_date(sent.get("at")), given=given,
        region=sent.get("region"), supplier=sent.get("supplier"),
        limit=_number(sent, "limit", LIMIT, limit_max), whole=bool(named),
        late_days=_number(sent, "late_days", LATE_DAYS, LATE_MAX),
    )  # fmt: skip


def _given(sent: Mapping[str, str], views: Sequence[View]) -> dict[str, str]:
    """The parameters of views; one that none of them takes is not known."""
    taken = {field.name for view in views for field in fields(view.params)}
    if unknown := sorted(sent.keys() - taken - set(OWN)):
        known = *OWN, *sorted(taken - set(OWN))
        told = f"{unknown[0]} is not known; these are: {', '.join(known)}."
        raise ProblemError(PARAMETER.about(told, field=unknown[0], known=known))
    return {name: value for name, value in sent.items() if name in taken}


def _moments(timeline: Timeline, sent: Mapping[str, str]) -> tuple[Known, Known]:
    if "from" not in sent:
        raise _wrong("from", "an instant with an offset, or a position such as p120")
    since, until = (_known(timeline, sent, name) for name in ("from", "to"))
    if since.after(until):
        raise _wrong("from", "a moment that does not lie after the other")
    return since, until


def _known(timeline: Timeline, sent: Mapping[str, str], name: str) -> Known:
    try:
        return timeline.known(parse_known_at(sent[name]) if name in sent else None)
    except BadKnownAtError:
        raise _wrong(name, "an instant with an offset, or a position such as p120") from None
    except KnownAtError as error:
        raise ProblemError(KNOWN_AT.about(f"{name}: {error}", code=error.code, field=name)) from None


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else _LOCAL_DATE.validate_strings(text, strict=True)
    except ValidationError:
        raise _wrong("at", "a date such as 2026-03-01") from None


def _number(sent: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text: Any = sent.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= most):
        raise _wrong(name, f"a whole number from 1 to {most}")
    return int(text)


def _wrong(name: str, wanted: str) -> ProblemError:
    told = FieldError(field=name, message=f"Expected {wanted}", code="parameter")
    return ProblemError(PARAMETER.about(f"{name}: {told.message}.", field=name, fields=(told,)))
