"""A stretch of events shown to be whole, many at a time; where it cannot be shown, each is examined alone.

Everything that an examination would find (`ledger/store/verify_examination.py`) makes a difference here too.
"""

from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, repeat
from struct import Struct
from typing import Any

import msgspec
import psycopg
from psycopg.adapt import Transformer

from ledger.errors import Corrupt
from ledger.store.body import names_of
from ledger.store.codec import ENTRY_BYTES, VERSION, root_of
from ledger.store.prepared import Prepared, answered
from ledger.store.queries import query
from ledger.store.verify_differing import Columns, columns_of
from ledger.store.verify_headers import Heading, Said, Texts, Tied, checked, groups_named_in, headings
from ledger.store.verify_withheld import Part, parts_of

BYTES = 16 * 2**20
_ROOT = slice(ENTRY_BYTES - 32, ENTRY_BYTES)
_HEADERS, _WITH_BODIES = Prepared(query("verify_stretch_headers")), Prepared(query("verify_stretch"))
_INT8 = Struct(">q").pack
_EVENTS = (160, 16, 1)


class _Doubt(Exception):
    """Something in a stretch does not fit."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the next event must fit: position and instant of the event before, and what its header says."""

    position: int = 0
    recorded_at: int = -1
    header: Heading | None = None


class Stretch(msgspec.Struct):
    """Some events in a row as columns, as they were read; without bodies where they are not looked at."""

    positions: tuple[int, ...]
    instants: tuple[int, ...]
    types: tuple[str, ...]
    records: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    bodies: tuple[bytes | None, ...] = ()

    @property
    def number(self) -> int:
        """How many events."""
        return len(self.positions)

    @property
    def last(self) -> int:
        """The position of the last."""
        return self.positions[-1]


class Stretches:
    """Events in stretches; the server reads the next while one is checked, and is asked nothing else then."""

    def __init__(self, connection: psycopg.Connection[Any], upto: int, *, bodies: bool) -> None:
        self._connection, self._upto = connection, upto
        self._statement = _WITH_BODIES if bodies else _HEADERS
        self._after, self._rows = 0, Transformer(connection)

    def ask(self, after: int) -> None:
        """Ask for the next events after a position, in a transaction."""
        self._after = after
        self._statement.send(*self._question(_EVENTS[0]))

    def answer(self) -> Stretch | None:
        """What was asked for; fewer at a time where one is large or missing, None when there are no more.

        Raises Corrupt where a position stands twice.
        """
        for events in _EVENTS:
            first = events == _EVENTS[0]
            answer = answered(self._connection) if first else self._statement.ask(*self._question(events))
            most = min(events, self._upto - self._after)
            if answer.ntuples > most:
                raise Corrupt("a position stands twice")
            if answer.ntuples == most > 0:
                self._rows.set_pgresult(answer)
                columns: Any = zip(*self._rows.load_rows(0, answer.ntuples, tuple), strict=True)
                return Stretch(*columns)
        return None

    def _question(self, events: int) -> tuple[psycopg.Connection[Any], list[bytes]]:
        to, most = (self._after + events, BYTES // events) if events > 1 else (self._upto, 2**31)
        limit = events + (events > 1)  # one more shows that a position stands twice
        numbers = map(_INT8, (self._after, min(self._upto, to), limit, most))
        return self._connection, list(numbers)


class Whole(msgspec.Struct):
    """What a stretch that is whole leads to: what comes next must fit, and the rows derived from it.

    ``parts`` are bodies that withhold something.
    """

    before: Before
    tags: Columns
    commands: Columns
    parts: list[Part] = []


def whole(stretch: Stretch, before: Before, *, bodies: bool) -> Whole | None:
    """A stretch that is whole and fits the event before it; None for another."""
    try:
        texts = _texts(stretch, before.position)
        said, tied = headings(texts)
        _require([one.type for one in said] == list(stretch.types))
        commands = _commands(stretch, said, tied, before)
        parts = _parts(stretch, texts) if bodies else []
    except (_Doubt, Corrupt):
        return None
    after = Before(stretch.last, stretch.instants[-1], (said[-1], tied[-1]))
    return Whole(after, _tags(stretch, tied), commands, parts)


def _texts(stretch: Stretch, after: int) -> Texts:
    """What headers say, of records that follow on one another and are what columns and leaves say."""
    assigned, texts = checked(stretch.records)
    _require(stretch.positions == tuple(range(after + 1, after + 1 + stretch.number)))
    _require(assigned == ((VERSION,) * stretch.number, stretch.positions, stretch.instants))
    leaves = [sha256(b"\x00" + record[:ENTRY_BYTES]).digest() for record in stretch.records]
    _require(leaves == list(stretch.leaves))
    return texts


def _parts(stretch: Stretch, texts: Texts) -> list[Part]:
    """Bodies that withhold something, where every body has its record's root and its header's groups."""
    bodies = [body for body in stretch.bodies if body is not None]
    _require(list(map(root_of, bodies)) == [record[_ROOT] for record in stretch.records])
    _require(list(map(names_of, bodies)) == list(map(groups_named_in, texts[0])))
    return parts_of(stretch.positions, bodies)


def _tags(stretch: Stretch, tied: list[Tied]) -> Columns:
    tags = [one.tags for one in tied]
    numbers = list(map(len, tags))
    return [
        list(chain.from_iterable(map(repeat, stretch.positions, numbers))),
        list(chain.from_iterable(tags)),
        list(chain.from_iterable(map(repeat, stretch.types, numbers))),
    ]


def _commands(stretch: Stretch, said: list[Said], tied: list[Tied], before: Before) -> Columns:
    """The command rows of events, each of which continues the one before or begins a command after it."""
    before_said, before_tied = before.header or (said[0], tied[0])
    ledger, mode = before_said.ledger, before_said.mode
    client, command_id = before_tied.client, before_tied.command_id
    k_before, of_before = before_said.n if before.header else (0, 0)
    recorded_at, rows = before.recorded_at, []
    for position, instant, one, links in zip(stretch.positions, stretch.instants, said, tied, strict=True):
        k, of = one.n
        if one.ledger != ledger or one.mode != mode:
            raise _Doubt
        if k == 1:
            if instant <= recorded_at or k_before < of_before:
                raise _Doubt
            client, command_id = links.client, links.command_id
            rows.append((position, client, command_id, links.command_mac, position + of - 1))
        elif (k, of) != (k_before + 1, of_before) or k > of or instant != recorded_at:
            raise _Doubt
        if links.command_id != command_id or links.client != client:
            raise _Doubt
        k_before, of_before, recorded_at = k, of, instant
    return columns_of(rows, 5)


def _require(fits: bool) -> None:  # noqa: FBT001
    if not fits:
        raise _Doubt
