"""The shelf in PostgreSQL, for the serving role.

A turn is one transaction that holds the row lock of this code version. What takes a moment is watched: over a
line that has fallen silent nobody waits for ever, and a follower that stands still frees its turn.
"""

import time
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from ledger.errors import Corrupt, Unavailable
from ledger.store.lookout import Lookout
from projections import shelf_queries as queries
from projections.code import folding_version
from projections.history import POSITION_MAX, Era, Name, Row
from projections.shelf import Building, Make, Shelved, Turn, itself

WAIT_SECONDS_MAX = 10.0
QUIET_SECONDS_MAX = 30.0  # longer than any answer may take
CHECK_SECONDS_MAX = 5.0  # until a line that says nothing at all counts as silent
RECONNECT_SECONDS_MAX = 2.0  # then the next question tries again, instead of the pool ever more seldom

_AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.IdleInTransactionSessionTimeout)

Connection = psycopg.Connection[Any]
_Read = tuple[Any, ...]  # as READ has it


@dataclass(frozen=True, slots=True)
class _PostgresTurn:
    connection: Connection
    code: str
    generation: int
    position: int

    def load(self, names: Collection[Name]) -> Mapping[Name, Era]:
        return _shelved(self.connection, self.code, names, POSITION_MAX, itself).eras

    def keep(self, rows: Collection[Row], position: int) -> None:
        if rows:
            self.connection.execute(queries.KEEP, (self.generation, *_columns(rows)))
        self.connection.execute(queries.REACHED, (position, self.code))


@dataclass(frozen=True, slots=True)
class _PostgresBuilding:
    connection: Connection
    code: str
    generation: int

    def keep(self, rows: Iterable[Row]) -> None:
        with self.connection.cursor().copy(queries.COPY) as copy:
            copy.set_types(queries.COPY_TYPES)
            for r in rows:
                copy.write_row(
                    (self.generation, r.kind, r.key, r.since, r.position, r.begins, r.state, r.steps)
                )

    def switch(self, position: int) -> None:
        self.connection.execute(queries.SWITCH, (self.code, self.generation, position))


class PostgresShelf:
    """Histories in the tables of ``projections/migrations``, addressed by the serving role's URL."""

    def __init__(
        self, serve_url: str, *, code: str | None = None, connections_max: int = 4,
        quiet_seconds: float = QUIET_SECONDS_MAX,
    ) -> None:  # fmt: skip
        self._code = code or folding_version()
        self._quiet = quiet_seconds
        self._lookout = Lookout(quiet_seconds)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            serve_url,
            min_size=1,
            max_size=connections_max,
            open=True,
            reconnect_timeout=RECONNECT_SECONDS_MAX,
            configure=_by_key,
            check=self._check,
            kwargs={"connect_timeout": 5},
        )
        with self._watched() as connection:
            connection.execute(queries.JOIN, (self._code,))

    def _check(self, connection: Connection) -> None:
        """One that died while idle is replaced, not handed out; so is one that has fallen silent."""
        with self._lookout.over(connection, time.monotonic() + min(CHECK_SECONDS_MAX, self._quiet)):
            ConnectionPool.check_connection(connection)

    @contextmanager
    def _watched(self) -> Iterator[Connection]:
        """The same for what takes a moment, and its commit: cut when it takes longer. Raises Unavailable."""
        with self._connected() as connection, self._lookout.over(connection), connection.transaction():
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A transaction on a pooled connection. Raises Unavailable when the database does not answer."""
        try:
            with self._pool.connection(timeout=WAIT_SECONDS_MAX) as connection:
                yield connection
        except _AWAY as error:
            raise Unavailable(f"the views' database did not answer: {type(error).__name__}") from error

    @contextmanager
    def turn(self) -> Iterator[Turn | None]:
        """See Shelf. The row lock goes with the transaction, so a follower that dies or stops frees it."""
        quiet = f"{self._quiet * 1000:.0f}"
        with self._watched() as connection:
            row = connection.execute(queries.TURN, (quiet, self._code)).fetchone()
            yield None if row is None else _PostgresTurn(connection, self._code, *row[1:])

    @contextmanager
    def building(self) -> Iterator[Building]:
        """See Shelf. All of it is one transaction; the former generation is swept after the switch."""
        with self._connected() as connection:
            row = connection.execute("SELECT nextval('projections.generation')").fetchone()
            yield _PostgresBuilding(connection, self._code, row[0] if row else 0)
        self.sweep()

    def position(self) -> int:
        """See Shelf."""
        with self._watched() as connection:
            row = connection.execute(queries.STAND, (self._code,)).fetchone()
        return row[1] if row else 0

    def read(self, names: Collection[Name], upto: int, make: Make = itself) -> Shelved:
        """See Shelf. One statement for all names."""
        with self._watched() as connection:
            return _shelved(connection, self._code, names, upto, make)

    def keys(self, kind: str, *, upto: int, limit: int, after: str = "") -> tuple[int, tuple[str, ...]]:
        """See Shelf."""
        values = {"kind": kind, "after": after, "upto": upto, "limit": limit, "code": self._code}
        values["few"] = queries.KEYS_FEW
        with self._watched() as connection:
            row = connection.execute(queries.KEYS, values, prepare=True).fetchone()
        return (0, ()) if row is None else (row[0], tuple(row[1]))

    @contextmanager
    def every(self, kind: str, upto: int) -> Iterator[tuple[int, Iterator[tuple[str, Era]]]]:
        """See Shelf."""
        with self._connected() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            generation, position = connection.execute(queries.STAND, (self._code,)).fetchone() or (0, 0)
            with connection.cursor("every_state", scrollable=False) as cursor:
                cursor.itersize = 500
                values = {"generation": generation, "kind": kind, "upto": upto}
                cursor.execute(queries.EVERY, values, binary=True)
                yield position, ((key, _era(rows)) for key, rows in groupby(cursor, itemgetter(0)))

    def forget_other_code(self) -> None:
        """Drop the histories of every other code version.

        Its processes, if any still run, fold the log instead.
        """
        with self._connected() as connection:
            connection.execute("DELETE FROM projections.follower WHERE code <> %s", (self._code,))
        self.sweep()

    def sweep(self) -> None:
        """Delete histories of generations that no code version follows any more."""
        with self._connected() as connection:
            connection.execute(queries.SWEEP)

    def close(self) -> None:
        """See Shelf."""
        self._pool.close()
        self._lookout.close()


def _by_key(connection: Connection) -> None:
    """Every read goes by key; a planner without the tables' statistics must not try otherwise."""
    for name, value in queries.SETTINGS.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()


def _shelved(connection: Connection, code: str, names: Collection[Name], upto: int, make: Make) -> Shelved:
    listed, position = list(names), 0
    made: dict[Name, Any] = {}
    values = {"code": code, "upto": upto, "kinds": [k for k, _ in listed], "keys": [k for _, k in listed]}
    with closing(_rows(connection, values, len(listed))) as rows:
        for nr, some in in_order(rows):
            position = some[0][0]
            if nr is not None:
                name = listed[nr - 1]
                made[name] = make(name, _era(some))
    return Shelved(position, made)


def _rows(connection: Connection, values: Mapping[str, Any], names: int) -> Generator[_Read, None, None]:
    """What READ finds. Of many names the rows are taken as the database sends them, some at a time."""
    if names < queries.NAMES_MANY:
        yield from connection.execute(queries.READ, values, prepare=True, binary=True)
        return
    with connection.cursor() as cursor:
        yield from cursor.stream(queries.READ, values, binary=True, size=queries.ROWS_AT_ONCE)


def in_order(rows: Iterable[_Read]) -> Iterator[tuple[int | None, list[_Read]]]:
    """The rows of each name by its number, in order, as soon as the last of them is there.

    Raises Unavailable where rows come in another order than that of the names: some would be missed.
    """
    last = 0
    for nr, some in groupby(rows, itemgetter(1)):
        if nr is not None and nr <= last:
            raise Unavailable("the views' database gave what is kept in another order than it was asked for")
        last = nr or last
        yield nr, sorted(some, key=itemgetter(2))


def _era(rows: Iterable[_Read]) -> Era:
    """The era that rows ending in (begins, since, state, steps) tell of. Raises Corrupt without its start."""
    found = list(rows)
    begins, since, state = found[0][-4:-1]
    if state is None and (since or not begins):
        raise Corrupt(f"a kept history has lost the row that begins at {since}: rebuild")
    return Era(since, state, tuple(row[-1] for row in found if row[-1] is not None))


def _columns(rows: Collection[Row]) -> tuple[list[Any], ...]:
    return (
        [r.kind for r in rows],
        [r.key for r in rows],
        [r.since for r in rows],
        [r.position for r in rows],
        [r.begins for r in rows],
        [r.state for r in rows],
        [r.steps for r in rows],
    )
