"""The record format in code: header, body container, commitments, record and leaf, as docs/format.md says.

Everything here is a pure function of its arguments; nothing reads a clock, a store or a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from struct import Struct
from typing import Any, Literal

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import COMMAND, FACTS, EventType, Group, event_type, tags_of
from ledger.noise import noise
from ledger.store.body import HASH_BYTES, command_json, fields_json, groups_of, masked, packed, root_of
from ledger.store.canonical import encoded, encoded_struct
from ledger.store.log import Sealed

__all__ = [
    "VERSION", "Header", "Parts", "command_json", "fields_json", "groups_of", "header_of", "leaf_of",
    "masked", "parse_record", "record_of", "root_of", "seal", "sealed", "uuid7",
]  # fmt: skip

VERSION = 1
_PREFIX = Struct(">BQQI")
_OVERHEAD = _PREFIX.size + HASH_BYTES


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a record says in the clear (docs/format.md has the meaning of each field). None is left out.

    The fields stand in the order of their names, since that is how they are written.
    """

    actor: str
    agreement: str | None = None
    authority: str | None = None
    calendar: tuple[int, ...] | None = None
    causation: str | None = None
    client: str
    command: str
    command_id: str
    command_mac: str
    correlation: str | None = None
    decided_at: int
    event_id: str
    groups: tuple[tuple[str, ...], ...] | None = None
    head: int
    ledger: str
    mandate: tuple[str, int] | None = None
    mode: Literal["real", "simulated"]
    n: tuple[int, int]
    origin: dict[str, str | int] | None = None
    policy: dict[str, str | tuple[int, ...]] | None = None
    received_at: int
    retention: str | None = None
    rule: str | None = None
    secrecy: str | None = None
    tags: tuple[str, ...] = ()
    type: str
    tz: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A record taken apart: what the ledger assigned, the header's bytes and the 32-byte body root."""

    position: int
    recorded_at: int
    header: bytes
    root: bytes


_decode_header = msgspec.json.Decoder(Header).decode


def uuid7(at: int, drawn_bytes: bytes | None = None) -> str:
    """A version 7 UUID (RFC 9562) as text: its milliseconds from ``at`` (microseconds), the rest random.

    ``drawn_bytes`` are ten random bytes to take instead of the system's.
    """
    drawn = int.from_bytes(drawn_bytes or noise(10), "big")
    value = (
        (at // 1000 & (1 << 48) - 1) << 80 | 7 << 76 | (drawn >> 68) << 64 | 2 << 62 | drawn & (1 << 62) - 1
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def seal(header: Header, event: Any, *, secret: bytes, command: bytes | None) -> Sealed:
    """One event ready to append.

    The header's type, tags, retention and groups are taken from the event's declaration where the caller
    left them out. ``secret`` is 32 random bytes of this event alone; ``command`` the canonical JSON of the
    command's payload, for the first event of a command. Raises NotCanonicalError.
    """
    declared = event_type(event)
    header = msgspec.structs.replace(
        header,
        type=declared.stored,
        tags=header.tags or tags_of(event),
        retention=header.retention or declared.retention,
        groups=header.groups or groups_named(declared, command is not None),
    )
    return sealed(header, contents_of(declared, event, command), secret)


def contents_of(declared: EventType, event: Any, command: bytes | None) -> list[tuple[bytes, bytes]]:
    """An event's groups as (name, canonical JSON), the command's payload last. Raises NotCanonicalError.

    ``event`` is the event, or a dict of all its fields.
    """
    contents = _contents(declared, event)
    if command is not None:
        contents.append((COMMAND.encode(), command))
    return contents


def sealed(header: Header, contents: Sequence[tuple[bytes, bytes]], secret: bytes) -> Sealed:
    """The same from groups that are canonical JSON already, as (name, content), ``facts`` first."""
    body, root = packed(contents, secret)
    return Sealed(header.event_id, header.type, header.tags, encoded_struct(header), root, body)


def header_of(header: bytes) -> Header:
    """The header behind its bytes. Raises Corrupt."""
    try:
        return _decode_header(header)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"a header cannot be read: {error}") from error


def record_of(position: int, recorded_at: int, header: bytes, root: bytes) -> bytes:
    """The record: version, what the ledger assigned, the header and the body root."""
    return _PREFIX.pack(VERSION, position, recorded_at, len(header)) + header + root


def leaf_of(record: bytes) -> bytes:
    """The RFC 9162 leaf of a record; its index in the tree is its position less one."""
    return sha256(b"\x00" + record).digest()


def parse_record(record: bytes) -> Parts:
    """A record taken apart. Raises Corrupt for another version or a wrong length."""
    position, recorded_at = _prefix_of(record)
    return Parts(position, recorded_at, record[_PREFIX.size : -HASH_BYTES], record[-HASH_BYTES:])


def header_bytes(record: bytes) -> bytes:
    """The bytes of a record's header alone. Raises Corrupt as parse_record does."""
    _prefix_of(record)
    return record[_PREFIX.size : -HASH_BYTES]


def _prefix_of(record: bytes) -> tuple[int, int]:
    if len(record) < _OVERHEAD:
        raise Corrupt("a record is too short")
    version, position, recorded_at, header_length = _PREFIX.unpack_from(record)
    if version != VERSION:
        raise Corrupt(f"a record of format version {version} is unknown", position)
    if len(record) != _OVERHEAD + header_length:
        raise Corrupt("a record's length does not fit its header", position)
    return position, recorded_at


def _contents(declared: EventType, event: Any) -> list[tuple[bytes, bytes]]:
    if len(declared.groups) == 1:
        return [(FACTS.encode(), encoded(event))]
    return [(group.name.encode(), encoded(_values(group, event))) for group in declared.groups]


def _values(group: Group, event: Any) -> dict[str, Any]:
    if isinstance(event, dict):
        return {name: event[name] for name in group.fields}
    return {name: getattr(event, name) for name in group.fields}


@cache
def groups_named(declared: EventType, has_command: bool) -> tuple[tuple[str, ...], ...] | None:  # noqa: FBT001
    """What a header says of the groups of an event's body; None where there is nothing but facts."""
    named = [(group.name, group.secrecy) for group in declared.groups[1:]]
    if has_command:
        named.append((COMMAND, declared.secrecy))
    return tuple(named) or None
