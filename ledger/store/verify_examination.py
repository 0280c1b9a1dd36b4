"""The examination of single events: what is wrong with each, and with the rows derived from it, in words."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from typing import Any

from ledger.errors import Corrupt
from ledger.store.body import names_of
from ledger.store.codec import VERSION, leaf_of, parse_record, root_of
from ledger.store.log import Record
from ledger.store.verify_headers import Heading, Said, Tied, checked, groups_named_in, heading
from ledger.store.verify_stretch import Before
from ledger.store.verify_withheld import WRONG

FINDINGS_MAX = 1000
_VERSION = bytes((VERSION,))

Found = tuple[int, str]
Row = tuple[Any, ...]


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
    """Goes through the events in order and remembers what the next must fit: position, instant, command.

    ``is_wrong`` tells of a body whether what is locked in it does not open to what it commits to.
    """

    def __init__(
        self,
        tags: Rows,
        commands: Rows,
        ledger: Row | None,
        before: Before,
        *,
        bodies: bool,
        is_wrong: Callable[[bytes], bool],
    ) -> None:
        self._tags = tags
        self._commands = commands
        self._ledger = ledger
        self._bodies = bodies
        self._is_wrong = is_wrong
        self.stand_after(before)

    def stand_after(self, before: Before) -> None:
        """Go on after an event, whatever was examined so far."""
        self._position, self._recorded_at = before.position, before.recorded_at
        self._command = before.header

    def event(self, record: Record) -> Iterator[Found]:
        """What is wrong with one event and the rows derived from it."""
        position = record.position
        for missing in range(self._position + 1, min(position, self._position + FINDINGS_MAX)):
            yield missing, "event: missing"
        try:
            found: Heading | None = yield from self._sealed(record)
        except Corrupt as problem:
            yield position, f"record: {problem}"
            found = None
        rows = self._tags.upto(position), self._commands.upto(position)
        if found is not None:
            if self._command is not None:
                yield from _check_same(position, found[0], self._command[0])
            yield from _check_tags(position, *found, rows[0])
            yield from self._check_command(record, *found, rows[1])
        self._position, self._recorded_at, self._command = position, record.recorded_at, found

    def rest(self) -> Iterator[Found]:
        """Rows that belong to no event, and what the ledger says of itself."""
        for row in self._tags.rest():
            yield row[0], f"tag row: extra {row[1]} ({row[2]})"
        for row in self._commands.rest():
            yield row[0], f"command row: extra ({row[2]}, {row[3]})"
        said = None if self._command is None else self._command[0]
        if said is not None and said.n[0] != said.n[1]:
            yield self._position, "header: the command's last events are missing"
        if self._ledger is None:
            yield 0, "ledger row: missing"
        elif self._position and said and self._ledger[0] != said.mode:
            yield self._position, f"ledger row: mode {self._ledger[0]}, the record says {said.mode}"
        if self._ledger is not None and self._ledger[1]:
            yield self._position, "ledger row: known_mark lies in the future"

    def _sealed(self, record: Record) -> Generator[Found, None, Heading]:
        position = record.position
        if leaf_of(record.record) != record.leaf:
            yield position, "leaf: is not the hash of the record's entry"
        content = record.record
        if content[:1] != _VERSION and _is_whole(content):
            yield position, f"version: the record says {content[0]}; all else in it is of draft {VERSION}"
            content = _VERSION + content[1:]
        parts = parse_record(content)
        if parts.position != position:
            yield position, f"position: the record says {parts.position}"
        if parts.recorded_at != record.recorded_at:
            yield position, f"recorded_at: the record says {parts.recorded_at}"
        _, texts = checked([record.record])
        heads = heading(texts[0][0], texts[1][0])
        if heads[0].type != record.type:
            yield position, f"type: {record.type}, the record says {heads[0].type}"
        if self._bodies and (record.body is None or root_of(record.body) != parts.root):
            yield position, "body: does not have the record's root"
        elif self._bodies and record.body is not None:
            if (names := names_of(record.body)) != (named := groups_named_in(texts[0][0])):
                yield position, f"body: its groups are {_listed(names)}, the header says {_listed(named)}"
            if self._is_wrong(record.body):
                yield position, WRONG
        return heads

    def _check_command(self, record: Record, said: Said, tied: Tied, rows: list[Row]) -> Iterator[Found]:
        k, of = said.n
        expected: Row | None = None
        if k == 1:
            yield from self._check_ended(record.position)
            expected = (
                record.position, record.position + of - 1, tied.client, tied.command_id, tied.command_mac,
            )  # fmt: skip
            if record.recorded_at <= self._recorded_at:
                yield record.position, "recorded_at: does not rise from the command before"
        else:
            yield from self._check_continued(record, said, tied)
        yield from _check_rows(record.position, [(*row[:4], row[4].hex()) for row in rows], expected)

    def _check_ended(self, position: int) -> Iterator[Found]:
        """Whether the command before has all its events, now that another begins."""
        before = self._command
        if before is not None and before[0].n[0] < before[0].n[1]:
            yield position, "header: begins a command before the last events of the one before"

    def _check_continued(self, record: Record, said: Said, tied: Tied) -> Iterator[Found]:
        before = self._command
        if before is None or (before[1].client, before[1].command_id) != (tied.client, tied.command_id):
            yield record.position, "header: continues a command that the event before does not belong to"
        elif before[0].n != (said.n[0] - 1, said.n[1]) or said.n[0] > said.n[1]:
            yield record.position, "header: is not the next event of its command"
        if record.recorded_at != self._recorded_at:
            yield record.position, "recorded_at: differs within one command"


def _listed(names: list[bytes]) -> str:
    return ", ".join(name.decode(errors="replace") for name in names)


def _is_whole(record: bytes) -> bool:
    """Whether a record is one of this draft, whatever its first byte says."""
    try:
        checked([record])
    except Corrupt:
        return False
    return True


def _check_same(position: int, said: Said, before: Said) -> Iterator[Found]:
    """What every event of one ledger says alike."""
    for name in ("ledger", "mode"):
        one, other = getattr(said, name), getattr(before, name)
        if one != other:
            yield position, f"header: {name} {one}, the event before says {other}"


def _check_tags(position: int, said: Said, tied: Tied, rows: list[Row]) -> Iterator[Found]:
    expected = {(position, tag, said.type) for tag in tied.tags}
    if len(rows) != len(expected) or not expected.issuperset(rows):
        yield from ((position, f"tag row: missing {tag}") for _, tag, _ in sorted(expected.difference(rows)))
        once = Counter(expected)
        yield from (
            (row[0], f"tag row: extra {row[1]} ({row[2]})") for row in (Counter(rows) - once).elements()
        )


def _check_rows(position: int, rows: list[Row], expected: Row | None) -> Iterator[Found]:
    for number, row in enumerate(rows):
        if row != expected or row in rows[:number]:
            kind = "changed" if expected not in (None, row) and row[0] == position else "extra"
            yield row[0], f"command row: {kind} ({row[2]}, {row[3]})"
    if expected is not None and not rows:
        yield position, "command row: missing"
