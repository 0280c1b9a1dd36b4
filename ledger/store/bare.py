"""Records as they are stored, by binary COPY: the cheapest way to read whole stretches of the log.

A stretch is a statement of its own. It ends early where its bodies reach so many bytes, as others do
(queries/records.sql); an event that is larger stands alone.
"""

from struct import Struct
from typing import Any

import psycopg
from psycopg import pq, sql

from ledger.store.log import Bare

STRETCH = 4096
_SIGNATURE_BYTES = 19  # of a COPY stream, with flags and an empty extension; it comes with the first row
_ROW = Struct(">hiqi").unpack_from  # fields, length and value of the position, length of the record
_RECORD_AT, _LENGTH_BYTES = 18, 4
_SELECT = sql.SQL(
    "COPY (SELECT position, record, body FROM (SELECT position, record, body, coalesce(sum("
    "octet_length(body)) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)"
    " AS before FROM liggare.events WHERE position > {} AND position <= {}) AS e"
    " WHERE before < {} ORDER BY position) TO STDOUT (FORMAT BINARY)"
)


def bare(connection: psycopg.Connection[Any], after: int, upto: int, bytes_max: int) -> list[Bare]:
    """The records with ``after < position <= upto``, in order, as far as they fit. Raises psycopg.Error."""
    statement = _SELECT.format(sql.Literal(after), sql.Literal(upto), sql.Literal(bytes_max))
    line, found = connection.pgconn, list[Bare]()
    _expect(line.exec_(statement.as_bytes(connection)), pq.ExecStatus.COPY_OUT)
    skipped = _SIGNATURE_BYTES
    length, data = line.get_copy_data(0)
    while length > 0:
        if length - skipped > _RECORD_AT:  # the end is marked by two bytes
            found.append(_bare(bytes(data[skipped:])))
        skipped = 0
        length, data = line.get_copy_data(0)
    _expect(line.get_result(), pq.ExecStatus.COMMAND_OK)
    line.get_result()
    return found


def _bare(row: bytes) -> Bare:
    _, _, position, length = _ROW(row)
    end = _RECORD_AT + length
    begin = end + _LENGTH_BYTES
    body = row[begin:] if row[end:begin] != b"\xff\xff\xff\xff" else None
    return Bare(position, row[_RECORD_AT:end], body)


def _expect(found: Any, wanted: pq.ExecStatus) -> None:
    if found is None or found.status != wanted:
        raise psycopg.OperationalError("reading the log was broken off by the database")
