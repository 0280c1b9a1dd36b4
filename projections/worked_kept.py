"""How worked time is kept: what its shifts come to first, and the shifts themselves behind it, undecoded.

A reading of a consultant wants few of her shifts by themselves, and a step changes those of one assignment;
the others are never decoded, and are written as they lie. It is canonical JSON but for a line
feed between the two, which it has nowhere else: so the second is found without reading the first.
"""

from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Struct

from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedTime
from ledger.facts.worked_spells import Shifts, Spell
from projections.shapes import Shape, encoded


class _Kept(Struct, frozen=True, array_like=True, gc=False):
    """An assignment: ``counted`` only where it is not ``worked``; ``shifts_bytes`` of the shifts behind."""

    order: str
    supplier: str
    region: str
    unit: str
    operating_unit: str
    lot: str
    contract: Contract | None
    legal_person: str | None
    shifts_bytes: int
    worked: Spell | None
    counted: Spell | None = None


_told = msgspec.json.Decoder(dict[str, _Kept]).decode
_BEFORE_SUMS = 8
_BETWEEN = b",\n"


def _encode(state: WorkedTime) -> bytes:
    listed = sorted(state.assignments.items(), key=itemgetter(0))
    told = encoded({assignment: _kept(held) for assignment, held in listed})
    return b"[%b%b[%b]]" % (told, _BETWEEN, b",".join([held.worked.encoded for _, held in listed]))


def _kept(held: AssignmentTime) -> _Kept:
    shifts = held.worked
    worked, counted = shifts.worked, shifts.counted
    return _Kept(
        held.order, held.supplier, held.region, held.unit, held.operating_unit, held.lot, held.contract,
        held.legal_person, len(shifts.encoded), worked, None if counted is worked else counted,
    )  # fmt: skip


def _restore(kept: bytes) -> WorkedTime:
    """Raises msgspec.MsgspecError when it is not whole."""
    between = kept.find(_BETWEEN)
    end = between + len(_BETWEEN)
    assignments = {}
    for assignment, one in _told(kept[1:between]).items():
        begin = end + 1  # what opens or divides
        end = begin + one.shifts_bytes
        worked = one.worked
        counted = one.counted if worked and worked.waiting else worked
        assignments[assignment] = AssignmentTime(
            one.order, one.supplier, one.region, one.unit, one.operating_unit, one.lot, one.contract,
            Shifts(None, kept[begin:end], (worked, counted)), one.legal_person,
        )  # fmt: skip
    if kept[end + (not assignments) :] != b"]]":
        raise msgspec.ValidationError("the shifts behind it are not whole")
    return WorkedTime(assignments)


def _shown(kept: bytes) -> Any:
    """Without the sums, which follow from the shifts."""
    told, shifts = msgspec.json.decode(kept)
    return {
        assignment: [*one[:_BEFORE_SUMS], own]
        for (assignment, one), own in zip(told.items(), shifts, strict=True)
    }


WORKED_TIME = Shape(_encode, _restore, _shown, oftener=4)
