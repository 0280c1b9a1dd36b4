"""`liggare archive`: a range of time as a package for an e-archive, and the check of one."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from api.cli.archive_shown import faulty, intact, made
from api.cli.kept import Keys, keys_of, sealed_at, signers_of
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
from api.cli.progress import telling
from api.opening import opened
from api.place import Place, place_of
from api.settings import Settings
from api.witness.asking import read_witnesses
from ledger.proof.note import VerifierKey
from ledger.store.confirmed import confirmed
from ledger.store.log import Log
from ledger.store.sealing import connected
from ledger.store.sealing_tree import SealedNote, StoredTree
from ledger.values import LocalDate
from replay.archive.check import checked
from replay.archive.described import Sender
from replay.archive.fault import Fault
from replay.archive.listed import METS
from replay.archive.mets import REPRESENTATION
from replay.archive.package import Source, write_package
from replay.archive.span import EmptySpanError, Span, span_of
from replay.evidence.package import Ground

From = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="The first local date of recording, Europe/Stockholm."),
]
Until = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="The local date before which the range ends.")
]
To = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIRECTORY", help="The package; made, or empty. Its name is the package's."
    ),
]
Size = Annotated[
    int | None,
    typer.Option("--size", min=1, help="The size of an earlier checkpoint; the newest unless given."),
]
Submitter = Annotated[
    str | None,
    typer.Option("--submitter", metavar="NAME", help="The organisation that hands over (SIP15)."),
]
Archivist = Annotated[
    str | None, typer.Option("--archivist", metavar="NAME", help="The archival creator, arkivbildare (SIP9).")
]
Agreement = Annotated[
    str | None,
    typer.Option("--agreement", metavar="TEXT", help="The agreement about the submission (SIP5)."),
]
Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="DIRECTORY", help="Verify this package instead; needs no ledger."),
]


@PROGRAM.command(
    "archive",
    epilog=example(
        "liggare archive --from 2024-01-01 --to 2025-01-01 --submitter Exempelregionen --out hyr-2024",
        "liggare archive --check hyr-2024 --key KEY",
    ) + "\n\n" + CODES,
)  # fmt: skip
def archive(  # noqa: PLR0913, PLR0917  each is an option
    from_on: From = None, until: Until = None, out: To = None, submitter: Submitter = None,
    archivist: Archivist = None, agreement: Agreement = None, size: Size = None, key: Keys = None,
    check: Check = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Export what was recorded in a range of time for an e-archive: FGS Paketstruktur 2.0 (E-ARK CSIP, SIP).

    The records in their own bytes and as JSON, a file for each day and secrecy, with what proves that they
    are the ledger's and all of the range. Everything goes along but what is still sealed, what was disposed
    of, and the vault. With --check a package is verified: 3 is the exit code when something does not hold.
    """
    if check is not None:
        carry_out(as_json, lambda _: _checked(check, keys_of(key)))
    sender = Sender(submitter or "", archivist or "", agreement or "")
    carry_out(as_json, lambda _: _made(_days(from_on, until), out, sender, size, key))


def _days(from_on: str | None, until: str | None) -> tuple[date, date]:
    begin, end = _day("--from", from_on), _day("--to", until)
    if begin >= end:
        raise StopError(f"--to: {end} has to come after --from {begin}", USAGE)
    return begin, end


def _day(option: str, text: str | None) -> date:
    try:
        return TypeAdapter[date](LocalDate).validate_python(text)
    except ValidationError:
        raise StopError(f"{option}: expected a date from 1970 to 2199 such as 2025-01-31", USAGE) from None


def _made(
    days: tuple[date, date], out: Path | None, sender: Sender, size: int | None, key: list[str] | None
) -> Result:
    if out is None or not sender.submitter:
        raise StopError("name the directory of the package (--out), and who hands over (--submitter)", USAGE)
    directory = out.absolute()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StopError(f"{out} is there already and not empty, and is not written over", USAGE)
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        tree, note = sealed_at(parts.tree, size)
        keys = signers_of(note, keys_of(key), place, settings)
        ground = _ground(place, settings, parts.log, tree, note, keys)
        span = _span(parts.log, *days, ground.confirmed.sealed.size)
        with _work(directory) as work, telling() as told:
            source = Source(ground, tree.subtrees)
            about = write_package(source, span, sender, work, directory.name, told)
    return made(out, about)


def _ground(
    place: Place, settings: Settings, log: Log, tree: StoredTree, note: SealedNote,
    keys: Sequence[VerifierKey],
) -> Ground:  # fmt: skip
    witnesses = [one.key for one in read_witnesses(settings.others.witnesses_file)]
    with closing(connected(place.serve_url)) as connection:
        found = confirmed(connection, note)
    return Ground(log, found, lambda at: tree.inclusion(at, note.size).path, keys, witnesses)


def _span(log: Log, from_on: date, to_on: date, size: int) -> Span:
    try:
        return span_of(log, from_on, to_on, size)
    except EmptySpanError as error:
        raise StopError(str(error)) from error


@contextmanager
def _work(directory: Path) -> Iterator[Path]:
    """A directory beside, which gets the name when all of it is written, and is gone if it is not."""
    work = directory.with_name(f".{directory.name}-{os.getpid()}")
    try:
        work.mkdir(parents=True)
        yield work
        os.sync()  # a name that survives a power failure must not outlive what it names
        work.rename(directory)
    except OSError as error:
        raise StopError(f"{directory}: {error.strerror}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _checked(directory: Path, keys: tuple[VerifierKey, ...]) -> Result:
    if not directory.is_dir():
        raise StopError(f"{directory} is no directory", USAGE)
    if not any((directory / name).exists() for name in (METS, REPRESENTATION)):
        raise StopError(f"{directory} is no package: it has neither {METS} nor {REPRESENTATION}", USAGE)
    try:
        with telling() as told:
            found = checked(directory, keys, told)
    except Fault as fault:
        return faulty(fault)
    except OSError as error:
        raise StopError(f"{error.filename}: {error.strerror}", NOT_CHECKED) from error
    return intact(found)
