"""Servers that the tests of the door share."""

from collections.abc import Iterator

import pytest

from tests.api.servers import Client, served
from tests.postgres import PostgresServer, temporary_home


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
