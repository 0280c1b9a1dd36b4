"""What a log does with locked groups as it reads: it opens those whose key it has, or an award has told."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from msgspec.structs import replace

from ledger.events.awards import OrderAwarded
from ledger.events.base import stored_types
from ledger.fold import Selector
from ledger.store.body import HASH_BYTES, NO_SECRET
from ledger.store.codec import header_bytes, header_of, parse_record
from ledger.store.log import Bounded, Record, Stored
from ledger.store.order_keys import (
    KEY_BYTES,
    ORDER_TAG,
    OrderKey,
    OrderKeys,
    order_of,
    public_secret,
    unlocked,
)

TOLD_KEPT = 50_000
_HEX = re.compile(f"[0-9a-f]{{{2 * KEY_BYTES}}}")
GENESIS = 1
Read = Callable[[list[int]], list[Record]]


class _Log(Bounded, Protocol):
    def records_at(self, positions: list[int]) -> list[Record]: ...


class Locks:
    """Opens bodies. ``keys`` are those it was given; without, a key is looked for where an award told it.

    What no key opens stays locked, and is read as if it were masked.
    """

    def __init__(self, log: _Log) -> None:
        self.keys: OrderKeys | None = None
        self._log = log
        self._told: dict[str, OrderKey] = {}
        self._public: list[OrderKeys] | None = None

    def stored(self, found: Iterable[Stored]) -> Iterator[Stored]:
        """The same events, opened."""
        for one in found:
            yield one if one.body[:HASH_BYTES] != NO_SECRET else replace(one, body=self._body(one.body))

    def records(self, found: Iterable[Record]) -> Iterator[Record]:
        """The same records, opened."""
        for one in found:
            body = one.body
            if body is None or body[:HASH_BYTES] != NO_SECRET:
                yield one
            else:
                yield replace(one, body=self._body(body))

    def opened(self, body: bytes) -> bytes:
        """A stored body, opened."""
        return body if body[:HASH_BYTES] != NO_SECRET else self._body(body)

    def _body(self, body: bytes) -> bytes:
        return unlocked(body, self._opened)

    def _opened(self, name: bytes, held: bytes) -> bytes | None:
        found = None if self.keys is None else self.keys.opened(name, held)
        if found is None and (key := self._found(order_of(held))) is not None:
            found = key.opened(name, held)
        return found

    def _found(self, order: str) -> OrderKey | None:
        """The key of an order that everybody can know: told by its award, or that of a generated ledger."""
        if order not in self._told:
            key = next((keys.of(order) for keys in self._everybodys()), None) or told_key(self._log, order)
            if key is None:
                return None
            if len(self._told) >= TOLD_KEPT:
                self._told.clear()
            self._told[order] = key
        return self._told[order]

    def _everybodys(self) -> list[OrderKeys]:
        if self._public is None:
            (first,) = self._log.records_at([GENESIS])
            secret = public_secret(header_of(parse_record(first.record).header).ledger)
            self._public = [OrderKeys(secret)] if secret else []
        return self._public


def told_key(log: _Log, order: str) -> OrderKey | None:
    """The key of an order as the award that opened it tells it; None before that."""
    _, found = log.boundary((Selector(stored_types(OrderAwarded), ORDER_TAG + order),))
    awards = log.records_at([one.position for one in found])
    return next(filter(None, (key_in(one.record, order) for one in awards)), None)


def key_in(award: bytes, order: str) -> OrderKey | None:
    """The key of an order that the record of an award tells; None where it tells none. Raises Corrupt."""
    told = header_of(header_bytes(award)).order_key
    if told is None or not _HEX.fullmatch(told):
        return None
    return OrderKey(order, bytes.fromhex(told))
