"""Delivery precision of one region: filled of ordered, time to fill, worked of planned, who cancelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from ledger.facts.deliveries import Delivery
from ledger.facts.region_orders import OrderHere, region_orders
from ledger.policy.model import Resolved
from ledger.values import MINUTE_US
from projections.base import UnknownKeyError, evidence_of, view
from projections.region_deliveries import REPORTS, RegionFacts, RegionParams, asks, ppm
from projections.shapes import plain


@dataclass(frozen=True, slots=True)
class Filled:
    """Positions ordered and filled in one lot; minutes from publication to contract (lower median)."""

    lot: str
    orders: int
    withdrawn: int
    positions: int
    filled: int
    filled_ppm: int | None
    minutes_to_fill_least: int | None
    minutes_to_fill_median: int | None
    minutes_to_fill_most: int | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one supplier delivered in one lot up to the date. Planned counts only where a schedule is known.

    ``delivered`` are planned shifts for which a shift of that date stands, ``unplanned`` shifts beyond them.
    """

    lot: str
    supplier: str
    assignments: int
    substituted: int
    cancelled_by_region: int
    cancelled_by_supplier: int
    cancelled_late: int
    without_schedule: int
    planned: int
    delivered: int
    delivered_ppm: int | None
    unplanned: int
    worked_minutes: int


@dataclass(frozen=True, slots=True)
class DeliveryPrecision:
    """The figures of one region, by lot and by supplier."""

    region: str
    on: date
    lots: tuple[Filled, ...]
    suppliers: tuple[Delivered, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...] = ()


@view(
    "delivery-precision",
    titles=("Leveransprecision", "Delivery precision"),
    kind=region_orders,
    shape=plain(tuple[OrderHere, ...]),
    params=RegionParams,
    asks=asks,
    beside=(REPORTS,),
)
def read(facts: RegionFacts, at: date) -> DeliveryPrecision:
    """How much of what a region ordered was filled, how fast, and how much of it was worked."""
    if not facts.orders:
        raise UnknownKeyError(f"no order of {facts.region} is known")
    lots = tuple(_filled(facts, lot) for lot in sorted({one.lot for one in facts.orders}))
    groups: dict[tuple[str, str], list[Delivery]] = {}
    for held in facts.held.values():
        if held.contract is not None:
            groups.setdefault((held.contract.lot, held.contract.supplier), []).append(held)
    suppliers = tuple(_delivered(place, groups[place], at) for place in sorted(groups))
    evidence = evidence_of(
        (one.position for one in facts.orders),
        (held.position for held in facts.held.values()),
        (held.ended.position for held in facts.held.values() if held.ended),
    )
    return DeliveryPrecision(facts.region, at, lots, suppliers, evidence)


def _filled(facts: RegionFacts, lot: str) -> Filled:
    orders = [one for one in facts.orders if one.lot == lot]
    withdrawn = [one for one in orders if facts.fills[one.order].withdrawn is not None]
    positions = sum(one.positions for one in orders)
    filled = sum(min(one.positions, len(facts.assignments(one.order))) for one in orders)
    minutes = sorted(_minutes(facts, orders))
    return Filled(
        lot=lot,
        orders=len(orders),
        withdrawn=len(withdrawn),
        positions=positions,
        filled=filled,
        filled_ppm=ppm(filled, positions),
        minutes_to_fill_least=minutes[0] if minutes else None,
        minutes_to_fill_median=median_low(minutes) if minutes else None,
        minutes_to_fill_most=minutes[-1] if minutes else None,
    )


def _minutes(facts: RegionFacts, orders: Iterable[OrderHere]) -> Iterable[int]:
    for one in orders:
        for held in facts.assignments(one.order):
            if held.contract is not None:
                yield (held.contract.concluded_at - one.published_at) // MINUTE_US


def _delivered(place: tuple[str, str], held: Sequence[Delivery], at: date) -> Delivered:
    planned = sum(len(one.due(at)) for one in held)
    missing = sum(len(one.unworked(at)) for one in held)
    worked = [shift for one in held for shift in one.worked(at)]
    ended = [one.ended for one in held if one.ended is not None]
    return Delivered(
        lot=place[0],
        supplier=place[1],
        assignments=len(held),
        substituted=sum(bool(one.substituted) for one in held),
        cancelled_by_region=sum(one.by == "region" for one in ended),
        cancelled_by_supplier=sum(one.by == "supplier" for one in ended),
        cancelled_late=sum(one.late for one in ended),
        without_schedule=sum(not one.planned for one in held),
        planned=planned,
        delivered=planned - missing,
        delivered_ppm=ppm(planned - missing, planned),
        unplanned=len(worked) - (planned - missing),
        worked_minutes=sum(shift.minutes for shift in worked),
    )
