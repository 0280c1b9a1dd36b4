"""Re-performance: every decision in history made again from its own recorded past, and compared.

One pass over the log, up to where the scope or a process's share of it ends. What comes before is only added
to the past.
"""

from collections.abc import Callable, Mapping
from functools import cache
from time import thread_time_ns
from typing import Any
from zlib import crc32

from msgspec import Struct

from ledger.events.base import EVENTS
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Log
from projections.replaying import GARBAGE_OF_A_PASS, ahead, collecting_seldom
from replay.again import again
from replay.belonging import Belonging
from replay.past import Past
from replay.recorded import Recorded, decisions
from replay.stretches import cuts
from replay.tally import Tally

TELL_EVERY = 500
Tell = Callable[[Tally], None]


class Scope(Struct, frozen=True):
    """Which decisions: those that begin after a position, up to another, of a region, of a supplier."""

    after: int = 0
    upto: int | None = None
    region: str | None = None
    supplier: str | None = None


class Share(Struct, frozen=True):
    """One process's part of a scope: a stretch of the log, or what concerns the same things all along it."""

    number: int = 0
    of: int = 1

    def stretch(self, after: int, upto: int) -> tuple[int, int]:
        """After which position this part begins and where it ends, such that all take equally long."""
        ends = cuts(after, upto, self.of)
        return ends[self.number], ends[self.number + 1]

    def holds(self, recorded: Recorded) -> bool:
        """Whether a decision is in this part by its key: what concerns one order is all in one part."""
        if self.of == 1:
            return True
        tags = recorded.events[0].tags
        key = tags[0] if tags else recorded.header.command_id
        return crc32(key.encode()) % self.of == self.number


WHOLE = Share()


def reperformed(
    log: Log, scope: Scope, share: Share = WHOLE, so_far: Tally | None = None, tell: Tell | None = None
) -> Tally:
    """Make the decisions of a scope again; ``so_far`` is where an interrupted run had come to.

    ``tell`` hears of the tally now and then. Raises Corrupt where the log itself is broken.
    """
    tally = so_far or Tally(scope.after)
    with collecting_seldom(GARBAGE_OF_A_PASS):
        _run(log, scope, share, tally, tell or (lambda _: None))
    return tally


def _run(log: Log, scope: Scope, share: Share, tally: Tally, tell: Tell) -> None:
    head = log.head().position if scope.upto is None else scope.upto
    begin, end = share.stretch(scope.after, head)
    if tally.position < end:
        _go_through(log, scope, (max(begin, tally.position), end), tally, tell)
    if end < head:
        tally.position = whole_until(log, head)  # nothing is left of its share


def _go_through(log: Log, scope: Scope, stretch: tuple[int, int], tally: Tally, tell: Tell) -> None:
    past, belonging = Past(log.records_at, log.opened), Belonging(scope.region, scope.supplier)
    begin, end = stretch
    for number, stored in enumerate(decisions(ahead(log.bare(upto=whole_until(log, end)))), 1):
        if stored.first > end:
            break
        asked = stored.first > begin
        recorded = stored.opened(log.opened) if asked or belonging.named else stored
        same = _count(tally, recorded, past) if belonging.holds(recorded) and asked else {}
        for event in recorded.events:
            known = same.get(event.position, event.body)
            past.add(event.position, event.type, event.tags, known)
        tally.position = max(tally.position, recorded.last)
        if number % TELL_EVERY == 0:
            tell(tally)


def whole_until(log: Log, head: int) -> int:
    """Where the command that stands at a position ends."""
    for recorded in log.records_at([head]):
        header = header_of(parse_record(recorded.record).header)
        return head + header.n[1] - header.n[0]
    return head


def _count(tally: Tally, recorded: Recorded, past: Past) -> Mapping[int, Any]:
    """Make one decision again and count it: those of its events that came out byte for byte, by position."""
    header = recorded.header
    same: dict[int, Any] = {}
    refused = not _refusing().isdisjoint([event.type for event in recorded.events])
    began = thread_time_ns()
    verdict = again(recorded, past, same)
    tally.add(verdict, len(recorded.events), thread_time_ns() - began, refused=refused, zone=header.tz)
    return same


@cache
def _refusing() -> frozenset[str]:
    return frozenset(stored for stored, declared in EVENTS.items() if declared.refuses)


__all__ = ["Scope", "Share", "Tell", "reperformed", "whole_until"]
