"""What one supplier's escalation ladder rests on: deviations and measures, and contracts to rate them by."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.assignments import ContractConcluded
from ledger.events.measures import (
    MeasureDecided,
    MeasureReleased,
    MeasureReviewed,
    MeasureServed,
)
from ledger.facts.deviations import SEEN, Deviation, DeviationEvent
from ledger.facts.recorded import Recorded
from ledger.facts.standing import DecidedSeen, MeasureHeld
from ledger.fold import FoldKind
from ledger.values import AgreementId, Instant, LotId, RegionId, local_date

Place = tuple[str, str, str]


class ContractSeen(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What counts of a contract: where it is, and when it was concluded."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    concluded_at: Instant


class Ladder(Struct, frozen=True, array_like=True, gc=False):
    """What one supplier's ladder rests on: deviations and measures by id, contracts by place.

    ``concluded`` is the local date of each contract there as its ordinal, ascending: how many lie in a window
    is a matter of two look-ups.
    """

    deviations: Mapping[str, Deviation] = field(default_factory=dict)
    measures: Mapping[str, MeasureHeld] = field(default_factory=dict)
    concluded: Mapping[Place, tuple[int, ...]] = field(default_factory=dict)

    def contracts(self, place: Place, after: date, until: date) -> int:
        """How many contracts were concluded in a place after one local date and through another."""
        days = self.concluded.get(place, ())
        return bisect_right(days, until.toordinal()) - bisect_right(days, after.toordinal())


ladder: FoldKind[Ladder] = FoldKind("ladder", "supplier", Ladder())


def _deviated(state: Ladder, e: DeviationEvent, position: int) -> Ladder:
    stepped = state.deviations.get(e.deviation, Deviation()).after(e, position)
    return replace(state, deviations={**state.deviations, e.deviation: stepped})


for _event, _seen in SEEN.items():
    ladder.on(_event, reads=_seen)(_deviated)


@ladder.on(MeasureDecided, reads=DecidedSeen)
def _decided(state: Ladder, e: DecidedSeen, position: int) -> Ladder:
    return _with_measure(state, e.measure, MeasureHeld(Recorded(position, e)))


@ladder.on(MeasureServed)
def _served(state: Ladder, e: MeasureServed, position: int) -> Ladder:
    return _with_measure(state, e.measure, replace(state.measures[e.measure], served=Recorded(position, e)))


@ladder.on(MeasureReviewed)
def _reviewed(state: Ladder, e: MeasureReviewed, position: int) -> Ladder:
    return _with_measure(state, e.measure, replace(state.measures[e.measure], reviewed=Recorded(position, e)))


@ladder.on(MeasureReleased)
def _released(state: Ladder, e: MeasureReleased, position: int) -> Ladder:
    return _with_measure(state, e.measure, replace(state.measures[e.measure], released=Recorded(position, e)))


@ladder.on(ContractConcluded, reads=ContractSeen)
def _concluded(state: Ladder, e: ContractSeen, _position: int) -> Ladder:
    place, on = (e.agreement, e.lot, e.region), local_date(e.concluded_at).toordinal()
    days = state.concluded.get(place, ())
    at = bisect_right(days, on)
    return replace(state, concluded={**state.concluded, place: (*days[:at], on, *days[at:])})


def _with_measure(state: Ladder, measure: str, held: MeasureHeld) -> Ladder:
    return replace(state, measures={**state.measures, measure: held})
