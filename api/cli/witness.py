"""`liggare witness`: a witness of checkpoints, as a small service of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.layout import both
from api.cli.program import (
    CODES,
    DIFFERENT,
    FINE,
    PROGRAM,
    USAGE,
    Json,
    Out,
    Result,
    StopError,
    carry_out,
    example,
    table,
)
from api.running import LOOPBACK, limited, listening, run_until_stopped
from api.witness.keeping import Contradicted, Held, contradictions_in, held_in, key_of, opened_witness
from api.witness.service import witness_application
from ledger.proof.cosignature import witness_key
from ledger.proof.note import NoteError, VerifierKey, parsed_verifier

PORT = 8322
State = Annotated[Path, typer.Option("--state", help="Its directory: the key and what it has cosigned.")]
Name = Annotated[
    str | None, typer.Option(help="Make a witness of this name, an address without https://, with a new key.")
]
Logs = Annotated[
    list[str] | None,
    typer.Option("--log", metavar="KEY", help="A log to cosign, by its public key; may be repeated."),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port on the loopback address.")]
Show = Annotated[bool, typer.Option("--show", help="Show what it holds, and what contradicts it.")]


@PROGRAM.command(
    "witness",
    epilog=example(
        "liggare witness --name region.example/witness --log avrop.example.se/liggare+c0ffee12+AQ…",
        "liggare witness --show",
        "liggare witness --show --json",
    )
    + "\n\n"
    + CODES,
)
def witness(
    state: State = Path("witness"), name: Name = None, log: Logs = None, port: Port = PORT,
    show: Show = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Cosign checkpoints of other ledgers, each one only if it goes on from the last.

    Answers POST /add-checkpoint by C2SP tlog-witness on the loopback address, until it is told to stop. What
    it cosigns is on disk first. Two checkpoints of one size that a log signed are kept as evidence: 3 is the
    exit code of --show then.
    """
    carry_out(as_json, lambda out: shown(state) if show else _serve(out, state, name, log or [], port))


def _serve(out: Out, state: Path, name: str | None, logs: Sequence[str], port: int) -> Result:
    keys = [_log(text) for text in logs]
    if not keys:
        raise StopError("name a log to cosign with --log; its key is that of: liggare keys show", USAGE)
    try:
        with opened_witness(state, keys, name) as opened:
            listener = listening(LOOPBACK, port)
            url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
            public = witness_key(opened.key)
            out.show(f"vittne / witness {public.text}", f"svarar på / answers {url}/add-checkpoint")
            if out.as_json:
                out.document({"url": url, "name": public.name, "witness_key": public.text})
            run_until_stopped(limited(witness_application(opened)), listener)
    except NoteError as error:
        raise StopError(f"--name: {error}", USAGE) from error
    out.progress("stopped")
    raise typer.Exit


def _log(text: str) -> VerifierKey:
    try:
        return parsed_verifier(text)
    except NoteError as error:
        raise StopError(f"--log: {error}", USAGE) from error


def shown(state: Path) -> Result:
    """What the witness of a directory holds: 3 when a log has shown two views."""
    key = key_of(state)
    held = sorted(held_in(state, key).items())
    against = {origin: contradictions_in(state, origin) for origin, _ in held}
    split = any(one.kind == "split-view" for found in against.values() for one in found)
    document = {
        "witness_key": key.text,
        "split_view": split,
        "logs": [_document(origin, one, against[origin]) for origin, one in held],
    }
    evidence = [line for origin, found in against.items() for one in found for line in _told(origin, one)]
    parts: tuple[str | Table, ...] = (f"vittne / witness {key.text}", _table(held, against), *evidence)
    return Result(document, parts, DIFFERENT if split else FINE)


def _table(held: Sequence[tuple[str, Held]], against: dict[str, list[Contradicted]]) -> Table:
    listed = table("logg / log", "storlek / size", "rot / root", "medsignerad / cosigned", "emot / against")
    for origin, one in held:
        found = f"{len(against[origin])}" if against[origin] else ""
        size, root = str(one.checkpoint.size), one.checkpoint.root.hex()[:16]
        listed.add_row(origin, size, root, _time(one.cosigned_at), found)
    return listed


_SPLIT_VIEW = (
    "DELAD VY: {} signerade två kontrollpunkter av samma storlek med två rötter",
    "SPLIT VIEW: {} signed two checkpoints of one size with two roots",
)
_NO_CONTINUATION_SV = (
    "Ingen fortsättning: {} signerade en kontrollpunkt, och beviset som följde med håller inte; loggen kan"
    " ännu ge det rätta beviset, eller har den två historier"
)
_NO_CONTINUATION_EN = (
    "No continuation: {} signed a checkpoint, and the proof that came with it fails; the log can still give"
    " the right proof, or it has two histories"
)


def _told(origin: str, one: Contradicted) -> tuple[str | Table, ...]:
    split = one.kind == "split-view"
    sv, en = _SPLIT_VIEW if split else (_NO_CONTINUATION_SV, _NO_CONTINUATION_EN)
    return (
        "", *both(f"{sv.format(origin)} ({_time(one.found_at)})", en.format(origin)),
        "hållen / held:", one.held.rstrip(), "erbjuden / offered:", one.offered.rstrip(),
    )  # fmt: skip


def _document(origin: str, one: Held, against: list[Contradicted]) -> dict[str, Any]:
    found = [
        {"kind": a.kind, "found_at": _time(a.found_at), "held": a.held, "offered": a.offered,
         "proof": list(a.proof)} for a in against
    ]  # fmt: skip
    return {
        "origin": origin, "size": one.checkpoint.size, "root": one.checkpoint.root.hex(),
        "cosigned_at": _time(one.cosigned_at), "checkpoint": one.note.decode(), "contradictions": found,
    }  # fmt: skip


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
