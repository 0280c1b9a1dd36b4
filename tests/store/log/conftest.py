"""Both logs, behind one fixture."""

from contextlib import closing

import pytest

from ledger.store.memory import MemoryLog
from ledger.store.postgres import PostgresLog


@pytest.fixture(params=["memory", "postgres"])
def open_log(request):
    """Opens a log of either kind; the PostgreSQL one again and again on the same database."""
    if request.param == "memory":
        yield lambda **options: closing(MemoryLog(**{"mode": "simulated"} | options))
        return
    database = request.getfixturevalue("database")
    yield lambda **options: closing(PostgresLog(database.serve_url, **{"mode": "simulated"} | options))


@pytest.fixture
def log(open_log):
    """A simulated log of either kind."""
    with open_log() as opened:
        yield opened


@pytest.fixture
def postgres_log(database):
    """A simulated log on PostgreSQL."""
    with closing(PostgresLog(database.serve_url, mode="simulated")) as opened:
        yield opened
