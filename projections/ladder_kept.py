"""How a kept ladder comes back: its places become rows, since JSON knows keys of text only."""

from collections.abc import Mapping

from msgspec import Struct, json

from ledger.facts.deviations import Deviation
from ledger.facts.ladder import Ladder
from ledger.facts.standing import MeasureHeld
from projections.shapes import Shape, encoded


class _Kept(Struct, gc=False):
    deviations: Mapping[str, Deviation]
    measures: Mapping[str, MeasureHeld]
    concluded: list[tuple[str, str, str, tuple[int, ...]]]


_kept = json.Decoder(_Kept).decode


def _encode(state: Ladder) -> bytes:
    concluded = sorted((*place, days) for place, days in state.concluded.items())
    return encoded(_Kept(state.deviations, state.measures, concluded))


def _restore(kept: bytes) -> Ladder:
    held = _kept(kept)
    return Ladder(held.deviations, held.measures, {(a, lot, r): days for a, lot, r, days in held.concluded})


KEPT = Shape(_encode, _restore)
