"""One process's share of a verification: a range of positions, and the derived rows that lie beside it."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from msgspec import Struct, field

from ledger.errors import Corrupt
from ledger.store.verify_differing import Unmatched, together
from ledger.store.verify_headers import heading_of
from ledger.store.verify_rows import HeapRows, Place, cut, place_after
from ledger.store.verify_stretch import Before, Stretches, whole
from ledger.store.verify_withheld import Withheld, looked_at

POSITION_MIN, POSITION_MAX = -(2**63), 2**63 - 1
TOLD = 4000  # events together: to tell of each stretch would cost as much as a hash of each event
Connection = psycopg.Connection[Any]
Tell = Callable[[int], None]


class Share(Struct, frozen=True):
    """Positions beyond ``after``, up to ``upto``, and where rows derived from them should lie."""

    after: int
    upto: int
    tags: tuple[Place, Place]
    commands: tuple[Place, Place]
    bodies: bool


class Outcome(Struct):
    """What a share came to: events, rows that differ, and positions that must be examined one by one.

    ``withheld`` counts what bodies withhold, of stretches that are whole.
    """

    events: int = 0
    tags: Unmatched = field(default_factory=Unmatched)
    commands: Unmatched = field(default_factory=Unmatched)
    doubts: list[int] = field(default_factory=list)
    withheld: Withheld = field(default_factory=Withheld)


def shares(connection: Connection, head: int, number: int, *, bodies: bool, after: int = 0) -> list[Share]:
    """The ledger beyond a position, in shares of as many positions each."""
    begins = [after + (head - after) * n // number for n in range(number)]
    tags, commands = (
        cut(connection, table, begins, place_after(connection, table, after))
        for table in ("tags", "commands")
    )
    ranges = zip(begins, [*begins[1:], head], tags, commands, strict=True)
    return [Share(begin, end, tag, command, bodies) for begin, end, tag, command in ranges]


def carried_out(connection: Connection, share: Share, tell: Tell) -> Outcome:
    """Go through a share; ``tell`` is told how many events more are done."""
    outcome = Outcome()
    with without_collection():
        try:
            _go_through(connection, share, outcome, tell)
        except Corrupt:  # rows that cannot be told apart, or lie anywhere
            outcome.doubts = [POSITION_MIN, POSITION_MAX]
    return outcome


def _go_through(connection: Connection, share: Share, outcome: Outcome, tell: Tell) -> None:
    if not share.after:
        outcome.doubts += _below(connection)
    tags = HeapRows(connection, "tags", share.tags, outcome.tags)
    commands = HeapRows(connection, "commands", share.commands, outcome.commands)
    stretches = Stretches(connection, share.upto, bodies=share.bodies)
    before = event_at(connection, share.after)
    stretches.ask(share.after)
    stretch, untold = stretches.answer(), 0
    while stretch is not None:
        last = stretch.last
        stretches.ask(last)
        found, following = whole(stretch, before, bodies=share.bodies), stretches.answer()
        if found is None:
            outcome.doubts += (before.position + 1, last)
            tags.doubt(before.position, last)
            commands.doubt(before.position, last)
            before = event_at(connection, last)
        else:
            tags.expect(found.tags)
            commands.expect(found.commands)
            before = found.before
            withheld, wrong = looked_at(connection, found.parts)
            outcome.withheld.add(withheld)
            outcome.doubts += wrong
        outcome.events += stretch.number
        untold += stretch.number
        if untold >= TOLD or following is None:
            tell(untold)
            untold = 0
        stretch = following
    if before.position < share.upto:
        outcome.doubts += (before.position + 1, share.upto)
    tags.end()
    commands.end()


def _below(connection: Connection) -> list[int]:
    """Where an event lies before the first position, if any does."""
    row = connection.execute("SELECT min(position) FROM liggare.events WHERE position <= 0").fetchone()
    return [] if row is None or row[0] is None else [row[0]]


def doubted(outcomes: Sequence[Outcome]) -> tuple[int, int] | None:
    """The first and the last position that must be examined one by one, if any."""
    rows = [
        together(outcome.tags for outcome in outcomes),
        together(outcome.commands for outcome in outcomes),
    ]
    doubts = {position for outcome in outcomes for position in outcome.doubts}
    positions = doubts.union(*(part.positions() for part in rows))
    return (min(positions), max(positions)) if positions else None


def event_at(connection: Connection, position: int) -> Before:
    """What the event after a position must fit, as the row at that position has it."""
    row = connection.execute(
        "SELECT coalesce(recorded_at, -1), coalesce(record, '') FROM liggare.events WHERE position = %s",
        (position,),
        binary=True,
    ).fetchone()
    if row is None:
        return Before(position)
    try:
        return Before(position, row[0], heading_of(row[1]))
    except Corrupt:
        return Before(position, row[0])


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for cycles meanwhile: headers have none, and looking costs more than making them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
