r"""The draw between equal offers, as anybody can recompute it (domain 6; HFD 2022:48).

The rule is published with the order: a beacon and a round of it. Its public value, fixed after the answer
window closed, is the seed. The tied offers are put in order of their ids, and drawn by SHA-256(seed ‖
0x00 ‖ offer id), smallest first. In a shell, for each offer: ``printf '%s\0%s' SEED OFFER | sha256sum``,
and sort what comes out.
"""

import hashlib
from collections.abc import Iterable

from ledger.events.awards import OrderAwarded


def draw_key(seed: str, offer: str) -> bytes:
    """SHA-256(seed ‖ 0x00 ‖ offer id), by which tied offers are ordered, smallest first."""
    return hashlib.sha256(seed.encode() + b"\x00" + offer.encode()).digest()


def drawn(seed: str, offers: Iterable[str]) -> tuple[str, ...]:
    """Tied offers in the order of the draw, whatever order they were given in."""
    return tuple(sorted(sorted(offers), key=lambda offer: draw_key(seed, offer)))


def misdrawn(award: OrderAwarded, seed: str) -> tuple[str, ...]:
    """The offers of an award whose recorded place in a draw is not the seed's; empty if all are."""
    ties: dict[int, list[tuple[int, str]]] = {}
    for one in award.ranking:
        if one.time is not None and one.time.drawn:
            ties.setdefault(one.time.tie_group, []).append((one.time.drawn, one.offer))
    wrong = []
    for places in ties.values():
        right = drawn(seed, (offer for _, offer in places))
        wrong += [offer for place, offer in places if right.index(offer) + 1 != place]
    return tuple(sorted(wrong))
