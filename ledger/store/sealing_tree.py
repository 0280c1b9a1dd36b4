"""The stored tree: its tiles, its checkpoints, and proofs out of them by a few look-ups of keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import psycopg

from ledger.errors import Corrupt, LedgerError
from ledger.proof.checkpoint import unverified_checkpoint
from ledger.proof.note import NoteError
from ledger.proof.paths import Run, TileKey, consistency_path, inclusion_path, subtree_hashes, tree_root
from ledger.proof.tree import HASH_BYTES, TILE_WIDTH, Edge, widths
from ledger.store.queries import query

Connection = psycopg.Connection[Any]
T = TypeVar("T")
_CHECKPOINT = "SELECT size, note, sealed_at FROM liggare.checkpoints"


class NotSealed(LedgerError):
    """The tree does not reach so far yet, or there is no such tree; the message says how far it reaches."""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """One checkpoint as stored.

    The tree's size, the signed note, and when it was made (µs, server's clock).
    """

    size: int
    note: bytes
    sealed_at: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands at a position of the tree of a size: RFC 9162's proof, leaf index = position - 1."""

    position: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the tree of the old size is the beginning of the tree of the new one."""

    old: int
    new: int
    path: tuple[bytes, ...]


class StoredTree:
    """Reads the tree; ``ask`` runs one read on a connection of its own."""

    def __init__(self, ask: Callable[[Callable[[Connection], Any]], Any]) -> None:
        self._ask = ask

    def newest(self) -> SealedNote | None:
        """The newest checkpoint; None before the first."""
        found: SealedNote | None = self._ask(newest)
        return found

    def checkpoint(self, size: int) -> SealedNote | None:
        """The checkpoint of exactly this size; None when none was made there."""
        found: SealedNote | None = self._ask(partial(_checkpoint, size=size))
        return found

    def covering(self, position: int) -> SealedNote | None:
        """The first checkpoint over an event; None until it is sealed."""
        found: SealedNote | None = self._ask(partial(_covering, position=position))
        return found

    def inclusion(self, position: int, size: int | None = None) -> Inclusion:
        """The proof of an event in the tree of a size, the newest sealed unless given. Raises NotSealed."""
        found: Inclusion = self._ask(partial(_inclusion, position=position, size=size))
        return found

    def paths(self) -> "Paths":
        """Gives the proofs of many events, for a reader who does not wait for more to be sealed."""
        return Paths(self._ask)

    def consistency(self, old: int, new: int | None = None) -> Consistency:
        """The proof between two sizes, the newer the newest sealed unless given. Raises NotSealed."""
        found: Consistency = self._ask(partial(_consistency, old=old, new=new))
        return found

    def root(self, size: int) -> bytes:
        """The root of the tree of a size. Raises NotSealed, Corrupt."""
        found: bytes = self._ask(partial(root_at, size=size))
        return found

    def subtrees(self, run: Run) -> tuple[bytes, ...]:
        """The hashes of the full subtrees over a run of sealed leaves, left to right. Raises NotSealed."""
        found: tuple[bytes, ...] = self._ask(partial(_subtrees, run=run))
        return found


class Paths:
    """Inclusion proofs of many events out of tiles that are read once; of sizes that are sealed already."""

    def __init__(self, ask: Callable[[Callable[[Connection], Any]], Any]) -> None:
        self._ask = ask
        self._known: dict[TileKey, bytes] = {}

    def __call__(self, position: int, size: int) -> tuple[bytes, ...]:
        """The path of an event in the tree of a size. Raises Corrupt."""
        return _proof(lambda: inclusion_path(position - 1, size, self._tiles))

    def _tiles(self, keys: Iterable[TileKey]) -> Mapping[TileKey, bytes]:
        missing = [key for key in keys if key not in self._known]
        if missing:
            self._known.update(self._ask(partial(tiles_of, keys=missing)))
        return self._known


def newest(connection: Connection) -> SealedNote | None:
    """The newest checkpoint; None before the first."""
    row = connection.execute(f"{_CHECKPOINT} ORDER BY size DESC LIMIT 1", prepare=True).fetchone()
    return row and SealedNote(*row)


def edge_of(connection: Connection, size: int) -> Edge:
    """The right edge of the tree of a size, out of at most one tile of each level. Raises Corrupt."""
    wide = widths(size)
    keys = [(level, (size >> 8 * level) // TILE_WIDTH) for level in range(len(wide))]
    found = tiles_of(connection, keys)
    try:
        return Edge(size, [found[key][: width * HASH_BYTES] for key, width in zip(keys, wide, strict=True)])
    except ValueError:
        raise Corrupt(f"the ledger or its tiles end before {size}, where a checkpoint was sealed") from None


def root_at(connection: Connection, size: int) -> bytes:
    """The root of the tree of a size, out of its tiles. Raises NotSealed, Corrupt."""
    reach = _sealed_size(connection, size)
    return _proof(lambda: [tree_root(reach, partial(tiles_of, connection))])[0]


def tiles_of(connection: Connection, keys: Iterable[TileKey]) -> Mapping[TileKey, bytes]:
    """The hashes of tiles, of those that are not full as many as there are."""
    wanted = list(keys)
    values = {"levels": [level for level, _ in wanted], "indexes": [index for _, index in wanted]}
    rows = connection.execute(query("sealing_tiles"), values, prepare=True, binary=True)
    return {(level, index): hashes for level, index, hashes in rows}


def _checkpoint(connection: Connection, size: int) -> SealedNote | None:
    row = connection.execute(f"{_CHECKPOINT} WHERE size = %s", (size,), prepare=True).fetchone()
    return row and SealedNote(*row)


def _covering(connection: Connection, position: int) -> SealedNote | None:
    first = f"{_CHECKPOINT} WHERE size >= %s ORDER BY size LIMIT 1"
    row = connection.execute(first, (position,), prepare=True).fetchone()
    return row and SealedNote(*row)


def _inclusion(connection: Connection, position: int, size: int | None) -> Inclusion:
    size = _sealed_size(connection, size)
    if not 0 < position <= size:
        raise NotSealed(f"position {position} is not in the tree of {size}")
    index = position - 1
    path = _proof(lambda: inclusion_path(index, size, partial(tiles_of, connection)))
    bottom = tiles_of(connection, [(0, index // TILE_WIDTH)])[0, index // TILE_WIDTH]
    begin = index % TILE_WIDTH * HASH_BYTES
    return Inclusion(position, size, bottom[begin : begin + HASH_BYTES], path)


def _consistency(connection: Connection, old: int, new: int | None) -> Consistency:
    new = _sealed_size(connection, new)
    if not 0 < old <= new:
        raise NotSealed(f"the tree of {new} does not go on from one of {old}")
    return Consistency(old, new, _proof(lambda: consistency_path(old, new, partial(tiles_of, connection))))


def _subtrees(connection: Connection, run: Run) -> tuple[bytes, ...]:
    if run[1]:
        _sealed_size(connection, run[1])
    return _proof(lambda: subtree_hashes(run, partial(tiles_of, connection)))


def _proof(make: Callable[[], list[bytes]]) -> tuple[bytes, ...]:
    try:
        return tuple(make())
    except ValueError as error:
        raise Corrupt(f"the stored tree is not whole: {error}") from error


def _sealed_size(connection: Connection, size: int | None) -> int:
    """The size asked for, or the newest. Raises NotSealed beyond it."""
    last = newest(connection)
    reach = last.size if last else 0
    if size is None and reach:
        return reach
    if size is None or not 0 < size <= reach:
        raise NotSealed(f"the ledger is sealed up to position {reach}")
    return size


__all__ = [
    "Consistency",
    "Inclusion",
    "NotSealed",
    "NoteError",
    "Paths",
    "SealedNote",
    "StoredTree",
    "edge_of",
    "newest",
    "root_at",
    "tiles_of",
    "unverified_checkpoint",
]
