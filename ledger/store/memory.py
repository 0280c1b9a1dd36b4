"""The log in memory: the twin of the one on PostgreSQL, with the same rules and contract tests."""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from threading import Condition as Monitor

from msgspec.structs import replace

from ledger.errors import ClockStopped, CommandReused, Conflict, LedgerError, Unavailable
from ledger.fold import Selector
from ledger.store.clock import AHEAD_MAX_US, JUMP_ACCEPTED, JUMP_MAX_US, Mode
from ledger.store.codec import header_of, leaf_of, parse_record, record_of
from ledger.store.locks import Locks
from ledger.store.log import Append, Bare, Head, Outcome, Record, Sealed, Stored
from ledger.store.matching import Match
from ledger.store.order_keys import OrderKeys
from ledger.values import INSTANT_MAX


def _now() -> int:
    return time.time_ns() // 1000


class MemoryLog:
    """A log that lasts as long as the process. ``clock`` is the store's own, in microseconds."""

    def __init__(self, *, mode: Mode, clock: Callable[[], int] = _now) -> None:
        self._mode = mode
        self._clock = clock
        self._records: list[Record] = []
        self._instants: list[int] = []
        self._by_pair: dict[tuple[str, str], list[int]] = {}
        self._commands: dict[tuple[str, str], tuple[bytes, Outcome]] = {}
        self._known_mark = 0
        self._changed = Monitor()
        self._closed = False
        self._locks = Locks(self)

    def append(self, append: Append) -> Outcome:
        """Append and return the outcome. Raises Conflict, CommandReused, ClockStopped, Unavailable."""
        return self.append_unless(append, (), 0)

    def append_unless(self, append: Append, items: Sequence[Match], after: int) -> Outcome:
        """The same, unless an event after ``after`` matches any item."""
        with self._changed:
            if self._closed:
                raise Unavailable("the ledger was closed")
            if before := self.outcome(append.client, append.command_id, append.mac):
                return before
            if append.condition.selectors and append.condition.after > len(self._records):
                raise LedgerError("a decision rests on positions beyond the end of this log")
            if self._contradicts(append) or (items and self.matching(items, after=after, limit=1)[1]):
                raise Conflict("something this decision rests on was recorded in the meantime")
            outcome = self._write(append, self._recorded_at(append))
            self._changed.notify_all()
            return outcome

    def outcome(self, client: str, command_id: str, mac: bytes | None = None) -> Outcome | None:
        """The outcome of an earlier command, or None. Raises CommandReused."""
        first_mac, found = self._commands.get((client, command_id), (mac, None))
        if mac is not None and mac != first_mac:
            raise CommandReused("the command id was used before with other content")
        return found and replace(found, repeated=True)

    def head(self) -> Head:
        """The end of the log now."""
        with self._changed:
            last = self._instants[-1] if self._instants else 0
            return Head(len(self._records), max(last, self._known_mark))

    def boundary(
        self, selectors: Sequence[Selector], *, after: int = 0, upto: int | None = None
    ) -> tuple[int, list[Stored]]:
        """(head, the matching events in order)."""
        with self._changed:
            head = len(self._records) if upto is None else min(upto, len(self._records))
            pairs = {(selector.tag, type_) for selector in selectors for type_ in selector.types}
            found = {position for pair in pairs for position in self._positions(pair, after, head)}
            return head, list(self._locks.stored(_stored(self._records[p - 1]) for p in sorted(found)))

    def tail(
        self, *, after: int = 0, upto: int | None = None, types: Sequence[str] | None = None
    ) -> Iterator[Stored]:
        """Stream the log in order."""
        return (
            _stored(record)
            for record in self.records(after=after, upto=upto)
            if types is None or record.type in types
        )

    def records(self, *, after: int = 0, upto: int | None = None) -> Iterator[Record]:
        """Stream whole records in order, up to the head now."""
        end = len(self._records) if upto is None else min(upto, len(self._records))
        return self._locks.records(self._records[index] for index in range(after, end))

    def bare(self, *, after: int = 0, upto: int | None = None) -> Iterator[Bare]:
        """Stream records and bodies as they are stored."""
        end = len(self._records) if upto is None else min(upto, len(self._records))
        found = (self._records[index] for index in range(after, end))
        return (Bare(one.position, one.record, one.body) for one in found)

    def opened(self, body: bytes) -> bytes:
        """A stored body with everything shown that a key opens."""
        return self._locks.opened(body)

    def records_at(self, positions: Sequence[int]) -> list[Record]:
        """The whole records at these positions, in order."""
        found = (self._records[p - 1] for p in sorted(set(positions)) if 0 < p <= len(self._records))
        return list(self._locks.records(found))

    def matching(
        self, items: Sequence[Match], *, after: int = 0, limit: int | None = None
    ) -> tuple[int, list[Record]]:
        """(head, the records that match any item, in order)."""
        with self._changed:
            found = [
                record for record in self._records[after:] if any(_matches(record, item) for item in items)
            ]
            return len(self._records), list(self._locks.records(found[:limit]))

    def unlock(self, keys: OrderKeys) -> None:
        """Open with these keys what is locked, in every body that is read from now on."""
        self._locks.keys = keys

    def wait(self, after: int, timeout: float) -> int:
        """Block until the head lies beyond ``after`` or the seconds have passed; the head's position."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._records) > after or self._closed, timeout)
            return len(self._records)

    def position_at(self, known_at: int) -> int:
        """The last position recorded by an instant, made final. Raises ClockStopped for a future one."""
        with self._changed:
            if known_at >= self.head().recorded_at:
                if known_at > (self._clock() + AHEAD_MAX_US if self._mode == "real" else INSTANT_MAX):
                    raise ClockStopped(f"what will be known at {known_at} cannot be known yet")
                self._known_mark = max(self._known_mark, known_at)
            return bisect_right(self._instants, known_at)

    def close(self) -> None:
        """Refuse further appends and wake everybody who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _contradicts(self, append: Append) -> bool:
        pairs = ((selector.tag, type_) for selector in append.condition.selectors for type_ in selector.types)
        return any(self._by_pair.get(pair, (0,))[-1] > append.condition.after for pair in pairs)

    def _recorded_at(self, append: Append) -> int:
        last, proposed = self.head().recorded_at, append.proposed_at
        if self._mode == "real":
            if proposed > self._clock() + AHEAD_MAX_US:
                raise ClockStopped("the clock runs ahead of the store's")
            accepted = any(event.type == JUMP_ACCEPTED for event in append.events)
            if self._records and proposed > last + JUMP_MAX_US and not accepted:
                raise ClockStopped("the clock jumped ahead of the last event; an operator has to accept that")
        return max(last + 1, proposed)

    def _write(self, append: Append, recorded_at: int) -> Outcome:
        first = len(self._records) + 1
        for position, event in enumerate(append.events, first):
            self._keep(event, position, recorded_at)
        ids = tuple(event.event_id for event in append.events)
        leaves = tuple(record.leaf for record in self._records[first - 1 :])
        outcome = Outcome(first, len(self._records), recorded_at, ids, leaves)
        self._commands[append.client, append.command_id] = (append.mac, outcome)
        return outcome

    def _keep(self, event: Sealed, position: int, recorded_at: int) -> None:
        record = record_of(position, recorded_at, event.content)
        self._records.append(Record(position, event.type, recorded_at, record, leaf_of(record), event.body))
        self._instants.append(recorded_at)
        for tag in event.tags:
            self._by_pair.setdefault((tag, event.type), []).append(position)

    def _positions(self, pair: tuple[str, str], after: int, upto: int) -> list[int]:
        positions = self._by_pair.get(pair, [])
        return positions[bisect_right(positions, after) : bisect_right(positions, upto)]


def _stored(record: Record) -> Stored:
    return Stored(record.position, record.type, record.recorded_at, record.body or b"")


def _matches(record: Record, item: Match) -> bool:
    if item.types and record.type not in item.types:
        return False
    return not item.tags or set(item.tags) <= set(header_of(parse_record(record.record).header).tags)
