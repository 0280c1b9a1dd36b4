"""The log read by binary COPY, in long stretches: the fastest way to see every event once.

A stretch is a statement of its own, so no snapshot is held for long. Rows come through libpq itself, without
a Python object for anything but the stored type and the body.
"""

from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any

import psycopg
from psycopg import pq, sql

from ledger.errors import Unavailable

Row = tuple[int, bytes, bytes]  # position, stored type, body
Connection = psycopg.Connection[Any]

SETTINGS = ("enable_seqscan", "enable_bitmapscan")  # a table without statistics yet is read by position too
_SIGNATURE_BYTES = 19  # of a COPY stream, with flags and an empty extension; it comes with the first row
_ROW = Struct(">hiqi").unpack_from  # fields, length and value of the position, length of the type
_TYPE_AT, _LENGTH_BYTES = 18, 4
_SELECT = sql.SQL(
    "COPY (SELECT position, type, body FROM liggare.events WHERE position > {} AND position <= {}"
    " AND type IN ({}) ORDER BY position) TO STDOUT (FORMAT BINARY)"
)


def connected(url: str) -> Connection:
    """A connection that reads stretches. Raises psycopg.Error."""
    connection: Connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
    for name in SETTINGS:
        connection.execute("SELECT set_config(%s, 'off', false)", (name,))
    return connection


def copied(connection: Connection, after: int, upto: int, types: Sequence[str]) -> Iterator[Row]:
    """The events of these types with ``after < position <= upto``, in order. Read it to its end.

    Raises Unavailable when the server goes away.
    """
    wanted = sql.SQL(",").join(map(sql.Literal, types))
    statement = _SELECT.format(sql.Literal(after), sql.Literal(upto), wanted)
    line = connection.pgconn
    _expect(line.exec_(statement.as_bytes(connection)), pq.ExecStatus.COPY_OUT)
    skipped = _SIGNATURE_BYTES
    length, data = line.get_copy_data(0)
    while length > 0:
        if length - skipped > _TYPE_AT:  # the end is marked by two bytes
            row = bytes(data[skipped:])
            _, _, position, type_bytes = _ROW(row)
            end = _TYPE_AT + type_bytes
            yield position, row[_TYPE_AT:end], row[end + _LENGTH_BYTES :]
        skipped = 0
        length, data = line.get_copy_data(0)
    ended = line.get_result()
    _expect(ended, pq.ExecStatus.COMMAND_OK)
    line.get_result()


def _expect(found: Any, wanted: pq.ExecStatus) -> None:
    if found is None or found.status != wanted:
        raise Unavailable("reading the log was broken off by the database")
