"""The vault in a PostgreSQL database of its own, with few connections."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from ledger.errors import Unavailable, Unsafe
from ledger.store.lookout import Lookout
from ledger.store.vault import Tampered
from ledger.store.vault_core import KeyedVault, Rows, Tombstone, today_in_stockholm
from ledger.store.vault_keys import Keyring, KeyRow, Kind, MasterKey
from ledger.store.vault_migrate import refuse_drift

Connection = psycopg.Connection[TupleRow]
T = TypeVar("T")

VAULT_URL_VARIABLE = "LIGGARE_VAULT_URL"
CONNECTIONS_MAX = 4
WAIT_SECONDS_MAX = 5
CONNECT_SECONDS_MAX = 3
RECONNECT_SECONDS_MAX = 2  # then the next call tries again, instead of the pool ever more seldom

# A lost key loses what it encrypts, so a session never acknowledges before the disk has it; and the blind
# index relies on each statement seeing what was committed before it.
SESSION = """
    SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SET statement_timeout = '5s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
TOO_POWERFUL = """
    SELECT rolsuper OR has_table_privilege('vault.wrapped_key', 'UPDATE, DELETE, TRUNCATE')
        OR has_table_privilege('vault.identity_link', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
    FROM pg_roles WHERE rolname = current_user
"""
FIND = """
    SELECT kind, holder, key_id, master_id, wrapped, destroyed_at FROM vault.wrapped_key
    WHERE kind = %s AND holder = %s
"""
ADD = """
    INSERT INTO vault.wrapped_key (kind, holder, key_id, master_id, wrapped) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (kind, holder) DO NOTHING
"""
WRAPPED_BY = """
    SELECT kind, holder, key_id, master_id, wrapped FROM vault.wrapped_key
    WHERE master_id = %s AND destroyed_at IS NULL LIMIT %s
"""


class PostgresRows(Rows):
    """Wrapped keys and index entries in the schema `vault`. A call is one statement, or harmless in two."""

    def __init__(self, url: str) -> None:
        self._lookout = Lookout(WAIT_SECONDS_MAX)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            min_size=1,
            max_size=CONNECTIONS_MAX,
            open=True,
            timeout=WAIT_SECONDS_MAX,
            reconnect_timeout=RECONNECT_SECONDS_MAX,
            name="vault",
            configure=self._configure,
            kwargs={
                "autocommit": True,
                "connect_timeout": CONNECT_SECONDS_MAX,
                "client_encoding": "utf8",
                "application_name": "liggare-vault",
            },
        )

    def refuse_unsafe(self) -> None:
        """Raises Unsafe when the schema is not this code's, or the role could do more than serving takes."""
        self._run(refuse_drift)
        if self._value(TOO_POWERFUL) is not False:
            raise Unsafe(f"the vault is served by a role that could rewrite it; see {VAULT_URL_VARIABLE}")

    def find(self, kind: Kind, holder: str) -> KeyRow | Tombstone | None:
        """The row of a holder as it is now."""
        row = self._run(lambda connection: connection.execute(FIND, (kind, holder)).fetchone())
        if row is None:
            return None
        return KeyRow(*row[:5]) if row[5] is None else Tombstone(row[5])

    def add(self, row: KeyRow) -> KeyRow | Tombstone:
        """Store a first key unless the holder has a row; give what is stored."""
        values = (row.kind, row.holder, row.key_id, row.master_id, row.wrapped)
        self._run(lambda connection: connection.execute(ADD, values))
        stored = self.find(row.kind, row.holder)
        if stored is None:
            raise Tampered("a key that was just stored is gone")
        return stored

    def link(self, index: bytes, subject: str) -> tuple[str, ...] | None:
        """Enter a living subject under an index and give the others there; None if it is dead."""
        others = self._value("SELECT vault.link_identity(%s, %s)", index, subject)
        return None if others is None else tuple(others)

    def destroy(self, subject: str, at: int) -> None:
        """Replace a person's key by a tombstone unless there is one, and remove the index entries."""
        self._value("SELECT vault.destroy_person(%s, %s)", subject, at)

    def wrapped_by(self, master_id: str, limit: int) -> Sequence[KeyRow]:
        """Some of the keys that this master key wraps."""
        rows = self._run(lambda connection: connection.execute(WRAPPED_BY, (master_id, limit)).fetchall())
        return [KeyRow(*row) for row in rows]

    def rewrap(self, exchanges: Sequence[tuple[KeyRow, KeyRow]]) -> None:
        """Put the second of each pair in place of the first, where the first still stands."""
        parameters = [(old.key_id, old.wrapped, new.wrapped, new.master_id) for old, new in exchanges]

        def exchange(connection: Connection) -> None:
            with connection.transaction():
                connection.cursor().executemany("SELECT vault.rewrap_key(%s, %s, %s, %s)", parameters)

        self._run(exchange)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()
        self._lookout.close()

    def _configure(self, connection: Connection) -> None:
        with self._lookout.over(connection):
            connection.execute(SESSION)

    def _value(self, statement: LiteralString, *arguments: object) -> Any:
        row = self._run(lambda connection: connection.execute(statement, arguments).fetchone())
        return row and row[0]

    def _run(self, work: Callable[[Connection], T]) -> T:
        """Do a piece of work that may be repeated: a connection that broke while idle shows by using it."""
        try:
            with self._pool.connection() as connection:
                try:
                    with self._lookout.over(connection):
                        return work(connection)
                except psycopg.OperationalError:
                    if not connection.broken:
                        raise
            self._pool.drain()
            with self._pool.connection() as connection, self._lookout.over(connection):
                return work(connection)
        except psycopg.OperationalError:
            raise Unavailable("the vault's database did not answer; the same call may be repeated") from None


class PostgresVault(KeyedVault):
    """A `Vault` in PostgreSQL.

    Args:
        url: the serving role's address (LIGGARE_VAULT_URL).
        master: wraps every new key.
        older: master keys that still unwrap theirs while a rotation lasts.
        today: the local date, for the century of ten-digit identity numbers.

    Raises:
        Unsafe: the database is not migrated, or the role is not the serving one.
        MasterKeyWrong: another master key made this vault.
        Unavailable: the database does not answer.
    """

    def __init__(
        self,
        url: str,
        master: MasterKey,
        older: tuple[MasterKey, ...] = (),
        *,
        today: Callable[[], date] = today_in_stockholm,
    ) -> None:
        rows = PostgresRows(url)
        try:
            rows.refuse_unsafe()
            super().__init__(rows, Keyring(master, older), today)
        except BaseException:
            rows.close()
            raise
