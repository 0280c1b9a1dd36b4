"""Verify a ledger: every root and leaf anew from the bytes, everything derived against the records.

Decisions read derived columns and tag rows, so those are compared with what the headers say, row by row. All
of it is read from one snapshot, in order, by server-side cursors: memory stays bounded however long the log
is.

A ledger is held against itself here. Events that were cut off at the end together with their rows, or records
written anew as a whole, show only against a leaf that was noted elsewhere; a report gives the last one.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg

from ledger.errors import Corrupt
from ledger.store.codec import Header, header_of, leaf_of, parse_record, root_of
from ledger.store.log import Record
from ledger.store.queries import query

FINDINGS_MAX = 1000
PROGRESS_EVERY = 10_000
_ROWS, _RECORDS = 2000, 20  # fetched at a time; a record may be megabytes

Found = tuple[int, str]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying came to; ``findings`` are (position, what is wrong), the first thousand of them.

    ``last_leaf`` is the leaf of the last event, for whoever keeps it elsewhere; empty without events.
    """

    events: int
    intact: bool
    findings: tuple[Found, ...]
    last_leaf: bytes = b""


def verify(url: str, progress: Callable[[int], None] | None = None) -> Report:
    """Verify the ledger behind a URL; ``progress`` is told how many events are done. Raises psycopg.Error."""
    with psycopg.connect(url) as connection, ExitStack() as stack:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL work_mem = '64MB'")
        ledger = connection.execute(query("verify_ledger")).fetchone()
        tags = Rows(_stream(connection, stack, "verify_tags"))
        commands = Rows(_stream(connection, stack, "verify_commands"))
        return _examined(
            Examination(tags, commands, ledger),
            (Record(*row) for row in _stream(connection, stack, "verify_events", _RECORDS)),
            progress,
        )


def _examined(
    examination: "Examination", records: Iterator[Record], progress: Callable[[int], None] | None
) -> Report:
    total, leaf, findings = 0, b"", _Findings()
    for total, record in enumerate(records, 1):
        findings.add(examination.event(record))
        leaf = record.leaf
        if progress is not None and total % PROGRESS_EVERY == 0:
            progress(total)
    findings.add(examination.rest())
    return Report(total, not findings.kept, tuple(findings.kept), leaf)


def _stream(
    connection: psycopg.Connection[Any], stack: ExitStack, name: str, rows: int = _ROWS
) -> Iterator[Row]:
    cursor = stack.enter_context(connection.cursor(name, binary=True))
    cursor.itersize = rows
    cursor.execute(query(name))
    return iter(cursor)


class _Findings:
    def __init__(self) -> None:
        self.kept: list[Found] = []

    def add(self, found: Iterator[Found]) -> None:
        self.kept += islice(found, FINDINGS_MAX - len(self.kept))


class Rows:
    """Rows in rising order of their first column, taken a position at a time."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def upto(self, position: int) -> list[Row]:
        """The rows up to and with this position that were not taken yet."""
        taken = []
        while self._next is not None and self._next[0] <= position:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    def rest(self) -> Iterator[Row]:
        """The rows beyond."""
        if self._next is not None:
            yield self._next
        yield from self._rows


class Examination:
    """Goes through the events in order and remembers what the next must fit: position, instant, command."""

    def __init__(self, tags: Rows, commands: Rows, ledger: Row | None) -> None:
        self._tags = tags
        self._commands = commands
        self._ledger = ledger
        self._position = 0
        self._recorded_at = -1
        self._command: Header | None = None

    def event(self, record: Record) -> Iterator[Found]:
        """What is wrong with one event and the rows derived from it."""
        position = record.position
        for missing in range(self._position + 1, min(position, self._position + FINDINGS_MAX)):
            yield missing, "event: missing"
        try:
            header: Header | None = yield from _sealed(record)
        except Corrupt as problem:
            yield position, f"record: {problem}"
            header = None
        rows = self._tags.upto(position), self._commands.upto(position)
        if header is not None:
            if self._command is not None and header.mode != self._command.mode:
                yield position, f"header: mode {header.mode}, the event before says {self._command.mode}"
            yield from _check_tags(position, header, rows[0])
            yield from self._check_command(record, header, rows[1])
        self._position, self._recorded_at, self._command = position, record.recorded_at, header

    def rest(self) -> Iterator[Found]:
        """Rows that belong to no event, and what the ledger says of itself."""
        for row in self._tags.rest():
            yield row[0], f"tag row: extra {row[1]} ({row[2]})"
        for row in self._commands.rest():
            yield row[0], "command row: extra"
        if self._command is not None and self._command.n[0] != self._command.n[1]:
            yield self._position, "header: the command's last events are missing"
        if self._ledger is None:
            yield 0, "ledger row: missing"
        elif self._position and self._command and self._ledger[0] != self._command.mode:
            yield self._position, f"ledger row: mode {self._ledger[0]}, the record says {self._command.mode}"
        if self._ledger is not None and self._ledger[1]:
            yield self._position, "ledger row: known_mark lies in the future"

    def _check_command(self, record: Record, header: Header, rows: list[Row]) -> Iterator[Found]:
        k, of = header.n
        expected: Row | None = None
        if k == 1:
            expected = (
                record.position, record.position + of - 1, header.client, header.command_id,
                header.command_mac,
            )  # fmt: skip
            if record.recorded_at <= self._recorded_at:
                yield record.position, "recorded_at: does not rise from the command before"
        else:
            yield from self._check_continued(record, header)
        yield from _check_rows(record.position, [(*row[:4], row[4].hex()) for row in rows], expected)

    def _check_continued(self, record: Record, header: Header) -> Iterator[Found]:
        before = self._command
        if before is None or (before.client, before.command_id) != (header.client, header.command_id):
            yield record.position, "header: continues a command that the event before does not belong to"
        elif before.n != (header.n[0] - 1, header.n[1]):
            yield record.position, "header: is not the next event of its command"
        if record.recorded_at != self._recorded_at:
            yield record.position, "recorded_at: differs within one command"


def _sealed(record: Record) -> Generator[Found, None, Header]:
    position = record.position
    if leaf_of(record.record) != record.leaf:
        yield position, "leaf: is not the hash of the record"
    parts = parse_record(record.record)
    if parts.position != position:
        yield position, f"position: the record says {parts.position}"
    if parts.recorded_at != record.recorded_at:
        yield position, f"recorded_at: the record says {parts.recorded_at}"
    header = header_of(parts.header)
    if header.type != record.type:
        yield position, f"type: {record.type}, the record says {header.type}"
    if record.body is None or root_of(record.body) != parts.root:
        yield position, "body: does not have the record's root"
    return header


def _check_tags(position: int, header: Header, rows: list[Row]) -> Iterator[Found]:
    expected = {(position, tag, header.type) for tag in header.tags}
    if len(rows) != len(expected) or not expected.issuperset(rows):
        yield from ((position, f"tag row: missing {tag}") for _, tag, _ in sorted(expected.difference(rows)))
        yield from ((row[0], f"tag row: extra {row[1]} ({row[2]})") for row in rows if row not in expected)


def _check_rows(position: int, rows: list[Row], expected: Row | None) -> Iterator[Found]:
    for row in rows:
        if row != expected:
            kind = "changed" if expected is not None and row[0] == position else "extra"
            yield row[0], f"command row: {kind} ({row[2]}, {row[3]})"
    if expected is not None and not rows:
        yield position, "command row: missing"
