"""One byte changed behind the ledger's back, anywhere, and verify names the position."""

import psycopg
import pytest

from ledger.store.migrate import migrate
from ledger.store.verify import verify
from tests.store.log.appends import append

POSITION = 5
CHANGES = {
    "record": "UPDATE liggare.events SET record = set_byte(record, 40, 255) WHERE position = 5",
    "record's version": "UPDATE liggare.events SET record = set_byte(record, 0, 9) WHERE position = 5",
    "record cut short": "UPDATE liggare.events SET record = substr(record, 1, 9) WHERE position = 5",
    "leaf": "UPDATE liggare.events SET leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1) WHERE position = 5",
    "body": "UPDATE liggare.events SET body = set_byte(body, 50, get_byte(body, 50) # 1) WHERE position = 5",
    "body's length": "UPDATE liggare.events SET body = set_byte(body, 41, 9) WHERE position = 5",
    "body gone": "UPDATE liggare.events SET body = NULL WHERE position = 5",
    "type": "UPDATE liggare.events SET type = 'other.v1' WHERE position = 5",
    "recorded_at": "UPDATE liggare.events SET recorded_at = recorded_at + 1 WHERE position = 5",
    "event gone": "DELETE FROM liggare.events WHERE position = 5",
    "tag": "UPDATE liggare.tags SET tag = 'thing:z' WHERE position = 5",
    "tag's type": "UPDATE liggare.tags SET type = 'other.v1' WHERE position = 5",
    "tag moved": "UPDATE liggare.tags SET position = 4 WHERE position = 5",
    "tag gone": "DELETE FROM liggare.tags WHERE position = 5",
    "tag too many": "INSERT INTO liggare.tags VALUES ('thing:z', 'other.v1', 5)",
    "command's mac": "UPDATE liggare.commands SET mac = set_byte(mac, 0, 9) WHERE first = 5",
    "command's id": "UPDATE liggare.commands SET command_id = 'x' WHERE first = 5",
    "command's client": "UPDATE liggare.commands SET client = 'x' WHERE first = 5",
    "command's end": "UPDATE liggare.commands SET last = 7 WHERE first = 5",
    "command gone": "DELETE FROM liggare.commands WHERE first = 5",
    "command too many": "INSERT INTO liggare.commands VALUES ('x', 'x', ''::bytea, 5, 5)",
}
BEYOND = {
    "tag": "INSERT INTO liggare.tags VALUES ('thing:z', 'other.v1', 99)",
    "command": "INSERT INTO liggare.commands VALUES ('x', 'x', ''::bytea, 99, 99)",
}


@pytest.fixture
def tamper(database, postgres_log):
    """Changes rows as a superuser who switched the triggers off."""
    for _ in range(2):
        postgres_log.append(append(("thing:a",), ("thing:b",)))
    for _ in range(4):
        postgres_log.append(append(("thing:a",)))

    def change(statement):
        with psycopg.connect(database.admin_url) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in ("events", "tags", "commands", "ledger"):
                connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER ALL")
            connection.execute(statement)
            for table in ("events", "tags", "commands", "ledger"):
                connection.execute(f"ALTER TABLE liggare.{table} ENABLE ALWAYS TRIGGER append_only")

    return change


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_found_at_its_position(database, tamper, what):
    assert verify(database.serve_url).intact
    tamper(CHANGES[what])
    report = verify(database.serve_url)
    assert not report.intact
    assert POSITION in {position for position, _ in report.findings}


@pytest.mark.parametrize("what", BEYOND)
def test_rows_beyond_the_last_event_are_found(database, tamper, what):
    tamper(BEYOND[what])
    assert [position for position, _ in verify(database.serve_url).findings] == [99]


def test_a_last_event_cut_off_leaves_its_rows_behind(database, tamper):
    tamper("DELETE FROM liggare.events WHERE position = 8")
    assert {position for position, _ in verify(database.serve_url).findings} == {8}


def test_a_mode_that_changed_is_found(database, tamper):
    tamper("UPDATE liggare.ledger SET mode = 'real'")
    assert "mode" in verify(database.serve_url).findings[0][1]


def test_an_intact_ledger_says_how_many_events_it_has(database, tamper):
    told = []
    report = verify(database.serve_url, told.append)
    assert (report.events, report.intact, report.findings) == (8, True, ())


def test_an_empty_ledger_is_intact(empty_database):
    migrate(empty_database.owner_url, empty_database.serve_role)
    assert verify(empty_database.serve_url).events == 0
