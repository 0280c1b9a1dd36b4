"""Fixtures for the vault: a database with a vault in it, and a place where vaults live."""

from collections.abc import Iterator

import pytest

from ledger.store.vault_core import KeyedVault
from ledger.store.vault_migrate import migrate_vault
from ledger.store.vault_postgres import PostgresVault
from tests.postgres import Database, PostgresServer, fresh_database
from tests.store.vaults import MASTER, Place


@pytest.fixture(scope="session")
def vault_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database with an empty vault, to clone."""
    with fresh_database(postgres_server) as template:
        migrate_vault(template.owner_url, template.serve_role)
        yield template.name


@pytest.fixture
def vault_database(postgres_server: PostgresServer, vault_template: str) -> Iterator[Database]:
    """A vault's database of the test's own."""
    with fresh_database(postgres_server, vault_template) as fresh:
        yield fresh


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place in memory, and then one in PostgreSQL."""
    database = request.getfixturevalue("vault_database") if request.param == "postgres" else None
    opened = Place(database)
    with opened.stack:
        yield opened


@pytest.fixture
def vault(place: Place) -> KeyedVault:
    """One vault of the place."""
    return place.open()


@pytest.fixture
def postgres_vault(vault_database: Database) -> Iterator[PostgresVault]:
    """The vault of the test's own database."""
    with PostgresVault(vault_database.serve_url, MASTER) as opened:
        yield opened
