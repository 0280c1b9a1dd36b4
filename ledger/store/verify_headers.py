"""What verifying reads of headers, many at once: their digests first, then what decides where rows belong."""

from collections.abc import Sequence
from hashlib import sha256
from struct import Struct
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import FACTS
from ledger.store.codec import HEADER_AT, SALT_BYTES, parse_record
from ledger.store.header import LINKS, SHOWN

_ENTRY = Struct(
    ">BQQ32s32xBI"
).unpack_from  # what the ledger assigned, its header's digest, and the kind and length of what is shown


class Said(msgspec.Struct, frozen=True, gc=False):
    """Of what a header shows: the ledger and its mode, the event's place in its command, its stored type."""

    ledger: str
    mode: str
    n: tuple[int, int]
    type: str


class Tied(msgspec.Struct, frozen=True, gc=False):
    """Of a header's links: the command, and the tags."""

    client: str
    command_id: str
    command_mac: str
    tags: tuple[str, ...] = ()


class _Grouped(msgspec.Struct, frozen=True, gc=False):
    groups: tuple[tuple[str, ...], ...] | None = None


def _apart(kind: type[msgspec.Struct], others: tuple[str, ...]) -> type[Any]:
    """The same, where no field of the other text may stand: one that stood in both would say two things."""
    fields = [(name, None, None) for name in others]
    return msgspec.defstruct(kind.__name__, fields, bases=(kind,), frozen=True, gc=False)


Heading = tuple[Said, Tied]
Assigned = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""Versions, positions and instants, as entries say them."""
Texts = tuple[list[bytes], list[bytes]]
"""What headers show, and their links after their salt, as they are written."""
_said = msgspec.json.Decoder(_apart(Said, LINKS)).decode
_grouped = msgspec.json.Decoder(_Grouped).decode
_tied = msgspec.json.Decoder(_apart(Tied, SHOWN)).decode


def checked(records: Sequence[bytes]) -> tuple[Assigned, Texts]:
    """What entries and headers say, of records whose headers have the digests in their entries.

    Raises Corrupt.
    """
    if min(map(len, records)) < HEADER_AT:
        raise Corrupt("a record is too short")
    versions, positions, instants, digests, kinds, lengths = zip(*map(_ENTRY, records), strict=True)
    ends = [HEADER_AT + length for length in lengths]
    shown = [record[HEADER_AT:end] for record, end in zip(records, ends, strict=True)]
    salted = [record[end:] for record, end in zip(records, ends, strict=True)]
    commitments = [sha256(b"\x06" + links).digest() for links in salted]
    both = zip(commitments, shown, strict=True)
    if [sha256(b"\x05" + commitment + text).digest() for commitment, text in both] != list(digests):
        raise Corrupt("a header does not have its entry's digest")
    if any(kinds):
        raise Corrupt("a record's links are withheld")
    return (versions, positions, instants), (shown, salted)


def heading_of(record: bytes) -> Heading:
    """The heading of a record, whatever its digest. Raises Corrupt."""
    parts = parse_record(record)
    return heading(parts.shown, parts.salt + parts.links)


def heading(shown: bytes, salted: bytes) -> Heading:
    """What a header's two texts say, each a JSON object by itself. Raises Corrupt."""
    said, tied = headings(([shown], [salted]))
    return said[0], tied[0]


def headings(texts: Texts) -> tuple[list[Said], list[Tied]]:
    """The same of headers in a row. Raises Corrupt."""
    try:
        return list(map(_said, texts[0])), [_tied(salted[SALT_BYTES:]) for salted in texts[1]]
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Corrupt(f"a header cannot be read: {error}") from error


def groups_named_in(shown: bytes) -> list[bytes]:
    """The names of the groups that a header says its body has. Raises Corrupt."""
    try:
        groups = _grouped(shown).groups
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Corrupt(f"a header's groups cannot be read: {error}") from error
    return [FACTS.encode()] if groups is None else [group[0].encode() for group in groups if group]
