"""The log on PostgreSQL: group commit for appends, a pool for reads, a bell for those who wait."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
import psycopg
from psycopg_pool import ConnectionPool

from ledger.errors import Conflict, LedgerError
from ledger.fold import Selector
from ledger.store import reading, wire
from ledger.store.bell import Bell
from ledger.store.flush import Flusher
from ledger.store.locks import Locks
from ledger.store.log import Append, Bare, Head, Outcome, Record, Stored
from ledger.store.lookout import Lookout
from ledger.store.matching import Match
from ledger.store.order_keys import OrderKeys
from ledger.store.queries import query
from ledger.store.sealing_tree import StoredTree
from ledger.store.sequencer import Sequencer
from ledger.store.tickets import ThreadTicket

CONNECT_SECONDS_MAX = 5
# After an outage the pool tries again with the next read, instead of ever more seldom by itself.
RECONNECT_SECONDS_MAX = 2
# Whatever the environment or the role says: text travels as the bytes that were packed.
_CONNECTION: dict[str, Any] = {
    "autocommit": True, "connect_timeout": CONNECT_SECONDS_MAX, "client_encoding": "utf8",
}  # fmt: skip
# Reads go by key; a planner that has not seen the tables' statistics yet must not try otherwise.
_READ_SETTINGS = {
    "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}  # fmt: skip


class PostgresLog:
    """The log behind a serving URL.

    Args:
        url: the address for the serving role.
        mode: which clock proposes the instants; the first append settles it for the ledger.
        patience: seconds until an append or a read ends with Unavailable.
        flushers: how many flushes may be on their way at once.
        batch_max: commands in one flush.
        readers_max: connections for reading.
        poll_seconds: how long a lost notification may go unnoticed.
    """

    def __init__(
        self, url: str, *, mode: Literal["real", "simulated"], patience: float = 10.0, flushers: int = 2,
        batch_max: int = 512, readers_max: int = 8, poll_seconds: float = 0.5,
    ) -> None:  # fmt: skip
        self._url = url
        self._mode = mode
        self._patience = patience
        self._lookout = Lookout(patience)
        self._bell = Bell(self._connect, self._lookout, poll_seconds)
        self._pool: ConnectionPool[reading.Connection] = ConnectionPool(
            url, min_size=1, max_size=readers_max, configure=self._configure, open=True,
            reconnect_timeout=RECONNECT_SECONDS_MAX, kwargs=_CONNECTION,
        )  # fmt: skip
        self._reader = reading.Reader(self._pool, self._lookout, patience)
        self._locks = Locks(self)
        self._sequencer = Sequencer(
            [self._flusher() for _ in range(flushers)],
            self._bell.ring,
            patience=patience,
            batch_max=batch_max,
        )

    def append(self, append: Append) -> Outcome:
        """Append durably; the outcome. Raises Conflict, CommandReused, ClockStopped, Unavailable."""
        return self._sequencer.append(append)

    def submit(self, append: Append) -> asyncio.Future[Outcome]:
        """The same for a task: a future of the running loop."""
        return self._sequencer.submit(append)

    def outcome(self, client: str, command_id: str, mac: bytes | None = None) -> Outcome | None:
        """The outcome of an earlier command, or None. Raises CommandReused, Unavailable."""
        return self._reader.outcome(client, command_id, mac)

    def head(self) -> Head:
        """The end of the log now."""
        return self._reader.head()

    def boundary(
        self, selectors: Sequence[Selector], *, after: int = 0, upto: int | None = None
    ) -> tuple[int, list[Stored]]:
        """(head, the matching events in order) from one snapshot."""
        head, found = self._reader.boundary(selectors, after, upto)
        return head, list(self._locks.stored(found))

    def tail(
        self, *, after: int = 0, upto: int | None = None, types: Sequence[str] | None = None
    ) -> Iterator[Stored]:
        """Stream the log in order with bounded memory. Raises Corrupt at a gap."""
        return self._locks.stored(self._reader.tail(after, upto, types))

    def records(self, *, after: int = 0, upto: int | None = None) -> Iterator[Record]:
        """Stream whole records in order with bounded memory. Raises Corrupt at a gap."""
        return self._locks.records(self._reader.records(after, upto))

    def bare(self, *, after: int = 0, upto: int | None = None) -> Iterator[Bare]:
        """Stream records and bodies as they are stored, with bounded memory. Raises Corrupt at a gap."""
        return self._reader.bare(after, upto)

    def opened(self, body: bytes) -> bytes:
        """A stored body with everything shown that a key opens."""
        return self._locks.opened(body)

    def records_at(self, positions: Sequence[int]) -> list[Record]:
        """The whole records at these positions, in order."""
        return list(self._locks.records(self._reader.records_at(positions)))

    def unlock(self, keys: OrderKeys) -> None:
        """Open with these keys what is locked, in every body that is read from now on."""
        self._locks.keys = keys

    def wait(self, after: int, timeout: float) -> int:
        """Block until the head lies beyond ``after`` or the seconds have passed; the head's position."""
        seen = self._bell.wait(after, timeout)
        return seen if seen > after else self.head().position

    def position_at(self, known_at: int) -> int:
        """The last position recorded by an instant, made final. Raises ClockStopped for a future one."""
        return self._reader.position_at(known_at)

    def matching(
        self, items: Sequence[Match], *, after: int = 0, limit: int | None = None
    ) -> tuple[int, list[Record]]:
        """(head, the records that match any item) from one snapshot."""
        head, found = self._reader.ask(lambda connection: _matching(connection, items, after, limit))
        return head, list(self._locks.records(found))

    def tree(self) -> StoredTree:
        """The tree over the leaves, as far as it is sealed."""
        return StoredTree(self._reader.ask)

    def append_unless(self, append: Append, items: Sequence[Match], after: int) -> Outcome:
        """Append unless a later event matches any item: three round trips under the append lock."""
        ticket = ThreadTicket(append, self._patience)
        with self._connect() as connection, self._lookout.over(connection), connection.transaction():
            connection.execute("SELECT liggare.lock_appends()")
            if _matching(connection, items, after, 1)[1]:
                raise Conflict("an event matches the condition")
            flusher = Flusher(lambda: connection, self._mode, _recorded)
            head = flusher.send([ticket])
        ticket.open()
        self._bell.ring(head)
        return ticket.wait()

    def close(self) -> None:
        """Release connections and stop threads; queued appends end with Unavailable."""
        self._sequencer.close()
        self._bell.close()
        self._pool.close()
        self._lookout.close()

    def _flusher(self) -> Flusher:
        return Flusher(self._connect_for_appends, self._mode, _recorded, self._lookout.over)

    def _connect_for_appends(self) -> psycopg.Connection[Any]:
        connection = self._connect()
        with self._lookout.over(connection):
            connection.execute(
                "SELECT set_config('statement_timeout', %s, false)", (f"{self._patience * 1000:.0f}",)
            )
        return connection

    def _connect(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = psycopg.connect(self._url, **_CONNECTION)
        wire.register(connection)
        return connection

    def _configure(self, connection: reading.Connection) -> None:
        wire.register(connection)
        with self._lookout.over(connection):
            for name, value in _READ_SETTINGS.items():
                connection.execute("SELECT set_config(%s, %s, false)", (name, value))


def _recorded(connection: reading.Connection, append: Append) -> Outcome:
    found = reading.outcome(connection, append.client, append.command_id, append.mac)
    if found is None:
        raise LedgerError("a command that was recorded cannot be found again")
    return found


def _matching(
    connection: reading.Connection, items: Sequence[Match], after: int, limit: int | None
) -> tuple[int, list[Record]]:
    values = {"items": msgspec.json.encode(items).decode(), "after": after, "limit": limit}
    rows = connection.execute(query("matching"), values, binary=True).fetchall()
    return rows[0][0], [Record(*row[1:]) for row in rows if row[1] is not None]
