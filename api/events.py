"""Two questions about the record itself: one event, and what became of a command."""

from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api import access
from api.answers import EventBody, EventGroup
from api.commands import RECEIPT_EXAMPLE
from api.parts import Parts
from api.problems import HEADER, METHOD, MISDIRECTED, NOT_FOUND, UNAVAILABLE, UNEXPECTED, ProblemError
from api.questions import dumped
from api.routing import Route, add_route, header, json_response, path
from api.shapes import REF
from api.withheld import is_sealed
from ledger.events.base import FACTS, EventType, decode, event_type
from ledger.store.body import groups_of
from ledger.store.codec import Header, fields_json, header_of, parse_record
from ledger.store.header import LINKS
from ledger.store.log import Log, Record
from ledger.values import instant_text

PROBLEMS = (NOT_FOUND, METHOD, MISDIRECTED, UNEXPECTED, UNAVAILABLE)
EVENT_EXAMPLE = {
    "position": 12, "recorded_at": "2025-03-03T08:00:00.000001Z", "type": "supplier-registered.v1",
    "leaf": "5f78c332" * 8, "body_root": "65d1c917" * 8, "simulated": True,
    "header": {"rule": "register-supplier@1"}, "links": {"actor": "a-1"}, "links_salt": "0b9f3c52" * 8,
    "groups": [{"name": "facts", "secrecy": "open", "masked": False, "commitment": "92659265" * 8}],
    "facts": {"supplier": "s-1"}, "sealed": False,
}  # fmt: skip
EVENT = Route(
    method="GET", path="/v1/events/{position}", name="event", group="events",
    summary="En händelse / One event", problems=PROBLEMS,
    description="The header in the clear, the open facts, and the commitments of what is masked. An event "
    "about an offer that is still sealed shows its place and its hashes only.",
    parameters=(path("position", "The event's position in the ledger.", {"type": "integer", "minimum": 1}),),
    answers=((200, "The event.", {"$ref": REF + "EventBody"}, EVENT_EXAMPLE),),
)  # fmt: skip
OUTCOME = Route(
    method="GET", path="/v1/commands/outcomes/{id:path}", name="outcome", group="commands",
    summary="Vad blev det av ett kommando / What became of a command", problems=(HEADER, *PROBLEMS),
    description="The receipt of a command that this client sent before: asked for when an answer was lost.",
    parameters=(
        header(access.CLIENT_HEADER, "The calling program.", pattern=access.CLIENT_PATTERN),
        path("id", "The Idempotency-Key of the command.", {"type": "string"}),
    ),
    answers=((200, "The receipt.", {"$ref": REF + "Receipt"}, {**RECEIPT_EXAMPLE, "repeated": True}),),
)  # fmt: skip


def add_events(app: FastAPI, parts: Parts) -> None:
    """Put the routes about records into the application."""

    async def event(request: Request) -> Response:
        position = request.path_params["position"]
        if not (position.isascii() and position.isdigit() and 0 < len(position) < 16):
            raise ProblemError(NOT_FOUND)
        ask = partial(event_at, parts.log, int(position), simulated=parts.simulated)
        return json_response(await parts.work.run(ask))

    async def outcome(request: Request) -> Response:
        client, command_id = access.client_of(request), request.path_params["id"]
        ask = partial(parts.log.outcome, client, command_id)
        found = await parts.work.run(ask) if access.is_key(command_id) else None
        if found is None:
            raise ProblemError(NOT_FOUND.about("No outcome of this command is recorded."))
        return json_response(await parts.work.run(partial(parts.receipts.of_outcome, found, command_id)))

    add_route(app, EVENT, event)
    add_route(app, OUTCOME, outcome)


def record_at(log: Log, position: int) -> Record:
    """The record at a position. Raises ProblemError when nothing is recorded there."""
    found = None if position < 1 else next(iter(log.records(after=position - 1, upto=position)), None)
    if found is None:
        raise ProblemError(NOT_FOUND.about("Nothing is recorded at this position."))
    return found


def event_at(log: Log, position: int, *, simulated: bool) -> EventBody:
    """A record as JSON: only open groups are shown, and of a sealed offer not even that it is one."""
    record = record_at(log, position)
    parts = parse_record(record.record)
    read = header_of(parts.header)
    shown = _shown(read)
    body = EventBody(
        position=record.position, recorded_at=instant_text(record.recorded_at), type=record.type,
        leaf=record.leaf.hex(), body_root=parts.root.hex(), simulated=simulated,
        header=shown, links={name: shown.pop(name) for name in LINKS if name in shown},
        links_salt=parts.salt.hex(),
        groups=[] if record.body is None else _groups(read, record.body),
        facts=None if record.body is None else _open_facts(record.type, record.body),
    )  # fmt: skip
    return _hidden(body) if is_sealed(log, read) else body


def _hidden(body: EventBody) -> EventBody:
    return replace(body, type="sealed", header={}, links={}, links_salt="", groups=[], sealed=True)


def _shown(read: Header) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(read)
    for name in ("decided_at", "received_at"):
        shown[name] = instant_text(shown[name])
    return shown


def _groups(read: Header, body: bytes) -> list[EventGroup]:
    secrecy = {entry[0]: entry[1] for entry in read.groups or ((FACTS, "open"),)}
    found = []
    for group in groups_of(body):
        name = group.name.decode()
        kept = secrecy.get(name, "secret")
        masked = kept != "open" or group.content is None
        found.append(EventGroup(name=name, secrecy=kept, masked=masked, commitment=group.commitment.hex()))
    return found


def _open_facts(stored: str, body: bytes) -> dict[str, Any] | None:
    """The open facts in the newest version's form, instants as text; None where they are not open."""
    happened = decode(stored, fields_json(body))
    declared: EventType = event_type(happened)
    names = [name for group in declared.groups if group.secrecy == "open" for name in group.fields]
    shown = dumped(declared.cls, happened) if names else {}
    return {name: shown[name] for name in names} or None
