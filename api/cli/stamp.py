"""`liggare stamp`: a time stamp by RFC 3161 over a file, such as a kept checkpoint."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli.layout import paragraph
from api.cli.program import (
    CODES,
    DIFFERENT,
    PROGRAM,
    USAGE,
    Json,
    Result,
    StopError,
    carry_out,
    example,
)
from api.others import Authority
from api.settings import Settings
from api.stamping import roots_of, stamped
from ledger.proof.stamp import STAMP_BYTES_MAX, StampError, TimeStamp, kept_stamp

FILE_BYTES_MAX = 64 * 1024 * 1024
File = Annotated[Path, typer.Argument(metavar="FILE", help="What is stamped: a checkpoint, or any file.")]
Check = Annotated[
    bool, typer.Option("--check", help="Verify the stamp that was kept beside the file; asks nobody.")
]


@PROGRAM.command(
    "stamp",
    epilog=example("liggare stamp checkpoint.txt", "liggare stamp checkpoint.txt --check --json")
    + "\n\n"
    + CODES,
)
def stamp(file: File, check: Check = False, as_json: Json = False) -> None:
    """Have a file stamped by the time-stamping authority of LIGGARE_STAMP_URL, and keep its answer.

    The answer is kept beside the file as FILE.tsr, byte for byte; one that is there is never written over.
    It is verified first, and by --check at any time later, against the certificates of LIGGARE_STAMP_ROOTS.
    Anybody else does it with: openssl ts -verify -in FILE.tsr -data FILE -CAfile ROOTS
    """
    carry_out(as_json, lambda _: _checked(file) if check else _stamped(file))


def _stamped(file: Path) -> Result:
    beside = _beside(file)
    if beside.exists():
        raise StopError(f"{beside} is there already, and is not written over", USAGE)
    found = stamped(_content(file, FILE_BYTES_MAX), _authority())
    write_new(beside, found.der)
    return _result(file, found, f"stämplad / stamped: {beside}")


def _checked(file: Path) -> Result:
    authority = _authority()
    content, der = _content(file, FILE_BYTES_MAX), _content(_beside(file), STAMP_BYTES_MAX)
    try:
        found = kept_stamp(content, der, roots_of(authority), authority.policy)
    except StampError as error:
        raise StopError(f"{_beside(file)}: {error}", DIFFERENT) from error
    return _result(file, found, f"kontrollerad / verified: {_beside(file)}")


def _authority() -> Authority:
    authority = Settings.from_environment().others.authority
    if authority is None:
        raise StopError("no authority is configured; set LIGGARE_STAMP_URL and LIGGARE_STAMP_ROOTS", USAGE)
    return authority


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.tsr")


def _content(file: Path, bytes_max: int) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(bytes_max + 1)
    except OSError as error:
        raise StopError(f"{file}: {error.strerror}", USAGE) from error
    if not 0 < len(content) <= bytes_max:
        raise StopError(f"{file}: has from 1 to {bytes_max} bytes", USAGE)
    return content


def write_new(file: Path, content: bytes) -> None:
    """Whole or not at all, and never over another."""
    work = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        with work.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        file.hardlink_to(work)
    except OSError as error:
        raise StopError(f"{file}: {error.strerror}", USAGE) from error
    finally:
        work.unlink(missing_ok=True)


def _result(file: Path, found: TimeStamp, done: str) -> Result:
    told = {
        "stamped_at": found.stamped_at.isoformat(), "policy": found.policy,
        "serial": str(found.serial), "authority": found.authority,
    }  # fmt: skip
    at = f"{told['stamped_at']} av / by {found.authority}"
    shown = f"{at}, policy {found.policy}, nummer / number {found.serial}"
    return Result({"file": str(file), "stamp": str(_beside(file)), **told}, (done, paragraph(shown)))
