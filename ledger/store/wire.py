"""Appends as PostgreSQL arrays in binary: packed once by the caller, joined by whoever flushes.

psycopg would turn each list into an array element by element in Python; here a flush costs one join a column.
"""

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import mul
from typing import Any, ClassVar

from msgspec import Struct
from psycopg import Connection, pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

from ledger.fold import Selector
from ledger.store.log import Append, Condition

COMMANDS_MAX = 1024
_INT4, _INT8, _ARRAY = struct.Struct(">ii"), struct.Struct(">iq"), struct.Struct(">iiIii")
_NO_ELEMENTS = struct.Struct(">iiI")
_ORDINALS = tuple(_INT4.pack(4, n) for n in range(COMMANDS_MAX + 1))


class Int4s(bytes):
    """The bytes of an int4[]."""

    __slots__ = ()
    element: ClassVar[int] = 23


class Int8s(bytes):
    """The bytes of an int8[]."""

    __slots__ = ()
    element: ClassVar[int] = 20


class Texts(bytes):
    """The bytes of a text[]."""

    __slots__ = ()
    element: ClassVar[int] = 25


class Byteas(bytes):
    """The bytes of a bytea[]."""

    __slots__ = ()
    element: ClassVar[int] = 17


class _Packed(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: Any) -> Buffer | None:
        """The bytes as they are."""
        return bytes(obj)


_DUMPERS = tuple(
    (kind, type(f"{kind.__name__}Dumper", (_Packed,), {"oid": oid}))
    for kind, oid in ((Int4s, 1007), (Int8s, 1016), (Texts, 1009), (Byteas, 1001))
)


class Packed(Struct, frozen=True):
    """One command as elements of the arrays of ``liggare.append_batch``; ``columns`` follows ``_KINDS``."""

    columns: tuple[bytes, ...]
    events: int
    tags: int
    conditions: int

    @property
    def size(self) -> int:
        """About how many bytes travel for it: its records and bodies."""
        return sum(map(len, self.columns[7:9]))


# The columns of Packed.columns, and for each what one element of it belongs to.
_KINDS: tuple[tuple[type[Int4s | Int8s | Texts | Byteas], str], ...] = (
    (Texts, "command"), (Texts, "command"), (Byteas, "command"), (Int8s, "command"), (Int4s, "command"),
    (Int4s, "event"), (Texts, "event"), (Byteas, "event"), (Byteas, "event"),
    (Int4s, "tag"), (Texts, "tag"), (Texts, "tag"),
    (Int8s, "condition"), (Texts, "condition"), (Texts, "condition"),
)  # fmt: skip


def register(connection: Connection[Any]) -> None:
    """Teach a connection to send packed arrays."""
    for kind, dumper in _DUMPERS:
        connection.adapters.register_dumper(kind, dumper)


def packed(append: Append) -> Packed:
    """One command ready to travel. Raises UnicodeEncodeError for text that UTF-8 cannot hold."""
    types = [_text(event.type) for event in append.events]
    offsets = [_INT4.pack(4, k) for k in range(len(types))]
    tags = [len(event.tags) for event in append.events]
    after, condition_types, condition_tags, conditions = _condition(append.condition)
    columns = (
        _text(append.client),
        _text(append.command_id),
        _element(append.mac),
        _INT8.pack(8, append.proposed_at),
        _INT4.pack(4, len(types)),
        b"".join(offsets),
        b"".join(types),
        b"".join([_element(event.content) for event in append.events]),
        b"".join([_element(event.body) for event in append.events]),
        b"".join(map(mul, offsets, tags)),
        b"".join(map(mul, types, tags)),
        b"".join([_text(tag) for event in append.events for tag in event.tags]),
        after,
        condition_types,
        condition_tags,
    )
    return Packed(columns, len(types), sum(tags), conditions)


def arguments(batch: Sequence[Packed]) -> list[bytes]:
    """The arguments of ``liggare.append_batch`` after the mode, for at most COMMANDS_MAX commands."""
    counts = {
        "command": [1] * len(batch),
        "event": [one.events for one in batch],
        "tag": [one.tags for one in batch],
        "condition": [one.conditions for one in batch],
    }
    out: list[bytes] = []
    previous = "command"
    for (kind, of), column in zip(_KINDS, zip(*(one.columns for one in batch), strict=True), strict=True):
        if of != previous:
            out.append(_ordinals(counts[of]))
            previous = of
        out.append(kind(_array(kind.element, sum(counts[of]), column)))
    return out


def pairs(selectors: Iterable[Selector]) -> tuple[Texts, Texts]:
    """(types, tags) of selectors as two arrays of equal length, one element a pair."""
    types, tags, total = _pairs(selectors)
    return Texts(_array(Texts.element, total, types)), Texts(_array(Texts.element, total, tags))


def texts(values: Sequence[str]) -> Texts:
    """A text[]."""
    return Texts(_array(Texts.element, len(values), map(_text, values)))


def int4s(data: bytes) -> list[int]:
    """The elements of an int4[] without nulls."""
    return [value for _, value in _INT4.iter_unpack(data[_ARRAY.size :])]


def int8s(data: bytes) -> list[int]:
    """The elements of an int8[] without nulls."""
    return [value for _, value in _INT8.iter_unpack(data[_ARRAY.size :])]


def _ordinals(counts: list[int]) -> bytes:
    parts = (_ORDINALS[n] * count for n, count in enumerate(counts, 1))
    return Int4s(_array(Int4s.element, sum(counts), parts))


def _array(element: int, count: int, parts: Iterable[bytes]) -> bytes:
    if count == 0:
        return _NO_ELEMENTS.pack(0, 0, element)
    return _ARRAY.pack(1, 0, element, count, 1) + b"".join(parts)


def _condition(condition: Condition) -> tuple[bytes, bytes, bytes, int]:
    types, tags, total = _pairs(condition.selectors)
    return _INT8.pack(8, condition.after) * total, b"".join(types), b"".join(tags), total


def _pairs(selectors: Iterable[Selector]) -> tuple[list[bytes], list[bytes], int]:
    """The types, the tags and how many, as elements; what selectors of one kind share is packed once."""
    types: list[bytes] = []
    tags: list[bytes] = []
    total = 0
    for selector in selectors:
        names, count = _types(selector.types)
        types.append(names)
        tags.append(_text(selector.tag) * count)
        total += count
    return types, tags, total


@lru_cache(maxsize=1024)
def _types(types: tuple[str, ...]) -> tuple[bytes, int]:
    return b"".join(map(_text, types)), len(types)


def _text(text: str) -> bytes:
    return _element(text.encode())


def _element(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
