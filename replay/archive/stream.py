"""How records stand in the files of a package: their own bytes, and a line of JSON beside each for readers.

A file of records begins with MAGIC; then for each record its length (u32be), the record, the length of its
body and the body. A length of 0 is that of a body that is not there: every other has 33 bytes at least.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO, get_args

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import Secrecy, strictest
from ledger.store.body import HASH_BYTES, contents, root_of
from ledger.store.codec import (
    ENTRY_BYTES,
    HEADER_AT,
    SALT_BYTES,
    VERSION,
    WHOLE,
    header_digest,
    leaf_of,
    links_commitment,
)
from ledger.values import instant_text

MAGIC = b"liggare-records-1\n"
SECRECIES: tuple[Secrecy, ...] = get_args(Secrecy)
_LENGTH = Struct(">I")
_ASSIGNED = Struct(">BQQ")
_WITHHELD = 1  # its links: a commitment stands for them
_AFTER_ENTRY = Struct(">BI")
_DIGEST, _ROOT = slice(_ASSIGNED.size, 49), slice(49, ENTRY_BYTES)


class Said(msgspec.Struct, frozen=True):
    """What of a header says where a record belongs, and what else the package needs for it."""

    ledger: str
    mode: str
    secrecy: Secrecy = "open"
    groups: tuple[tuple[str, Secrecy], ...] = ()
    policy: dict[str, str | tuple[int, ...]] | None = None
    retention: str = "agreement"

    @property
    def strictest(self) -> Secrecy:
        """The strictest secrecy of the record and of any group of its body."""
        return strictest((self.secrecy, *(secrecy for _, secrecy in self.groups)))

    @property
    def cited(self) -> tuple[int, ...]:
        """The positions of the policy that the rule was given."""
        found = (self.policy or {}).get("positions", ())
        return found if isinstance(found, tuple) else ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that is what its leaf was made of. ``links`` are None where they are withheld."""

    position: int
    recorded_at: int
    header: bytes
    links: bytes | None
    said: Said
    leaf: bytes


_said = msgspec.json.Decoder(Said).decode


def opened(record: bytes, body: bytes | None) -> Opened:
    """A record held against its entry: header, links and body are the sealed ones. Raises Corrupt."""
    if len(record) < HEADER_AT:
        raise Corrupt("a record is too short")
    version, position, recorded_at = _ASSIGNED.unpack_from(record)
    kind, length = _AFTER_ENTRY.unpack_from(record, ENTRY_BYTES)
    header, rest = record[HEADER_AT : HEADER_AT + length], record[HEADER_AT + length :]
    links = rest[SALT_BYTES:] if kind == WHOLE else None
    commitment = rest if links is None else links_commitment(rest[:SALT_BYTES], links)
    fits = (
        kind in {WHOLE, _WITHHELD} and len(commitment) == HASH_BYTES
    )  # else text could pass between the two
    if version != VERSION or not fits or header_digest(header, commitment) != record[_DIGEST]:
        raise Corrupt("the header is not the sealed one", position)
    if body is not None and root_of(body) != record[_ROOT]:
        raise Corrupt("the body is not the sealed one", position)
    try:
        said = _said(header)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"a header cannot be read: {error}", position) from error
    return Opened(position, recorded_at, header, links, said, leaf_of(record))


def assigned(entry: bytes) -> tuple[int, int]:
    """Position and instant of an entry. Raises Corrupt."""
    if len(entry) != ENTRY_BYTES or entry[0] != VERSION:
        raise Corrupt("no entry of a record")
    _, position, recorded_at = _ASSIGNED.unpack_from(entry)
    return position, recorded_at


def framed(record: bytes, body: bytes | None) -> bytes:
    """A record and its body as they stand in a file."""
    kept = body or b""
    return b"".join((_LENGTH.pack(len(record)), record, _LENGTH.pack(len(kept)), kept))


def unframed(file: BinaryIO) -> Iterator[tuple[bytes, bytes | None]]:
    """The records of a file with their bodies. Raises Corrupt where it is none or ends too early."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Corrupt("no file of records")
    while head := file.read(_LENGTH.size):
        record = _exactly(file, head)
        yield record, _exactly(file, file.read(_LENGTH.size)) or None


def line_of(one: Opened, body: bytes | None) -> bytes:
    """The record as one line of canonical JSON; null is what is withheld or was disposed of."""
    groups = b"null" if body is None else b"{" + b",".join(_members(body)) + b"}"
    return b"".join((
        b'{"groups":', groups, b',"header":', one.header, b',"leaf":"', one.leaf.hex().encode(),
        b'","links":', b"null" if one.links is None else one.links, b',"position":',
        str(one.position).encode(), b',"recorded_at":"', instant_text(one.recorded_at).encode(), b'"}\n',
    ))  # fmt: skip


def _members(body: bytes) -> Iterator[bytes]:
    for name, content in sorted(contents(body).items()):
        yield b'"' + name + b'":' + (b"null" if content is None else content)


def _exactly(file: BinaryIO, head: bytes) -> bytes:
    if len(head) != _LENGTH.size:
        raise Corrupt("a file of records ends within a length")
    (length,) = _LENGTH.unpack(head)
    content = file.read(length)
    if len(content) != length:
        raise Corrupt("a file of records ends within a record")
    return content
