"""What views of a region's deliveries share: its orders, what became of them, and their assignments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.deliveries import Delivery, deliveries
from ledger.facts.policies import policies
from ledger.facts.region_orders import (
    OrderFilled,
    OrderHere,
    ReportHere,
    order_fills,
    region_orders,
    region_reports,
)
from ledger.policy.model import Library
from ledger.values import AgreementId, LocalDate, LotId, SupplierId
from projections.base import Beside
from projections.shapes import plain

MILLION = 1_000_000
REPORTS: Beside = (region_reports, plain(tuple[ReportHere, ...]))
"""The time reports of a region, which grow without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionParams:
    """The agreement; orders published from a date on; one lot or one supplier, or all."""

    agreement: AgreementId
    from_on: LocalDate | None = None
    lot: LotId | None = None
    supplier: SupplierId | None = None


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """The orders asked about, what became of each, the assignments by id, the reports, the policy."""

    region: str
    orders: tuple[OrderHere, ...]
    fills: Mapping[str, OrderFilled]
    held: Mapping[str, Delivery]
    reports: tuple[ReportHere, ...]
    library: Library
    params: RegionParams

    def assignments(self, order: str) -> tuple[Delivery, ...]:
        """The assignments of an order that are asked about, in the order concluded."""
        return tuple(
            self.held[one.assignment] for one in self.fills[order].contracts if one.assignment in self.held
        )


def asks(region: str, at: date, params: RegionParams) -> Asking[RegionFacts]:
    """The region's orders up to a date, then what became of them, then their assignments."""
    every: tuple[OrderHere, ...] = yield region_orders(region)
    orders = tuple(one for one in every if _asked(one, at, params))
    fills = yield {one.order: order_fills(one.order) for one in orders}
    wanted = [
        one.assignment
        for fill in fills.values()
        for one in fill.contracts
        if params.supplier in (None, one.supplier)
    ]
    held = yield {name: deliveries(name) for name in wanted}
    reports = yield region_reports(region)
    library = yield policies(params.agreement)
    return RegionFacts(region, orders, fills, held, reports, library, params)


def _asked(one: OrderHere, at: date, params: RegionParams) -> bool:
    begun = params.from_on is None or params.from_on <= one.published_on
    return begun and one.published_on <= at and one.agreement == params.agreement and (
        params.lot in (None, one.lot)
    )  # fmt: skip


def ppm(part: int, whole: int) -> int | None:
    """A share in parts per million, rounded down; None of nothing."""
    return part * MILLION // whole if whole else None
