"""How worked time is kept: what its shifts come to first, and the shifts themselves behind it, undecoded.

A reading of a consultant wants few of her shifts by themselves, and a step changes those of one assignment;
the others are never decoded, and are written as they lie. A line feed, which canonical JSON has nowhere else,
stands between.
"""

from operator import itemgetter

import msgspec
from msgspec import Struct

from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedTime
from ledger.facts.worked_spells import Shifts, Spell
from projections.shapes import Shape, encoded


class _Kept(Struct, frozen=True, array_like=True, gc=False):
    """An assignment: ``counted`` only where it is not ``worked``; ``shifts_bytes`` of the shifts behind."""

    assignment: str
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


_told = msgspec.json.Decoder(list[_Kept]).decode
END = b"\n"


def _encode(state: WorkedTime) -> bytes:
    listed = sorted(state.assignments.items(), key=itemgetter(0))
    told = encoded([_kept(assignment, held) for assignment, held in listed])
    return b"".join([told, END, *[held.worked.encoded for _, held in listed]])


def _kept(assignment: str, held: AssignmentTime) -> _Kept:
    shifts = held.worked
    worked, counted = shifts.worked, shifts.counted
    return _Kept(
        assignment, held.order, held.supplier, held.region, held.unit, held.operating_unit, held.lot,
        held.contract, held.legal_person, len(shifts.encoded), worked, None if counted is worked else counted,
    )  # fmt: skip


def _restore(kept: bytes) -> WorkedTime:
    """Raises msgspec.ValidationError when it is not whole."""
    end = kept.find(END) + 1
    assignments = {}
    for one in _told(kept[:end]):
        begin, end = end, end + one.shifts_bytes
        worked = one.worked
        counted = one.counted if worked and worked.waiting else worked
        assignments[one.assignment] = AssignmentTime(
            one.order, one.supplier, one.region, one.unit, one.operating_unit, one.lot, one.contract,
            Shifts(None, kept[begin:end], (worked, counted)), one.legal_person,
        )  # fmt: skip
    if end != len(kept):
        raise msgspec.ValidationError("the shifts behind it are not whole")
    return WorkedTime(assignments)


WORKED_TIME = Shape(_encode, _restore)
