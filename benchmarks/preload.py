"""The events that are there before: the same for every side, half of them one busy supplier's."""

import time
from collections.abc import Iterator
from typing import LiteralString

import psycopg
from psycopg import sql

from benchmarks.contracts import BUSY, contract, keys, sealed_contract
from benchmarks.loading import load, sealed_plainly
from benchmarks.place import Database, execute, settle
from benchmarks.sides import inserts
from benchmarks.sides.library_aggregates import LibraryAggregates
from benchmarks.sides.library_dcb import LibraryDcb
from benchmarks.sides.ours import SUPPLIERS
from ledger.events.measures import MeasureServed
from ledger.store.log import Sealed

RARE = 20
# The 512 bytes of an event are the content of its body's first group, after the secret and the group's mark.
_OTHERS: LiteralString = """
CREATE TEMPORARY TABLE tagged AS SELECT position, array_agg(tag) AS tags FROM liggare.tags GROUP BY position;
INSERT INTO library_dcb.bench_events_tt_main (id, type, data, tags)
    SELECT position, type, substring(body FROM 45 FOR get_byte(body, 42) * 256 + get_byte(body, 43)), tags
    FROM liggare.events JOIN tagged USING (position) ORDER BY position;
INSERT INTO library_dcb.bench_events_tt_tag (tag, main_id)
    SELECT tag, position FROM liggare.tags ORDER BY position;
SELECT setval('library_dcb.bench_events_tt_main_id_seq', (SELECT max(position) FROM liggare.events));
INSERT INTO library_aggregates.contracts_events (originator_id, originator_version, topic, state)
    SELECT gen_random_uuid(), 1, 'benchmarks.sides.library_aggregates:Contract.Concluded', body
    FROM liggare.events ORDER BY position;
INSERT INTO raw.events SELECT * FROM liggare.events ORDER BY position;
INSERT INTO raw.tags SELECT * FROM liggare.tags ORDER BY position;
INSERT INTO raw.commands SELECT * FROM liggare.commands;
SELECT setval('raw.positions', (SELECT max(position) FROM liggare.events));
"""


def preload(database: Database, events: int) -> None:
    """Fill our ledger through COPY, the others from it, and let the server come to rest."""
    load(database, contracts(events))
    prepare_others(database)
    with psycopg.connect(database.admin_url) as connection:
        # The foreign key of the library's tags is known to hold.
        connection.execute("SET session_replication_role = replica")
        connection.execute(_OTHERS)
    settle(database)


def prepare_others(database: Database) -> None:
    """The library's tables, made by the library, and those of the plain INSERTs."""
    for schema in ("library_dcb", "library_aggregates"):
        execute(database.owner_url, f"CREATE SCHEMA {schema}")
    # One of the library's statements names a table without its schema.
    execute(
        database.admin_url,
        "ALTER ROLE bench_owner IN DATABASE {} SET search_path = library_dcb",
        sql.Identifier(database.name),
    )
    for statement in inserts.CREATE:
        execute(database.admin_url, statement)
    execute(database.admin_url, "ALTER SCHEMA raw OWNER TO bench_owner")
    for name in ("events", "tags", "commands"):
        execute(database.admin_url, f"ALTER TABLE raw.{name} OWNER TO bench_owner")
    execute(database.admin_url, "ALTER SEQUENCE raw.positions OWNER TO bench_owner")
    LibraryDcb(database, 1, create=True).close()
    LibraryAggregates(database, 1, create=True).close()


def contracts(events: int) -> Iterator[tuple[str, Sealed]]:
    """(command id, sealed event): every second is the busy supplier's, and few of those are rare."""
    key, now = keys(), time.time_ns() // 1000 - events
    for n in range(events):
        name, supplier = key(), BUSY if n % 2 else SUPPLIERS[n % len(SUPPLIERS)]
        if n % (events // RARE) == 1:
            yield f"c-{name}", _rare(name, now)
        else:
            yield f"c-{name}", sealed_contract(contract(name, supplier), name, now, n)


def _rare(key: str, now: int) -> Sealed:
    return sealed_plainly(
        MeasureServed(measure=f"m-{key}", supplier=BUSY, served_at=now, channel="letter"), key
    )
