"""A stretch of events shown to be whole, many at a time; where it cannot be shown, each is examined alone.

Everything that an examination would find (`ledger/store/verify_examination.py`) makes a difference here too.
"""

from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, chain, pairwise, repeat
from struct import Struct, calcsize, unpack
from typing import Any

import msgspec
import psycopg

from ledger.errors import Corrupt
from ledger.store.body import names_of
from ledger.store.codec import ENTRY_BYTES, VERSION, root_of
from ledger.store.prepared import Prepared
from ledger.store.queries import query
from ledger.store.verify_headers import Heading, Said, checked, groups_named_in
from ledger.store.verify_rows import Columns, columns_of
from ledger.store.verify_runs import Run, Tags, runs
from ledger.store.verify_withheld import Part, parts_of

BYTES = 16 * 2**20
_ARRAY_BYTES = 20  # before the elements: dimensions, nulls, type, number, first index
_ROOT = slice(ENTRY_BYTES - 32, ENTRY_BYTES)
_STRETCH = Prepared(query("verify_stretch"))
_COLUMNS = 9
_INT8, _BOOL = Struct(">q").pack, Struct(">?").pack
_EVENTS = (160, 16, 1)  # what is sent stays below 256 KiB mostly, beyond which a buffer costs more


class _Doubt(Exception):
    """Something in a stretch does not fit."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the next event must fit: position and instant of the event before, and what its header says."""

    position: int = 0
    recorded_at: int = -1
    header: Heading | None = None


class Stretch(msgspec.Struct):
    """Some events in a row as columns, as they were read; bodies are None where they are not looked at."""

    number: int
    last: int
    positions: bytes
    instants: bytes
    types: bytes
    lengths: bytes
    records: bytes
    leaves: bytes
    even: bool
    body_lengths: bytes | None
    bodies: bytes | None


def read(connection: psycopg.Connection[Any], after: int, upto: int, *, bodies: bool) -> Stretch | None:
    """The next events after a position, in a transaction; fewer at a time where one is large or missing."""
    for events in _EVENTS:
        to, most = (min(upto, after + events), BYTES // events) if events > 1 else (upto, 2**31)
        numbers = [_INT8(value) for value in (after, to, events, most)]
        answer = _STRETCH.ask(connection, (*numbers, _BOOL(bodies)))
        positions, *columns = (answer.get_value(0, at) for at in range(_COLUMNS))
        number = int.from_bytes(positions[12:16]) if positions else 0
        if positions and (number == to - after or events == 1):
            return _stretch(number, positions, columns)
    return None


def _stretch(number: int, positions: bytes, columns: list[Any]) -> Stretch:
    *first, even, body_lengths, bodies = columns
    last = int.from_bytes(positions[-8:], signed=True)
    instants, types, lengths, records, leaves = first
    return Stretch(
        number,
        last,
        positions,
        instants,
        types,
        lengths,
        records,
        leaves,
        even == _BOOL(True),
        body_lengths,
        bodies,
    )


class Whole(msgspec.Struct):
    """What a stretch that is whole leads to: what comes next must fit, and the rows derived from it.

    ``parts`` are bodies that withhold something.
    """

    before: Before
    tags: Columns
    commands: Columns
    parts: list[Part] = []


def whole(stretch: Stretch, before: Before) -> Whole | None:
    """A stretch that is whole and fits the event before it; None for another."""
    try:
        instants, bodies = _assigned(stretch, before.position), _bodies(stretch)
        found, tags = _runs(stretch, instants, bodies)
        commands = _commands(instants, found, before)
    except (_Doubt, Corrupt):
        return None
    parts = [] if bodies is None else parts_of(range(before.position + 1, stretch.last + 1), bodies)
    return Whole(Before(stretch.last, instants[-1], found[-1].last()), tags, commands, parts)


def _assigned(stretch: Stretch, after: int) -> list[int]:
    """The instants of events whose positions follow on one another."""
    _require(stretch.even and stretch.number == stretch.last - after)
    _require(_numbers(stretch.positions, "q", stretch.number) == list(range(after + 1, stretch.last + 1)))
    return _numbers(stretch.instants, "q", stretch.number)


def _numbers(array: bytes, size: str, number: int) -> list[int]:
    """The elements of an array of integers without nulls."""
    _require(len(array) == _ARRAY_BYTES + number * (4 + calcsize(size)))
    return list(unpack(f">{_ARRAY_BYTES}x" + f"4x{size}" * number, array))


def _ends(lengths: bytes, number: int) -> list[int]:
    return list(accumulate(_numbers(lengths, "i", number), initial=0))


def _bodies(stretch: Stretch) -> list[bytes] | None:
    if stretch.bodies is None:
        return None
    ends = pairwise(_ends(stretch.body_lengths or b"", stretch.number))
    return [stretch.bodies[start:end] for start, end in ends]


def _runs(stretch: Stretch, instants: list[int], bodies: list[bytes] | None) -> tuple[list[Run], Columns]:
    """The headers of records that are what columns, leaves and bodies say, and the tag rows they call for."""
    entries, texts = checked(stretch.records, _ends(stretch.lengths, stretch.number))
    _require(_begin(entries, stretch.last, instants))
    leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
    _require(b"".join(leaves) == stretch.leaves)
    if bodies is not None:
        _require([root_of(body) for body in bodies] == [entry[_ROOT] for entry in entries])
    found, tags = runs(texts)
    types = [kind for run in found for kind in repeat(run.first[0].type, run.number)]
    _require(types == stretch.types.decode().split("\n"))
    if bodies is not None:
        _check_groups(texts[0], found, bodies)
    return found, _tags(stretch.last - stretch.number + 1, types, tags)


def _check_groups(shown: list[bytes], found: list[Run], bodies: list[bytes]) -> None:
    """Raise _Doubt unless every body has the groups that its header names."""
    at = 0
    for run in found:
        named, end = groups_named_in(shown[at]), at + run.number
        if any(names_of(body) != named for body in bodies[at:end]):
            raise _Doubt
        at = end


def _begin(entries: list[bytes], last: int, instants: list[int]) -> bool:
    """Whether entries begin with the version, positions up to the last one, and these instants."""
    number = len(entries)
    said = unpack(">" + "BQQ64x" * number, b"".join(entries))
    positions = tuple(range(last - number + 1, last + 1))
    return said[::3] == (VERSION,) * number and said[1::3] == positions and said[2::3] == tuple(instants)


def _tags(position: int, types: list[str], tags: Tags) -> Columns:
    numbers = list(map(len, tags))
    positions = range(position, position + len(tags))
    return [
        list(chain.from_iterable(map(repeat, positions, numbers))),
        list(chain.from_iterable(tags)),
        list(chain.from_iterable(map(repeat, types, numbers))),
    ]


def _commands(instants: list[int], found: list[Run], before: Before) -> Columns:
    """The command rows of events, each of which continues the one before or begins a command after it."""
    recorded_at, last, at = before.recorded_at, before.header, 0
    rows = []
    for run in found:
        said, tied = run.first
        k, of = said.n
        instant, end = instants[at], at + run.number
        if k == 1:
            if instant <= recorded_at or (last is not None and not _ended(last[0], said)):
                raise _Doubt
            first = before.position + 1 + at
            rows.append((first, tied.client, tied.command_id, tied.command_mac, first + of - 1))
        elif last is None or instant != recorded_at or not _continues(run.first, last):
            raise _Doubt
        if run.number > 1 and instants[at:end].count(instant) != run.number:
            raise _Doubt
        recorded_at, last, at = instant, run.last(), end
    return columns_of(rows, 5)


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
