"""Receipts held against the ledger: what they are for stands there, moved, changed or not at all."""

import psycopg
import pytest

from ledger.store.verify_receipts import HeldReceipts, verify_receipts
from tests.store.log.appends import append
from tests.store.log.test_sealing import behind_its_back


@pytest.fixture
def held(database, postgres_log):
    """Receipts of the second event: one with its place, and a commitment."""
    for _ in range(4):
        postgres_log.append(append())
    with psycopg.connect(database.serve_url) as connection:
        row = connection.execute(
            "SELECT substr(record, 1, 81), substr(record, 18, 64) FROM liggare.events WHERE position = 2"
        ).fetchone()
    return HeldReceipts([(2, row[0])], [row[1]])


def test_what_receipts_are_for_is_there(database, held):
    assert verify_receipts(database.serve_url, held) == ()
    assert verify_receipts(database.serve_url, HeldReceipts()) == ()


FLIP = "UPDATE liggare.events SET record = set_byte(record, 60, get_byte(record, 60) # 255)"


@pytest.mark.parametrize(
    ("statement", "positions"),
    [
        ("UPDATE liggare.events SET leaf = sha256(leaf) WHERE position = 2", [2]),
        ("DELETE FROM liggare.events WHERE position = 2", [0, 2]),
        ("UPDATE liggare.events SET position = 9 WHERE position = 2", [2]),
        (
            f"{FLIP} WHERE position = 2",
            [0],
        ),
        (
            f"{FLIP} WHERE position = 3",
            [],
        ),
    ],
)
def test_what_was_changed_speaks_against_them(database, held, statement, positions):
    with behind_its_back(database, "events") as connection:
        connection.execute(statement)
    assert [position for position, _ in verify_receipts(database.serve_url, held)] == positions
