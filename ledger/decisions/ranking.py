"""The ranking of offers: pure steps from candidates to places (domain 3.3 and 6, First come).

By order, each criterion in turn parts the groups that the ones before left equal. By weights, every offer
gets a score: for each criterion its weight times the share (ppm) that the offer reaches. Continuity that
counts is the whole share, other continuity none. Time is the share of the answer time that was left when
the first offer of the tie group counted: whole for an offer at the last notification, none for one at the
end. Equal scores are a group. What nothing parts is drawn with the recorded seed, by the rule published
with the order; without a seed such a group shares its best place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec import Struct, structs

from ledger.events.awards import ContinuityValue, PeriodReadings, RankedOffer, TimeValue
from ledger.events.offers import Trust
from ledger.events.orders import Criterion, OrderChain
from ledger.facts.draws import drawn

PPM = 1_000_000


class Candidate(Struct, frozen=True):
    """One offer that takes part, with its values; continuity is None where it is no criterion."""

    offer: str
    supplier: str
    consultant: str
    counts_from_at: int
    continuity: ContinuityValue | None
    facts: tuple[int, ...]
    trust: Trust = "direct"
    latency_us: int = 0
    score: int | None = None
    period: PeriodReadings | None = None
    chain: OrderChain | None = None

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


@dataclass(frozen=True, slots=True)
class Scale:
    """What scores are made of: parts by criterion, and the answer time (µs) that shares of time are of."""

    weights: Mapping[Criterion, int]
    starts_at: int
    ends_at: int

    def score(self, candidate: Candidate, first_at: int, criteria: Sequence[Criterion]) -> int:
        """The score of a candidate whose tie group's first offer counts from an instant (µs)."""
        length, left = max(1, self.ends_at - self.starts_at), max(0, self.ends_at - first_at)
        shares: Mapping[Criterion, int] = {
            "continuity": PPM if candidate.continues else 0,
            "time": min(PPM, left * PPM // length),
        }
        return sum(self.weights.get(criterion, 0) * shares[criterion] for criterion in criteria)


def weighed_groups(
    candidates: Iterable[Candidate], criteria: Sequence[Criterion], tolerance_us: int, scale: Scale
) -> tuple[Group, ...]:
    """The candidates with their scores, in groups of equal scores, best group first."""
    scored = [
        structs.replace(one, score=scale.score(one, group[0].counts_from_at, criteria))
        for group in by_time(tuple(candidates), tolerance_us)
        for one in group
    ]
    ordered = sorted(scored, key=lambda one: (-(one.score or 0), one.offer))
    return tuple(tuple(group) for _, group in groupby(ordered, key=lambda one: one.score))


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
            in_draw = place + 1 if len(group) > 1 and seed is not None else 0
            found.append(_ranked(candidate, rank, _time(candidate, number, in_draw)))
    return tuple(found)


def _drawn(group: Group, seed: str | None) -> Group:
    order = [] if seed is None else list(drawn(seed, (c.offer for c in group)))
    return tuple(sorted(group, key=lambda c: order.index(c.offer))) if order else group


def _time(candidate: Candidate, tie_group: int, in_draw: int) -> TimeValue:
    return TimeValue(
        counts_from_at=candidate.counts_from_at,
        tie_group=tie_group,
        drawn=in_draw,
        trust=candidate.trust,
        latency_us=candidate.latency_us,
    )


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
        score=candidate.score,
        period=candidate.period,
        chain=candidate.chain,
    )
