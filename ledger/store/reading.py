"""Reads of the PostgreSQL log: each a statement on a pooled connection, so no snapshot is held for long.

Streams go in stretches of positions, shorter where events are large. The log has no gaps, so one within a
stretch is corruption, and a stream goes on where it was when the server comes back.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from struct import Struct
from typing import Any, TypeVar

import psycopg
from psycopg.pq.abc import PGresult
from psycopg_pool import ConnectionPool, PoolTimeout

from ledger.errors import ClockStopped, CommandReused, Corrupt, Unavailable
from ledger.fold import Selector
from ledger.store import wire
from ledger.store.bare import STRETCH as STRETCH_BARE
from ledger.store.bare import bare
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Bare, Head, Outcome, Record, Stored
from ledger.store.lookout import Lookout
from ledger.store.prepared import Prepared
from ledger.store.queries import query

POSITION_MAX = 2**63 - 1
STRETCH = 2048
STRETCH_BYTES = 8 * 2**20
_RETRY_SECONDS = 0.1

_INT8 = Struct(">q")
_BOUNDARY = Prepared(query("boundary"))

Connection = psycopg.Connection[Any]
T = TypeVar("T")


class Reader:
    """Answers from a pool; ``patience`` is how many seconds it keeps asking a server that is away."""

    def __init__(self, pool: ConnectionPool[Connection], lookout: Lookout, patience: float) -> None:
        self._pool = pool
        self._lookout = lookout
        self._patience = patience

    def ask(self, read: Callable[[Connection], T]) -> T:
        """The answer of one read, asked again while the server is away. Raises Unavailable."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                with (
                    self._pool.connection(timeout=max(0.1, deadline - time.monotonic())) as connection,
                    self._lookout.over(connection, deadline),
                ):
                    return read(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
                if time.monotonic() >= deadline:
                    self._pool.drain()  # the other lines may have fallen silent with this one
                    raise Unavailable("the database could not be reached in time") from error
                time.sleep(_RETRY_SECONDS)

    def head(self) -> Head:
        """The end of the log."""
        return Head(*self._rows("SELECT head, head_recorded_at FROM liggare.head()", {})[0])

    def boundary(
        self, selectors: Sequence[Selector], after: int, upto: int | None
    ) -> tuple[int, list[Stored]]:
        """(head, the matching events) from one snapshot."""
        types, tags = wire.pairs(selectors)
        limit = POSITION_MAX if upto is None else upto
        values = (types, tags, _INT8.pack(after), _INT8.pack(limit))
        answer = self.ask(lambda connection: _BOUNDARY.ask(connection, values))
        head = min(_int8(answer, 0, 0), limit)
        return head, [_stored(answer, row) for row in range(answer.ntuples) if answer.get_value(row, 1)]

    def tail(self, after: int, upto: int | None, types: Sequence[str] | None) -> Iterator[Stored]:
        """Events in order, a stretch at a time."""
        name, more = ("tail", {}) if types is None else ("tail_types", {"types": wire.texts(types)})
        for row in self._stretches(query(name), after, upto, more):
            yield Stored(*row)

    def records(self, after: int, upto: int | None) -> Iterator[Record]:
        """Whole records in order, a stretch at a time."""
        for row in self._stretches(query("records"), after, upto, {}):
            yield Record(*row)

    def bare(self, after: int, upto: int | None) -> Iterator[Bare]:
        """Records as they are stored, a stretch at a time."""
        head = self.head().position
        end = head if upto is None else min(upto, head)
        while after < end:
            until = min(after + STRETCH_BARE, end)
            found = self.ask(partial(bare, after=after, upto=until, bytes_max=STRETCH_BYTES))
            if not found or found[-1].position != after + len(found):
                gap = _first_gap([(one.position,) for one in found], after)
                raise Corrupt(f"positions are missing between {after} and {until}", gap)
            yield from found
            after = found[-1].position

    def records_at(self, positions: Sequence[int]) -> list[Record]:
        """The whole records at these positions, each a look-up of the primary key."""
        if not positions:
            return []
        return [Record(*row) for row in self._rows(query("records_at"), {"positions": list(positions)})]

    def outcome(self, client: str, command_id: str, mac: bytes | None) -> Outcome | None:
        """What became of an earlier command."""
        return self.ask(lambda connection: outcome(connection, client, command_id, mac))

    def position_at(self, known_at: int) -> int:
        """The last position recorded at or before an instant, made final."""
        try:
            rows = self._rows("SELECT liggare.position_at(%(known_at)b)", {"known_at": known_at})
        except psycopg.DatabaseError as error:
            if error.sqlstate == "LG003":
                raise ClockStopped(error.diag.message_primary) from error
            raise
        return int(rows[0][0])

    def _rows(self, statement: Any, values: dict[str, Any]) -> list[Any]:
        return self.ask(lambda c: c.execute(statement, values, prepare=True, binary=True).fetchall())

    def _stretches(self, statement: Any, after: int, upto: int | None, more: dict[str, Any]) -> Iterator[Any]:
        head = self.head().position
        end = head if upto is None else min(upto, head)
        while after < end:
            until = min(after + STRETCH, end)
            values = {"after": after, "upto": until, "bytes": STRETCH_BYTES, **more}
            rows = self._rows(statement, values)
            if not more and (not rows or rows[-1][0] != after + len(rows)):
                raise Corrupt(f"positions are missing between {after} and {until}", _first_gap(rows, after))
            yield from rows
            ended_early = sum(len(row[-1] or b"") for row in rows) >= STRETCH_BYTES
            after = rows[-1][0] if ended_early or not more else until


def _int8(answer: PGresult, row: int, column: int) -> int:
    return int.from_bytes(answer.get_value(row, column) or b"", "big", signed=True)


def _stored(answer: PGresult, row: int) -> Stored:
    type_, body = answer.get_value(row, 2) or b"", answer.get_value(row, 4)
    return Stored(_int8(answer, row, 1), type_.decode(), _int8(answer, row, 3), body)  # type: ignore[arg-type]


def outcome(connection: Connection, client: str, command_id: str, mac: bytes | None) -> Outcome | None:
    """What became of an earlier command, or None. Raises CommandReused for another content."""
    values = {"client": client, "command_id": command_id}
    rows = connection.execute(query("outcome"), values, prepare=True, binary=True).fetchall()
    if not rows:
        return None
    first_mac, first, last, recorded_at, _, _ = rows[0]
    if mac is not None and mac != first_mac:
        raise CommandReused("the command id was used before with other content")
    ids = tuple(header_of(parse_record(row[5]).header).event_id for row in rows)
    return Outcome(first, last, recorded_at, ids, tuple(row[4] for row in rows), repeated=True)


def _first_gap(rows: Sequence[Any], after: int) -> int:
    for expected, row in enumerate(rows, after + 1):
        if row[0] != expected:
            return expected
    return after + len(rows) + 1
