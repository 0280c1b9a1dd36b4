"""A place where vaults live, opened as often as a test likes: in memory, or in a database of its own."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

from ledger.store.vault_core import KeyedVault
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryRows, MemoryVault
from ledger.store.vault_postgres import PostgresVault
from tests.postgres import Database

MASTER = MasterKey.generate()
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
