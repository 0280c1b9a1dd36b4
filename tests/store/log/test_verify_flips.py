"""One cell of the database changed by a byte, anywhere: found, and as by examining every event alone."""

import os
import random
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from tests.store.log.appends import append
from tests.store.log.test_sealing import behind_its_back
from tests.store.log.test_verify_shares import one_by_one

TRIALS = int(os.environ.get("LIGGARE_VERIFY_FLIPS", "60"))
SEED = int(os.environ.get("LIGGARE_VERIFY_SEED", "5"))
COMMANDS = 100
CELLS = {
    "events": ("position", "type", "recorded_at", "record", "leaf", "body"),
    "tags": ("tag", "type", "position"),
    "commands": ("client", "command_id", "mac", "first", "last"),
}
LETTERS = 'ab:.-\n"\\]}, 1é\u2028'


@pytest.fixture
def ledger(database):
    """300 events and more, in commands of one to five, with tags that begin alike."""
    chance = random.Random(SEED)
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        for n in range(COMMANDS):
            more = ["thing:a", "thing:b", f"order:o-{n}"]
            lists = [(f"thing:{n}", *chance.sample(more, chance.randrange(4))) for _ in range(1 + n % 5)]
            log.append(append(*lists))
    return database


def changed(value, chance):
    """A value that differs a little."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(20)
    kept = list(value)
    at = chance.randrange(len(kept))
    other = chance.choice(LETTERS) if isinstance(value, str) else chance.randrange(256)
    how = chance.randrange(3)
    kept[at : at + (how > 0)] = [] if how == 2 else [other]
    return "".join(kept) if isinstance(value, str) else bytes(kept)


def put(database, table, column, place, value):
    statement = sql.SQL("UPDATE {} SET {} = %s WHERE ctid = %s::tid RETURNING ctid::text").format(
        sql.Identifier("liggare", table), sql.Identifier(column)
    )
    with behind_its_back(database, table) as connection:
        return connection.execute(statement, (value, place)).fetchone()[0]


def rows_of(database, table, column):
    statement = sql.SQL("SELECT ctid::text, {} FROM {}").format(
        sql.Identifier(column), sql.Identifier("liggare", table)
    )
    with psycopg.connect(database.admin_url) as connection:
        return connection.execute(statement).fetchall()


def test_any_cell_that_changed_by_a_byte_is_found(ledger, monkeypatch):
    monkeypatch.setattr("ledger.store.verify_rows.BLOCKS", 2)
    chance, tried = random.Random(SEED), set()
    assert verify(ledger.serve_url, processes=1).intact
    for _ in range(TRIALS):
        table = chance.choice([*CELLS])
        column = chance.choice(CELLS[table])
        place, value = chance.choice(rows_of(ledger, table, column))
        other = changed(value, chance)
        if other == value:
            continue
        try:
            place = put(ledger, table, column, place, other)
        except psycopg.IntegrityError:
            continue
        found = verify(ledger.serve_url, processes=1).findings
        assert found, (table, column, value, other)
        assert found == one_by_one(ledger.serve_url), (table, column, value, other)
        if column != "body":
            assert verify(ledger.serve_url, processes=1, bodies=False).findings, (table, column, value, other)
        put(ledger, table, column, place, value)
        tried.add((table, column))
    assert len(tried) > len(CELLS)
    assert verify(ledger.serve_url, processes=1).intact
