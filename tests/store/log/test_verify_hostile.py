"""What only somebody who took constraints away can leave behind is found all the same."""

from contextlib import closing

import psycopg
import pytest

from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from tests.store.log import test_verify_shares as cut
from tests.store.log.appends import append
from tests.store.log.test_sealing import behind_its_back
from tests.store.log.test_verify_shares import one_by_one

shared = cut.shared
EVENTS = 340


@pytest.fixture
def bare(database):
    """More events than are read at once, in tables without any constraint."""
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        for n in range(EVENTS // 4):
            log.append(append((f"thing:{n}", "thing:a")))
            log.append(append(("thing:a",), ("thing:b", f"order:o-{n}"), ("thing:a",)))
    with psycopg.connect(database.admin_url) as connection:
        for table in ("events", "tags", "commands"):
            for (name,) in connection.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n'",
                (f"liggare.{table}",),
            ).fetchall():
                connection.execute(f'ALTER TABLE liggare.{table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
            for (column,) in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
                (f"liggare.{table}",),
            ).fetchall():
                connection.execute(f"ALTER TABLE liggare.{table} ALTER {column} DROP NOT NULL")
    return database


def of(table, at):
    """The rows of an event in a table."""
    return f"{'first <=' if table == 'commands' else 'position ='} {at}"


COLUMNS = {
    "events": ("type", "recorded_at", "record", "leaf", "body"),
    "tags": ("tag", "type", "position"),
    "commands": ("client", "command_id", "mac", "first", "last"),
}
NULLS = {
    f"{table}.{column} at {at}": f"UPDATE liggare.{table} SET {column} = NULL WHERE {of(table, at)}"
    for table, columns in COLUMNS.items()
    for column in columns
    for at in (1, 159, 160, 161, EVENTS)
}
AT = "INSERT INTO liggare.{0} SELECT * FROM liggare.{0} WHERE {1}"
TWICE = {
    f"{table} {at} twice": AT.format(table, of(table, at))
    for table in COLUMNS
    for at in (1, 160, 170, EVENTS)
}
MOVED = (
    "INSERT INTO liggare.events SELECT {}, type, recorded_at, record, leaf, body FROM liggare.events"
    " WHERE position = 3"
)
ADDED = {
    "an event at zero": MOVED.format(0),
    "an event below": MOVED.format(-5),
    "an event far below": MOVED.format(-(2**63)),
    "an event beyond": MOVED.format(EVENTS + 2),
    "an event far beyond": MOVED.format(2**63 - 1),
    "a tag at zero": "INSERT INTO liggare.tags VALUES ('thing:z', 'x.v1', 0)",
    "a tag far below": "INSERT INTO liggare.tags VALUES ('thing:z', 'x.v1', -9223372036854775808)",
    "a tag far beyond": "INSERT INTO liggare.tags VALUES ('thing:z', 'x.v1', 9223372036854775807)",
    "a command at zero": "INSERT INTO liggare.commands VALUES ('x', 'x', '', 0, 0)",
    "a command far beyond": "INSERT INTO liggare.commands VALUES ('x', 'x', '', 9223372036854775807, 1)",
}
CHANGES = NULLS | TWICE | ADDED
NOWHERE = {
    "a command": "INSERT INTO liggare.commands VALUES ('x', 'x', '', NULL, NULL)",
    "a tag": "INSERT INTO liggare.tags VALUES ('thing:z', 'thing-happened.v1', NULL)",
    "an event": "INSERT INTO liggare.events VALUES (NULL, 't.v1', 5, '', '', NULL)",
}
UNKEPT = (0, "tables and functions: not as they were made: commands, events, tags")


@pytest.mark.parametrize("what", CHANGES)
def test_what_constraints_would_have_refused_is_found_as_by_single_examination(bare, shared, what):
    with behind_its_back(bare, *COLUMNS) as connection:
        assert connection.execute(CHANGES[what]).rowcount
    expected = one_by_one(bare.serve_url)
    assert expected
    for number in (1, 2, 3, 17):
        assert verify(bare.serve_url, processes=number).findings == (UNKEPT, *expected), number


@pytest.mark.parametrize("what", NOWHERE)
def test_a_row_of_no_position_shows_in_the_constraint_that_is_gone(bare, what):
    with behind_its_back(bare, *COLUMNS) as connection:
        connection.execute(NOWHERE[what])
    assert UNKEPT in verify(bare.serve_url, processes=1).findings
