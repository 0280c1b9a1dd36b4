"""What one assignment was to deliver and did: planned and worked shifts, approvals, who worked, its end.

One fold of one assignment, so that a region's or a supplier's figures are sums of small states.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.schedules import ScheduleRecorded
from ledger.events.shifts import (
    ShiftApproved,
    ShiftCorrected,
    ShiftReported,
    ShiftVoided,
    WorkedByAnother,
)
from ledger.events.substitutions import SubstitutionAccepted
from ledger.facts.schedules import Planned
from ledger.fold import FoldKind
from ledger.values import local_date


class Approval(Struct, frozen=True):
    """An approval of a shift's latest values: by whom, when (µs), and its flags."""

    position: int
    by: str
    at: int
    ordered_it_too: bool
    interests: tuple[int, ...]


class DeliveredShift(Struct, frozen=True):
    """A shift as it now stands. ``reported`` is where it first was recorded, ``first_told_on`` which date."""

    on: date
    minutes: int
    consultant: str
    system: str
    reported: int
    position: int
    first_told_on: date | None
    told_on: date | None
    corrections: int = 0
    approval: Approval | None = None
    voided: int | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not voided."""
        return self.voided is None

    @property
    def days_late(self) -> int | None:
        """Local dates from the shift to its first report; None where nobody noted when it came."""
        return None if self.first_told_on is None else (self.first_told_on - self.on).days


class Ended(Struct, frozen=True):
    """A cancellation: by whom, from which date, told when (µs), late or not, and what it indicates."""

    by: str
    from_on: date
    at: int
    late: bool
    notice_days: int
    consequence: str
    position: int


class Delivery(Struct, frozen=True):
    """One assignment; ``others`` are shifts that somebody else than agreed worked, each with its position."""

    contract: ContractConcluded | None = None
    position: int = 0
    planned: tuple[Planned, ...] = ()
    shifts: Mapping[str, DeliveredShift] = {}
    substituted: tuple[tuple[int, str, date], ...] = ()
    others: Mapping[str, int] = {}
    ended: Ended | None = None

    def worked(self, until_on: date) -> tuple[DeliveredShift, ...]:
        """Shifts that stand, on dates up to and with this one, by date."""
        found = [one for one in self.shifts.values() if one.stands and one.on <= until_on]
        return tuple(sorted(found, key=lambda one: (one.on, one.position)))

    def due(self, until_on: date) -> tuple[Planned, ...]:
        """Planned shifts up to and with a date, without those that a cancellation took away."""
        end = self.ended.from_on if self.ended else date.max
        return tuple(one for one in self.planned if one.on <= until_on and one.on < end)

    def unworked(self, until_on: date) -> tuple[Planned, ...]:
        """Planned shifts up to and with a date for which no shift of that date stands, one for one."""
        left: dict[date, int] = {}
        for one in self.worked(until_on):
            left[one.on] = left.get(one.on, 0) + 1
        missing: list[Planned] = []
        for wanted in self.due(until_on):
            if left.get(wanted.on, 0):
                left[wanted.on] -= 1
            else:
                missing.append(wanted)
        return tuple(missing)


deliveries: FoldKind[Delivery] = FoldKind("deliveries", "assignment", Delivery())


@deliveries.on(ContractConcluded)
def _concluded(state: Delivery, e: ContractConcluded, position: int) -> Delivery:
    return replace(state, contract=e, position=position)


@deliveries.on(AssignmentCancelled)
def _cancelled(state: Delivery, e: AssignmentCancelled, position: int) -> Delivery:
    ended = Ended(e.by, e.from_on, e.cancelled_at, e.late, e.notice_days, e.consequence, position)
    return replace(state, ended=ended)


@deliveries.on(ScheduleRecorded)
def _scheduled(state: Delivery, e: ScheduleRecorded, position: int) -> Delivery:
    kept = [one for one in state.planned if not e.from_on <= one.on < e.until_on]
    new = [Planned(one.on, one.start_at, one.end_at, position) for one in e.shifts]
    return replace(state, planned=tuple(sorted((*kept, *new), key=lambda one: one.start_at)))


@deliveries.on(SubstitutionAccepted)
def _substituted(state: Delivery, e: SubstitutionAccepted, position: int) -> Delivery:
    return replace(state, substituted=(*state.substituted, (position, e.consultant, e.from_on)))


@deliveries.on(WorkedByAnother)
def _by_another(state: Delivery, e: WorkedByAnother, position: int) -> Delivery:
    return replace(state, others={**state.others, e.shift: position})


@deliveries.on(ShiftReported)
def _reported(state: Delivery, e: ShiftReported, position: int) -> Delivery:
    told_on = None if e.received_at is None else local_date(e.received_at)
    shift = DeliveredShift(
        e.on, e.worked_minutes, e.consultant, e.system, position, position, told_on, told_on
    )
    return _with(state, e.shift, shift)


@deliveries.on(ShiftCorrected)
def _corrected(state: Delivery, e: ShiftCorrected, position: int) -> Delivery:
    former = state.shifts[e.shift]
    told_on = former.told_on if e.received_at is None else local_date(e.received_at)
    shift = replace(
        former, on=e.on, minutes=e.worked_minutes, position=position, told_on=told_on,
        corrections=former.corrections + 1, approval=None, system=e.system if e.report else former.system,
    )  # fmt: skip
    return _with(state, e.shift, shift)


@deliveries.on(ShiftVoided)
def _voided(state: Delivery, e: ShiftVoided, position: int) -> Delivery:
    return _with(state, e.shift, replace(state.shifts[e.shift], voided=position))


@deliveries.on(ShiftApproved)
def _approved(state: Delivery, e: ShiftApproved, position: int) -> Delivery:
    former = state.shifts[e.shift]
    if e.approves != former.position:  # approves values that a correction has replaced
        return state
    approval = Approval(position, e.approved_by, e.approved_at, e.ordered_it_too, e.interests)
    return _with(state, e.shift, replace(former, approval=approval))


def _with(state: Delivery, name: str, shift: DeliveredShift) -> Delivery:
    return replace(state, shifts={**state.shifts, name: shift})
