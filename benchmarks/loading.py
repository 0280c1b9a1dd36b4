"""Records written past the append, through COPY, as the ledger would have written them."""

import os
import time
from collections.abc import Iterable
from typing import Any, LiteralString

import psycopg

from benchmarks.contracts import CLIENT
from benchmarks.place import Database
from ledger.events.base import event_type
from ledger.store.codec import Header, leaf_of, record_of, seal, uuid7
from ledger.store.log import Sealed

_DAY_US = 86_400_000_000
_BATCH = 20_000
_COPIES: dict[str, tuple[LiteralString, tuple[str, ...]]] = {
    "events": (
        "COPY liggare.events FROM STDIN (FORMAT BINARY)",
        ("int8", "text", "int8", "bytea", "bytea", "bytea"),
    ),
    "tags": ("COPY liggare.tags FROM STDIN (FORMAT BINARY)", ("text", "text", "int8")),
    "commands": (
        "COPY liggare.commands FROM STDIN (FORMAT BINARY)",
        ("text", "text", "bytea", "int8", "int8"),
    ),
}


def sealed_plainly(event: Any, key: str) -> Sealed:
    """An event's record with a short header and no command."""
    now = time.time_ns() // 1000
    header = Header(
        actor="b-1", client=CLIENT, command="load", command_id=f"c-{key}", command_mac="00" * 32,
        decided_at=now, event_id=uuid7(now), head=0, ledger="l-bench", mode="real", n=(1, 1), received_at=now,
        type=event_type(event).stored,
    )  # fmt: skip
    return seal(header, event, secret=os.urandom(32), command=None)


def load(database: Database, sealed: Iterable[tuple[str, Sealed]]) -> int:
    """Write records as the ledger would have, one a command, in one COPY a table; how many."""
    count, begin = 0, time.time_ns() // 1000 - _DAY_US
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COPIES}
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("UPDATE liggare.ledger SET mode = 'real'")  # as the first append does
        for position, (command_id, event) in enumerate(sealed, start=1):
            record = record_of(position, begin + position, event.content)
            rows["events"].append(
                (position, event.type, begin + position, record, leaf_of(record), event.body)
            )
            rows["tags"] += [(tag, event.type, position) for tag in event.tags]
            rows["commands"].append((CLIENT, command_id, bytes(32), position, position))
            count = position
            if position % _BATCH == 0:
                _copy(connection, rows)
        _copy(connection, rows)
    return count


def _copy(connection: psycopg.Connection[Any], rows: dict[str, list[tuple[Any, ...]]]) -> None:
    for name, (statement, types) in _COPIES.items():
        with connection.cursor().copy(statement) as copy:
            copy.set_types(types)
            for row in rows[name]:
                copy.write_row(row)
        rows[name].clear()
