"""The database itself refuses changes, by both roles; the guard refuses what would make that worthless."""

from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from ledger.errors import ClockStopped, Unsafe
from ledger.store.clock import AHEAD_MAX_US, JUMP_MAX_US
from ledger.store.guard import ensure_safe, findings
from ledger.store.postgres import PostgresLog
from tests.store.log.appends import append, now

TABLES = ("events", "tags", "commands", "tiles", "checkpoints", "cosignatures", "stamps")
CHANGES = [
    *[f"UPDATE liggare.{table} SET {column} = {column}" for table, column in
      (("events", "type"), ("tags", "tag"), ("commands", "client"), ("tiles", "root"),
       ("checkpoints", "note"), ("cosignatures", "line"), ("stamps", "answer"))],
    *[f"DELETE FROM liggare.{table}" for table in (*TABLES, "ledger")],
    *[f"TRUNCATE liggare.{table}" for table in (*TABLES, "ledger")],
]  # fmt: skip
WRITES = [
    "INSERT INTO liggare.tags VALUES ('thing:z', 'other.v1', 1)",
    "INSERT INTO liggare.tiles VALUES (0, 0, '', '')",
    "INSERT INTO liggare.checkpoints VALUES (1, '', 0)",
    "INSERT INTO liggare.cosignatures VALUES ('w', '', 1, 0, '')",
    "INSERT INTO liggare.stamps VALUES (1, 0, '')",
    "UPDATE liggare.ledger SET known_mark = 0",
    "UPDATE liggare.migrations SET name = 'x'",
    "ALTER TABLE liggare.events DISABLE TRIGGER ALL",
    "DROP TABLE liggare.events",
    "SELECT liggare.refuse_change()",
    "CREATE TABLE liggare.mine (a int)",
]


@pytest.fixture(autouse=True)
def _one_event(postgres_log):
    postgres_log.append(append())


@pytest.mark.parametrize("statement", CHANGES)
def test_even_the_owner_cannot_change_what_was_recorded(database, statement):
    with psycopg.connect(database.owner_url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute(statement)


@pytest.mark.parametrize("statement", CHANGES + WRITES)
def test_the_serving_role_may_change_nothing(database, statement):
    with (
        psycopg.connect(database.serve_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_triggers_fire_for_a_replication_role_too(database):
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="append-only"):
            connection.execute("DELETE FROM liggare.events")


def test_serving_is_safe_but_for_the_tests_own_fsync(database):
    unsafe = [finding.name for finding in findings(database.serve_url, now=now()) if not finding.safe]
    assert set(unsafe) <= {"fsync"}
    ensure_safe(database.serve_url, durability=False)


@pytest.mark.parametrize("who", ["owner_url", "admin_url"])
def test_an_owner_or_a_superuser_may_not_serve(database, who):
    with pytest.raises(Unsafe, match="owner"):
        ensure_safe(getattr(database, who), durability=False)


def test_a_member_of_the_owner_may_not_serve(database):
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute(f"GRANT {database.owner_role} TO {database.serve_role}")
        try:
            with pytest.raises(Unsafe, match="may become who does"):
                ensure_safe(database.serve_url, durability=False)
        finally:
            connection.execute(f"REVOKE {database.owner_role} FROM {database.serve_role}")


def test_a_commit_that_does_not_wait_for_the_disk_is_refused(database):
    url = _with(database.serve_url, "synchronous_commit=off")
    with pytest.raises(Unsafe, match="synchronous_commit"):
        ensure_safe(url)
    log = PostgresLog(url, mode="simulated")
    with pytest.raises(Unsafe, match="synchronous_commit"):
        log.append(append())
    log.close()


def test_an_append_in_a_stricter_isolation_is_refused(database):
    url = _with(database.serve_url, "default_transaction_isolation=serializable")
    log = PostgresLog(url, mode="simulated")
    with pytest.raises(Unsafe, match="READ COMMITTED"):
        log.append(append())
    log.close()


def test_a_trigger_that_is_switched_off_is_found(database):
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("ALTER TABLE liggare.tags DISABLE TRIGGER append_only")
    with pytest.raises(Unsafe, match="tags"):
        ensure_safe(database.serve_url, durability=False)


def test_a_clock_of_another_mode_is_refused(database):
    log = PostgresLog(database.serve_url, mode="real")
    with pytest.raises(ClockStopped, match="mode"):
        log.append(append(at=now(), mode="real"))
    log.close()


def test_both_logs_keep_the_same_clock_limits(database):
    with psycopg.connect(database.serve_url) as connection:
        limits = connection.execute("SELECT clock_ahead_max, clock_jump_max FROM liggare.ledger").fetchone()
    assert limits == (AHEAD_MAX_US, JUMP_MAX_US)


def _with(url, setting):
    parts = urlsplit(url)
    options = f"options=-c%20{setting.replace('=', '%3D')}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{options}".lstrip("&")))
