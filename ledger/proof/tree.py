"""The Merkle tree of RFC 9162: its nodes, its root, and how a tree grows at its right edge.

A run of hashes is one byte string, 32 bytes each: hashing a pair is then a slice, and a tile is what is
stored. The leaf of an event is its leaf hash already, SHA-256(0x00 ‖ entry): it is not hashed once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH_BYTES
EMPTY_ROOT = sha256(b"").digest()
_PAIR_BYTES = 2 * HASH_BYTES


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node, over the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


def subtree_hash(hashes: bytes) -> bytes:
    """The hash of a full subtree over so many hashes; their number is a power of two."""
    while len(hashes) > HASH_BYTES:
        pairs = range(0, len(hashes), _PAIR_BYTES)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + _PAIR_BYTES]).digest() for at in pairs])
    return hashes


def peaks(hashes: bytes) -> Iterator[bytes]:
    """The hashes of the full subtrees that a run of hashes falls into, the largest first."""
    begin, left = 0, len(hashes) // HASH_BYTES
    while left:
        width = 1 << (left.bit_length() - 1)
        end = begin + width * HASH_BYTES
        yield subtree_hash(hashes[begin:end])
        begin, left = end, left - width


def folded(parts: Sequence[bytes]) -> bytes:
    """The hash over full subtrees from left to right, each smaller than the one before it."""
    if not parts:
        return EMPTY_ROOT
    found = parts[-1]
    for part in reversed(parts[:-1]):
        found = node_hash(part, found)
    return found


def root_of(leaves: bytes) -> bytes:
    """The root of the tree over these leaf hashes, MTH of RFC 9162, section 2.1.1."""
    return folded(list(peaks(leaves)))


def widths(size: int) -> list[int]:
    """How many hashes the partial tile of each level has in a tree of this size, from the leaves upwards."""
    found = []
    while size:
        found.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return found


@dataclass(frozen=True, slots=True)
class Tile:
    """256 neighbouring hashes, full (C2SP tlog-tiles, height 8), and the hash of the subtree that they span.

    Those of level 0 are leaves, those of a higher level the roots of the tiles below.
    """

    level: int
    index: int
    hashes: bytes
    root: bytes


class Edge:
    """The right edge of a tree of some size: of every level the hashes that do not fill a tile yet.

    An append costs two hashes on average however large the tree is, the root at most 255: what the hashes of
    a level come to is kept until the level grows. ``partial`` is what ``widths`` says, level by level.
    """

    def __init__(self, size: int = 0, partial: Sequence[bytes] = ()) -> None:
        if [len(hashes) for hashes in partial] != [width * HASH_BYTES for width in widths(size)]:
            raise ValueError(f"these are not the partial tiles of a tree of {size} leaves")
        self.size = size
        self._partial = list(partial)
        self._peaks: list[list[bytes] | None] = [None] * len(self._partial)

    def extend(self, leaves: bytes) -> list[Tile]:
        """Append leaf hashes; the tiles that this filled, each after those below it."""
        before, self.size = self.size, self.size + len(leaves) // HASH_BYTES
        filled: list[Tile] = []
        level = 0
        while leaves:
            tiles = self._fill(level, before >> (TILE_HEIGHT * level), leaves)
            filled += tiles
            leaves = b"".join(tile.root for tile in tiles)
            level += 1
        return filled

    def root(self) -> bytes:
        """The root of the tree."""
        levels = zip(self._peaks, self._partial, strict=True)
        self._peaks = [list(peaks(hashes)) if kept is None else kept for kept, hashes in levels]
        return folded([peak for kept in reversed(self._peaks) for peak in kept or ()])

    def _fill(self, level: int, before: int, hashes: bytes) -> list[Tile]:
        if level == len(self._partial):
            self._partial.append(b"")
            self._peaks.append(None)
        self._peaks[level] = None
        whole = self._partial[level] + hashes
        ends = range(TILE_BYTES, len(whole) + 1, TILE_BYTES)
        self._partial[level] = whole[len(ends) * TILE_BYTES :]
        runs = (whole[end - TILE_BYTES : end] for end in ends)
        return [
            Tile(level, index, run, subtree_hash(run)) for index, run in enumerate(runs, before // TILE_WIDTH)
        ]
