"""A stretch of events shown to be whole, many at a time; where it cannot be shown, each is examined alone.

Everything that an examination would find (`ledger/store/verify_examination.py`) makes a difference here too.
"""

from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, pairwise
from struct import unpack
from typing import Any

import msgspec
import psycopg

from ledger.errors import Corrupt
from ledger.store.codec import ENTRY_BYTES, VERSION, root_of
from ledger.store.queries import query
from ledger.store.verify_headers import Heading, Said, checked
from ledger.store.verify_rows import Row
from ledger.store.verify_withheld import Part, parts_of

EVENTS, BYTES = 256, 8 * 2**20
_ASSIGNED = 17  # bytes: version, position, instant
_VERSION = bytes((VERSION,))
_ROOT = slice(ENTRY_BYTES - 32, ENTRY_BYTES)


class _Doubt(Exception):
    """Something in a stretch does not fit."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the next event must fit: position and instant of the event before, and what its header says."""

    position: int = 0
    recorded_at: int = -1
    header: Heading | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some events in a row as columns; ``bodies`` is None where they are not looked at."""

    positions: list[int]
    instants: list[int]
    assigned: bytes
    types: list[str]
    records: list[bytes]
    leaves: bytes
    bodies: list[bytes] | None


def read(connection: psycopg.Connection[Any], after: int, upto: int, *, bodies: bool) -> Any:
    """The next events after a position, as one row that begins with their number and last position."""
    values = {"after": after, "upto": upto, "events": EVENTS, "bytes": BYTES, "bodies": bodies}
    row: Any = connection.execute(query("verify_stretch"), values, prepare=True, binary=True).fetchone()
    return row if row[0] else None


class Whole(msgspec.Struct):
    """What a stretch that is whole leads to: what comes next must fit, and the rows derived from it.

    ``parts`` are bodies that withhold something.
    """

    before: Before
    tags: list[Row]
    commands: list[Row]
    parts: list[Part] = []


def whole(row: Any, before: Before) -> Whole | None:
    """A stretch that is whole and fits the event before it; None for another."""
    try:
        _require(row[1] - before.position == row[0])
        stretch = _parted(row)
        _require(stretch.positions[0] == before.position + 1)
        headers = _headers(stretch)
        tags, commands = _tags(stretch, headers), _commands(stretch, headers, before)
    except (_Doubt, Corrupt):
        return None
    parts = [] if stretch.bodies is None else parts_of(stretch.positions, stretch.bodies)
    return Whole(Before(row[1], stretch.instants[-1], headers[-1]), tags, commands, parts)


def _parted(row: Any) -> Stretch:
    number, _, even, numbers, types, lengths, records, leaves, body_lengths, bodies = row
    _require(even)
    both = unpack(f">{2 * number}q", numbers)
    named = types.split("\n")
    _require(len(named) == number)
    shown = None if body_lengths is None else _cut(bodies, body_lengths, number)
    assigned = b"".join([_VERSION + numbers[at : at + 16] for at in range(0, 16 * number, 16)])
    return Stretch(
        list(both[::2]), list(both[1::2]), assigned, named, _cut(records, lengths, number), leaves, shown
    )


def _cut(joined: bytes, lengths: bytes, number: int) -> list[bytes]:
    _require(len(lengths) == 4 * number)
    ends = accumulate(unpack(f">{number}i", lengths), initial=0)
    return [joined[start:end] for start, end in pairwise(ends)]


def _headers(stretch: Stretch) -> list[Heading]:
    """The headers of records that are what columns, leaves and bodies say."""
    entries = [record[:ENTRY_BYTES] for record in stretch.records]
    _require(b"".join([entry[:_ASSIGNED] for entry in entries]) == stretch.assigned)
    _require(b"".join([sha256(b"\x00" + entry).digest() for entry in entries]) == stretch.leaves)
    if stretch.bodies is not None:
        _require([root_of(body) for body in stretch.bodies] == [entry[_ROOT] for entry in entries])
    headers = checked(stretch.records)
    _require([said.type for said, _ in headers] == stretch.types)
    return headers


def _tags(stretch: Stretch, headers: list[Heading]) -> list[Row]:
    pairs = zip(stretch.positions, headers, strict=True)
    return [(position, tag, said.type) for position, (said, tied) in pairs for tag in tied.tags]


def _commands(stretch: Stretch, headers: list[Heading], before: Before) -> list[Row]:
    """The command rows of events, each of which continues the one before or begins a command after it."""
    recorded_at, last = before.recorded_at, before.header
    rows = []
    for position, instant, header in zip(stretch.positions, stretch.instants, headers, strict=True):
        said, tied = header
        k, of = said.n
        if k == 1:
            if instant <= recorded_at or (last is not None and not _ended(last[0], said)):
                raise _Doubt
            end = position + of - 1
            rows.append((position, tied.client, tied.command_id, tied.command_mac, end))
        elif last is None or instant != recorded_at or not _continues(header, last):
            raise _Doubt
        recorded_at, last = instant, header
    return rows


def _ended(last: Said, said: Said) -> bool:
    """Whether another command may begin: the one before has all its events, in the same ledger."""
    return last.n[0] >= last.n[1] and last.mode == said.mode and last.ledger == said.ledger


def _continues(header: Heading, last: Heading) -> bool:
    (said, tied), (said_last, tied_last) = header, last
    return (
        said.n == (said_last.n[0] + 1, said_last.n[1])
        and said.n[0] <= said.n[1]
        and tied.command_id == tied_last.command_id
        and tied.client == tied_last.client
        and said.mode == said_last.mode
        and said.ledger == said_last.ledger
    )


def _require(fits: bool) -> None:  # noqa: FBT001
    if not fits:
        raise _Doubt
