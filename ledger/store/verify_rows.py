"""Derived rows read as they lie in their table, many at a time: about the order of appends, without a sort.

No index leads from a position to its rows there, and sorting forty million of them would cost more than all
else. Nothing rests on how they lie: every row of the table is handed out exactly once. A row that lies where
another stretch is compared is extra there and missing here, and the two cancel (`Unmatched`).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from operator import itemgetter
from struct import unpack
from typing import Any

import psycopg
from msgspec import Struct, field
from psycopg import sql

from ledger.errors import Corrupt
from ledger.store.prepared import Prepared
from ledger.store.queries import query

BLOCKS = 64  # of 8 kB, read at a time
UNMATCHED_MAX = 100_000
Connection = psycopg.Connection[Any]
Place = tuple[int, int]
"""Block and row in it, where a row of a table lies; the first is (0, 0)."""
Row = tuple[Any, ...]
Columns = list[list[Any]]
"""The same number of rows, each column by itself; position first."""
_KEYS = {"tags": "position", "commands": "first"}
_position = itemgetter(0)


def _numbers(value: bytes) -> list[int]:
    return list(unpack(f">{len(value) // 8}q", value))


def _texts(value: bytes) -> list[str]:
    return value.decode().split("\n")


_COLUMNS: dict[str, tuple[Callable[[bytes], list[Any]], ...]] = {
    "tags": (_numbers, _texts, _texts),
    "commands": (_numbers, _texts, _texts, _texts, _numbers),
}
_STATEMENTS = {table: Prepared(query(f"verify_{table}_rows")) for table in _COLUMNS}


class HeapRows:
    """The rows of one table between two places, position first, taken up to a position at a time."""

    def __init__(self, connection: Connection, table: str, start: Place, end: Place) -> None:
        self._connection = connection
        self._table = table
        self._start, self._end = start, end
        self._held: Columns = [[] for _ in _COLUMNS[table]]
        self._taken = 0
        self._lowest = 0

    def upto(self, position: int) -> Columns:
        """The rows next in line, up to and with this position. Raises Corrupt for a text with a line feed."""
        while self._start < self._end and self._lowest <= position:
            self._read()
        begin = self._taken
        self._taken = bisect_right(self._held[0], position, begin)
        return [column[begin : self._taken] for column in self._held]

    def rest(self) -> Columns:
        """All rows that were not taken. Raises Corrupt."""
        while self._start < self._end:
            self._read()
        return [column[self._taken :] for column in self._held]

    def _read(self) -> None:
        end = min(self._end, (self._start[0] + BLOCKS, 0))
        places = _tid(self._start).encode(), _tid(end).encode()
        answer = _STATEMENTS[self._table].ask(self._connection, places)
        self._start = end
        rows = int.from_bytes(answer.get_value(0, 0) or b"")
        if not rows:
            return
        read = [kind(answer.get_value(0, at) or b"") for at, kind in enumerate(_COLUMNS[self._table], 1)]
        if any(len(column) != rows for column in read):
            raise Corrupt(f"a row of {self._table} holds a line feed")
        self._lowest = min(read[0])
        self._hold([old[self._taken :] + new for old, new in zip(self._held, read, strict=True)])

    def _hold(self, columns: Columns) -> None:
        if columns[0] != sorted(columns[0]):
            columns = [list(column) for column in zip(*sorted(rows_of(columns), key=_position), strict=True)]
        self._held, self._taken = columns, 0


class Unmatched(Struct):
    """Rows that were found and not expected, and the other way round; what is in both is in its place."""

    extra: list[Row] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)

    def compare(self, found: Columns, expected: Columns) -> None:
        """Keep what differs between the rows of a stretch, whatever their order. Raises Corrupt: too many."""
        if found == expected:
            return
        rows, wanted = rows_of(found), set(rows_of(expected))
        self.extra += (Counter(rows) - Counter(wanted)).elements()
        self.missing += wanted.difference(rows)
        if len(self.extra) + len(self.missing) > UNMATCHED_MAX:
            raise Corrupt("rows do not lie in the order of appends")

    def positions(self) -> set[int]:
        """Where rows differ in the end."""
        extra, missing = Counter(self.extra), Counter(self.missing)
        return {row[0] for row in (*(extra - missing), *(missing - extra))}


def rows_of(columns: Columns) -> list[Row]:
    """The rows that columns hold."""
    return list(zip(*columns, strict=True))


def columns_of(rows: list[Row], width: int) -> Columns:
    """The same the other way round."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def together(parts: Iterable[Unmatched]) -> Unmatched:
    """What differs in several parts of one table."""
    whole = Unmatched()
    for part in parts:
        whole.extra += part.extra
        whole.missing += part.missing
    return whole


def _tid(place: Place) -> str:
    return f"({place[0]},{place[1]})"


def cut(
    connection: Connection, table: str, after: list[int], first: Place = (0, 0)
) -> list[tuple[Place, Place]]:
    """A table from a place on, cut in stretches that begin where rows beyond these positions lie.

    No row from there on is left out.
    """
    blocks = _blocks(connection, table)
    places = [_place(connection, table, position, blocks) for position in after[1:]]
    return list(pairwise([first, *places, (blocks, 0)]))


def place_after(connection: Connection, table: str, position: int) -> Place:
    """Where the first row beyond a position lies, if rows lie in their order; the beginning for 0."""
    return _place(connection, table, position, _blocks(connection, table)) if position else (0, 0)


def _blocks(connection: Connection, table: str) -> int:
    row = connection.execute(
        "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int", (f"liggare.{table}",)
    ).fetchone()
    return row[0] if row else 0


def _place(connection: Connection, table: str, position: int, blocks: int) -> Place:
    """Where the first row beyond a position lies, if rows lie in their order."""
    low, high = 0, blocks
    while low < high:
        middle = (low + high) // 2
        row = _first(connection, table, -1, middle)
        low, high = (low, middle) if row is not None and row[1] > position else (middle + 1, high)
    row = _first(connection, table, position, low - 1) if low else None
    return (low, 0) if row is None else _place_of(row[0])


def _first(connection: Connection, table: str, position: int, block: int) -> Any:
    """Place and position of a block's first row beyond a position."""
    key = sql.Identifier(_KEYS[table])
    statement = sql.SQL(
        "SELECT ctid::text, {} FROM {} WHERE ctid >= %s::tid AND ctid < %s::tid AND {} > %s"
        " ORDER BY ctid LIMIT 1"
    ).format(key, sql.Identifier("liggare", table), key)
    return connection.execute(statement, (_tid((block, 0)), _tid((block + 1, 0)), position)).fetchone()


def _place_of(tid: str) -> Place:
    block, row = tid.strip("()").split(",")
    return int(block), int(row)
