"""What of each record goes along: all of it, but what is still sealed, of which only commitments do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ledger.store.body import contents, masked
from ledger.store.codec import without_links
from ledger.store.log import Record
from replay.questions.unsealed import UnsealedLog

BATCH = 1024
ORDERS_MAX = 50_000
"""Orders remembered as opened or not before they are forgotten, so that memory does not grow with a range."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One record and its body as they go along; no body where it was disposed of."""

    record: bytes
    body: bytes | None


def shown(log: UnsealedLog, records: Iterable[Record]) -> Iterator[Shown]:
    """Records as they go along, in order.

    Of an offer whose order is not awarded at the log's position goes what fixes it, and nothing that it says:
    no links, and the commitment of each group.
    """
    source = iter(records)
    while batch := list(islice(source, BATCH)):
        if len(log.opened) > ORDERS_MAX:
            log.opened.clear()
        sealed = log.sealed_among(batch)
        for one in batch:
            yield _withheld(one) if one.position in sealed else Shown(one.record, one.body)


def _withheld(one: Record) -> Shown:
    body = one.body
    for name in contents(body) if body is not None else ():
        body = masked(body or b"", name.decode())
    return Shown(without_links(one.record), body)
