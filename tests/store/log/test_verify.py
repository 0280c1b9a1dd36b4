"""One byte changed behind the ledger's back, anywhere, and verify names the position."""

from contextlib import closing

import psycopg
import pytest

from ledger.errors import Corrupt
from ledger.store.body import contents, masked
from ledger.store.migrate import migrate
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from ledger.store.verify_withheld import Withheld
from tests.store.log.appends import append, now

POSITION = 5
SET_RECORD = "UPDATE liggare.events SET record = {} WHERE position = 5"


def flipped(column: str, place: int | str) -> str:
    """Another byte there, whatever stood there: one that is set may have been the same."""
    other = f"set_byte({column}, {place}, get_byte({column}, {place}) # 1)"
    return f"UPDATE liggare.events SET {column} = {other} WHERE position = 5"


CHANGES = {
    "record": flipped("record", 40),
    "record's version": flipped("record", 0),
    "header": flipped("record", 90),
    "links": flipped("record", "length(record) - 9"),
    "links' end": SET_RECORD.format("substr(record, 1, length(record) - 1)"),
    "links withheld": flipped("record", 81),
    "record cut short": SET_RECORD.format("substr(record, 1, 9)"),
    "leaf": flipped("leaf", 0),
    "body": flipped("body", 50),
    "body's length": flipped("body", 41),
    "body gone": "UPDATE liggare.events SET body = NULL WHERE position = 5",
    "type": "UPDATE liggare.events SET type = 'other.v1' WHERE position = 5",
    "recorded_at": "UPDATE liggare.events SET recorded_at = recorded_at + 1 WHERE position = 5",
    "event gone": "DELETE FROM liggare.events WHERE position = 5",
    "tag": "UPDATE liggare.tags SET tag = 'thing:z' WHERE position = 5",
    "tag's type": "UPDATE liggare.tags SET type = 'other.v1' WHERE position = 5",
    "tag moved": "UPDATE liggare.tags SET position = 4 WHERE position = 5",
    "tag gone": "DELETE FROM liggare.tags WHERE position = 5",
    "tag too many": "INSERT INTO liggare.tags VALUES ('thing:z', 'other.v1', 5)",
    "command's mac": "UPDATE liggare.commands SET mac = sha256(mac) WHERE first = 5",
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


def test_a_stream_says_where_an_event_is_missing_and_which_has_no_body(database, tamper):
    tamper("UPDATE liggare.events SET body = NULL WHERE position = 5")
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        assert [one.position for one in log.bare() if one.body is None] == [5]
        tamper("DELETE FROM liggare.events WHERE position = 6")
        for stream in (log.bare, log.records):
            with pytest.raises(Corrupt, match="positions are missing") as found:
                list(stream())
            assert found.value.position == 6


def test_a_table_that_can_be_changed_is_found(database, tamper):
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("ALTER TABLE liggare.tags DISABLE TRIGGER append_only")
    report = verify(database.serve_url)
    told = "append-only: the trigger on tags is off, changed or missing"
    assert (report.intact, report.findings) == (False, ((0, told),))


def test_a_mode_that_changed_is_found(database, tamper):
    tamper("UPDATE liggare.ledger SET mode = 'real'")
    assert "mode" in verify(database.serve_url).findings[0][1]


LEAF = "UPDATE liggare.events SET leaf = sha256('\\x00'::bytea || substr(record, 1, 81)) WHERE position = {}"
FORGERIES = {
    "two events exchanged": (
        "UPDATE liggare.events SET position = 99 WHERE position = 5;"
        "UPDATE liggare.events SET position = 5 WHERE position = 6;"
        "UPDATE liggare.events SET position = 6 WHERE position = 99"
    ),
    "an event doubled": (
        "INSERT INTO liggare.events SELECT 9, type, recorded_at, record, leaf, body FROM liggare.events"
        " WHERE position = 5"
    ),
    "a time moved in the record too": (
        "UPDATE liggare.events SET recorded_at = recorded_at - 1, record ="
        " substr(record, 1, 9) || int8send(recorded_at - 1) || substr(record, 18) WHERE position = 6;"
        + LEAF.format(6)
    ),
}
OTHER_BODY = (
    "UPDATE liggare.events e SET body = f.body,"
    " record = overlay(e.record placing substr(f.record, 50, 32) from 50)"
    " FROM liggare.events f WHERE e.position = 5 AND f.position = 6;" + LEAF.format(5)
)


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_that_does_not_fit_its_neighbours_is_found(database, tamper, what):
    tamper(FORGERIES[what])
    assert {5, 6, 9} & {position for position, _ in verify(database.serve_url).findings}


def test_a_body_forged_with_its_root_and_leaf_shows_against_a_leaf_kept_elsewhere(database, tamper):
    """Nothing within a ledger speaks against it; the leaf of the receipt does."""
    with psycopg.connect(database.serve_url) as connection:
        kept = connection.execute("SELECT leaf FROM liggare.events WHERE position = 5").fetchone()
    tamper(OTHER_BODY)
    assert verify(database.serve_url).intact
    with psycopg.connect(database.serve_url) as connection:
        assert connection.execute("SELECT leaf FROM liggare.events WHERE position = 5").fetchone() != kept


def test_an_end_cut_off_with_its_rows_shows_against_the_last_leaf_kept_elsewhere(database, tamper):
    before = verify(database.serve_url)
    tamper(
        "DELETE FROM liggare.events WHERE position = 8; DELETE FROM liggare.tags WHERE position = 8;"
        "DELETE FROM liggare.commands WHERE first = 8"
    )
    after = verify(database.serve_url)
    assert after.intact
    assert (after.events, after.last_leaf) != (before.events, before.last_leaf)


def test_a_mark_in_the_future_of_a_real_ledger_is_found(database):
    with closing(PostgresLog(database.serve_url, mode="real")) as log:
        log.append(append(at=now(), mode="real"))
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("UPDATE liggare.ledger SET known_mark = 2 ^ 53")
    assert "known_mark" in verify(database.serve_url).findings[0][1]


def test_what_no_header_should_hold_is_a_finding_and_no_failure(database, tamper):
    for junk in ("\\xff", "\\x00", "7b7d", "5b5d", ""):
        tamper(
            f"UPDATE liggare.events SET record = substr(record, 1, 86) || '{junk}'::bytea WHERE position = 5"
        )
        assert 5 in {position for position, _ in verify(database.serve_url).findings}


def test_an_intact_ledger_says_how_many_events_it_has(database, tamper):
    told = []
    report = verify(database.serve_url, lambda *done: told.append(done))
    assert (report.events, report.intact, report.findings) == (8, True, ())


def test_an_empty_ledger_is_intact(empty_database):
    migrate(empty_database.owner_url, empty_database.serve_role)
    assert verify(empty_database.serve_url).events == 0


def test_a_ledger_of_which_bodies_were_disposed_of_or_masked_is_whole_and_says_how_many(database, tamper):
    """Every group replaced by its commitment, or one of several: the roots, and so the leaves, stay."""
    kept = verify(database.serve_url)
    with psycopg.connect(database.serve_url) as connection:
        found = connection.execute("SELECT position, body FROM liggare.events ORDER BY position").fetchall()
    for position, whole in found[2:5]:
        body = whole
        for name in contents(whole):
            body = masked(body, name.decode())
        assert set(contents(body).values()) == {None}
        tamper(f"UPDATE liggare.events SET body = '\\x{body.hex()}' WHERE position = {position}")
    for processes in (1, 3):
        report = verify(database.serve_url, processes=processes)
        assert (report.intact, report.last_leaf) == (True, kept.last_leaf)
        assert report.withheld == Withheld(masked=3)
    assert verify(database.serve_url, bodies=False).withheld == Withheld()
    tamper("UPDATE liggare.events SET body = set_byte(body, 60, get_byte(body, 60) # 1) WHERE position = 4")
    assert verify(database.serve_url).findings == ((4, "body: does not have the record's root"),)
