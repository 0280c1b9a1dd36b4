"""The projections' migrations: applied once, their hashes recorded, anything else stops the start."""

import psycopg
import pytest

from ledger.errors import Unsafe
from projections.migrate import check_projections, migrate_projections
from projections.shelf_postgres import PostgresShelf
from tests.postgres import Database


def test_they_are_applied_once(database: Database) -> None:
    applied = migrate_projections(database.owner_url, database.serve_role)
    assert applied[:3] == ("0001_shelf.sql", "0002_compression.sql", "0003_history.sql")
    assert applied == tuple(sorted(applied))
    assert migrate_projections(database.owner_url, database.serve_role) == ()
    check_projections(database.serve_url)


def test_a_database_without_them_is_named(database: Database) -> None:
    with pytest.raises(Unsafe, match="run the migrations first"):
        check_projections(database.serve_url)


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        ("UPDATE projections.migrations SET sha256 = 'x'", "changed after they were applied"),
        ("UPDATE projections.migrations SET name = '0009_other.sql' WHERE name < '0002'", "does not know"),
        ("DELETE FROM projections.migrations", "not applied"),
    ],
)
def test_a_changed_or_missing_one_stops_the_start(database: Database, tamper: str, message: str) -> None:
    migrate_projections(database.owner_url, database.serve_role)
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(tamper)
    with pytest.raises(Unsafe, match=message):
        check_projections(database.serve_url)


def test_states_of_other_code_are_forgotten_on_demand(database: Database) -> None:
    migrate_projections(database.owner_url, database.serve_role)
    old, new = (PostgresShelf(database.serve_url, code=code) for code in ("old", "new"))
    try:
        with old.building() as building:
            building.switch(5)
        assert old.position() == 5
        new.forget_other_code()
        assert old.position() == 0
        with old.turn() as turn:
            assert turn is None
    finally:
        old.close()
        new.close()
