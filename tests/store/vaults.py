"""A place where vaults live, opened as often as a test likes: in memory, or in a database of its own."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

import psycopg

from ledger.store.vault_core import KeyedVault
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryRows, MemoryVault
from ledger.store.vault_postgres import PostgresVault
from tests.postgres import Database
from tests.store.identities import synthetic

MASTER = MasterKey.generate()
SECRET = "Påhittad Person, Exempelgatan 1".encode()
NUMBER = synthetic()
AT = 1_772_323_200_000_000  # 2026-03-01T00:00Z
NOW = date(2026, 3, 1)


@dataclass
class Place:
    """Opens vaults over the same rows, as several processes would; all are closed with the place."""

    database: Database | None
    rows: MemoryRows = field(default_factory=MemoryRows)
    stack: ExitStack = field(default_factory=ExitStack)

    def open(
        self,
        master: MasterKey = MASTER,
        older: tuple[MasterKey, ...] = (),
        today: Callable[[], date] = lambda: NOW,
    ) -> KeyedVault:
        """Another vault over the same rows."""
        if self.database is None:
            return self.stack.enter_context(MemoryVault(master, older, rows=self.rows, today=today))
        return self.stack.enter_context(PostgresVault(self.database.serve_url, master, older, today=today))


def tamper(database: Database, statement: str, *arguments: object) -> None:
    """Change a table as nobody may: past all triggers, which takes its owner."""
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("ALTER TABLE vault.wrapped_key DISABLE TRIGGER USER")
        connection.execute(statement, arguments)
        connection.execute("ALTER TABLE vault.wrapped_key ENABLE TRIGGER USER")
