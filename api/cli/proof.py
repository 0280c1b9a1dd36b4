"""`liggare proof`.

Checkpoints and proofs of the ledger, and their check by whoever holds nothing but files.
"""

from collections.abc import Mapping
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import typer

from api.cli.kept import Keys, checkpoint_in, keys_of
from api.cli.layout import both
from api.cli.moments import told_by
from api.cli.program import (
    CODES,
    NOT_CHECKED,
    PROGRAM,
    USAGE,
    Json,
    Result,
    StopError,
    carry_out,
    example,
)
from api.cli.receipt import checked as checked_receipt
from api.cli.receipt import failing
from api.opening import Mode, log_to_read, mode_of, tree_at
from api.place import place_of
from api.proofs import ConsistencyBody, InclusionBody, consistency_body, inclusion_body
from api.settings import Settings
from ledger.proof.check import ProofError, check_consistency, check_inclusion
from ledger.store.sealing_tree import NotSealed, StoredTree
from replay.known import recorded

PROOF = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Checkpoints, and proofs that lead to them."
)
PROGRAM.add_typer(PROOF, name="proof")
PROOF_BYTES_MAX = 1024 * 1024
_SIGNED = {
    True: ("signerad med en angiven nyckel", "signed by a key that was given"),
    False: ("vars signatur inte kontrollerades (--key)", "whose signature was not checked (--key)"),
}

Position = Annotated[int, typer.Argument(min=1, help="The event's position.")]
Size = Annotated[int | None, typer.Option(min=1, help="A tree's size; the newest checkpoint's unless given.")]
Old = Annotated[int, typer.Argument(min=1, help="The older size.")]
New = Annotated[
    int | None, typer.Argument(min=1, help="The newer size; the newest checkpoint's unless given.")
]
Proof = Annotated[Path, typer.Argument(metavar="PROOF", help="The proof's JSON.")]
Checkpoint = Annotated[
    Path | None,
    typer.Option("--checkpoint", help="The checkpoint that the proof leads to; a receipt needs none."),
]
Earlier = Annotated[
    Path | None,
    typer.Option(
        "--old", help="The older checkpoint, for a proof of consistency; of a receipt the earlier commitment."
    ),
]


@PROOF.command("checkpoint", epilog=example("liggare proof checkpoint > checkpoint.txt"))
def checkpoint(as_json: Json = False) -> None:
    """Write the newest checkpoint, byte for byte: keep it where nobody who runs the ledger can change it."""
    carry_out(as_json, lambda _: _asked(_newest))


@PROOF.command("inclusion", epilog=example("liggare proof inclusion 12 > proof.json"))
def inclusion(position: Position, size: Size = None, as_json: Json = False) -> None:
    """Write the proof that the event at a position is in the tree of a size."""
    carry_out(as_json, lambda _: _asked(lambda tree, simulated: _shown(
        inclusion_body(tree.inclusion(position, size), simulated=simulated)
    ), {"POSITION": position, "--size": size}))  # fmt: skip


@PROOF.command("consistency", epilog=example("liggare proof consistency 1000 2000 > proof.json"))
def consistency(old: Old, new: New = None, as_json: Json = False) -> None:
    """Write the proof that the tree of the new size goes on from that of the old one."""
    carry_out(as_json, lambda _: _asked(lambda tree, simulated: _shown(
        consistency_body(tree.consistency(old, new), simulated=simulated)
    ), {"OLD": old, "NEW": new}))  # fmt: skip


@PROOF.command(
    "check",
    epilog=example(
        "liggare proof check proof.json --checkpoint new.txt --key KEY",
        "liggare proof check proof.json --old old.txt --checkpoint new.txt --key KEY",
        "liggare proof check receipt.json --key KEY",
    ) + "\n\n" + CODES,
)  # fmt: skip
def check(
    proof: Proof, checkpoint: Checkpoint = None, old: Earlier = None, key: Keys = None, as_json: Json = False
) -> None:
    """Check a proof against a kept checkpoint, or a receipt with the key alone, without any ledger.

    3 is the exit code when it does not hold.
    """
    carry_out(as_json, lambda _: _checked(proof, checkpoint, old, key))


def _asked(ask: Any, told: Mapping[str, int | None] = MappingProxyType({})) -> Result:
    """What is asked of the tree; ``told`` are the positions and sizes that it is asked with, in order."""
    with place_of(Settings.from_environment(), make=False) as place, tree_at(place.serve_url) as tree:
        mode = mode_of(place.serve_url, None)
        try:
            found: Result = ask(tree, mode == "simulated")
        except NotSealed as error:
            _require_recorded(place.serve_url, mode, told)
            raise StopError(str(error)) from error
    return found


def _require_recorded(serve_url: str, mode: Mode, told: Mapping[str, int | None]) -> None:
    """Refuse a position or a size beyond the ledger, and a first one beyond the second. Raises StopError."""
    given = [(name, position) for name, position in told.items() if position is not None]
    with closing(log_to_read(serve_url, mode, None)) as log:
        for name, position in given:
            with told_by(name):
                recorded(log, position)
    for (name, inner), (other, outer) in pairwise(given):
        if inner > outer:
            raise StopError(f"{name}: {inner} is more than {other} {outer}", USAGE)


def _newest(tree: StoredTree, simulated: bool) -> Result:
    newest = tree.newest()
    if newest is None:
        raise StopError("nothing is sealed yet (liggare seal)")
    note = newest.note.decode()
    return Result({"size": newest.size, "note": note, "simulated": simulated}, (note.removesuffix("\n"),))


def _shown(body: InclusionBody | ConsistencyBody) -> Result:
    document: dict[str, Any] = msgspec.to_builtins(body)
    return Result(document, (msgspec.json.format(msgspec.json.encode(body)).decode(),))


def _checked(proof: Path, newer: Path | None, older: Path | None, texts: list[str] | None) -> Result:
    keys = keys_of(texts)
    if _is_receipt(proof):
        return checked_receipt(proof, keys, newer, older)
    if newer is None:
        raise StopError("a proof takes --checkpoint, the checkpoint that it leads to", USAGE)
    top = checkpoint_in(newer, keys)
    found = _proof_in(proof)
    try:
        if isinstance(found, InclusionBody):
            sv = f"p{found.position} med löv {found.leaf} står under kontrollpunkten för {top.size}"
            en = f"p{found.position} with leaf {found.leaf} is under the checkpoint of {top.size}"
            _same_size(found.size, top.size)
            check_inclusion(_bytes(found.leaf), found.position - 1, top.size, _path(found), top.root)
        else:
            bottom = checkpoint_in(_given(older), keys)
            sv = f"kontrollpunkten för {top.size} fortsätter på den för {bottom.size}"
            en = f"the checkpoint of {top.size} goes on from that of {bottom.size}"
            _same_size(found.old, bottom.size)
            _same_size(found.new, top.size)
            _same_origin(bottom.origin, top.origin)
            check_consistency(bottom.size, bottom.root, top.size, top.root, _path(found))
    except ProofError as error:
        return failing(error)
    return Result(
        {"holds": True, "signature": bool(keys), "origin": top.origin},
        both(f"HÅLLER: {sv}, {_SIGNED[bool(keys)][0]}", f"HOLDS: {en}, {_SIGNED[bool(keys)][1]}"),
    )


def _is_receipt(file: Path) -> bool:
    return "receipt" in _fields(_content(file), file)


def _proof_in(file: Path) -> InclusionBody | ConsistencyBody:
    content = _content(file)
    try:
        if "old" in _fields(content, file):
            return msgspec.json.decode(content, type=ConsistencyBody)
        return msgspec.json.decode(content, type=InclusionBody)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StopError(f"{file} holds no proof: {error}", NOT_CHECKED) from error


def _fields(content: bytes, file: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StopError(f"{file} holds no proof: {error}", NOT_CHECKED) from error


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(PROOF_BYTES_MAX)
    except OSError as error:
        raise StopError(f"{file}: {error.strerror}", USAGE) from error


def _path(found: InclusionBody | ConsistencyBody) -> list[bytes]:
    return [_bytes(one) for one in found.path]


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ProofError("a hash is written in hexadecimal digits") from None


def _given(older: Path | None) -> Path:
    if older is None:
        raise StopError("a proof of consistency takes --old, the older checkpoint", USAGE)
    return older


def _same_origin(older: str, newer: str) -> None:
    if older != newer:
        raise ProofError(f"one checkpoint is that of {older}, the other of {newer}")


def _same_size(proved: int, kept: int) -> None:
    if proved != kept:
        raise ProofError(f"the proof is about a tree of {proved}, the checkpoint about one of {kept}")
