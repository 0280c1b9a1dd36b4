"""Signed receipts of commands, for who sent them: of inclusion once sealed, before an award a commitment."""

import base64
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from api import access
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
from api.receipts import whole_second
from api.routing import Route, add_route, header, json_response, path, query
from api.shapes import REF
from api.withheld import place_is_secret
from ledger.errors import Corrupt, Unsafe
from ledger.facts.genesis import THIS
from ledger.facts.signing_keys import InForce, chain_of, signing_keys
from ledger.handle.reading import read_folds
from ledger.proof.check import ProofError
from ledger.proof.checkpoint import Checkpoint, opened_checkpoint
from ledger.proof.note import NoteError, SigningKey
from ledger.proof.receipt import MEDIA_TYPE, signed_commitment, signed_receipt
from ledger.store.codec import commitment_of, entry_of
from ledger.store.log import Log, Record
from ledger.store.sealing_tree import NotSealed, Paths, SealedNote, StoredTree

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

COSE = "application/cose"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptBody:
    """A signed receipt of a command (COSE_Sign1, base64), kept by who sent the command.

    ``entry`` (81 bytes of the record, hex) is what a receipt of inclusion (RFC 9942) covers. While the place
    would tell a bidder how many offers came in, ``withheld`` is true, the receipt a commitment to all events
    of the command, and there is no entry. ``event`` of ``events`` is the one that it
    is about: the first has what the command said.
    """

    command_id: str
    event: int
    events: int
    withheld: bool
    receipt: str
    entry: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Signing:
    """What signing receipts takes; ``paths`` are proofs for whoever signs many."""

    log: Log
    tree: StoredTree
    key: SigningKey
    paths: Paths | None = None

    def path(self, position: int, size: int) -> tuple[bytes, ...]:
        """The path of an event in the tree of a size. Raises NotSealed, Corrupt."""
        return self.paths(position, size) if self.paths else self.tree.inclusion(position, size).path


RECEIPT = Route(
    method="GET", path="/v1/receipts/{id:path}", name="receipt", group="proofs",
    problems=(HEADER, PARAMETER, NOT_FOUND, METHOD, MISDIRECTED, UNEXPECTED, UNAVAILABLE),
    summary="Kvitto på ett kommando / The receipt of a command",
    description="The signed receipt of a command that this client sent, a moment after it: keep it, it is "
    "checked without the ledger. Of what concerns an order whose offers are still sealed it is a commitment "
    "without position, at once; after the award it is one of inclusion. The bare COSE message with "
    "`Accept: application/cose`.",
    parameters=(
        header(access.CLIENT_HEADER, "The program that sent it.", pattern=access.CLIENT_PATTERN),
        path("id", "The Idempotency-Key of the command.", {"type": "string"}),
        query("event", "Which of its events; the first unless given.", {"type": "integer", "minimum": 1}),
    ),
    answers=((200, "The receipt.", {"$ref": REF + "ReceiptBody"}, {
        "command_id": "0b2f7c1e-2f0e-4b7e-8c39-5a6a8b1f2c11", "event": 1, "events": 1, "withheld": False,
        "receipt": "0oRYLqQBJwREPf2S…", "entry": "02" + "00" * 80, "simulated": True,
    }),),
)  # fmt: skip


def add_receipts(app: "FastAPI", parts: Parts) -> None:
    """Put the route for receipts into the application."""

    async def receipt(request: Request) -> Response:
        client, command_id = access.client_of(request), request.path_params["id"]
        event = _event_asked(request)
        if parts.tree is None or parts.key is None:
            raise ProblemError(NOT_FOUND.about("This ledger is not sealed here."))
        signing = Signing(parts.log, parts.tree, parts.key)
        ask = partial(receipt_of, signing, client, command_id, event, simulated=parts.simulated)
        try:
            body = await parts.work.run(ask)
        except NotSealed as error:
            raise ProblemError(NOT_FOUND.about("It is not sealed yet; ask again in a moment.")) from error
        if COSE in request.headers.get("accept", ""):
            return Response(base64.b64decode(body.receipt), headers={"Content-Type": MEDIA_TYPE})
        return json_response(body)

    add_route(app, RECEIPT, receipt)


def receipt_of(
    signing: Signing, client: str, command_id: str, event: int = 1, *, simulated: bool
) -> ReceiptBody:
    """The receipt of one event of a command. Raises ProblemError, NotSealed before it is, and Unsafe."""
    outcome = signing.log.outcome(client, command_id) if access.is_key(command_id) else None
    if outcome is None:
        raise ProblemError(NOT_FOUND.about("No outcome of this command is recorded."))
    events = outcome.last - outcome.first + 1
    if event > events:
        raise ProblemError(NOT_FOUND.about(f"The command has {events} events.", field="event"))
    require_in_force(signing)
    records = list(signing.log.records(after=outcome.first - 1, upto=outcome.last))
    secret = place_is_secret(signing.log, records)
    one = records[event - 1]
    content = (
        _committed(signing.key, records)
        if secret
        else included(signing, _checkpoint(signing, outcome.last), one)
    )
    return ReceiptBody(
        command_id=command_id, event=event, events=events, withheld=secret,
        receipt=base64.b64encode(content).decode(), entry="" if secret else entry_of(one.record).hex(),
        simulated=simulated,
    )  # fmt: skip


def require_in_force(signing: Signing) -> None:
    """Raise Unsafe where the log says that another key signs: what this one signs nobody should believe."""
    last = _in_force(signing.log)
    if last is not None and last.key != signing.key.verifier:
        mine = signing.key.verifier.text
        raise Unsafe(f"the log says that {last.key.text} signs; the key of this server is {mine}")


def _in_force(log: Log) -> InForce | None:
    """The key that the log says is in force; None where it names none."""
    return chain_of(read_folds(log, {THIS: signing_keys(THIS)})[1][THIS]).last


def _committed(key: SigningKey, records: list[Record]) -> bytes:
    committed = b"".join(commitment_of(one.record) for one in records)
    return signed_commitment(key, committed, whole_second(records[0].recorded_at))


def included(signing: Signing, under: Checkpoint, record: Record) -> bytes:
    """Under a checkpoint that this key signed.

    Raises NotSealed, and Corrupt when what is stored does not lead to that checkpoint's root.
    """
    path, entry = signing.path(record.position, under.size), entry_of(record.record)
    try:
        return signed_receipt(signing.key, entry, under.size, record.position - 1, path, under.root)
    except ProofError as error:
        raise Corrupt(f"p{record.position} is not under its checkpoint: {error}", record.position) from error


def _checkpoint(signing: Signing, position: int) -> Checkpoint:
    """The first one over a position, so that a receipt is the same whenever asked for.

    Where another key signed that one, the newest. Raises NotSealed.
    """
    size = 0
    for find in (partial(signing.tree.covering, position), signing.tree.newest):
        found = find()
        if found is None:
            raise NotSealed(f"p{position} is not sealed yet")
        size, opened = found.size, opened_by(found, signing.key)
        if opened is not None:
            return opened
    last = _in_force(signing.log)
    if last is not None and last.after and size <= last.after:
        raise NotSealed(f"nothing is sealed since the key was changed at p{last.after}")
    raise Corrupt("the newest checkpoint is not signed by the key of this server")


def opened_by(found: SealedNote, key: SigningKey) -> Checkpoint | None:
    """What a stored checkpoint says, if this key signed just that; else None."""
    try:
        checkpoint = opened_checkpoint(found.note, [key.verifier], key.name)
    except NoteError:
        return None
    return checkpoint if checkpoint.size == found.size else None


def _event_asked(request: Request) -> int:
    sent: dict[str, Any] = dict(single(request))
    text = sent.pop("event", "1")
    if sent:
        raise ProblemError(PARAMETER.about(f"{min(sent)} is not known here.", field=min(sent)))
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise ProblemError(PARAMETER.about("event is a whole number from 1.", field="event"))
    return int(text)
