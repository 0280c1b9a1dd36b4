"""How a ladder is kept: a line for each place, in parts that come back undecoded."""

from msgspec import Raw, Struct, json

from ledger.facts.ladder import Ladder, Lot, Place
from ledger.facts.ladder_places import AtPlace, Concluded, Days, Deviations, Judgeable, Measures
from projections.shapes import Shape, encoded


class _Kept(Struct, array_like=True, gc=False):
    agreement: str
    lot: str
    region: str | None
    deviations: Raw
    judged: Raw
    measures: Raw
    concluded: Raw


_kept = json.Decoder(list[_Kept]).decode


def _encode(state: Ladder) -> bytes:
    return encoded([
        _Kept(
            agreement, lot, region, at.deviations.encoded, at.deviations.judged.encoded, at.measures.encoded,
            at.concluded.days.encoded,
        )
        for ((agreement, lot), region), at in sorted(state.places(), key=_place)
    ])  # fmt: skip


def _place(one: tuple[Place, AtPlace]) -> tuple[str, str, bool, str]:
    ((agreement, lot), region), _ = one
    return agreement, lot, region is not None, region or ""


def _restore(kept: bytes) -> Ladder:
    lots: dict[Lot, dict[str | None, AtPlace]] = {}
    for one in _kept(kept):
        lots.setdefault((one.agreement, one.lot), {})[one.region] = AtPlace(
            Deviations(None, bytes(one.deviations), Judgeable(None, bytes(one.judged))),
            Measures(None, bytes(one.measures)),
            Concluded(Days(None, bytes(one.concluded))),
        )
    return Ladder(lots)


KEPT = Shape(_encode, _restore, oftener=8)
