"""The indicators of shadow booking about one human (domain 6): ties before publication, overlaps, no order.

Pure readings of what is recorded. None of them accuses; each has innocent explanations that views show.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Literal

from ledger.events.orders import OrderPublished
from ledger.facts.orders import OrderHeld
from ledger.facts.recorded import Recorded
from ledger.facts.ties import Ties
from ledger.facts.worked_time import WorkedTime
from ledger.values import local_date

TieKind = Literal["trace", "schedule", "contract", "worked-before"]


@dataclass(frozen=True, slots=True)
class Tie:
    """Something that tied the human to the order's unit before its publication; ``at`` in µs, or its date."""

    kind: TieKind
    detail: str
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Held:
    """A half-open period for which a human was offered for an order, or holds an assignment of it."""

    order: str
    how: Literal["offered", "held"]
    from_on: date
    until_on: date
    position: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two orders with a human in both for some of the same dates."""

    first: Held
    second: Held
    days: int


def ties_before(
    published: Recorded[OrderPublished],
    period: tuple[date, date],
    known: Iterable[Ties],
    worked: Iterable[WorkedTime],
    look_back_days: int,
) -> tuple[Tie, ...]:
    """What tied a human to an order's unit for (part of) a half-open period before the publication."""
    order = published.event
    found = [
        *(tie for one in known for tie in _noted(order, period, one)),
        *(tie for one in worked for tie in _engaged(published, period, one, look_back_days)),
    ]
    return tuple(sorted(found, key=lambda tie: tie.position))


def _noted(order: OrderPublished, period: tuple[date, date], known: Ties) -> Iterator[Tie]:
    """Traces and schedules from before the publication."""
    for trace in known.traces:
        same = trace.unit == order.unit and trace.tied_at < order.published_at
        if same and _days(period, (trace.from_on, trace.until_on)):
            yield Tie("trace", trace.kind, local_date(trace.tied_at), trace.position)
    for plan in known.planned:
        inside = [day for day in plan.days if period[0] <= day < period[1]]
        if plan.unit == order.unit and plan.planned_at < order.published_at and inside:
            yield Tie("schedule", plan.order, local_date(plan.planned_at), plan.position)


def _engaged(
    published: Recorded[OrderPublished], period: tuple[date, date], worked: WorkedTime, look_back_days: int
) -> Iterator[Tie]:
    """Contracts of other orders that overlap, and shifts at the unit shortly before the publication."""
    order = published.event
    until_on = local_date(order.published_at)
    from_on = until_on - timedelta(days=look_back_days)
    for held in worked.assignments.values():
        if held.unit != order.unit:
            continue
        contract = held.contract
        earlier = contract is not None and contract.position < published.position
        if contract and earlier and _days(period, (contract.from_on, contract.ends_on)):
            yield Tie("contract", held.order, contract.from_on, contract.position)
        for shift in held.shifts.values():
            if shift.voided is None and from_on <= shift.on < until_on:
                yield Tie("worked-before", held.order, shift.on, shift.position)


def held_for(
    ids: Sequence[str], orders: Iterable[OrderHeld], worked: Iterable[WorkedTime]
) -> tuple[Held, ...]:
    """Every period one human was offered for, where that is open, or holds; by start."""
    offered = [one for order in orders for one in _offered(ids, order)]
    assigned = [
        Held(held.order, "held", held.contract.from_on, held.contract.ends_on, held.contract.position)
        for state in worked
        for held in state.assignments.values()
        if held.contract is not None and held.contract.from_on < held.contract.ends_on
    ]
    engaged = {one.order for one in assigned}
    found = [*assigned, *(one for one in offered if one.order not in engaged)]
    return tuple(sorted(found, key=lambda one: (one.from_on, one.position)))


def _offered(ids: Sequence[str], order: OrderHeld) -> Iterator[Held]:
    """The human's standing offers for an order that is no longer sealed: every position was awarded."""
    for offer in order.offers.values() if order.opened else ():
        latest = offer.latest
        if latest.consultant in ids and offer.withdrawn is None:
            yield Held(latest.order, "offered", latest.from_on, latest.until_on, offer.positions()[-1])


def overlaps(held: Sequence[Held], days_min: int) -> tuple[Overlap, ...]:
    """Every pair of different orders that share at least so many dates."""
    pairs = ((a, b) for a, b in combinations(held, 2) if a.order != b.order)
    found = (Overlap(a, b, _days((a.from_on, a.until_on), (b.from_on, b.until_on))) for a, b in pairs)
    return tuple(one for one in found if one.days >= max(1, days_min))


def _days(one: tuple[date, date], other: tuple[date, date]) -> int:
    """How many dates two half-open periods share."""
    return max(0, (min(one[1], other[1]) - max(one[0], other[0])).days)
