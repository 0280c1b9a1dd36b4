"""Verify what receipts are for: each record still stands in the log as it was, and where its receipt says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg

from ledger.store.verify_examination import Found
from ledger.store.verify_processes import begin

_COMMITTED = (
    "SELECT DISTINCT substr(record, 18, 64) FROM liggare.events WHERE substr(record, 18, 64) = ANY(%s)"
)


@dataclass(frozen=True, slots=True)
class HeldReceipts:
    """What receipts say that were checked: entries of 81 bytes by position, and commitments of 64 bytes."""

    entries: Sequence[tuple[int, bytes]] = ()
    commitments: Sequence[bytes] = ()


def verify_receipts(url: str, held: HeldReceipts) -> tuple[Found, ...]:
    """What speaks against receipts; a commitment has no position, and so 0. Raises psycopg.Error.

    To find the record of a commitment every record is looked at.
    """
    with psycopg.connect(url) as connection:
        begin(connection)
        return tuple(
            sorted((*_entries(connection, held.entries), *_commitments(connection, held.commitments)))
        )


def _entries(connection: psycopg.Connection[Any], entries: Iterable[tuple[int, bytes]]) -> Iterator[Found]:
    statement = "SELECT leaf FROM liggare.events WHERE position = %s"
    for position, entry in entries:
        row = connection.execute(statement, (position,), binary=True).fetchone()
        if row is None:
            yield position, "receipt: its event is missing"
        elif row[0] != sha256(b"\x00" + entry).digest():
            yield position, "receipt: is for another event than the one that stands there"


def _commitments(connection: psycopg.Connection[Any], commitments: Sequence[bytes]) -> Iterator[Found]:
    if commitments:
        found = {row[0] for row in connection.execute(_COMMITTED, (list(commitments),), binary=True)}
        for one in commitments:
            if one not in found:
                yield 0, f"receipt: no event is the one that {one.hex()} was given for"
