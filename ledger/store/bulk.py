"""Rows written past the append, through COPY, as it would have written them: for generated ledgers only.

Only the owner can write so; the serving role has no right to. Each stretch of whole commands is one
transaction under the append lock, and begins where the log then ends: a stretch is there whole or not at all,
and nothing else can come between.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import Any, LiteralString

import msgspec
import psycopg

from ledger.errors import Conflict, Unsafe
from ledger.store.codec import leaf_of, record_of
from ledger.store.log import Sealed

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_EVENT, _TAG, _COMMAND = Struct(">hiqi"), Struct(">hi"), Struct(">hi")
_INT8, _LENGTH = Struct(">iq"), Struct(">i")
_COPIES: dict[str, LiteralString] = {
    "events": "COPY liggare.events FROM STDIN (FORMAT BINARY)",
    "tags": "COPY liggare.tags FROM STDIN (FORMAT BINARY)",
    "commands": "COPY liggare.commands FROM STDIN (FORMAT BINARY)",
}


class Written(msgspec.Struct, frozen=True, array_like=True):
    """One command's events with everything an append would have given them."""

    client: str
    command_id: str
    mac: bytes
    first: int
    recorded_at: int
    events: tuple[Sealed, ...]

    @property
    def last(self) -> int:
        """The position of its last event."""
        return self.first + len(self.events) - 1


@dataclass(slots=True)
class Stretch:
    """Whole commands, one after the other, as rows in PostgreSQL's binary COPY format."""

    first: int = 0
    last: int = 0
    recorded_at: int = 0
    leaf: bytes = b""
    rows: dict[str, list[bytes]] = field(default_factory=lambda: {name: [_HEADER] for name in _COPIES})

    def add(self, written: Written) -> None:
        """Add a command's rows. Raises ValueError unless it follows what is there."""
        if self.last and written.first != self.last + 1:
            raise ValueError("a stretch has no gaps")
        if not self.first:
            self.first, self.recorded_at = written.first, written.recorded_at
        for position, event in enumerate(written.events, written.first):
            self._event(position, written.recorded_at, event)
        self.last = written.last
        client, command_id = written.client.encode(), written.command_id.encode()
        self.rows["commands"].append(
            b"".join((
                _COMMAND.pack(5, len(client)), client, _LENGTH.pack(len(command_id)), command_id,
                _LENGTH.pack(len(written.mac)), written.mac,
                _INT8.pack(8, written.first), _INT8.pack(8, written.last),
            ))
        )  # fmt: skip

    def _event(self, position: int, recorded_at: int, event: Sealed) -> None:
        record, type_ = record_of(position, recorded_at, event.content), event.type.encode()
        self.leaf = leaf_of(record)
        self.rows["events"].append(
            b"".join((
                _EVENT.pack(6, 8, position, len(type_)), type_, _INT8.pack(8, recorded_at),
                _LENGTH.pack(len(record)), record, _LENGTH.pack(len(self.leaf)), self.leaf,
                _LENGTH.pack(len(event.body)), event.body,
            ))
        )  # fmt: skip
        rest = _LENGTH.pack(len(type_)) + type_ + _INT8.pack(8, position)
        for text in event.tags:
            tag = text.encode()
            self.rows["tags"].append(b"".join((_TAG.pack(3, len(tag)), tag, rest)))


def write(connection: psycopg.Connection[Any], stretch: Stretch) -> None:
    """Write a stretch in one transaction.

    Raises Conflict where the log does not end just before it, or was asked what it knows at a later instant.
    """
    with connection.transaction():
        connection.execute("SELECT liggare.lock_appends()")
        simulated_only(connection)
        row = connection.execute("SELECT head, head_recorded_at FROM liggare.head()").fetchone()
        if row is None or row[0] != stretch.first - 1 or (row[1] or 0) >= stretch.recorded_at:
            raise Conflict("the log does not end where this goes on: somebody else has used this ledger")
        if stretch.first == 1:
            connection.execute("UPDATE liggare.ledger SET mode = 'simulated' WHERE mode IS NULL")
        for name, statement in _COPIES.items():
            with connection.cursor().copy(statement) as copy:
                copy.write(b"".join((*stretch.rows[name], _TRAILER)))


def simulated_only(connection: psycopg.Connection[Any]) -> None:
    """Raise Unsafe where the ledger runs on real time: nothing but an append ever writes to it."""
    row = connection.execute("SELECT mode FROM liggare.ledger").fetchone()
    if row is None or row[0] not in (None, "simulated"):
        raise Unsafe("this ledger has real time; what is generated does not belong in it")
