"""Somebody who took away that columns are never null cannot hide a value behind another's line feed."""

import psycopg
import pytest

from ledger.store.verify import verify
from ledger.store.verify_kept import Kept, ledger_of
from tests.store.log import test_verify as single
from tests.store.log.test_verify_shares import one_by_one

tamper = single.tamper
HIDDEN = {
    "types": ("events", "type", "position IN (1, 2)", "position = 1", "position = 2"),
    "tags": ("tags", "tag", "position IN (1, 2)", "position = 1", "position = 2"),
    "clients": ("commands", "client", "TRUE", "first = (SELECT min(first) FROM liggare.commands)",
                "first = (SELECT min(first) FROM liggare.commands WHERE first > 1)"),
}  # fmt: skip


@pytest.mark.parametrize("what", HIDDEN)
def test_a_value_that_stands_in_its_neighbours_place_is_found(database, tamper, what):
    table, column, _, first, second = HIDDEN[what]
    with psycopg.connect(database.admin_url) as connection:
        for (name,) in connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n'",
            (f"liggare.{table}",),
        ).fetchall():
            connection.execute(f'ALTER TABLE liggare.{table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
        connection.execute(f"ALTER TABLE liggare.{table} ALTER {column} DROP NOT NULL")
    unkept = verify(database.serve_url, processes=1).findings
    assert unkept == ((0, f"tables and functions: not as they were made: {table}"),)
    tamper(
        f"UPDATE liggare.{table} SET {column} = {column} || E'\\n' ||"
        f" (SELECT {column} FROM liggare.{table} WHERE {second} LIMIT 1) WHERE {first};"
        f"UPDATE liggare.{table} SET {column} = NULL WHERE {second}"
    )
    expected = one_by_one(database.serve_url)
    assert expected
    assert verify(database.serve_url, processes=1).findings == (*unkept, *expected)


@pytest.mark.parametrize(
    "content", [b'{"head":6,"leaf":"\xff","left":[]}', b'{"head":6,"leaf":"","left":[]}', b"[" * 10**6, b""]
)
def test_progress_that_does_not_cover_the_ledger_is_none(database, tamper, tmp_path, content):
    kept = Kept(tmp_path, ledger_of(database.serve_url), "code", bodies=True)
    kept.path.write_bytes(content)
    assert kept.load() is None
    assert verify(database.serve_url, processes=1, kept=kept).intact
