"""Histories by the real shell, taken from the cases a lawyer can read, and ways to tamper with them."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ledger.store.body import contents, masked
from ledger.store.canonical import encoded
from ledger.store.codec import Header, header_of, leaf_of, parse_record, record_of, sealed
from ledger.store.log import Record
from ledger.store.memory import MemoryLog
from tests.cases.run import _begun, _happening, _played
from tests.cases.story import Case, cases
from tests.cases.world import BOOK, World

CASES: Mapping[str, list[Case]] = {}
for one in cases():
    CASES.setdefault(one.rule, []).append(one)  # type: ignore[attr-defined]


def played(case: Case) -> World:
    """The world of a case after everything that is given and happens in it."""
    begun, wrong, _ = _begun(case.background, BOOK)
    world = begun.branch()
    assert not wrong
    assert not _played(world, case.given)
    _happening(world, case.when)
    return world


def award_world() -> World:
    """Shifts, an order with two offers, and its award by continuity."""
    return played(CASES["continuity-in-the-award"][0])


def position_of(log: MemoryLog, stored: str) -> int:
    """Where the last event of a type stands."""
    return max(record.position for record in log.records() if record.type == stored)


def rewritten(
    log: MemoryLog,
    position: int,
    facts: Callable[[dict[str, Any]], None] = lambda _: None,
    **header: Any,
) -> None:
    """Change the facts or the header of one event, with root and leaf made anew, as an insider would."""
    (record,) = log.records_at([position])
    groups = {name: content or b"" for name, content in contents(record.body or b"").items()}
    values = msgspec.json.decode(groups[b"facts"])
    facts(values)
    groups[b"facts"] = encoded(values)
    changed: Header = msgspec.structs.replace(header_of(parse_record(record.record).header), **header)
    again = sealed(changed, list(groups.items()), os.urandom(32))
    _put(log, record, record_of(position, record.recorded_at, again.content), again.body)


def with_body(log: MemoryLog, position: int, body: bytes | None) -> None:
    """Put another body (masked, or none) under a record."""
    record = log._records[position - 1]
    _put(log, record, record.record, body)


def _put(log: MemoryLog, was: Record, record: bytes, body: bytes | None) -> None:
    made = Record(was.position, was.type, was.recorded_at, record, leaf_of(record), body)
    log._records[was.position - 1] = made


def shortened(log: MemoryLog, position: int, *, open_only: bool = False) -> MemoryLog:
    """A log of its own that ends at a position, the same until there or with all but the facts masked."""
    found = MemoryLog(mode="simulated")
    for record in log.records(upto=position):
        header = header_of(parse_record(record.record).header)
        found._records.append(_open_alone(record) if open_only else record)
        found._instants.append(record.recorded_at)
        for tag in header.tags:
            found._by_pair.setdefault((tag, record.type), []).append(record.position)
    return found


def _open_alone(record: Record) -> Record:
    body = record.body or b""
    for name in contents(body):
        body = body if name == b"facts" else masked(body, name.decode())
    return msgspec.structs.replace(record, body=body)
