"""What bodies withhold, counted; and what is locked, opened where the award has told the key."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from msgspec import Struct

from ledger.errors import Corrupt
from ledger.events.awards import OrderAwarded
from ledger.events.base import stored_types
from ledger.store.body import groups_of
from ledger.store.locks import key_in
from ledger.store.order_keys import ORDER_TAG, OrderKey, may_be_locked, opens, orders_of

Connection = psycopg.Connection[Any]
_AWARDS = (
    "SELECT t.tag, e.record FROM liggare.tags AS t JOIN liggare.events AS e USING (position)"
    " WHERE t.tag = ANY(%s) AND t.type = ANY(%s) ORDER BY position"
)
WRONG = "body: what is locked does not open, by the key that the award told, to what is committed to"


class Withheld(Struct):
    """How many events have a body of which something is masked or disposed of, or sealed until an award.

    ``opened`` are those that were sealed and whose key an award told: each was opened and held against its
    commitments. Of sealed ones, the commitments alone are checked.
    """

    masked: int = 0
    sealed: int = 0
    opened: int = 0

    def add(self, other: "Withheld") -> None:
        """Add what another part came to."""
        self.masked += other.masked
        self.sealed += other.sealed
        self.opened += other.opened


Part = tuple[int, bytes]  # the position and the body of an event that withholds something


def parts_of(positions: Iterable[int], bodies: Iterable[bytes]) -> list[Part]:
    """The events whose bodies withhold something, or did when they were written."""
    return [(at, body) for at, body in zip(positions, bodies, strict=True) if may_be_locked(body)]


def looked_at(connection: Connection, parts: Sequence[Part]) -> tuple[Withheld, list[int]]:
    """What bodies that have their roots withhold, and the positions at which what is locked is not right."""
    found, wrong = Withheld(), []
    named = [(position, body, orders_of(body)) for position, body in parts]
    keys = told_keys(connection, {order for _, _, orders in named for order in orders})
    for position, body, orders in named:
        found.masked += any(not one.locked and one.content is None for one in groups_of(body))
        found.sealed += not orders <= keys.keys()
        found.opened += bool(orders) and orders <= keys.keys()
        if not opens(body, [keys[order] for order in orders & keys.keys()]):
            wrong.append(position)
    return found, wrong


def told_keys(connection: Connection, orders: Iterable[str]) -> dict[str, OrderKey]:
    """The keys of those of these orders whose award has told it."""
    tags, found = [ORDER_TAG + order for order in orders], dict[str, OrderKey]()
    if not tags:
        return found
    for tag, record in connection.execute(_AWARDS, (tags, list(stored_types(OrderAwarded))), binary=True):
        order = tag.removeprefix(ORDER_TAG)
        if order not in found and (key := _key_in(record, order)) is not None:
            found[order] = key
    return found


def _key_in(award: bytes, order: str) -> OrderKey | None:
    try:
        return key_in(award, order)
    except Corrupt:  # what is wrong with a record is found where it stands
        return None


def is_wrong(connection: Connection, body: bytes) -> bool:
    """Whether what is locked in a body does not open to what it commits to, as far as keys were told."""
    return may_be_locked(body) and bool(looked_at(connection, [(0, body)])[1])
