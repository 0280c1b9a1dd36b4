"""Fixtures for everybody: a PostgreSQL a session, a database a test, and servers that a test may kill."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from hypothesis import HealthCheck, settings

from ledger.store.embedded import Server, Settings, running
from tests import postgres

# How long an example takes says how busy the machine is, and nothing about the ledger.
settings.register_profile("ledger", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ledger")

# The tests start hundreds of processes; where nothing compiled is kept, each would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

STORE_FIXTURES = {"postgres_server", "durable_server", "start_server"}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say which PostgreSQL this is about; pytest's own header is silent under -q."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not session.config.option.collectonly:
        reporter.write_line(postgres.header_line())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL, so that a second pass on another version can run only that."""
    for item in items:
        if STORE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """The server of the session: of version LIGGARE_TEST_PG, or the one LIGGARE_DATABASE_URL names."""
    with postgres.session_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """The name of a migrated database to clone; nobody connects to it."""
    with postgres.fresh_database(postgres_server) as database:
        postgres.migrate(database)
        yield database.name


@pytest.fixture
def database(postgres_server: postgres.PostgresServer, migrated_template: str) -> Iterator[postgres.Database]:
    """A migrated database of the test's own."""
    with postgres.fresh_database(postgres_server, migrated_template) as fresh:
        yield fresh


@pytest.fixture
def empty_database(postgres_server: postgres.PostgresServer) -> Iterator[postgres.Database]:
    """A database of the test's own without any schema, for tests of the migrations themselves."""
    with postgres.fresh_database(postgres_server) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def durable_server() -> Iterator[Server]:
    """A server with fsync on, for programs that take no other; nobody kills it."""
    with ExitStack() as stack:
        yield _start(stack)


@pytest.fixture
def start_server() -> Iterator[Callable[..., Server]]:
    """Starts servers of the test's own, with fsync on, that it may kill; they are gone after the test."""
    with ExitStack() as stack:
        yield partial(_start, stack)


def _start(stack: ExitStack, settings: Settings | None = None) -> Server:
    home = stack.enter_context(postgres.temporary_home())
    return stack.enter_context(
        running(home, postgres.session_binaries(), settings or Settings(shared_buffers_mib=64))
    )
