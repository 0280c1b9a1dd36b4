"""A tree of RFC 9162 grown leaf by leaf in constant memory, from what is known of it to the left.

So a run of neighbouring leaves is held against a root: the full subtrees before the run are given, its leaves
are added, then the full subtrees after it.
"""

from collections.abc import Sequence

from ledger.proof.paths import subtree_heights
from ledger.proof.tree import EMPTY_ROOT, HASH_BYTES, node_hash


class Growth:
    """A tree that grows to the right; it keeps the hashes of its full subtrees, the largest first.

    ``before`` are those of the first ``size`` leaves. Raises ValueError where their number does not fit.
    """

    def __init__(self, size: int = 0, before: Sequence[bytes] = ()) -> None:
        heights = subtree_heights((0, size))
        _fitting(before, heights)
        self.size = size
        self._peaks = list(zip(heights, before, strict=True))

    def add(self, hashed: bytes, height: int = 0) -> None:
        """Append a leaf hash, or the hash of a full subtree of a height that can stand here."""
        self.size += 1 << height
        while self._peaks and self._peaks[-1][0] == height:
            hashed = node_hash(self._peaks.pop()[1], hashed)
            height += 1
        self._peaks.append((height, hashed))

    def finish(self, size: int, after: Sequence[bytes]) -> None:
        """Append the full subtrees up to a size. Raises ValueError where their number does not fit."""
        heights = subtree_heights((self.size, size))
        _fitting(after, heights)
        for height, hashed in zip(heights, after, strict=True):
            self.add(hashed, height)

    def root(self) -> bytes:
        """The root of the tree."""
        if not self._peaks:
            return EMPTY_ROOT
        found = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            found = node_hash(peak, found)
        return found


def _fitting(hashes: Sequence[bytes], heights: Sequence[int]) -> None:
    if len(hashes) != len(heights) or any(len(one) != HASH_BYTES for one in hashes):
        raise ValueError(f"{len(heights)} hashes of {HASH_BYTES} bytes belong here, not {len(hashes)}")
