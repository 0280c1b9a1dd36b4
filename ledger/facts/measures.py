"""What became of one measure: decided, served, released. A supplier's measures together are its standing."""

from msgspec.structs import replace

from ledger.events.measures import MeasureDecided, MeasureReleased, MeasureReviewed, MeasureServed
from ledger.facts.recorded import Recorded
from ledger.facts.standing import DecidedSeen, MeasureHeld
from ledger.fold import FoldKind

measures: FoldKind[MeasureHeld | None] = FoldKind("measures", "measure", None)


@measures.on(MeasureDecided, reads=DecidedSeen)
def _decided(_state: MeasureHeld | None, e: DecidedSeen, position: int) -> MeasureHeld | None:
    return MeasureHeld(Recorded(position, e))


@measures.on(MeasureServed)
def _served(state: MeasureHeld | None, e: MeasureServed, position: int) -> MeasureHeld | None:
    return state and replace(state, served=Recorded(position, e))


@measures.on(MeasureReviewed)
def _reviewed(state: MeasureHeld | None, e: MeasureReviewed, position: int) -> MeasureHeld | None:
    return state and replace(state, reviewed=Recorded(position, e))


@measures.on(MeasureReleased)
def _released(state: MeasureHeld | None, e: MeasureReleased, position: int) -> MeasureHeld | None:
    return state and replace(state, released=Recorded(position, e))
