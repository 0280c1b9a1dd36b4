"""The second model: the definitions of RFC 9162, section 2.1, word by word over a list of leaf hashes."""

from hashlib import sha256


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = below(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m, leaves):
    return subproof(m, leaves, whole=True)


def subproof(m, leaves, *, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def below(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def leaves_of(count, *, salt=b""):
    return [sha256(b"\x00" + salt + number.to_bytes(8, "big")).digest() for number in range(count)]


class Kept:
    """Tiles as a store keeps them: the full ones as they were filled, the others as they are at a size."""

    def __init__(self, leaves):
        self.leaves = leaves
        self.asked = 0

    def __call__(self, keys):
        found = {}
        for level, index in keys:
            self.asked += 1
            span = 256**level
            subtrees = (
                self.leaves[at : at + span]
                for at in range(index * 256 * span, (index + 1) * 256 * span, span)
            )
            found[level, index] = b"".join(mth(part) for part in subtrees if len(part) == span)
        return found
