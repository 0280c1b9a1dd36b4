"""Verify the tree: the leaves hashed anew, and every tile and checkpoint held against what comes of them.

A checkpoint that somebody kept is held against the same root: it shows what the ledger's own cannot, that
history was written anew as a whole, or that its end was cut off together with what was sealed over it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import psycopg

from ledger.proof.checkpoint import Checkpoint, unverified_checkpoint
from ledger.proof.note import NoteError, VerifierKey
from ledger.proof.tree import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, Edge, Tile
from ledger.store.announced import announced_keys
from ledger.store.queries import query
from ledger.store.verify_examination import FINDINGS_MAX, Found
from ledger.store.verify_keys import Signers
from ledger.store.verify_processes import begin

STRETCH = 65_536
_ROWS = 500
_GAP = (
    "SELECT p FROM generate_series(%(after)s::bigint + 1, %(after)s::bigint + %(most)s::bigint) AS p"
    " WHERE NOT EXISTS (SELECT FROM liggare.events e WHERE e.position = p) ORDER BY p LIMIT 1"
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TreeReport:
    """What verifying the tree came to.

    ``sealed`` is the size under the newest checkpoint, 0 when there is none; ``signatures`` how many
    checkpoints were opened with a key that is known, ``keys`` how many keys the log names for that.
    ``between`` are the checkpoints that history first differs between: up to the first it is the same, and in
    the tree of the second it is not.
    """

    sealed: int = 0
    checkpoints: int = 0
    signatures: int = 0
    origin: str = ""
    findings: tuple[Found, ...] = ()
    between: tuple[int, int] | None = None
    keys: int = 0


@dataclass(frozen=True, slots=True)
class _Mark:
    """A checkpoint to hold against the tree of its size: one of the ledger's, or one that was kept."""

    size: int
    note: bytes = b""
    kept: Checkpoint | None = None

    @property
    def name(self) -> str:
        return f"{'kept checkpoint' if self.kept else 'checkpoint'} of {self.size}"


def verify_tree(
    url: str,
    keys: Sequence[VerifierKey] = (),
    kept: Iterable[Checkpoint] = (),
    progress: Progress | None = None,
    own: Sequence[VerifierKey] = (),
) -> TreeReport:
    """Verify tiles and checkpoints of the ledger behind a URL, and what was kept of it.

    ``keys`` are those that whoever verifies was given, ``own`` the one that this installation signs with.
    Every checkpoint must be signed by the key that the log says was in force at its size; one of ``keys``
    must be the first that it names. Where it names none, each is opened with what is known.

    Raises psycopg.Error.
    """
    with psycopg.connect(url) as connection, ExitStack() as stack:
        begin(connection)
        connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
        head, sealed = _reach(connection)
        stored: Iterator[_Mark] = iter(())
        if sealed:
            cursor = stack.enter_context(connection.cursor("checkpoints", binary=True))
            cursor.itersize = _ROWS
            cursor.execute("SELECT size, note FROM liggare.checkpoints ORDER BY size")
            stored = (_Mark(*row) for row in cursor)
        others = sorted((_Mark(one.size, kept=one) for one in kept), key=attrgetter("size"))
        marks = merge(stored, others, key=attrgetter("size"))
        signers = Signers(announced_keys(connection), tuple(keys), tuple(own))
        walk = _Walk(connection, head, sealed, signers, progress)
        found = tuple(sorted(islice(chain(signers.findings(), walk.findings(marks)), FINDINGS_MAX)))
        return TreeReport(
            sealed, walk.checkpoints, walk.signatures, walk.origin, found, walk.between,
            len(signers.chain.keys),
        )  # fmt: skip


def _reach(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """Where the log ends and how far it is sealed: not at all by a schema that knows no sealing."""
    there = connection.execute("SELECT to_regclass('liggare.checkpoints') IS NOT NULL").fetchone()
    sealed = "(SELECT max(size) FROM liggare.checkpoints)" if there and there[0] else "0"
    row = connection.execute(f"SELECT head, coalesce({sealed}, 0) FROM liggare.head()").fetchone()  # noqa: S608
    return (row[0], row[1]) if row else (0, 0)


@dataclass(slots=True)
class _Walk:
    """Goes over the leaves once, from the first to the last, with the tree as it grows."""

    connection: psycopg.Connection[Any]
    head: int
    sealed: int
    signers: Signers
    progress: Progress | None
    origin: str = ""
    checkpoints: int = 0
    signatures: int = 0
    edge: Edge = field(default_factory=Edge)
    agreed: int = 0
    agreed_kept: int = 0
    between: tuple[int, int] | None = None
    contradicted: bool = False
    differing: set[tuple[int, int]] = field(default_factory=set)

    def findings(self, marks: Iterator[_Mark]) -> Iterator[Found]:
        """Everything that is wrong, as it is met."""
        mark = next(marks, None)
        while self.edge.size < self.head:
            leaves, after = self._leaves(), self.edge.size
            if len(leaves) != min(STRETCH, self.head - after) * HASH_BYTES:
                gap = self._gap(after)
                yield gap, f"tree: events are missing from p{gap} on; nothing beyond p{after} was compared"
                return
            while mark is not None and mark.size <= after + len(leaves) // HASH_BYTES:
                yield from self._grown(leaves, after, mark.size)
                yield from self._held(mark)
                mark = next(marks, None)
            yield from self._grown(leaves, after, after + len(leaves) // HASH_BYTES)
            if self.progress is not None:
                self.progress(self.edge.size, self.head)
        while mark is not None:
            yield self.head + 1, f"{mark.name}: of its events only {self.head} are left"
            self.checkpoints += mark.kept is None
            mark = next(marks, None)
        yield from self._extra_tiles()

    def _leaves(self) -> bytes:
        values = {"after": self.edge.size, "most": STRETCH}
        row = self.connection.execute(query("sealing_leaves"), values, prepare=True, binary=True).fetchone()
        return row[0] if row else b""

    def _gap(self, after: int) -> int:
        """The first position of the stretch after this one that has no event."""
        row = self.connection.execute(_GAP, {"after": after, "most": STRETCH}).fetchone()
        return row[0] if row else after + 1

    def _grown(self, leaves: bytes, after: int, size: int) -> Iterator[Found]:
        """Let the tree grow to a size; what is wrong with the tiles that this fills."""
        run = leaves[(self.edge.size - after) * HASH_BYTES : (size - after) * HASH_BYTES]
        tiles = [tile for tile in self.edge.extend(run) if _end(tile.level, tile.index) <= self.sealed]
        stored = self._stored(tiles)
        for tile in tiles:
            yield from self._compared(tile, stored.get((tile.level, tile.index)))

    def _stored(self, tiles: list[Tile]) -> dict[tuple[int, int], tuple[bytes, bytes]]:
        if not tiles:
            return {}
        statement = (
            "SELECT t.level, t.index, t.hashes, t.root FROM liggare.tiles t"
            " JOIN unnest(%s::int[], %s::bigint[]) AS k(level, index) USING (level, index)"
        )
        values = [tile.level for tile in tiles], [tile.index for tile in tiles]
        rows = self.connection.execute(statement, values, binary=True)
        return {(level, index): (hashes, root) for level, index, hashes, root in rows}

    def _compared(self, tile: Tile, stored: tuple[bytes, bytes] | None) -> Iterator[Found]:
        key, first = (tile.level, tile.index), _end(tile.level, tile.index - 1) + 1
        if stored is None:
            self.differing.add(key)
            yield first, f"tile {tile.level}/{tile.index}: missing"
            return
        hashes, root = stored
        if root != tile.root:
            self.differing.add(key)
        for number in _different(hashes, tile.hashes):
            if tile.level == 0:
                self.differing.add(key)
                yield first + number, "tile: was filled with another leaf than the event has now"
            elif (tile.level - 1, tile.index * TILE_WIDTH + number) not in self.differing:
                yield (
                    first,
                    f"tile {tile.level}/{tile.index}: its hash {number} is not that of the tile below",
                )
        if root != tile.root and hashes == tile.hashes:
            yield first, f"tile {tile.level}/{tile.index}: its root is not that of its hashes"

    def _held(self, mark: _Mark) -> Iterator[Found]:
        """What is wrong with a checkpoint, now that the tree has its size."""
        self.checkpoints += mark.kept is None
        try:
            stated = mark.kept or self._opened(mark)
        except NoteError as error:
            yield mark.size, f"{mark.name}: {error}"
            return
        if stated.size != mark.size:
            yield mark.size, f"{mark.name}: the note says {stated.size}"
        if self.origin and stated.origin != self.origin:
            yield mark.size, f"{mark.name}: is that of {stated.origin}, those before of {self.origin}"
        self.origin = self.origin or stated.origin
        if stated.root == self.edge.root():
            self._agrees(mark)
        elif mark.kept or not self.contradicted:
            # Every later one differs with it: the first says between which events it happened. Whoever has
            # the key can sign the ledger's own anew: they say nothing of where it left one that was kept.
            self.contradicted = True
            agreed = self.agreed_kept if mark.kept else self.agreed
            self.between = self.between or (agreed, mark.size)
            yield mark.size, f"{mark.name}: signed over other events; those up to p{agreed} are the same"

    def _agrees(self, mark: _Mark) -> None:
        self.agreed = mark.size
        if mark.kept:
            self.agreed_kept = mark.size

    def _opened(self, mark: _Mark) -> Checkpoint:
        stated = unverified_checkpoint(mark.note)
        self.signatures += self.signers.opened(mark.size, mark.note)
        return stated

    def _extra_tiles(self) -> Iterator[Found]:
        if not self.sealed:
            return
        statement = "SELECT level, index FROM liggare.tiles WHERE ((index + 1) << 8 * (level + 1)) > %s"
        for level, index in self.connection.execute(statement, (self.sealed,)):
            yield _end(level, index - 1) + 1, f"tile {level}/{index}: no checkpoint reaches so far"


def _end(level: int, index: int) -> int:
    """The last position under a tile."""
    return (index + 1) << TILE_HEIGHT * (level + 1)


def _different(stored: bytes, computed: bytes) -> list[int]:
    if stored == computed:
        return []
    spans = range(0, max(len(stored), len(computed)), HASH_BYTES)
    return [
        at // HASH_BYTES for at in spans if stored[at : at + HASH_BYTES] != computed[at : at + HASH_BYTES]
    ]
