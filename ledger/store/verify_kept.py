"""How far a verification has come: which shares are left, what the others came to; kept so that it can go on.

One that goes on is of several moments: what was verified before is not looked at again, and what was changed
there since is not found. What was doubted then is examined now.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from msgspec import Struct, field

from ledger.store.canonical import encoded
from ledger.store.kept_file import KeptFile
from ledger.store.verify_rows import place_after
from ledger.store.verify_share import Outcome, Share, event_at, shares

PIECE = 250_000  # events of a share, where progress is kept
Connection = psycopg.Connection[Any]


class Course(Struct):
    """The end that was found when it began, the shares that are left, and what the others came to.

    ``leaf`` is that of the event at ``head``, in hex.
    """

    head: int
    leaf: str
    left: list[Share]
    outcomes: list[Outcome] = field(default_factory=list)

    def events(self) -> int:
        """How many events are verified."""
        return sum(outcome.events for outcome in self.outcomes)

    def covers(self) -> bool:
        """Whether what is verified and what is left are all events; where some were missing, nobody knows."""
        left = sum(max(0, one.upto - one.after) for one in self.left)
        return self.events() + left == self.head or any(one.doubts for one in self.outcomes)

    def carried(self, share: Share, outcome: Outcome) -> None:
        """One share is done."""
        self.left.remove(share)
        self.outcomes.append(outcome)


class Kept(KeptFile):
    """The file for one ledger, version of the code and kind of verification."""

    def __init__(self, folder: Path, ledger: str, code: str, *, bodies: bool) -> None:
        what = {"bodies": bodies, "code": code, "ledger": ledger}
        super().__init__(folder / f"verify-{sha256(encoded(what)).hexdigest()[:12]}.json")

    def load(self) -> Course | None:
        """How far an interrupted run came; None without one that can be read."""
        course: Course | None = self.read(Course)
        return course if course is not None and course.covers() else None


def ledger_of(url: str) -> str:
    """The id of the ledger behind a URL, as its first event names it; empty where that cannot be read."""
    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT to_regclass('liggare.events') IS NOT NULL").fetchone()
        first = event_at(connection, 1) if there and there[0] else None
        return first.header[0].ledger if first is not None and first.header is not None else ""


def begun(connection: Connection, end: tuple[int, bytes], processes: int, *, bodies: bool) -> Course:
    """The whole ledger in a share for each process."""
    return Course(end[0], end[1].hex(), shares(connection, end[0], processes, bodies=bodies))


def begun_in_pieces(
    connection: Connection, end: tuple[int, bytes], processes: int, *, bodies: bool
) -> Course:
    """The same in shares that are so small that little is lost with one."""
    return begun(connection, end, max(processes, -(-end[0] // PIECE)), bodies=bodies)


def gone_on(connection: Connection, course: Course, end: tuple[int, bytes], *, bodies: bool) -> Course | None:
    """An interrupted course, with what was appended since; None if it was of other events."""
    head, leaf = end
    if not course.head or head < course.head or _leaf_at(connection, course.head) != course.leaf:
        return None
    if head == course.head:
        return course
    places = {table: place_after(connection, table, course.head) for table in ("tags", "commands")}
    left = [_ending_at(share, places) if share.upto == course.head else share for share in course.left]
    number = -(-(head - course.head) // PIECE)
    left += shares(connection, head, number, bodies=bodies, after=course.head)
    return Course(head, leaf.hex(), left, course.outcomes)


def _leaf_at(connection: Connection, position: int) -> str:
    statement = "SELECT coalesce(leaf, '') FROM liggare.events WHERE position = %s"
    row = connection.execute(statement, (position,), binary=True).fetchone()
    return row[0].hex() if row else ""


def _ending_at(share: Share, places: dict[str, tuple[int, int]]) -> Share:
    """The last share, whose derived rows were the last then and are no longer."""
    tags, commands = (share.tags[0], places["tags"]), (share.commands[0], places["commands"])
    return Share(share.after, share.upto, tags, commands, share.bodies)
