"""Generations that are built beside the followed one, by several processes, each a partition of the keys.

Nothing that reads sees them before the switch. A partition's rows and its position are committed together,
and the switch is a later commit of the same server: so what is switched to is there whole, also after a crash
of the server, though the batches before it do not wait for the disk.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from struct import Struct
from typing import Any
from zlib import crc32

import psycopg

from ledger.errors import Conflict
from projections import shelf_queries as queries
from projections.history import Era, Name, Row

Connection = psycopg.Connection[Any]

_LOCK = 0x6C696768  # the class of the advisory locks by which one run builds for a code version
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
_START, _LENGTH = Struct(">hiqi"), Struct(">i")
_MIDDLE = Struct(">iqiqi?")
_NULL = _LENGTH.pack(-1)
_FIELDS = 8

_UNFINISHED = """
SELECT generation, kinds, count(*) FROM projections.building WHERE code = %s GROUP BY 1, 2
"""
_BEGIN = """
INSERT INTO projections.building (generation, part, code, kinds, run)
SELECT %s, part, %s, %s, %s FROM generate_series(0, %s - 1) AS part
"""
_TAKE_OVER = "UPDATE projections.building SET run = %s WHERE generation = %s RETURNING part, position"
_ADVANCE = """
UPDATE projections.building SET position = %s
WHERE generation = %s AND part = %s AND run = %s AND position = %s
"""
_REACHED = "SELECT position FROM projections.building WHERE generation = %s AND run = %s FOR UPDATE"
_OTHERS = "SELECT DISTINCT code FROM projections.building WHERE code <> %s"
_LOAD = """
SELECT n.nr, h.since, h.state, h.steps
FROM unnest(%(kinds)s::text[], %(keys)s::text[]) WITH ORDINALITY AS n(kind, key, nr)
CROSS JOIN LATERAL (
    SELECT h.since FROM projections.history h
    WHERE h.generation = %(generation)s AND h.kind = n.kind AND h.key = n.key
    ORDER BY h.since DESC LIMIT 1
) newest
JOIN projections.history h
    ON h.generation = %(generation)s AND h.kind = n.kind AND h.key = n.key AND h.since = newest.since
ORDER BY n.nr, h.position
"""


@dataclass(frozen=True, slots=True)
class Generation:
    """One that this run builds: ``positions`` is how far each partition had come when the run began."""

    number: int
    code: str
    run: int
    positions: tuple[int, ...]


@contextmanager
def alone(connection: Connection, code: str) -> Iterator[bool]:
    """Whether this is the one run that builds for a code version now; it stays so in the context."""
    found = _try_lock(connection, code)
    try:
        yield found
    finally:
        if found:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCK, _lock_key(code)))


def begun(connection: Connection, code: str, kinds: Iterable[str], parts: int, upto: int) -> Generation:
    """The generation to build: an unfinished one of the same code and kinds, or a new one.

    An unfinished one keeps its number of partitions. It is dropped when it has come beyond ``upto``.
    """
    digest = sha256(",".join(sorted(kinds)).encode()).hexdigest()[:12]
    run = secrets.randbelow(2**62)
    with connection.transaction():
        for generation, of, _ in connection.execute(_UNFINISHED, (code,)).fetchall():
            positions = dict(connection.execute(_TAKE_OVER, (run, generation)).fetchall())
            if of == digest and max(positions.values()) <= upto:
                return Generation(generation, code, run, tuple(positions[n] for n in range(len(positions))))
            connection.execute("DELETE FROM projections.building WHERE generation = %s", (generation,))
        row = connection.execute("SELECT nextval('projections.generation')").fetchone()
        number = int(row[0]) if row else 0
        connection.execute(_BEGIN, (number, code, digest, run, parts))
    return Generation(number, code, run, (0,) * parts)


def switch(connection: Connection, built: Generation, position: int) -> None:
    """Put a generation in place of the followed one, at once and durably. Raises Conflict."""
    with connection.transaction():
        rows = connection.execute(_REACHED, (built.number, built.run)).fetchall()
        if [at for (at,) in rows] != [position] * len(built.positions):
            raise Conflict("the generation is not complete, or another run has taken it over")
        connection.execute("DELETE FROM projections.building WHERE generation = %s", (built.number,))
        connection.execute(queries.SWITCH, (built.code, built.number, position))


def sweep(connection: Connection, code: str) -> None:
    """Delete what nobody follows or builds any more, and what runs of other code left unfinished."""
    for (other,) in connection.execute(_OTHERS, (code,)).fetchall():
        with alone(connection, other) as free:
            if free:
                connection.execute("DELETE FROM projections.building WHERE code = %s", (other,))
    connection.execute(queries.SWEEP)


def keep(
    connection: Connection, built: Generation, part: int, rows: Iterable[Row], after: int, upto: int
) -> None:
    """Keep one partition's rows of a batch; call it in a transaction. Raises Conflict.

    A run that another has taken over from is too late, and keeps nothing.
    """
    values = (upto, built.number, part, built.run, after)
    if connection.execute(_ADVANCE, values, prepare=True).rowcount != 1:
        raise Conflict("another run builds this generation now")
    written = [_wire(built.number, row) for row in rows]
    if written:
        with connection.cursor().copy(queries.COPY) as copy:
            copy.write(b"".join((_HEADER, *written, _TRAILER)))


def load(connection: Connection, built: Generation, names: Collection[Name]) -> Mapping[Name, Era]:
    """The newest eras of these names in a generation; those without one are left out."""
    listed = list(names)
    values = {
        "generation": built.number, "kinds": [kind for kind, _ in listed], "keys": [key for _, key in listed],
    }  # fmt: skip
    rows = connection.execute(_LOAD, values, prepare=True, binary=True).fetchall()
    eras = ((nr, list(found)) for nr, found in groupby(rows, itemgetter(0)))
    return {
        listed[nr - 1]: Era(found[0][1], found[0][2], tuple(row[3] for row in found if row[3] is not None))
        for nr, found in eras
    }


def _try_lock(connection: Connection, code: str) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK, _lock_key(code))).fetchone()
    return bool(row and row[0])


def _lock_key(code: str) -> int:
    return crc32(code.encode()) - 2**31


def _wire(generation: int, row: Row) -> bytes:
    """A row of history in PostgreSQL's binary COPY format."""
    kind, key = row.kind.encode(), row.key.encode()
    state = _NULL if row.state is None else _LENGTH.pack(len(row.state)) + row.state
    steps = _NULL if row.steps is None else _LENGTH.pack(len(row.steps)) + row.steps
    return b"".join((
        _START.pack(_FIELDS, 8, generation, len(kind)), kind, _LENGTH.pack(len(key)), key,
        _MIDDLE.pack(8, row.since, 8, row.position, 1, row.begins), state, steps,
    ))  # fmt: skip
