"""Which nodes of a stored tree a proof consists of, and their hashes out of tiles.

A proof of RFC 9162 is a list of hashes, each over a run of neighbouring leaves. Such a run falls into full
subtrees, and each of those lies in one tile: so a proof takes a few tiles of each level, however large the
tree is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ledger.proof.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    folded,
    subtree_hash,
)

Run = tuple[int, int]
"""Neighbouring leaves: the index of the first, and of the one after the last."""
TileKey = tuple[int, int]
"""Level and index of a tile."""
Tiles = Callable[[Iterable[TileKey]], Mapping[TileKey, bytes]]
"""Gives the hashes of tiles, of one at the right edge those there are."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A full subtree of 2^height leaves, the index-th of its height; it lies in one tile."""

    height: int
    index: int

    @property
    def tile(self) -> TileKey:
        return self.height // TILE_HEIGHT, self._first // TILE_WIDTH

    @property
    def _width(self) -> int:
        return 1 << self.height % TILE_HEIGHT

    @property
    def _first(self) -> int:
        return self.index * self._width

    def hash_in(self, hashes: bytes) -> bytes:
        """Its hash, out of its tile's. Raises ValueError when the tile does not reach so far."""
        begin = self._first % TILE_WIDTH * HASH_BYTES
        end = begin + self._width * HASH_BYTES
        if len(hashes) < end:
            raise ValueError(f"tile {self.tile} holds {len(hashes) // HASH_BYTES} hashes, too few")
        return subtree_hash(hashes[begin:end])


def inclusion_path(index: int, size: int, tiles: Tiles) -> list[bytes]:
    """The inclusion proof of a leaf in the tree of this size (RFC 9162, section 2.1.3.1).

    Raises ValueError unless the leaf is in the tree.
    """
    return _hashes(inclusion_runs(index, size), tiles)


def consistency_path(old: int, new: int, tiles: Tiles) -> list[bytes]:
    """The consistency proof between the trees of two sizes (section 2.1.4.1).

    Raises ValueError unless 0 < old <= new.
    """
    return _hashes(consistency_runs(old, new), tiles)


def tree_root(size: int, tiles: Tiles) -> bytes:
    """The root of the tree of this size."""
    return _hashes([(0, size)], tiles)[0] if size else EMPTY_ROOT


def subtree_hashes(run: Run, tiles: Tiles) -> list[bytes]:
    """The hashes of the full subtrees that a run of leaves falls into, from left to right."""
    nodes = _nodes(run)
    found = tiles({node.tile for node in nodes})
    return [node.hash_in(found[node.tile]) for node in nodes]


def subtree_heights(run: Run) -> list[int]:
    """How high those subtrees are: one of height h has 2^h leaves."""
    return [node.height for node in _nodes(run)]


def inclusion_runs(index: int, size: int) -> list[Run]:
    """The runs of leaves over which the hashes of an inclusion proof go, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, runs = 0, size, []
    while end - begin > 1:
        middle = begin + _half(end - begin)
        if index < middle:
            runs.append((middle, end))
            end = middle
        else:
            runs.append((begin, middle))
            begin = middle
    return runs[::-1]


def consistency_runs(old: int, new: int) -> list[Run]:
    """The runs of leaves over which the hashes of a consistency proof go, from the right edge upwards."""
    if not 0 < old <= new:
        raise ValueError(f"there is no consistency proof from {old} to {new} leaves")
    begin, end, runs = 0, new, []
    while end != old:
        middle = begin + _half(end - begin)
        if old <= middle:
            runs.append((middle, end))
            end = middle
        else:
            runs.append((begin, middle))
            begin = middle
    return ([(begin, end)] if begin else []) + runs[::-1]


def _half(width: int) -> int:
    """The largest power of two below a width."""
    return 1 << ((width - 1).bit_length() - 1)


def _hashes(runs: list[Run], tiles: Tiles) -> list[bytes]:
    parts = [_nodes(run) for run in runs]
    found = tiles({node.tile for nodes in parts for node in nodes})
    return [folded([node.hash_in(found[node.tile]) for node in nodes]) for nodes in parts]


def _nodes(run: Run) -> list[_Node]:
    """The full subtrees of a run, from left to right."""
    begin, end = run
    nodes = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        if begin:
            height = min(height, (begin & -begin).bit_length() - 1)
        nodes.append(_Node(height, begin >> height))
        begin += 1 << height
    return nodes
