"""The fixtures themselves: what the other tests take for granted about their database."""

import psycopg
import pytest

from tests.postgres import Database


def test_a_database_is_owned_by_its_owner_who_is_no_superuser(empty_database: Database) -> None:
    with psycopg.connect(empty_database.owner_url) as connection:
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert connection.execute(owner).fetchone() == (empty_database.owner_role,)
        superuser = (
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert connection.execute(superuser).fetchone() == (False,)


def test_the_serving_role_cannot_make_tables(empty_database: Database) -> None:
    with (
        psycopg.connect(empty_database.serve_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id integer)")


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(database: Database, turn: int) -> None:
    with psycopg.connect(database.owner_url) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
        connection.execute("CREATE TABLE only_here (id integer)")
