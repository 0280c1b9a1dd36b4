"""What one region's hired staff cost, by month, lot and article, beside its whole staff cost (S1, 2 %).

Cost is what was accepted for payment and not credited; lines recorded and not accepted wait beside it. Only
lines of time count as hours, since a supplement is for the same minutes. A month is named by its first day.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.invoices import (
    AssignmentInvoiced,
    InvoiceAccepted,
    InvoiceLine,
    InvoiceLineCredited,
)
from ledger.events.purchases import PurchaseReported
from ledger.events.staff_cost import StaffCostImported
from ledger.facts.invoices import line_key
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind
from ledger.policy.bands import PLAIN


class Hired(Struct, frozen=True):
    """An amount of hired staff: minutes, öre, and the positions that say so."""

    minutes: int = 0
    ore: int = 0
    facts: tuple[int, ...] = ()

    def plus(self, other: "Hired", sign: int = 1) -> "Hired":
        """Both together, or one less the other; the positions of both stand behind it."""
        facts = tuple(sorted({*self.facts, *other.facts}))
        return Hired(self.minutes + sign * other.minutes, self.ore + sign * other.ore, facts)


class HiredIn(Struct, frozen=True, order=True):
    """Where a cost belongs: the month of the shift, the agreement, the lot, the article."""

    month_on: date
    agreement: str
    lot: str
    article: str


Row = tuple[HiredIn, Hired]
StaffCosts = Mapping[str, Recorded[StaffCostImported]]


class HiredCost(Struct, frozen=True):
    """One region: accepted cost by month, lot and article; lines that wait; staff cost; other purchases.

    ``accepted`` is keyed by the text of its place, so that it can be kept.
    """

    accepted: Mapping[str, Row] = field(default_factory=dict)
    waiting: Mapping[str, Row] = field(default_factory=dict)
    staff_cost: StaffCosts = field(default_factory=dict)
    purchases: tuple[Recorded[PurchaseReported], ...] = ()

    def rows(self, from_on: date, through: date) -> tuple[Row, ...]:
        """The accepted cost of months from one through another, by month, lot and article."""
        return tuple(sorted(row for row in self.accepted.values() if from_on <= row[0].month_on <= through))

    def waits(self, from_on: date, through: date) -> Hired:
        """What was invoiced for these months and not accepted."""
        found = Hired()
        for place, hired in self.waiting.values():
            found = found.plus(hired) if from_on <= place.month_on <= through else found
        return found

    def bought(self, from_on: date, through: date) -> tuple[Recorded[PurchaseReported], ...]:
        """Purchases outside the agreement that begin in these months."""
        return tuple(p for p in self.purchases if from_on <= month_of(p.event.from_on) <= through)

    def staff(self, month_on: date) -> Recorded[StaffCostImported] | None:
        """The staff cost of a month as last imported; None is unknown and never zero."""
        return self.staff_cost.get(month_on.isoformat())


def month_of(day: date) -> date:
    """The first day of a date's month."""
    return day.replace(day=1)


staff_costs: FoldKind[StaffCosts] = FoldKind("staff-costs", "region", {})


@staff_costs.on(StaffCostImported)
def _noted(state: StaffCosts, e: StaffCostImported, position: int) -> StaffCosts:
    return {**state, e.month_on.isoformat(): Recorded(position, e)}


hired_cost: FoldKind[HiredCost] = FoldKind("hired-cost", "region", HiredCost())


@hired_cost.on(AssignmentInvoiced)
def _invoiced(state: HiredCost, e: AssignmentInvoiced, position: int) -> HiredCost:
    new = {line_key(e.invoice, line.line): _row(e, line, position) for line in e.lines}
    return replace(state, waiting={**state.waiting, **new})


@hired_cost.on(InvoiceAccepted)
def _accepted(state: HiredCost, e: InvoiceAccepted, position: int) -> HiredCost:
    keys = {line_key(e.invoice, number) for number in e.lines} & state.waiting.keys()
    rows = [_accepted_at(state.waiting[key], position) for key in sorted(keys)]
    left = {key: row for key, row in state.waiting.items() if key not in keys}
    return replace(state, accepted=_added(state.accepted, rows), waiting=left)


@hired_cost.on(InvoiceLineCredited)
def _credited(state: HiredCost, e: InvoiceLineCredited, position: int) -> HiredCost:
    """A credit lessens the line where it waits, or else the accepted cost of its place."""
    key, place = line_key(e.invoice, e.line), HiredIn(month_of(e.on), e.agreement, e.lot, e.article)
    less = Hired(e.quantity if e.kind == PLAIN else 0, e.amount_ore, (position,))
    if key in state.waiting:
        left = state.waiting[key][1].plus(less, -1)
        return replace(state, waiting={**state.waiting, key: (place, left)})
    return replace(state, accepted=_added(state.accepted, [(place, less)], -1))


@hired_cost.on(StaffCostImported)
def _imported(state: HiredCost, e: StaffCostImported, position: int) -> HiredCost:
    return replace(state, staff_cost=_noted(state.staff_cost, e, position))


@hired_cost.on(PurchaseReported)
def _bought(state: HiredCost, e: PurchaseReported, position: int) -> HiredCost:
    return replace(state, purchases=(*state.purchases, Recorded(position, e)))


def _row(e: AssignmentInvoiced, line: InvoiceLine, position: int) -> Row:
    minutes = line.quantity if line.kind == PLAIN else 0
    place = HiredIn(month_of(line.on), e.agreement, e.lot, line.article)
    return place, Hired(minutes, line.amount_ore, (position,))


def _accepted_at(row: Row, position: int) -> Row:
    return row[0], replace(row[1], facts=(position,))


def _added(accepted: Mapping[str, Row], rows: Iterable[Row], sign: int = 1) -> dict[str, Row]:
    found = dict(accepted)
    for place, hired in rows:
        key = f"{place.month_on.isoformat()} {place.agreement} {place.lot} {place.article}"
        former = found[key][1] if key in found else Hired()
        found[key] = (place, former.plus(hired, sign))
    return found
