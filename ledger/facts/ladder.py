"""What one supplier's escalation ladder rests on: deviations and measures, and contracts to rate them by."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.assignments import ContractConcluded
from ledger.events.deviations import DeviationCommunicated
from ledger.events.measures import (
    MeasureDecided,
    MeasureReleased,
    MeasureReviewed,
    MeasureServed,
)
from ledger.facts.deviations import SEEN, CommunicatedSeen, Deviation, DeviationEvent
from ledger.facts.ladder_places import AtPlace, written
from ledger.facts.recorded import Recorded
from ledger.facts.standing import DecidedSeen, MeasureHeld
from ledger.fold import FoldKind
from ledger.values import AgreementId, DeviationId, Instant, LotId, RegionId, local_date

Lot = tuple[str, str]  # an agreement, and a lot of it
Regions = Mapping[str | None, AtPlace]
Place = tuple[Lot, str | None]
"""A lot, and a region or None for the nation."""

NOWHERE: Place = (("", ""), "")  # of a deviation whose report is not known
NOTHING = AtPlace()
NO_REGIONS: Regions = MappingProxyType({})


class ContractSeen(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What counts of a contract: where it is, and when it was concluded."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    concluded_at: Instant


class ToldSeen(Struct, frozen=True, array_like=True, gc=False):
    """What counts of a communication: the policy values behind it stay in the event."""

    deviation: DeviationId
    communicated_at: Instant
    reply_by: Instant


class Ladder(Struct, frozen=True, gc=False):
    """What one supplier's ladder rests on, by place: a rung of one knows little of the others."""

    lots: Mapping[Lot, Regions] = field(default_factory=dict)

    @property
    def deviations(self) -> Mapping[str, Deviation]:
        """Every deviation by id, in the order reported."""
        found = [one for _, at in self.places() for one in at.deviations.told.items()]
        return dict(sorted(found, key=lambda one: one[1].reported.position if one[1].reported else 0))

    @property
    def measures(self) -> Mapping[str, MeasureHeld]:
        """Every measure by id, in the order decided."""
        found = [one for _, at in self.places() for one in at.measures.told.items()]
        return dict(sorted(found, key=lambda one: one[1].decided.position))

    def regions(self, agreement: str, lot: str) -> Regions:
        """What there is of one lot, by region."""
        return self.lots.get((agreement, lot), NO_REGIONS)

    def places(self) -> Iterator[tuple[Place, AtPlace]]:
        """What there is, place by place."""
        for lot, regions in self.lots.items():
            for region, at in regions.items():
                yield (lot, region), at

    def at(self, place: Place) -> AtPlace:
        """What there is in one place."""
        return self.lots.get(place[0], NO_REGIONS).get(place[1], NOTHING)

    def put(self, place: Place, **parts: Any) -> "Ladder":
        """The same with other parts in one place."""
        lot, region = place
        regions = self.lots.get(lot, NO_REGIONS)
        at = replace(regions.get(region, NOTHING), **parts)
        return Ladder({**self.lots, lot: {**regions, region: at}})


ladder: FoldKind[Ladder] = FoldKind("ladder", "supplier", Ladder())
Part = Literal["deviations", "measures"]


def _found(state: Ladder, part: Part, name: str) -> tuple[Place | None, Any]:
    """Where a deviation or a measure stands, and what is known of it; neither of one that is new."""
    kept = written(name)
    for place, at in state.places():
        found = getattr(at, part).get(name, kept)
        if found is not None:
            return place, found
    return None, None


def _moved(state: Ladder, part: Part, was: Place | None, place: Place, name: str) -> Ladder:
    """The same without one of them where it stood before, if that is elsewhere."""
    if was is None or was == place:
        return state
    return state.put(was, **{part: getattr(state.at(was), part).without(name)})


def _deviated(state: Ladder, e: DeviationEvent, position: int) -> Ladder:
    was, known = _found(state, "deviations", e.deviation)
    stepped = (known or Deviation()).after(e, position)
    place = _reported_in(stepped)
    state = _moved(state, "deviations", was, place, e.deviation)
    return state.put(place, deviations=state.at(place).deviations.having(e.deviation, stepped))


def _reported_in(deviation: Deviation) -> Place:
    e = deviation.reported.event if deviation.reported else None
    return NOWHERE if e is None else ((e.agreement, e.lot), e.region)


@ladder.on(DeviationCommunicated, reads=ToldSeen)
def _communicated(state: Ladder, e: ToldSeen, position: int) -> Ladder:
    return _deviated(state, CommunicatedSeen(e.deviation, e.communicated_at, e.reply_by), position)


for _event in SEEN.keys() - {DeviationCommunicated}:
    ladder.on(_event, reads=SEEN[_event])(_deviated)


@ladder.on(MeasureDecided, reads=DecidedSeen)
def _decided(state: Ladder, e: DecidedSeen, position: int) -> Ladder:
    was, place = _found(state, "measures", e.measure)[0], ((e.agreement, e.lot), e.region)
    state = _moved(state, "measures", was, place, e.measure)
    held = MeasureHeld(Recorded(position, e))
    return state.put(place, measures=state.at(place).measures.having(e.measure, held))


def _stepped(state: Ladder, measure: str, **step: Recorded[Any]) -> Ladder:
    place, held = _found(state, "measures", measure)
    if place is None:
        raise KeyError(measure)
    return state.put(place, measures=state.at(place).measures.having(measure, replace(held, **step)))


@ladder.on(MeasureServed)
def _served(state: Ladder, e: MeasureServed, position: int) -> Ladder:
    return _stepped(state, e.measure, served=Recorded(position, e))


@ladder.on(MeasureReviewed)
def _reviewed(state: Ladder, e: MeasureReviewed, position: int) -> Ladder:
    return _stepped(state, e.measure, reviewed=Recorded(position, e))


@ladder.on(MeasureReleased)
def _released(state: Ladder, e: MeasureReleased, position: int) -> Ladder:
    return _stepped(state, e.measure, released=Recorded(position, e))


@ladder.on(ContractConcluded, reads=ContractSeen)
def _concluded(state: Ladder, e: ContractSeen, position: int) -> Ladder:
    return _all_concluded(state, [(position, e)])


@ladder.in_a_row(ContractConcluded)
def _all_concluded(state: Ladder, told: Sequence[tuple[int, ContractSeen]]) -> Ladder:
    lots: dict[Lot, Regions] = {**state.lots}
    for _, e in told:
        lot, regions = (e.agreement, e.lot), lots.get((e.agreement, e.lot), NO_REGIONS)
        at = regions.get(e.region, NOTHING)
        on = local_date(e.concluded_at).toordinal()
        lots[lot] = {**regions, e.region: replace(at, concluded=at.concluded.having(on))}
    return Ladder(lots)
