"""Checkpoints and proofs over HTTP, for those who may read the whole ledger.

A position and a tree's size tell how much was recorded in between: before an award they would tell a bidder
how many offers came in. So none of this is for a party; what a party gets are receipts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from api.access import ACTOR_HEADER, access_of
from api.parts import Parts
from api.problems import (
    HEADER,
    METHOD,
    MISDIRECTED,
    NOT_FOUND,
    PARAMETER,
    UNAVAILABLE,
    UNEXPECTED,
    ProblemError,
)
from api.questions import single
from api.routing import JSON, Route, add_route, header, json_response, path, query
from api.shapes import REF
from ledger.store.sealing_tree import Consistency, Inclusion, NotSealed, StoredTree
from ledger.values import ID_PATTERN

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

T = TypeVar("T")
NOTE = "text/plain; charset=utf-8"
POSITION: dict[str, Any] = {"type": "integer", "minimum": 1}
PROBLEMS = (HEADER, PARAMETER, NOT_FOUND, METHOD, MISDIRECTED, UNEXPECTED, UNAVAILABLE)
READER = header(
    ACTOR_HEADER, "Who asks; it must be somebody who may read the whole ledger.", pattern=ID_PATTERN
)
HASH = "5f78c332" * 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointBody:
    """The newest checkpoint: what the note says, and the signed note itself, byte for byte."""

    size: int
    note: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionBody:
    """That an event's leaf stands in the tree of a size (RFC 9162, section 2.1.3).

    Leaf index = position - 1.
    """

    position: int
    size: int
    leaf: str
    path: list[str]
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyBody:
    """That the tree of the new size goes on from that of the old one (RFC 9162, section 2.1.4)."""

    old: int
    new: int
    path: list[str]
    simulated: bool


CHECKPOINT = Route(
    method="GET", path="/v1/checkpoint", name="checkpoint", group="proofs", problems=PROBLEMS,
    parameters=(READER,),
    summary="Senaste kontrollpunkten / The newest checkpoint",
    description="Size and root of the tree over all records, signed (C2SP tlog-checkpoint): keep it. "
    "The answer is the signed note itself, text/plain; this JSON with `Accept: application/json`.",
    answers=((200, "The checkpoint.", {"$ref": REF + "CheckpointBody"},
              {"size": 2, "note": "avrop.example/l\n2\n…\n\n— avrop.example/l …\n", "simulated": True}),),
)  # fmt: skip
INCLUSION = Route(
    method="GET", path="/v1/proofs/inclusion/{position}", name="inclusion", group="proofs", problems=PROBLEMS,
    summary="Bevis att en händelse ingår / Proof that an event is included",
    description="The hashes that lead from an event's leaf to the root of the tree of a size.",
    parameters=(
        READER, path("position", "The event's position.", POSITION),
        query("size", "The size of a tree; of the newest checkpoint unless given.", POSITION),
    ),
    answers=((200, "The proof.", {"$ref": REF + "InclusionBody"},
              {"position": 2, "size": 3, "leaf": HASH, "path": [HASH, HASH], "simulated": True}),),
)  # fmt: skip
CONSISTENCY = Route(
    method="GET", path="/v1/proofs/consistency/{old}", name="consistency", group="proofs", problems=PROBLEMS,
    summary="Bevis att historien är densamma / Proof that history is the same",
    description="The hashes that show the tree of a size to be the beginning of a later one.",
    parameters=(
        READER, path("old", "The older size.", POSITION),
        query("new", "The newer size; of the newest checkpoint unless given.", POSITION),
    ),
    answers=((200, "The proof.", {"$ref": REF + "ConsistencyBody"},
              {"old": 2, "new": 3, "path": [HASH, HASH], "simulated": True}),),
)  # fmt: skip


def add_proofs(app: "FastAPI", parts: Parts) -> None:
    """Put the routes about proofs into the application."""

    async def checkpoint(request: Request) -> Response:
        tree = _tree(request, parts, known=())
        newest = await parts.work.run(tree.newest)
        if newest is None:
            raise ProblemError(NOT_FOUND.about("Nothing is sealed yet."))
        if JSON not in request.headers.get("accept", ""):
            return Response(newest.note, headers={"Content-Type": NOTE})
        body = CheckpointBody(size=newest.size, note=newest.note.decode(), simulated=parts.simulated)
        return json_response(body)

    async def inclusion(request: Request) -> Response:
        tree = _tree(request, parts, known=("size",))
        position = _number("position", request.path_params["position"])
        size = _asked(request, "size")
        found = await _found(parts, partial(tree.inclusion, position, size))
        return json_response(inclusion_body(found, simulated=parts.simulated))

    async def consistency(request: Request) -> Response:
        tree, old = _tree(request, parts, known=("new",)), _number("old", request.path_params["old"])
        new = _asked(request, "new")
        found = await _found(parts, partial(tree.consistency, old, new))
        return json_response(consistency_body(found, simulated=parts.simulated))

    add_route(app, CHECKPOINT, checkpoint)
    add_route(app, INCLUSION, inclusion)
    add_route(app, CONSISTENCY, consistency)


def inclusion_body(found: Inclusion, *, simulated: bool) -> InclusionBody:
    """An inclusion proof as JSON."""
    return InclusionBody(
        position=found.position, size=found.size, leaf=found.leaf.hex(),
        path=[one.hex() for one in found.path], simulated=simulated,
    )  # fmt: skip


def consistency_body(found: Consistency, *, simulated: bool) -> ConsistencyBody:
    """A consistency proof as JSON."""
    return ConsistencyBody(
        old=found.old, new=found.new, path=[one.hex() for one in found.path], simulated=simulated
    )


def _tree(request: Request, parts: Parts, *, known: tuple[str, ...]) -> StoredTree:
    """The tree, for somebody who may read the whole ledger.

    Identity will say who that is, in api/access.py.
    """
    access_of(request)
    if unknown := sorted(set(single(request)).difference(known)):
        raise ProblemError(PARAMETER.about(f"{unknown[0]} is not known here.", field=unknown[0]))
    if parts.tree is None:
        raise ProblemError(NOT_FOUND.about("This ledger is not sealed."))
    return parts.tree


async def _found(parts: Parts, ask: Callable[[], T]) -> T:
    try:
        return await parts.work.run(ask)
    except NotSealed as error:
        raise ProblemError(NOT_FOUND.about(f"{error}.")) from error


def _asked(request: Request, name: str) -> int | None:
    text = single(request).get(name)
    return None if text is None else _number(name, text)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text)):
        raise ProblemError(PARAMETER.about(f"{name} is a whole number from 1.", field=name))
    return int(text)
