"""What ties one consultant id to units and orders, beside the time worked: the ground of shadow booking."""

from dataclasses import dataclass
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.awards import OrderAwarded
from ledger.events.schedules import ScheduleRecorded
from ledger.events.traces import BookingTraceRecorded, UnorderedWorkReported
from ledger.fold import FoldKind


class PlannedAt(Struct, frozen=True):
    """A schedule that names the consultant: where, for which order, which dates, planned when (µs)."""

    unit: str
    order: str
    days: tuple[date, ...]
    planned_at: int
    position: int


class Trace(Struct, frozen=True):
    """A trace of a booking: where, for which half-open period, tied when (µs), of which kind."""

    unit: str
    kind: str
    from_on: date
    until_on: date
    tied_at: int
    position: int


@dataclass(frozen=True, slots=True)
class Unordered:
    """Work that no order covers; minutes."""

    unit: str
    supplier: str
    on: date
    minutes: int
    told_by: str
    position: int


class Ties(Struct, frozen=True):
    """Everything of one consultant id. ``ranked`` are orders in whose rankings it stood."""

    planned: tuple[PlannedAt, ...] = ()
    traces: tuple[Trace, ...] = ()
    unordered: tuple[Unordered, ...] = ()
    ranked: tuple[str, ...] = ()


ties: FoldKind[Ties] = FoldKind("ties", "consultant", Ties())


@ties.on(OrderAwarded)
def _ranked(state: Ties, e: OrderAwarded, _position: int) -> Ties:
    return state if e.order in state.ranked else replace(state, ranked=(*state.ranked, e.order))


@ties.on(ScheduleRecorded)
def _planned(state: Ties, e: ScheduleRecorded, position: int) -> Ties:
    days = tuple(sorted({one.on for one in e.shifts}))
    return replace(state, planned=(*state.planned, PlannedAt(e.unit, e.order, days, e.planned_at, position)))


@ties.on(BookingTraceRecorded)
def _trace(state: Ties, e: BookingTraceRecorded, position: int) -> Ties:
    trace = Trace(e.unit, e.kind, e.from_on, e.until_on, e.tied_at, position)
    return replace(state, traces=(*state.traces, trace))


@ties.on(UnorderedWorkReported)
def _unordered(state: Ties, e: UnorderedWorkReported, position: int) -> Ties:
    work = Unordered(e.unit, e.supplier, e.on, e.worked_minutes, e.told_by, position)
    return replace(state, unordered=(*state.unordered, work))
