"""`liggare checkpoint`: the newest checkpoint, what others confirmed of it, and both as files to keep."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.program import (
    CODES,
    DIFFERENT,
    FINE,
    NOT_CHECKED,
    PROGRAM,
    USAGE,
    Json,
    Out,
    Result,
    StopError,
    carry_out,
    example,
)
from api.cli.stamp import write_new
from api.confirming import Told, confirm_newest
from api.place import place_of
from api.settings import Settings
from api.witness.asking import read_witnesses
from ledger.proof.stamp import unverified_time
from ledger.store.confirmed import Confirmed, confirmed
from ledger.store.sealing import connected
from ledger.store.sealing_tree import newest

NOBODY = (
    "nobody is named who could confirm it; "
    "set LIGGARE_WITNESSES, or LIGGARE_STAMP_URL and LIGGARE_STAMP_ROOTS"
)
Confirm = Annotated[
    bool, typer.Option("--confirm", help="Ask the witnesses and the authority of the settings first, once.")
]
To = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write it to FILE, FILE.cosigned and, if stamped, FILE.tsr."),
]


@PROGRAM.command(
    "checkpoint",
    epilog=example(
        "liggare checkpoint",
        "liggare checkpoint --confirm --out kept/checkpoint",
        "liggare checkpoint --json",
    )
    + "\n\n"
    + CODES,
)
def checkpoint(confirm: Confirm = False, out: To = None, as_json: Json = False) -> None:
    """Show the newest checkpoint with the cosignatures of witnesses and the time stamps that it has.

    `liggare serve` asks for them by itself, every so often. With --confirm they are asked for at once: 3 is
    the exit code when a witness holds what contradicts the checkpoint, 4 when somebody did not confirm it.
    FILE is the note as it was sealed and stamped, FILE.cosigned the same with the cosignatures under it,
    FILE.tsr the newest stamp, for: openssl ts -verify -in FILE.tsr -data FILE -CAfile ROOTS
    """
    carry_out(as_json, lambda to: _checkpoint(to, confirm, out))


def _checkpoint(out: Out, confirm: bool, file: Path | None) -> Result:
    if file is not None and file.exists():
        raise StopError(f"{file} is there already, and is not written over", USAGE)
    settings = Settings.from_environment()
    others = settings.others
    with place_of(settings, make=False) as place, closing(connected(place.serve_url)) as connection:
        told = []
        if confirm:
            witnesses = read_witnesses(others.witnesses_file)
            if not witnesses and others.authority is None:
                raise StopError(NOBODY, USAGE)
            told = confirm_newest(connection, witnesses, others.authority)
        sealed = newest(connection)
        if sealed is None:
            raise StopError("there is no checkpoint yet; make one with: liggare seal")
        found = confirmed(connection, sealed)
    if file is not None:
        _write(file, found)
    for one in told:
        out.progress(f"{one.who}: {one.what}")
    out.progress(_confirmed_by(found))
    return Result(_document(found, told), (found.note.decode().rstrip(), *_stamps(found)), _code(told))


def _code(told: Sequence[Told]) -> int:
    if any(one.objects for one in told):
        return DIFFERENT
    return FINE if all(one.fine for one in told) else NOT_CHECKED


def _document(found: Confirmed, told: Sequence[Told]) -> dict[str, Any]:
    stamps = [{"stamped_at": unverified_time(one).isoformat(), "answer": one.hex()} for one in found.stamps]
    return {
        "size": found.sealed.size, "checkpoint": found.sealed.note.decode(),
        "cosignatures": list(found.cosignatures), "stamps": stamps,
        "asked": [{"who": one.who, "what": one.what, "fine": one.fine} for one in told],
    }  # fmt: skip


def _stamps(found: Confirmed) -> tuple[str, ...]:
    if not found.stamps:
        return ()
    said = "tidsstämplar, som de själva anger / time stamps, as they state themselves"
    return "", said, *(unverified_time(one).isoformat() for one in found.stamps)


def _confirmed_by(found: Confirmed) -> str:
    """How many others stand behind it; the note alone does not say that nobody does."""
    if not found.cosignatures and not found.stamps:
        return "bekräftad av ingen annan / confirmed by nobody else"
    numbers = len(found.cosignatures), len(found.stamps)
    return "medsignaturer / cosignatures: {}, tidsstämplar / time stamps: {}".format(*numbers)


def _write(file: Path, found: Confirmed) -> None:
    """What is written is new, all of it."""
    parts = {file: found.sealed.note, file.with_name(f"{file.name}.cosigned"): found.note}
    if found.stamps:
        parts[file.with_name(f"{file.name}.tsr")] = found.stamps[-1]
    there = [path for path in parts if path.exists()]
    if there:
        raise StopError(f"{there[0]} is there already, and is not written over", USAGE)
    for path, content in parts.items():
        write_new(path, content)
