"""What verifying reads of headers, many at once: their digests first, then what decides where rows belong."""

from hashlib import sha256
from itertools import pairwise
from struct import Struct
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import FACTS
from ledger.store.codec import ENTRY_BYTES, HEADER_AT, SALT_BYTES, WHOLE, parse_record
from ledger.store.header import LINKS, SHOWN

_ENTRY = Struct(
    ">17x32s32xBI"
).unpack_from  # its header's digest, and after it the kind and the length of what is shown


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
Texts = tuple[list[bytes], list[bytes]]
"""What headers show, and their links after their salt, as they are written."""
_said = msgspec.json.Decoder(_apart(Said, LINKS)).decode
_grouped = msgspec.json.Decoder(_Grouped).decode
_tied = msgspec.json.Decoder(_apart(Tied, SHOWN)).decode


def checked(records: bytes, ends: list[int]) -> tuple[list[bytes], Texts]:
    """Entries and texts of records joined, whose headers have the digests that the entries say.

    ``ends`` is where each ends, 0 first. Raises Corrupt.
    """
    entries, shown, salted = [], [], []
    for start, end in pairwise(ends):
        if end - start < HEADER_AT:
            raise Corrupt("a record is too short")
        digest, kind, length = _ENTRY(records, start)
        text_at = start + HEADER_AT
        text, links = records[text_at : text_at + length], records[text_at + length : end]
        if sha256(b"\x05" + sha256(b"\x06" + links).digest() + text).digest() != digest:
            raise Corrupt("a header does not have its entry's digest")
        if kind != WHOLE:
            raise Corrupt("a record's links are withheld")
        entries.append(records[start : start + ENTRY_BYTES])
        shown.append(text)
        salted.append(links)
    return entries, (shown, salted)


def heading_of(record: bytes) -> Heading:
    """The heading of a record, whatever its digest. Raises Corrupt."""
    parts = parse_record(record)
    return heading(parts.shown, parts.salt + parts.links)


def heading(shown: bytes, salted: bytes) -> Heading:
    """What a header's two texts say, each a JSON object by itself. Raises Corrupt."""
    try:
        return _said(shown), _tied(salted[SALT_BYTES:])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Corrupt(f"a header cannot be read: {error}") from error


def groups_named_in(shown: bytes) -> list[bytes]:
    """The names of the groups that a header says its body has. Raises Corrupt."""
    try:
        groups = _grouped(shown).groups
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Corrupt(f"a header's groups cannot be read: {error}") from error
    return [FACTS.encode()] if groups is None else [group[0].encode() for group in groups if group]
