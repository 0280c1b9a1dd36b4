"""The record format in code: header, body container, commitments, record and leaf, as docs/format.md says.

Everything here is a pure function of its arguments; nothing reads a clock, a store or a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from struct import Struct
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import COMMAND, FACTS, SEALED, EventType, Group, Secrecy, event_type, tags_of
from ledger.noise import noise
from ledger.store.body import command_json, fields_json, groups_of, masked, packed, root_of
from ledger.store.canonical import encoded
from ledger.store.header import Header, header_of, joined, texts_of
from ledger.store.log import Sealed
from ledger.store.order_keys import ORDER_TAG, OrderKeys

__all__ = [
    "VERSION", "Header", "Parts", "command_json", "commitment_of", "entry_of", "fields_json", "groups_of",
    "header_of", "leaf_of", "masked", "parse_record", "record_of", "root_of", "seal", "sealed", "uuid7",
    "without_links",
]  # fmt: skip

VERSION = 2  # of the record format, a draft until docs/format.md says otherwise
ENTRY_BYTES = 81
SALT_BYTES = 32
WHOLE, _WITHHELD = 0, 1
_ASSIGNED = Struct(">BQQ")
_AFTER_ENTRY = Struct(">BI")
HEADER_AT = ENTRY_BYTES + _AFTER_ENTRY.size
_measures = Struct(f">B{ENTRY_BYTES - 1}xBI").unpack_from
_ROOT = slice(49, ENTRY_BYTES)


@dataclass(frozen=True, slots=True)
class Parts:
    """A record taken apart: what the ledger assigned, the header's two texts, the links' salt, the root."""

    position: int
    recorded_at: int
    shown: bytes
    links: bytes
    salt: bytes
    root: bytes

    @property
    def header(self) -> bytes:
        """The header's two texts joined."""
        return joined(self.shown, self.links)

    @property
    def commitment(self) -> bytes:
        """What stands for the links where they are withheld."""
        return links_commitment(self.salt, self.links)


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


def seal(
    header: Header,
    event: Any,
    *,
    secret: bytes,
    command: bytes | None,
    salt: bytes | None = None,
    keys: OrderKeys | None = None,
) -> Sealed:
    """One event ready to append.

    The header's type, tags, retention and groups are taken from the event's declaration where the caller
    left them out. ``secret`` and ``salt`` are 32 random bytes each, of this event alone; ``command`` the
    canonical JSON of the command's payload, for the first event of a command. Raises NotCanonicalError.
    """
    declared = event_type(event)
    header = msgspec.structs.replace(
        header,
        type=declared.stored,
        tags=header.tags or tags_of(event),
        retention=header.retention or declared.retention,
        groups=header.groups or groups_named(declared, declared.secrecy if command is not None else None),
    )
    return sealed(header, contents_of(declared, event, command), secret, salt, keys)


def contents_of(declared: EventType, event: Any, command: bytes | None) -> list[tuple[bytes, bytes]]:
    """An event's groups as (name, canonical JSON), the command's payload last. Raises NotCanonicalError.

    ``event`` is the event, or a dict of all its fields.
    """
    contents = _contents(declared, event)
    if command is not None:
        contents.append((COMMAND.encode(), command))
    return contents


def sealed(
    header: Header,
    contents: Sequence[tuple[bytes, bytes]],
    secret: bytes,
    salt: bytes | None = None,
    keys: OrderKeys | None = None,
) -> Sealed:
    """The same from groups that are canonical JSON already, as (name, content), ``facts`` first.

    With ``keys`` every group that is sealed until the award is locked under the key of its order.
    """
    names = locked_names(header.groups) if keys is not None and header.groups else None
    if keys is None or not names:
        body, root = packed(contents, secret)
    else:
        body, root = keys.packed(contents, secret, order_in(header.tags), names)
    shown, links = texts_of(header)
    salt = salt or noise(SALT_BYTES)
    digest = header_digest(shown, links_commitment(salt, links))
    rest = _AFTER_ENTRY.pack(WHOLE, len(shown))
    return Sealed(
        header.event_id, header.type, header.tags, b"".join((digest, root, rest, shown, salt, links)), body
    )


def links_commitment(salt: bytes, links: bytes) -> bytes:
    """What the header's digest has of the links: 32 bytes that tell nothing without the salt."""
    return sha256(b"\x06" + salt + links).digest()


def header_digest(shown: bytes, commitment: bytes) -> bytes:
    """The digest of a header, from the text that is shown and the commitment to the links."""
    return sha256(b"\x05" + commitment + shown).digest()


def record_of(position: int, recorded_at: int, content: bytes) -> bytes:
    """The record: version, what the ledger assigned, and what was sealed."""
    return _ASSIGNED.pack(VERSION, position, recorded_at) + content


def entry_of(record: bytes) -> bytes:
    """The entry of a record: what its leaf is made of."""
    return record[:ENTRY_BYTES]


def commitment_of(record: bytes) -> bytes:
    """Header digest and body root: they fix what was recorded, and tell neither place nor instant."""
    return record[_ASSIGNED.size : ENTRY_BYTES]


def leaf_of(record: bytes) -> bytes:
    """The RFC 9162 leaf of a record, which is that of its entry; its index is its position less one."""
    return sha256(b"\x00" + record[:ENTRY_BYTES]).digest()


def parse_record(record: bytes) -> Parts:
    """A record taken apart; no digest is checked. Raises Corrupt for another version or a wrong length."""
    end = _measured(record)
    salt_end = end + SALT_BYTES
    _, position, recorded_at = _ASSIGNED.unpack_from(record)
    return Parts(
        position, recorded_at, record[HEADER_AT:end], record[salt_end:], record[end:salt_end], record[_ROOT]
    )


def header_bytes(record: bytes) -> bytes:
    """The header's two texts alone, joined. Raises Corrupt as parse_record does."""
    return joined(*header_texts(record))


def header_texts(record: bytes) -> tuple[bytes, bytes]:
    """The header's two texts, apart. Raises Corrupt as parse_record does."""
    end = _measured(record)
    return record[HEADER_AT:end], record[end + SALT_BYTES :]


def without_links(record: bytes) -> bytes:
    """The record as it is shown where its links are withheld; its leaf stays. Raises Corrupt."""
    parts = parse_record(record)
    rest = _AFTER_ENTRY.pack(_WITHHELD, len(parts.shown))
    return record[:ENTRY_BYTES] + rest + parts.shown + parts.commitment


def _measured(record: bytes) -> int:
    """Where the text that is shown ends."""
    if len(record) < HEADER_AT:
        raise Corrupt("a record is too short")
    measures: tuple[int, int, int] = _measures(record)
    version, kind, length = measures
    if version != VERSION or kind != WHOLE or len(record) <= HEADER_AT + length + SALT_BYTES:
        raise _unreadable(record, version, kind)
    return HEADER_AT + length


def _unreadable(record: bytes, version: int, kind: int) -> Corrupt:
    _, position, _ = _ASSIGNED.unpack_from(record)
    if version != VERSION:
        problem = f"a record of draft {version} of the format; this version reads draft {VERSION}"
    elif kind != WHOLE:
        problem = "a record's links are withheld"
    else:
        problem = "a record's length does not fit its header"
    return Corrupt(problem, position)


def _contents(declared: EventType, event: Any) -> list[tuple[bytes, bytes]]:
    if len(declared.groups) == 1:
        return [(FACTS.encode(), encoded(event))]
    return [(group.name.encode(), encoded(_values(group, event))) for group in declared.groups]


def _values(group: Group, event: Any) -> dict[str, Any]:
    if isinstance(event, dict):
        return {name: event[name] for name in group.fields}
    return {name: getattr(event, name) for name in group.fields}


@cache
def locked_names(groups: tuple[tuple[str, ...], ...]) -> frozenset[bytes]:
    """The names of the groups that are sealed until the award, of what a header says of them."""
    return frozenset(name.encode() for name, secrecy in groups if secrecy == SEALED)


def order_in(tags: Sequence[str]) -> str:
    """The order that an event's tags name first. Raises LookupError without one."""
    for tag in tags:
        if tag.startswith(ORDER_TAG):
            return tag.removeprefix(ORDER_TAG)
    raise LookupError("what is sealed until the award belongs to an order")


@cache
def groups_named(declared: EventType, command: Secrecy | None) -> tuple[tuple[str, ...], ...] | None:
    """What a header says of the groups of an event's body; None where there is nothing but open facts.

    ``command`` is the secrecy of the command's payload, where the body holds it.
    """
    named: list[tuple[str, ...]] = [(group.name, group.secrecy) for group in declared.groups]
    if command is not None:
        named.append((COMMAND, command))
    return None if named == [(FACTS, "open")] else tuple(named)
