"""Verify a ledger: every root and leaf anew from the bytes, everything derived against the records.

Decisions read derived columns and tag rows, so those are compared with what the headers say, row by row. All
of it is read from one snapshot, in order, a stretch at a time: memory stays bounded however long the log is.
Processes share the positions; stretches that are whole are shown to be so as a whole, and where anything
differs, events are examined one by one, by one process and in order: what is found does not depend on how
many there were.

A ledger is held against itself here. Events that were cut off at the end together with their rows, or records
written anew as a whole, show only against a leaf that was noted elsewhere; a report gives the last one.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

import psycopg

from ledger.store.draft import ensure_draft
from ledger.store.guard import TABLES_AND_FUNCTIONS, schema
from ledger.store.log import Record
from ledger.store.queries import query
from ledger.store.verify_examination import FINDINGS_MAX, Examination, Found, Row, Rows
from ledger.store.verify_kept import Course, Kept, begun, begun_in_pieces, gone_on
from ledger.store.verify_processes import begin, in_processes, processes_for
from ledger.store.verify_share import POSITION_MAX, Outcome, Share, carried_out, doubted, event_at
from ledger.store.verify_withheld import Withheld, is_wrong

_ROWS, _RECORDS = 2000, 20  # fetched at a time; a record may be megabytes
Progress = Callable[[int, int], None]
"""Told how many events are done, and of how many."""
_SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL enable_seqscan = off; SET LOCAL jit = off"


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying came to.

    ``findings`` are (position, what is wrong), the first thousand by position; position 0 is the schema.
    ``last_leaf`` is the leaf of the last event, for whoever keeps it elsewhere; empty without events.
    ``bodies`` tells whether bodies were opened, or headers alone looked at; ``withheld`` how many of them
    withhold something, where all around them is whole. ``earlier`` is how many of the events were verified by
    runs that were interrupted, and not looked at again.
    """

    events: int
    intact: bool
    findings: tuple[Found, ...]
    last_leaf: bytes = b""
    bodies: bool = True
    withheld: Withheld = field(default_factory=Withheld)
    earlier: int = 0


def verify(
    url: str,
    progress: Progress | None = None,
    *,
    processes: int | None = None,
    bodies: bool = True,
    kept: Kept | None = None,
) -> Report:
    """Verify the ledger behind a URL; one process for each core unless told, or the ledger is short.

    Without ``bodies``, all but the bodies' roots is checked. How far it has come is kept in ``kept``, and it
    goes on from what is there. Raises Unsafe for another draft of the format, psycopg.Error,
    VerificationError.
    """
    with psycopg.connect(url) as connection:
        begin(connection)
        ensure_draft(connection)
        connection.execute(_SETTINGS)
        end = _end(connection)
        number = processes_for(end[0], processes)
        course = _course(connection, end, number, kept, bodies=bodies)
        earlier = course.events()
        _carry_out(connection, url, course, number, _Told(end[0], progress, earlier), kept)
        findings = _unguarded(connection) + _examined(connection, course.outcomes, end[0], bodies=bodies)
        events, withheld = course.events(), Withheld()
        for outcome in course.outcomes:
            withheld.add(outcome.withheld)
    if kept is not None:
        kept.forget()
    return Report(events, not findings, findings, end[1], bodies, withheld, earlier)


def _course(
    connection: psycopg.Connection[Any],
    end: tuple[int, bytes],
    number: int,
    kept: Kept | None,
    *,
    bodies: bool,
) -> Course:
    """What is to be done: all of it, or what an interrupted run left."""
    if kept is None:
        return begun(connection, end, number, bodies=bodies)
    earlier = kept.load()
    course = gone_on(connection, earlier, end, bodies=bodies) if earlier is not None else None
    return course or begun_in_pieces(connection, end, number, bodies=bodies)


def _carry_out(
    connection: psycopg.Connection[Any],
    url: str,
    course: Course,
    number: int,
    told: "_Told",
    kept: Kept | None,
) -> None:
    def carried(share: Share, outcome: Outcome) -> None:
        course.carried(share, outcome)
        if kept is not None:
            kept.save(course)

    left = list(course.left)
    if number == 1:
        for share in left:
            carried(share, carried_out(connection, share, told))
    else:
        dealt = [left[first::number] for first in range(number)]
        in_processes(url, _snapshot(connection), dealt, told, carried)


@dataclass(slots=True)
class _Told:
    total: int
    progress: Progress | None
    done: int = 0

    def __call__(self, more: int) -> None:
        self.done += more
        if self.progress is not None:
            self.progress(self.done, self.total)


def _end(connection: psycopg.Connection[Any]) -> tuple[int, bytes]:
    row = connection.execute(
        "SELECT position, coalesce(leaf, '') FROM liggare.events WHERE position > 0"
        " ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return (row[0], row[1]) if row else (0, b"")


def _unguarded(connection: psycopg.Connection[Any]) -> tuple[Found, ...]:
    """Tables that nothing keeps from being changed, and what else is not as it was made; of no position."""
    names = connection.execute(
        "SELECT n FROM unnest(%s::text[]) AS n WHERE to_regclass('liggare.' || n) IS NOT NULL",
        connection.execute(query("triggers")).fetchone(),
    )
    off = [f"append-only: the trigger on {name} is off, changed or missing" for (name,) in names]
    made = [one for one in schema(connection) if one.name == TABLES_AND_FUNCTIONS and not one.safe]
    return tuple((0, what) for what in (*off, *(f"{one.name}: {one.detail}" for one in made)))


def _event_after(connection: psycopg.Connection[Any], position: int) -> int:
    """The first event beyond a position: it shows what is missing before it, and what does not lead to it."""
    statement = "SELECT position FROM liggare.events WHERE position > %s ORDER BY position LIMIT 1"
    row = connection.execute(statement, (position,)).fetchone() if position else None
    return int(row[0]) if row else position


def _snapshot(connection: psycopg.Connection[Any]) -> str:
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def _examined(
    connection: psycopg.Connection[Any], outcomes: list[Outcome], head: int, *, bodies: bool
) -> tuple[Found, ...]:
    """What is wrong where a share had doubts, and with the ledger's own row."""
    doubts = doubted(outcomes)
    first, last = doubts or (POSITION_MAX, 0)
    last = _event_after(connection, last)
    span: dict[str, Any] = {"first": first, "last": last}
    with ExitStack() as stack:
        tags, commands = (  # without an index: to find that none is between costs reading all of them
            Rows(_stream(connection, stack, f"verify_{name}", span) if doubts else iter(()))
            for name in ("tags", "commands")
        )
        ledger = connection.execute(query("verify_ledger")).fetchone()
        before = event_at(connection, max(0, min(first, head + 1) - 1))
        wrong = partial(is_wrong, connection)
        examination = Examination(tags, commands, ledger, before, bodies=bodies, is_wrong=wrong)
        records = _stream(connection, stack, "verify_events", {**span, "bodies": bodies}, _RECORDS)
        found = _found(examination, (Record(*row) for row in records), connection, last, head)
        return tuple(sorted(islice(found, FINDINGS_MAX)))


def _found(
    examination: Examination,
    records: Iterator[Record],
    connection: psycopg.Connection[Any],
    last: int,
    head: int,
) -> Iterator[Found]:
    for record in records:
        yield from examination.event(record)
    if last < head:
        examination.stand_after(event_at(connection, head))
    yield from examination.rest()


def _stream(
    connection: psycopg.Connection[Any],
    stack: ExitStack,
    name: str,
    values: dict[str, Any],
    rows: int = _ROWS,
) -> Iterator[Row]:
    cursor = stack.enter_context(connection.cursor(name, binary=True))
    cursor.itersize = rows
    cursor.execute(query(name), values)
    return iter(cursor)
