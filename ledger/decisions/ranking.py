"""The ranking of offers: pure steps from candidates to places (domain 3.3 and 6, First come).

Each criterion in turn parts the groups that the ones before left equal. What no criterion parts is drawn with
the recorded seed, by the rule published with the order; without a seed such a group shares its best place.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.events.awards import ContinuityValue, Criterion, RankedOffer, TimeValue
from ledger.events.offers import Trust


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer that takes part, with its values; continuity is None where it is no criterion."""

    offer: str
    supplier: str
    consultant: str
    counts_from_at: int
    continuity: ContinuityValue | None
    facts: tuple[int, ...]
    trust: Trust = "direct"

    @property
    def continues(self) -> bool:
        """Whether the consultant has continuity that counts."""
        return self.continuity is not None and self.continuity.counts


Group = tuple[Candidate, ...]


def groups_of(
    candidates: Iterable[Candidate], criteria: Sequence[Criterion], tolerance_us: int
) -> tuple[Group, ...]:
    """The candidates in groups that the criteria leave equal, best group first."""
    everyone = tuple(sorted(candidates, key=lambda c: c.offer))
    found: tuple[Group, ...] = (everyone,) if everyone else ()
    for criterion in criteria:
        found = tuple(part for group in found for part in _parts(group, criterion, tolerance_us))
    return found


def _parts(group: Group, criterion: Criterion, tolerance_us: int) -> tuple[Group, ...]:
    return by_time(group, tolerance_us) if criterion == "time" else by_continuity(group)


def by_continuity(group: Group) -> tuple[Group, ...]:
    """Those with continuity that counts, then the others; more than enough is no better than enough."""
    having = tuple(c for c in group if c.continues)
    lacking = tuple(c for c in group if not c.continues)
    return tuple(part for part in (having, lacking) if part)


def by_time(group: Group, tolerance_us: int) -> tuple[Group, ...]:
    """Tie groups, earliest first: every offer within the tolerance of the first, not of a neighbour."""
    waiting = sorted(group, key=lambda c: (c.counts_from_at, c.offer))
    found: list[Group] = []
    while waiting:
        latest = waiting[0].counts_from_at + tolerance_us
        tied = tuple(c for c in waiting if c.counts_from_at <= latest)
        found.append(tied)
        waiting = waiting[len(tied) :]
    return tuple(found)


def draw_key(seed: str, offer: str) -> bytes:
    """SHA-256(value ‖ 0x00 ‖ offer id), by which tied offers are ordered, smallest first."""
    return hashlib.sha256(seed.encode() + b"\x00" + offer.encode()).digest()


def undecided(group: Group, seed: str | None) -> bool:
    """Whether a tie waits for its seed."""
    return len(group) > 1 and seed is None


def placed(groups: Sequence[Group], seed: str | None) -> tuple[RankedOffer, ...]:
    """Every candidate with its rank, best first."""
    found: list[RankedOffer] = []
    for number, group in enumerate(groups, 1):
        first = len(found) + 1
        for place, candidate in enumerate(_drawn(group, seed)):
            rank = first if undecided(group, seed) else first + place
            drawn = place + 1 if len(group) > 1 and seed is not None else 0
            found.append(_ranked(candidate, rank, TimeValue(
                counts_from_at=candidate.counts_from_at, tie_group=number, drawn=drawn, trust=candidate.trust
            )))  # fmt: skip
    return tuple(found)


def _drawn(group: Group, seed: str | None) -> Group:
    return group if seed is None else tuple(sorted(group, key=lambda c: draw_key(seed, c.offer)))


def _ranked(candidate: Candidate, rank: int, time: TimeValue) -> RankedOffer:
    return RankedOffer(
        rank=rank,
        offer=candidate.offer,
        supplier=candidate.supplier,
        consultant=candidate.consultant,
        continuity=candidate.continuity,
        time=time,
        excluded_code="",
        excluded_clause="",
        excluded_detail="",
        facts=candidate.facts,
    )
