"""Migrations: applied once, and anything that does not fit stops the start."""

import psycopg
import pytest

from ledger.errors import Unsafe
from ledger.store import migrate as migrating
from ledger.store.migrate import Migration, check, migrate, migrations


def test_migrating_twice_does_nothing_the_second_time(empty_database):
    assert migrate(empty_database.owner_url, empty_database.serve_role) == tuple(m.name for m in migrations())
    assert migrate(empty_database.owner_url, empty_database.serve_role) == ()
    check(empty_database.serve_url)


def test_an_empty_database_does_not_serve(empty_database):
    with pytest.raises(Unsafe, match="run the migrations"):
        check(empty_database.serve_url)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "UPDATE liggare.migrations SET sha256 = '\\x00' WHERE name LIKE '0002%'",
            "0002_append.sql was changed",
        ),
        ("INSERT INTO liggare.migrations VALUES ('9999_later.sql', '\\x00')", "9999_later.sql, which this"),
        ("DELETE FROM liggare.migrations WHERE name LIKE '0002%'", "0002_append.sql is missing below 0005"),
    ],
)
def test_what_does_not_fit_stops_both_the_start_and_the_migration(database, statement, message):
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(statement)
    with pytest.raises(Unsafe, match=message):
        check(database.serve_url)
    with pytest.raises(Unsafe, match=message):
        migrate(database.owner_url, database.serve_role)


def test_a_migration_that_is_new_must_run_first(database, monkeypatch):
    known = (*migrations(), Migration("0099_new.sql", "SELECT 1"))
    monkeypatch.setattr(migrating, "migrations", lambda: known)
    with pytest.raises(Unsafe, match=r"0099_new\.sql has not been applied"):
        check(database.serve_url)
    assert migrate(database.owner_url, database.serve_role) == ("0099_new.sql",)
    check(database.serve_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_database, monkeypatch):
    known = (*migrations(), Migration("0099_bad.sql", "SELECT nonsense"))
    monkeypatch.setattr(migrating, "migrations", lambda: known)
    with pytest.raises(psycopg.errors.UndefinedColumn):
        migrate(empty_database.owner_url, empty_database.serve_role)
    with pytest.raises(Unsafe, match="run the migrations"):
        check(empty_database.serve_url)
