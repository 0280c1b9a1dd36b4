"""Servers that the tests of the door share."""

import secrets
from collections.abc import Iterator

import pytest

from api.settings import Settings
from ledger.store.embedded import Server
from tests.api.servers import Client, drop, served
from tests.postgres import PostgresServer, temporary_home


@pytest.fixture
def unmade(durable_server: Server) -> Iterator[Settings]:
    """The settings of a ledger of the test's own that is not there yet, on a durable server."""
    name = f"liggare_own_{secrets.token_hex(5)}"
    with temporary_home() as home:
        yield Settings(database_url=durable_server.url(), database_name=name, state_dir=home)
    drop(durable_server.url(), name)


@pytest.fixture(scope="module")
def door(postgres_server: PostgresServer) -> Iterator[Client]:
    """A simulated ledger behind HTTP, of the module's own."""
    with temporary_home() as home, served(postgres_server.admin_url, home) as client:
        yield client


@pytest.fixture(scope="module")
def real_door(postgres_server: PostgresServer) -> Iterator[Client]:
    """A ledger with real time behind HTTP, of the module's own."""
    with temporary_home() as home, served(postgres_server.admin_url, home, "real") as client:
        yield client
