"""The orders of one region, and what became of each: where figures of a region begin."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.assignments import ContractConcluded
from ledger.events.awards import OrderAwarded
from ledger.events.orders import OrderPublished, OrderWithdrawn
from ledger.events.shifts import TimeReportReceived
from ledger.fold import FoldKind
from ledger.policy.model import ASSUMPTION
from ledger.values import local_date


class OrderHere(Struct, frozen=True):
    """One order of a region: what it asked for, where, and when (µs)."""

    order: str
    agreement: str
    lot: str
    unit: str
    positions: int
    published_at: int
    published_on: date
    position: int


class Engaged(Struct, frozen=True):
    """A contract that an order led to."""

    assignment: str
    supplier: str
    concluded_at: int
    position: int


class OrderFilled(Struct, frozen=True):
    """What became of one order. ``terms`` and ``assumed`` count the policy values behind its awards."""

    withdrawn: int | None = None
    contracts: tuple[Engaged, ...] = ()
    terms: int = 0
    assumed: int = 0


class ReportHere(Struct, frozen=True):
    """One time report of a region: its channel, its lines, and why lines were left out."""

    agreement: str
    system: str
    lines: int
    left_out: tuple[str, ...]
    received_on: date | None
    position: int


region_orders: FoldKind[tuple[OrderHere, ...]] = FoldKind("region-orders", "region", ())
order_fills: FoldKind[OrderFilled] = FoldKind("order-fills", "order", OrderFilled())
region_reports: FoldKind[tuple[ReportHere, ...]] = FoldKind("region-reports", "region", ())


@region_orders.on(OrderPublished)
def _published(state: tuple[OrderHere, ...], e: OrderPublished, position: int) -> tuple[OrderHere, ...]:
    published_on = local_date(e.published_at)
    here = OrderHere(
        e.order, e.agreement, e.lot, e.unit, len(e.positions), e.published_at, published_on, position
    )
    return (*state, here)


@order_fills.on(OrderWithdrawn)
def _withdrawn(state: OrderFilled, _e: OrderWithdrawn, position: int) -> OrderFilled:
    return replace(state, withdrawn=position)


@order_fills.on(ContractConcluded)
def _concluded(state: OrderFilled, e: ContractConcluded, position: int) -> OrderFilled:
    engaged = Engaged(e.assignment, e.supplier, e.concluded_at, position)
    return replace(state, contracts=(*state.contracts, engaged))


@order_fills.on(OrderAwarded)
def _awarded(state: OrderFilled, e: OrderAwarded, _position: int) -> OrderFilled:
    assumed = sum(term.source == ASSUMPTION for term in e.terms)
    return replace(state, terms=state.terms + len(e.terms), assumed=state.assumed + assumed)


@region_reports.on(TimeReportReceived)
def _report(state: tuple[ReportHere, ...], e: TimeReportReceived, position: int) -> tuple[ReportHere, ...]:
    received_on = None if e.received_at is None else local_date(e.received_at)
    codes = tuple(out.code for out in e.left_out)
    return (*state, ReportHere(e.agreement, e.system, e.lines, codes, received_on, position))
