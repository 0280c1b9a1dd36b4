"""What one supplier's escalation ladder rests on: deviations and measures, and contracts to rate them by."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.assignments import ContractConcluded
from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationCommunicated,
    DeviationDecided,
    DeviationReplied,
    DeviationReported,
    DeviationWithdrawn,
)
from ledger.events.measures import (
    MeasureDecided,
    MeasureReleased,
    MeasureReviewed,
    MeasureServed,
)
from ledger.facts.deviations import Deviation, DeviationEvent
from ledger.facts.recorded import Recorded
from ledger.facts.standing import MeasureHeld
from ledger.fold import FoldKind
from ledger.values import local_date

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ladder:
    """What one supplier's ladder rests on: deviations and measures by id, contracts by place and date."""

    deviations: Mapping[str, Deviation] = field(default_factory=dict)
    measures: Mapping[str, MeasureHeld] = field(default_factory=dict)
    concluded: Mapping[Place, Mapping[date, int]] = field(default_factory=dict)


ladder: FoldKind[Ladder] = FoldKind("ladder", "supplier", Ladder())


@ladder.on(
    DeviationReported,
    DeviationCommunicated,
    DeviationReplied,
    DeviationDecided,
    DeviationWithdrawn,
    BreachNoticeServed,
)
def _deviated(state: Ladder, e: DeviationEvent, position: int) -> Ladder:
    stepped = state.deviations.get(e.deviation, Deviation()).after(e, position)
    return replace(state, deviations={**state.deviations, e.deviation: stepped})


@ladder.on(MeasureDecided)
def _decided(state: Ladder, e: MeasureDecided, position: int) -> Ladder:
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


@ladder.on(ContractConcluded)
def _concluded(state: Ladder, e: ContractConcluded, _position: int) -> Ladder:
    place, on = (e.agreement, e.lot, e.region), local_date(e.concluded_at)
    dates = state.concluded.get(place, {})
    return replace(state, concluded={**state.concluded, place: {**dates, on: dates.get(on, 0) + 1}})


def _with_measure(state: Ladder, measure: str, held: MeasureHeld) -> Ladder:
    return replace(state, measures={**state.measures, measure: held})
