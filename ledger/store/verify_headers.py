"""What verifying reads of headers, many at once: their digests first, then what decides where rows belong."""

from hashlib import sha256
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.store.codec import ENTRY_BYTES, HEADER_AT, SALT_BYTES, WHOLE, parse_record
from ledger.store.header import LINKS, SHOWN

_LENGTH, _DIGEST = slice(ENTRY_BYTES + 1, HEADER_AT), slice(17, 49)


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


def _apart(kind: type[msgspec.Struct], others: tuple[str, ...]) -> type[Any]:
    """The same, where no field of the other text may stand: one that stood in both would say two things."""
    fields = [(name, None, None) for name in others]
    return msgspec.defstruct(kind.__name__, fields, bases=(kind,), frozen=True, gc=False)


Heading = tuple[Said, Tied]
_said = msgspec.json.Decoder(_apart(Said, LINKS)).decode
_tied = msgspec.json.Decoder(_apart(Tied, SHOWN)).decode


def checked(records: list[bytes]) -> list[Heading]:
    """The headings of records whose headers have the digest that the entry says. Raises Corrupt."""
    texts = []
    for record in records:
        end = HEADER_AT + int.from_bytes(record[_LENGTH], "big")
        shown, salted = record[HEADER_AT:end], record[end:]
        if sha256(b"\x05" + sha256(b"\x06" + salted).digest() + shown).digest() != record[_DIGEST]:
            raise Corrupt("a header does not have its entry's digest")
        if record[ENTRY_BYTES] != WHOLE:
            raise Corrupt("a record's links are withheld")
        texts.append((shown, salted[SALT_BYTES:]))
    return headings(texts)


def heading_of(record: bytes) -> Heading:
    """The heading of a record, whatever its digest. Raises Corrupt."""
    parts = parse_record(record)
    return headings([(parts.shown, parts.links)])[0]


def headings(texts: list[tuple[bytes, bytes]]) -> list[Heading]:
    """What pairs of texts say, each a JSON object by itself. Raises Corrupt."""
    try:
        return [(_said(shown), _tied(links)) for shown, links in texts]
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Corrupt(f"a header cannot be read: {error}") from error
