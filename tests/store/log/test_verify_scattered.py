"""Rows that lie anywhere, after rewrites, holes and recycled space, are verified as any others."""

import random

import pytest

from ledger.store.verify import verify
from ledger.store.verify_kept import Kept, ledger_of
from tests.store.log import test_verify_flips as flips
from tests.store.log import test_verify_shares as cut
from tests.store.log.test_sealing import behind_its_back
from tests.store.log.test_verify_shares import one_by_one

shared, ledger = cut.shared, flips.ledger
TRIALS = 12
SCATTERED = (
    "CREATE TABLE kept AS SELECT * FROM liggare.{0} ORDER BY {1};"
    "DELETE FROM liggare.{0}; INSERT INTO liggare.{0} SELECT * FROM kept ORDER BY {1}; DROP TABLE kept"
)
ORDERS = ("md5({}::text)", "{} DESC", "{} % 7", "{0} % 2, -{0}")
KEYS = {"tags": "position", "commands": "first", "events": "position"}


def scattered(database, order):
    with behind_its_back(database, *KEYS) as connection:
        for table, key in KEYS.items():
            connection.execute(SCATTERED.format(table, order.format(key)))


def holed(database, chance):
    """Move a third of the rows, vacuum, and move others into the space that they left."""
    for _ in range(2):
        first = chance.randrange(200)
        with behind_its_back(database, *KEYS) as connection:
            for table, key in KEYS.items():
                connection.execute(
                    f"UPDATE liggare.{table} SET {key} = {key} WHERE {key} BETWEEN {first} AND {first + 100}"
                )
        with behind_its_back(database) as connection:
            connection.commit()
            connection.autocommit = True
            for table in KEYS:
                connection.execute(f"VACUUM liggare.{table}")
            connection.autocommit = False


@pytest.mark.parametrize("order", ORDERS)
def test_any_order_on_disk_is_whole_and_a_change_is_found_in_it(ledger, shared, order, tmp_path):
    chance = random.Random(order)
    scattered(ledger, order)
    holed(ledger, chance)
    for number in (1, 2, 3, 11):
        assert verify(ledger.serve_url, processes=number).findings == ()
    for trial in range(TRIALS):
        table = chance.choice([*flips.CELLS])
        column = chance.choice(flips.CELLS[table])
        place, value = chance.choice(flips.rows_of(ledger, table, column))
        other = flips.changed(value, chance)
        try:
            place = flips.put(ledger, table, column, place, other)
        except flips.psycopg.IntegrityError:
            continue
        expected = one_by_one(ledger.serve_url)
        assert bool(expected) == (other != value)
        kept = Kept(tmp_path, ledger_of(ledger.serve_url), f"code {trial}", bodies=True)
        for number in (1, 2, 3):
            assert verify(ledger.serve_url, processes=number).findings == expected
            assert verify(ledger.serve_url, processes=number, kept=kept).findings == expected
        flips.put(ledger, table, column, place, value)
    assert verify(ledger.serve_url, processes=1).intact
