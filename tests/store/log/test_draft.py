"""A ledger of another draft of the record format is refused, by a message that names both and what to do."""

import psycopg
import pytest

from api.generate.run import generate
from api.opening import mode_of
from ledger.errors import Corrupt, Unsafe
from ledger.store.codec import VERSION, parse_record
from ledger.store.guard import ensure_safe
from ledger.store.migrate import check, migrate
from ledger.store.verify import verify
from tests.store.log.appends import append

OLDER = f"written in draft {VERSION - 1} .* reads and writes draft {VERSION} only"
DOORS = {
    "serving": lambda d: ensure_safe(d.serve_url, durability=False),
    "opening": lambda d: mode_of(d.serve_url, None),
    "migrating": lambda d: migrate(d.owner_url, d.serve_role),
    "checking": lambda d: check(d.serve_url),
    "verifying": lambda d: verify(d.serve_url),
    "generating": lambda d: generate(d.owner_url, 1000, 1, lambda *_: None),
}


def written_before(database, where="true"):
    """As if an older version had written these records."""
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER ALL")
        statement = f"UPDATE liggare.events SET record = set_byte(record, 0, {VERSION - 1}) WHERE {where}"
        connection.execute(statement)
        connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")


@pytest.mark.parametrize("door", DOORS)
def test_an_older_draft_is_refused_at_every_door(database, postgres_log, door):
    for _ in range(3):
        postgres_log.append(append())
    written_before(database)
    with pytest.raises(Unsafe, match=OLDER) as refused:
        DOORS[door](database)
    assert "begin a new ledger in an empty database" in str(refused.value)


def test_a_schema_of_before_is_refused_for_its_draft_and_not_for_its_migrations(database, postgres_log):
    postgres_log.append(append())
    written_before(database)
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("UPDATE liggare.migrations SET sha256 = '\\x00' WHERE name LIKE '0002%'")
    for door in ("serving", "migrating", "checking"):
        with pytest.raises(Unsafe, match=OLDER):
            DOORS[door](database)


def test_one_odd_record_is_damage_and_no_older_draft(database, postgres_log):
    for _ in range(3):
        postgres_log.append(append())
    written_before(database, "position = 3")
    assert [(at, what.split(":")[0]) for at, what in verify(database.serve_url).findings][:1] == [(3, "leaf")]


def test_the_first_and_the_last_record_may_be_damaged_alike(database, postgres_log):
    for _ in range(4):
        postgres_log.append(append())
    written_before(database, "position IN (1, 4)")
    said = f"version: the record says {VERSION - 1}; all else in it is of draft {VERSION}"
    leaf = "leaf: is not the hash of the record's entry"
    assert verify(database.serve_url).findings == ((1, leaf), (1, said), (4, leaf), (4, said))


def test_a_record_of_another_draft_is_not_read():
    with pytest.raises(Corrupt, match=f"draft {VERSION - 1} .* reads draft {VERSION}"):
        parse_record(bytes((VERSION - 1,)) + bytes(200))


@pytest.mark.parametrize("events", [1, 3])
def test_an_emptied_record_is_damage_and_no_draft(database, postgres_log, events):
    for _ in range(events):
        postgres_log.append(append())
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER ALL")
        connection.execute("UPDATE liggare.events SET record = '' WHERE position = 1")
        connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")
    assert 1 in {position for position, _ in verify(database.serve_url).findings}
