"""Reads the records of a package back, each held against its leaf, its line of JSON, its day and secrecy."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from heapq import merge
from pathlib import Path
from typing import BinaryIO

from ledger.errors import Corrupt
from ledger.values import local_date
from replay.archive.days import LINES, RECORDS
from replay.archive.fault import Fault
from replay.archive.stream import SECRECIES, Opened, line_of, opened, unframed


@dataclass(frozen=True, slots=True)
class Read:
    """A record of a package, and the file that it stands in."""

    where: str
    opened: Opened
    body: bytes | None


def read_days(top: Path, from_on: date, to_on: date) -> Iterator[Read]:
    """The records of every day, in order of their positions. Raises Fault."""
    names = {path.name for secrecy in SECRECIES for path in (top / "data" / secrecy).glob(f"*{RECORDS}")}
    for name in sorted(names):
        books = [
            f"data/{secrecy}/{name}" for secrecy in SECRECIES if (top / "data" / secrecy / name).exists()
        ]
        for found in merge(*(read_book(top, book) for book in books), key=_position):
            day = _day(found)
            if str(day) + RECORDS != name or not from_on <= day < to_on:
                raise Fault(found.where, "en post av en annan dag: {}", "a record of another day: {}", day)
            yield found


def read_book(top: Path, name: str) -> Iterator[Read]:
    """The records of one file, held against the lines beside it and the secrecy it lies under."""
    lines_name = name.removesuffix(RECORDS) + LINES
    with ExitStack() as stack:
        files = []
        for each in (name, lines_name):
            try:
                files.append(stack.enter_context((top / each).open("rb")))
            except OSError as error:
                raise Fault(each, "kan inte läsas: {}", "cannot be read: {}", error.strerror) from error
        yield from _read(name, lines_name, *files)


def _read(name: str, lines_name: str, records: BinaryIO, lines: BinaryIO) -> Iterator[Read]:
    secrecy = name.split("/")[-2]
    try:
        for record, body in unframed(records):
            one = opened(record, body)
            if lines.readline() != line_of(one, body):
                raise Fault(lines_name, "inte det som p{} säger", "not what p{} says", one.position)
            if one.said.strictest != secrecy:
                raise Fault(name, "en post under en annan sekretess", "a record of another secrecy")
            yield Read(name, one, body)
    except (Corrupt, ValueError, OverflowError) as error:
        raise Fault(name, "{}", "{}", error) from error
    if lines.readline():
        raise Fault(lines_name, "mer än posterna säger", "more than the records say")


def _position(found: Read) -> int:
    return found.opened.position


def _day(found: Read) -> date:
    try:
        return local_date(found.opened.recorded_at)
    except (ValueError, OverflowError) as error:
        raise Fault(found.where, "{}", "{}", error) from error
