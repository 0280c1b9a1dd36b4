"""A log and shelves to follow it with, in memory and then in PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from ledger.store.log import Log
from ledger.store.memory import MemoryLog
from ledger.store.postgres import PostgresLog
from projections.migrate import migrate_projections
from projections.shelf import Shelf
from projections.shelf_memory import MemoryShelf
from projections.shelf_postgres import PostgresShelf
from tests.postgres import Database


@dataclass
class Place:
    """Where a log and shelves are: in one database, or in memory without one."""

    database: Database | None
    stack: ExitStack = field(default_factory=ExitStack)
    log: Log = field(init=False)
    shelves: dict[str, MemoryShelf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.database is None:
            self.log = MemoryLog(mode="simulated")
        else:
            migrate_projections(self.database.owner_url, self.database.serve_role)
            self.log = PostgresLog(self.database.serve_url, mode="simulated")
        self.stack.callback(self.log.close)

    def shelf(self, code: str = "code-1") -> Shelf:
        """A shelf of a code version; in PostgreSQL with connections of its own, as another process has."""
        if self.database is None:
            return self.shelves.setdefault(code, MemoryShelf())
        shelf = PostgresShelf(self.database.serve_url, code=code)
        self.stack.callback(shelf.close)
        return shelf


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place in memory, and then one in PostgreSQL."""
    opened = Place(request.getfixturevalue("database") if request.param == "postgres" else None)
    with opened.stack:
        yield opened
