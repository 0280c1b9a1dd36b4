"""The shelf in PostgreSQL, for the serving role.

A turn is one transaction that holds the row lock of this code version.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from ledger.errors import Unavailable
from projections.code import folding_version
from projections.shelf import Kept, Name, Shelved, Turn

WAIT_SECONDS_MAX = 10.0
RECONNECT_SECONDS_MAX = 2.0  # then the next question tries again, instead of the pool ever more seldom

Connection = psycopg.Connection[Any]

_JOIN = "INSERT INTO projections.follower (code) VALUES (%s) ON CONFLICT DO NOTHING"
_TURN = "SELECT generation, position FROM projections.follower WHERE code = %s FOR UPDATE SKIP LOCKED"
_LOAD = """
SELECT s.kind, s.key, s.first_position, s.last_position, s.state
FROM unnest(%s::text[], %s::text[]) AS n(kind, key)
JOIN projections.state s ON s.generation = %s AND s.kind = n.kind AND s.key = n.key
"""
_KEEP = """
INSERT INTO projections.state AS s (generation, kind, key, first_position, last_position, state)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %b::bytea[])
ON CONFLICT (generation, kind, key)
DO UPDATE SET last_position = excluded.last_position, state = excluded.state
"""
_REACHED = "UPDATE projections.follower SET position = %s WHERE code = %s"
# The states and the generation they belong to are read in one statement: a switch falls before or after it.
_READ = """
SELECT f.position, s.kind, s.key, s.first_position, s.last_position, s.state
FROM projections.follower f
LEFT JOIN (unnest(%s::text[], %s::text[]) AS n(kind, key) JOIN projections.state s USING (kind, key))
    ON s.generation = f.generation
WHERE f.code = %s
"""
_KEYS = """
SELECT f.position, ARRAY(
    SELECT s.key FROM projections.state s
    WHERE s.generation = f.generation AND s.kind = %s AND s.first_position <= %s ORDER BY s.key LIMIT %s
) FROM projections.follower f WHERE f.code = %s
"""
_EVERY = "SELECT key, state FROM projections.state WHERE generation = %s AND kind = %s ORDER BY key"
_COPY = """
COPY projections.state (generation, kind, key, first_position, last_position, state)
FROM STDIN (FORMAT BINARY)
"""
_COPY_TYPES = ("int8", "text", "text", "int8", "int8", "bytea")
_SWITCH = """
INSERT INTO projections.follower (code, generation, position) VALUES (%s, %s, %s)
ON CONFLICT (code) DO UPDATE SET generation = excluded.generation, position = excluded.position
"""
_SWEEP = "DELETE FROM projections.state WHERE generation NOT IN (SELECT generation FROM projections.follower)"


@dataclass(frozen=True, slots=True)
class _PostgresTurn:
    connection: Connection
    code: str
    generation: int
    position: int

    def load(self, names: Collection[Name]) -> Mapping[Name, Kept]:
        rows = self.connection.execute(_LOAD, (*_columns(names), self.generation), binary=True)
        return {(kind, key): Kept(first, last, state) for kind, key, first, last, state in rows}

    def keep(self, changed: Mapping[Name, Kept], position: int) -> None:
        values = changed.values()
        columns = [k.first for k in values], [k.last for k in values], [k.state for k in values]
        if changed:
            self.connection.execute(_KEEP, (self.generation, *_columns(changed), *columns))
        self.connection.execute(_REACHED, (position, self.code))


class PostgresShelf:
    """States in the tables of ``projections/migrations``, addressed by the serving role's URL."""

    def __init__(self, serve_url: str, *, code: str | None = None, connections_max: int = 4) -> None:
        self._code = code or folding_version()
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            serve_url,
            min_size=1,
            max_size=connections_max,
            open=True,
            reconnect_timeout=RECONNECT_SECONDS_MAX,
            check=ConnectionPool.check_connection,  # one that died while idle is replaced, not handed out
            kwargs={"connect_timeout": 5},
        )
        with self._connected() as connection:
            connection.execute(_JOIN, (self._code,))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A transaction on a pooled connection. Raises Unavailable when the database does not answer."""
        try:
            with self._pool.connection(timeout=WAIT_SECONDS_MAX) as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unavailable(f"the views' database did not answer: {type(error).__name__}") from error

    @contextmanager
    def turn(self) -> Iterator[Turn | None]:
        """See Shelf. The row lock goes with the transaction, so a follower that dies frees it."""
        with self._connected() as connection:
            row = connection.execute(_TURN, (self._code,)).fetchone()
            yield None if row is None else _PostgresTurn(connection, self._code, *row)

    def replace(self, states: Iterable[tuple[Name, Kept]], position: int) -> None:
        """See Shelf. One COPY and the switch in one transaction; the former generation is swept after it."""
        with self._connected() as connection:
            generation = self._fresh(connection)
            with connection.cursor().copy(_COPY) as copy:
                copy.set_types(_COPY_TYPES)
                for (kind, key), kept in states:
                    copy.write_row((generation, kind, key, kept.first, kept.last, kept.state))
            connection.execute(_SWITCH, (self._code, generation, position))
        self.sweep()

    def read(self, names: Collection[Name]) -> Shelved:
        """See Shelf."""
        with self._connected() as connection:
            rows = connection.execute(_READ, (*_columns(names), self._code), binary=True).fetchall()
        found = {(kind, key): Kept(first, last, state) for _, kind, key, first, last, state in rows if kind}
        return Shelved(rows[0][0] if rows else 0, found)

    def keys(self, kind: str, *, upto: int, limit: int) -> tuple[int, tuple[str, ...]]:
        """See Shelf."""
        with self._connected() as connection:
            row = connection.execute(_KEYS, (kind, upto, limit, self._code)).fetchone()
        return (0, ()) if row is None else (row[0], tuple(row[1]))

    @contextmanager
    def every(self, kind: str) -> Iterator[tuple[int, Iterator[tuple[str, bytes]]]]:
        """See Shelf."""
        with self._connected() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            where = "SELECT generation, position FROM projections.follower WHERE code = %s"
            generation, position = connection.execute(where, (self._code,)).fetchone() or (0, 0)
            with connection.cursor("every_state", scrollable=False) as cursor:
                cursor.itersize = 500
                cursor.execute(_EVERY, (generation, kind), binary=True)
                yield position, ((key, bytes(state)) for key, state in cursor)

    def forget_other_code(self) -> None:
        """Drop the states of every other code version.

        Its processes, if any still run, fold the log instead.
        """
        with self._connected() as connection:
            connection.execute("DELETE FROM projections.follower WHERE code <> %s", (self._code,))
        self.sweep()

    def sweep(self) -> None:
        """Delete states of generations that no code version follows any more."""
        with self._connected() as connection:
            connection.execute(_SWEEP)

    def close(self) -> None:
        """See Shelf."""
        self._pool.close()

    @staticmethod
    def _fresh(connection: Connection) -> int:
        row = connection.execute("SELECT nextval('projections.generation')").fetchone()
        return int(row[0]) if row else 0


def _columns(names: Iterable[Name]) -> tuple[list[str], list[str]]:
    listed = list(names)
    return [kind for kind, _ in listed], [key for _, key in listed]
