"""Latency × orderer–supplier pair, the tipping indicator.

Who won whose orders, and how soon (S4; domain 6).
"""

from dataclasses import dataclass

from msgspec import Struct

from ledger.events.awards import OrderAwarded
from ledger.fold import FoldKind
from ledger.values import SECOND_US


class AwardSeen(Struct, frozen=True):
    """One award on an order that somebody placed: to whom, and how long after its notification (µs)."""

    position: int
    order: str
    supplier: str
    latency_us: int


orderer_awards: FoldKind[tuple[AwardSeen, ...]] = FoldKind("orderer-awards", "actor", ())


@orderer_awards.on(OrderAwarded)
def _awarded(state: tuple[AwardSeen, ...], e: OrderAwarded, position: int) -> tuple[AwardSeen, ...]:
    times = [one.time for one in e.ranking if one.offer == e.offer and one.time is not None]
    latency = times[0].latency_us if times else 0
    return (*state, AwardSeen(position, e.order, e.supplier, latency))


@dataclass(frozen=True, slots=True)
class Pair:
    """An orderer and a supplier: of the orderer's awards how many went there, and how many of them quickly.

    An indication beside others: a supplier that is always ready wins often, too.
    """

    orderer: str
    supplier: str
    awards: int
    to_supplier: int
    quick: int
    shortest_us: int
    facts: tuple[int, ...]


def pair_of(orderer: str, supplier: str, seen: tuple[AwardSeen, ...], quick_seconds: int) -> Pair:
    """What is known of a pair; quick is within so many seconds, that second included."""
    theirs = [one for one in seen if one.supplier == supplier]
    return Pair(
        orderer=orderer,
        supplier=supplier,
        awards=len(seen),
        to_supplier=len(theirs),
        quick=sum(one.latency_us <= quick_seconds * SECOND_US for one in theirs),
        shortest_us=min((one.latency_us for one in theirs), default=0),
        facts=tuple(one.position for one in theirs),
    )
