"""What may not tell its place before an award: sealed offers, and what a bidder says of an order meanwhile.

Two positions tell how much was recorded in between, so somebody who offers and asks again could count offers.
"""

from collections.abc import Iterable

from ledger.events.base import EVENTS, SEALED, event_type
from ledger.events.orders import OrderReceiptRecorded
from ledger.facts.orders import orders
from ledger.handle.reading import read_folds
from ledger.store.codec import Header, header_of, parse_record
from ledger.store.log import Log, Record

BIDDERS_OWN = frozenset({event_type(OrderReceiptRecorded).name})
"""Open events that a bidder can have recorded, as often as it has mandates, while others still offer."""


def withholds(stored_types: Iterable[str]) -> bool:
    """Whether an answer about events of these types leaves their places out, whatever became of the order."""
    return any(_kept_back(stored) for stored in stored_types)


def is_sealed(log: Log, read: Header) -> bool:
    """Whether a record is about an offer on an order that is not opened yet."""
    return read.secrecy == SEALED and not _opened(log, read)


def place_is_secret(log: Log, records: Iterable[Record]) -> bool:
    """Whether the places of a command's events are still withheld: until every position is awarded."""
    kept_back = [one for one in records if _kept_back(one.type)]
    return any(not _opened(log, header_of(parse_record(one.record).header)) for one in kept_back)


def places_told(log: Log, positions: Iterable[int]) -> tuple[int, ...]:
    """Those of these positions that may be told: a no does not tell a bidder where its own offer stands."""
    wanted = tuple(positions)
    secret = {one.position for one in log.records_at(wanted) if place_is_secret(log, (one,))}
    return tuple(one for one in wanted if one not in secret)


def _kept_back(stored: str) -> bool:
    declared = EVENTS.get(stored)
    secret = (
        declared is None or declared.secrecy == SEALED
    )  # of a type that this version does not know, nothing
    return secret or stored.partition(".")[0] in BIDDERS_OWN


def _opened(log: Log, read: Header) -> bool:
    order = next((tag for tag in read.tags if tag.startswith("order:")), None)
    if order is None:
        return False
    key = order.removeprefix("order:")
    return bool(read_folds(log, {"order": orders(key)})[1]["order"].opened)
