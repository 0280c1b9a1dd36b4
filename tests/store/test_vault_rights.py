"""Who may do what in the vault's database, and which databases are not served."""

import psycopg
import pytest

from ledger.errors import Unsafe
from ledger.store.vault_migrate import migrate_vault
from ledger.store.vault_postgres import PostgresVault
from tests.store.vaults import AT, MASTER, SECRET, tamper

NEW = "destroyed_at, key_id, master_id, wrapped"
ZEROS = "decode(repeat('00', 60), 'hex')"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vault.wrapped_key SET wrapped = wrapped",
        "DELETE FROM vault.wrapped_key",
        "TRUNCATE vault.wrapped_key",
        "SELECT * FROM vault.identity_link",
        "INSERT INTO vault.identity_link (digest, subject) VALUES (sha256(''), 'c-1')",
        "DELETE FROM vault.identity_link",
        "INSERT INTO vault.wrapped_key (kind, holder, destroyed_at) VALUES ('person', 'c-9', 1)",
        "CREATE TABLE vault.mine ()",
        "DROP FUNCTION vault.destroy_person",
    ],
)
def test_the_serving_role_may_not(postgres_vault, vault_database, statement):
    postgres_vault.protect("c-1", SECRET, "name")
    with (
        psycopg.connect(vault_database.serve_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM vault.wrapped_key",
        "TRUNCATE vault.wrapped_key",
        f"UPDATE vault.wrapped_key SET ({NEW}) = (NULL, 'k', 'm', {ZEROS}) WHERE wrapped IS NULL",
        "UPDATE vault.wrapped_key SET destroyed_at = 1 WHERE holder = 'c-1'",
        "UPDATE vault.wrapped_key SET key_id = 'k' WHERE holder = 'c-2'",
        "UPDATE vault.wrapped_key SET holder = 'c-3' WHERE holder = 'c-2'",
    ],
)
def test_not_even_the_owner_brings_a_key_back_or_removes_one(postgres_vault, vault_database, statement):
    postgres_vault.protect("c-1", SECRET, "name")
    postgres_vault.protect("c-2", SECRET, "name")
    postgres_vault.destroy("c-1", AT)
    with (
        psycopg.connect(vault_database.owner_url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="stay"),
    ):
        connection.execute(statement)


def test_a_purpose_key_is_never_destroyed(postgres_vault, vault_database):
    with (
        psycopg.connect(vault_database.owner_url) as connection,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        connection.execute(
            "UPDATE vault.wrapped_key SET destroyed_at = 1, key_id = NULL, master_id = NULL, wrapped = NULL"
        )


def test_serving_with_a_role_that_could_rewrite_the_vault_is_refused(vault_database):
    for url in (vault_database.owner_url, vault_database.admin_url):
        with pytest.raises(Unsafe, match="LIGGARE_VAULT_URL"):
            PostgresVault(url, MASTER)


def test_migrating_again_changes_nothing(postgres_vault, vault_database):
    protected = postgres_vault.protect("c-1", SECRET, "name")
    assert migrate_vault(vault_database.owner_url, vault_database.serve_role) == ()
    assert postgres_vault.reveal("c-1", protected, "name") == SECRET


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE vault.migrations SET sha256 = sha256('')", "0001_keys.sql was changed"),
        ("INSERT INTO vault.migrations VALUES ('0009_later.sql', sha256(''))", "0009_later.sql, which"),
        ("DELETE FROM vault.migrations", "lacks migration 0001_keys.sql"),
        ("UPDATE vault.migrations SET name = '0000_older.sql'", "0000_older.sql, which"),
    ],
)
def test_a_changed_or_missing_migration_stops_the_start(vault_database, statement, why):
    tamper(vault_database, statement)
    with pytest.raises(Unsafe, match=why):
        PostgresVault(vault_database.serve_url, MASTER)


def test_serving_a_database_without_a_vault_is_refused(empty_database):
    with pytest.raises(Unsafe, match="not migrated"):
        PostgresVault(empty_database.serve_url, MASTER)
