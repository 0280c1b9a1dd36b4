"""The two verifiers of RFC 9162, for who holds nothing but roots, a leaf and the hashes of a proof.

They are written as the algorithms of sections 2.1.3.2 and 2.1.4.2 stand there, so that they can be read
beside them; the side that makes proofs shares nothing with them but the hash of a node.
"""

from collections.abc import Sequence

from ledger.proof.tree import HASH_BYTES, node_hash


class ProofError(ValueError):
    """A proof does not show what it should; the message says where it fails."""


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise ProofError unless the leaf hash stands at this index of the tree of that size and root."""
    if root_by_inclusion(leaf, index, size, path) != root:
        raise ProofError("the leaf does not lead to the root: it is another, or stands at another position")


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf and its path lead to (section 2.1.3.2).

    Raises ProofError at a path of another length.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    _hashes_only([leaf, *path])
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise ProofError("the path is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ProofError("the path is too short")
    return r


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless the old tree is the beginning of the new one (section 2.1.4.2)."""
    if not 0 < old <= new:
        raise ProofError(f"a tree of {new} leaves does not go on from one of {old}")
    _hashes_only([old_root, new_root, *path])
    if old == new:
        if path or old_root != new_root:
            raise ProofError("two roots of one size: somebody was shown another history")
        return
    fr, sr = _roots_by_consistency(old, new, [old_root, *path] if old & (old - 1) == 0 else list(path))
    if fr != old_root:
        raise ProofError("the proof does not lead to the old root")
    if sr != new_root:
        raise ProofError("the proof does not lead to the new root")


def _roots_by_consistency(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    if not path:
        raise ProofError("the proof is empty")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ProofError("the proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ProofError("the proof is too short")
    return fr, sr


def _hashes_only(found: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in found):
        raise ProofError("a hash has 32 bytes")
