"""Derived rows read as they lie in their table, many at a time: about the order of appends, without a sort.

No index leads from a position to its rows there, and sorting forty million of them would cost more than all
else. Nothing rests on how they lie: every row of the table is handed out exactly once. A row that lies where
another stretch is compared is extra there and missing here, and the two cancel (`Unmatched`).
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from secrets import token_hex
from struct import unpack
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import sql

from ledger.errors import Corrupt
from ledger.store.prepared import Prepared
from ledger.store.queries import query
from ledger.store.verify_differing import Columns, Differing, Unmatched, apart, rows_of

BLOCKS = 8  # of 8 kB, read at a time
Connection = psycopg.Connection[Any]
Place = tuple[int, int]
"""Block and row in it, where a row of a table lies; the first is (0, 0)."""
_KEYS = {"tags": "position", "commands": "first"}
_NUMBERS = {"tags": (0,), "commands": (0, 4)}
_WIDTH = {"tags": 3, "commands": 5}
_STATEMENTS = {table: Prepared(query(f"verify_{table}_rows")) for table in _KEYS}
_BETWEEN = token_hex(8)
"""Between joined texts: none that was written before can hold it, so one is not taken for two."""
_ARRAY_BYTES, _NUMBER_BYTES = 20, 12  # before the elements: dimensions, nulls, type, number, first index


class _Found(Struct):
    """Rows as they were read: numbers of each column, or texts joined."""

    number: int
    values: list[Any]

    def are(self, columns: Columns) -> bool:
        """Whether these are the rows, in this order."""
        return all(
            value == (_joined(column) if isinstance(value, bytes) else column)
            for value, column in zip(self.values, columns, strict=True)
        )

    def columns(self) -> Columns:
        """The rows one by one. Raises Corrupt where one is null."""
        read = [
            value.decode().split(_BETWEEN) if isinstance(value, bytes) else value for value in self.values
        ]
        if any(len(column) != self.number for column in read):
            raise Corrupt("a row holds null")
        return read


class HeapRows:
    """The rows of one table between two places, held against those that are expected, some at a time."""

    def __init__(
        self, connection: Connection, table: str, places: tuple[Place, Place], unmatched: Unmatched
    ) -> None:
        self._connection, self._table, self._unmatched = connection, table, unmatched
        self._start, self._end = places
        self._expected: Columns = [[] for _ in range(_WIDTH[table])]
        self._doubted: list[int] = []
        self._differing = Differing()
        self._found = self._read()

    def expect(self, columns: Columns) -> None:
        """Rows that come next. Raises Corrupt."""
        for held, more in zip(self._expected, columns, strict=True):
            held.extend(more)
        while self._found is not None and len(self._expected[0]) >= 2 * self._found.number:
            self._compare(self._found)
            self._found = self._read()

    def doubt(self, after: int, upto: int) -> None:
        """Nobody knows which rows come next, up to and with a position: they are examined."""
        if self._doubted and self._doubted[-1] == after:
            self._doubted[-1] = upto
        else:
            self._doubted += after, upto

    def end(self) -> None:
        """No row is expected any more. Raises Corrupt."""
        while self._found is not None:
            self._compare(self._found)
            self._found = self._read()
        self._differing.compare([], rows_of(self._expected))
        self._unmatched.extra += self._differing.extra.elements()
        self._unmatched.missing += self._differing.missing

    def _compare(self, found: _Found) -> None:
        number = found.number
        if not found.are([column[:number] for column in self._expected]):
            columns = found.columns()
            number = self._as_far_as(columns[0])
            rows, expected = apart(columns, [column[:number] for column in self._expected])
            rows = [row for row in rows if not bisect_left(self._doubted, row[0]) % 2]
            self._differing.compare(rows, expected)
        for column in self._expected:
            del column[:number]

    def _as_far_as(self, found: list[int]) -> int:
        """How many of the rows that are expected should lie among those that were found, or before them."""
        expected = self._expected[0]
        last = next((at for at in reversed(found) if expected and at <= expected[-1]), None)
        if last is None:
            return len(expected)
        return min(bisect_left(expected, last) + found.count(last), bisect_right(expected, last))

    def _read(self) -> _Found | None:
        """The next rows; None when there are no more. Raises Corrupt where a number is null."""
        while self._start < self._end:
            end = min(self._end, (self._start[0] + BLOCKS, 0))
            values = [value.encode() for value in (_tid(self._start), _tid(end), _BETWEEN)]
            answer = _STATEMENTS[self._table].ask(self._connection, values)
            self._start = end
            found = [answer.get_value(0, at) for at in range(_WIDTH[self._table])]
            if found[0] is not None:
                columns = list(map(_given, found))
                numbers = {at: _numbers(columns[at]) for at in _NUMBERS[self._table]}
                return _Found(len(numbers[0]), [numbers.get(at, one) for at, one in enumerate(columns)])
        return None


def _given(column: bytes | None) -> bytes:
    """A column, of which not every value is null: that is no empty text. Raises Corrupt."""
    if column is None:
        raise Corrupt("a row holds null")
    return column


def _numbers(array: bytes) -> list[int]:
    """The elements of an array of numbers. Raises Corrupt if one is null."""
    number, rest = divmod(len(array) - _ARRAY_BYTES, _NUMBER_BYTES)
    if rest or number != int.from_bytes(array[12:16]):
        raise Corrupt("a row holds null")
    return list(unpack(f">{_ARRAY_BYTES}x" + "4xq" * number, array))


def _joined(texts: list[str]) -> bytes:
    return _BETWEEN.join(texts).encode(errors="surrogatepass")


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
