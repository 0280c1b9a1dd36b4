"""Plain INSERTs of the rows our ledger writes: one event, four tags, one command in one prepared statement.

Nothing is checked, hashed or ordered; positions come from a sequence, so readers can miss some. The bytes are
made before, as long as ours are. Each caller has a connection of its own.
"""

from collections.abc import Callable
from itertools import cycle
from typing import Any, LiteralString

import psycopg

from benchmarks.contracts import CLIENT, TYPE, append, contract, keys
from benchmarks.place import Database
from benchmarks.sides.ours import SUPPLIERS
from ledger.events.base import tags_of
from ledger.store.codec import record_of
from ledger.store.wire import register, texts

SCHEMA = "raw"
CREATE: tuple[LiteralString, ...] = (
    "CREATE SCHEMA raw",
    "CREATE TABLE raw.events (LIKE liggare.events INCLUDING ALL)",
    "CREATE TABLE raw.tags (LIKE liggare.tags INCLUDING ALL)",
    "CREATE TABLE raw.commands (LIKE liggare.commands INCLUDING ALL)",
    "CREATE SEQUENCE raw.positions",
    "ALTER TABLE raw.events ALTER COLUMN position SET DEFAULT nextval('raw.positions')",
)
_INSERT: LiteralString = """
WITH e AS (
    INSERT INTO raw.events (type, recorded_at, record, leaf, body)
    VALUES (%s, %s, %b, %b, %b) RETURNING position
), t AS (
    INSERT INTO raw.tags (tag, type, position) SELECT tag, %s, e.position FROM e, unnest(%b::text[]) AS tag
)
INSERT INTO raw.commands (client, command_id, mac, first, last)
SELECT %s, %s, %b, e.position, e.position FROM e RETURNING first
"""


class Inserts:
    """One autocommit connection a caller."""

    def __init__(self, database: Database, _callers: int) -> None:
        self._url = database.owner_url
        self._connections: list[psycopg.Connection[Any]] = []
        event = append(keys()(), SUPPLIERS[0], 0).events[0]
        self._record, self._body = record_of(1, 1, event.content), event.body

    def caller(self) -> Callable[[], object]:
        """Insert the rows of one contract."""
        connection = psycopg.connect(self._url, autocommit=True)
        register(connection)
        self._connections.append(connection)
        key, supplier, cursor, leaf = keys(), cycle(SUPPLIERS), connection.cursor(), bytes(32)

        def call() -> object:
            name = key()
            tags = texts(tags_of(contract(name, next(supplier))))
            row = (TYPE, 1, self._record, leaf, self._body, TYPE, tags, CLIENT, f"c-{name}", leaf)
            return cursor.execute(_INSERT, row, prepare=True).fetchone()

        return call

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()
