"""The only door to the `eventsourcing` library: its DCB recorder port over our log.

The port appends raw bytes, without a condition if it likes, and asks by type or tag alone; so this is a thin
adapter with a synthetic envelope that domain code never calls. Reading, it shows the domain's events too.
"""

import base64
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.persistence import IntegrityError, ProgrammingError

from ledger.errors import Conflict
from ledger.store.clock import Mode
from ledger.store.codec import Header, fields_json, header_of, parse_record, sealed, uuid7
from ledger.store.log import Append, Condition, Record, Sealed
from ledger.store.matching import ALL, Match, MatchingLog

RAW = "raw@1"
_CLIENT = "dcb-port"
_WAIT_SECONDS = 1.0
_STRETCH = 1000
_NO_MAC = bytes(32)


class LedgerRecorder(DCBRecorder):
    """The library's port over a log; ``mode`` and ``ledger`` go into the synthetic headers."""

    def __init__(self, log: MatchingLog, *, mode: Mode, ledger: str = "dcb") -> None:
        self._log = log
        self._mode = mode
        self._ledger = ledger

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> "LedgerReadResponse":
        """The events that match any item of the query, or all, after a position, at most ``limit``."""
        head, records = self._log.matching(_items(query), after=after or 0, limit=limit)
        if limit is not None:
            return LedgerReadResponse(records, records[-1].position if records else None)
        return LedgerReadResponse(records, head or None)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all or nothing; the last position. Raises IntegrityError when the condition fails."""
        if not events:
            raise ProgrammingError("an append has at least one event")
        append = self._enveloped(events)
        try:
            if condition is None:
                return self._log.append(append).last
            items = _items(condition.fail_if_events_match)
            return self._log.append_unless(append, items, condition.after or 0).last
        except Conflict as conflict:
            raise IntegrityError(condition) from conflict

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> "LedgerSubscription":
        """The events that match, now and as they come."""
        return LedgerSubscription(self, query, after)

    def wait(self, after: int) -> None:
        """Block for a while, or until there is an event after this position."""
        self._log.wait(after, _WAIT_SECONDS)

    def _enveloped(self, events: Sequence[DCBEvent]) -> Append:
        now = time.time_ns() // 1000
        command_id = uuid7(now)
        packed = tuple(
            self._sealed(event, now, command_id, (k, len(events))) for k, event in enumerate(events, 1)
        )
        return Append(_CLIENT, command_id, _NO_MAC, packed, Condition((), 0), now)

    def _sealed(self, event: DCBEvent, now: int, command_id: str, n: tuple[int, int]) -> Sealed:
        header = Header(
            actor=_CLIENT, client=_CLIENT, command="append", command_id=command_id,
            command_mac=_NO_MAC.hex(), decided_at=now, event_id=uuid7(now), head=0, ledger=self._ledger,
            mode=self._mode, n=n, received_at=now, rule=RAW, tags=tuple(dict.fromkeys(event.tags)),
            type=event.type,
        )  # fmt: skip
        content = b'{"data":"' + base64.b64encode(event.data) + b'"}'
        return sealed(header, [(b"facts", content)], os.urandom(32))


class LedgerReadResponse(DCBReadResponse):
    """The answer to one read: the events, and the head they were read with."""

    def __init__(self, records: Sequence[Record], head: int | None) -> None:
        self._events = map(_sequenced, records)
        self._head = head

    @property
    def head(self) -> int | None:
        """The last position of the log, or of the answer if it was limited; None when there is none."""
        return self._head

    def __iter__(self) -> Iterator[DCBSequencedEvent]:
        return self

    def __next__(self) -> DCBSequencedEvent:
        return next(self._events)


class LedgerSubscription(DCBSubscription[LedgerRecorder]):
    """Events in order, blocking at the log's end until there is another or it is stopped."""

    def __init__(self, recorder: LedgerRecorder, query: DCBQuery | None, after: int | None) -> None:
        super().__init__(recorder, query, after)
        self._ready: Iterator[DCBSequencedEvent] = iter(())

    def __next__(self) -> DCBSequencedEvent:
        while not self._has_been_stopped:
            for event in self._ready:
                self._last_position = event.position
                return event
            answer = self._recorder.read(self._query, after=self._last_position, limit=_STRETCH)
            head = answer.head or 0
            events = list(answer)
            self._ready = iter(events)
            if not events:
                self._last_position = max(self._last_position, head)
                self._recorder.wait(self._last_position)
        raise StopIteration


def _items(query: DCBQuery | None) -> tuple[Match, ...]:
    if query is None or not query.items:
        return ALL
    return tuple(Match(tuple(item.types), tuple(item.tags)) for item in query.items)


def _sequenced(record: Record) -> DCBSequencedEvent:
    header = header_of(parse_record(record.record).header)
    content = fields_json(record.body or b"")
    data = _raw(content) if header.rule == RAW else content
    return DCBSequencedEvent(DCBEvent(record.type, data, list(header.tags)), record.position)


def _raw(content: bytes) -> bytes:
    values: dict[str, Any] = msgspec.json.decode(content)
    return base64.b64decode(values["data"])
