"""A supplier's invoiced lines by order and assignment: recorded, accepted, disputed, credited, in öre."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ledger.decisions.base import Asking
from ledger.facts.invoices import Billed, LineHeld, supplier_billed
from ledger.policy.model import Resolved
from ledger.values import AssignmentId, InvoiceId, OrderId
from projections.base import evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesParams:
    """Only lines of one order, assignment or invoice; or of all."""

    order: OrderId | None = None
    assignment: AssignmentId | None = None
    invoice: InvoiceId | None = None

    def holds(self, held: LineHeld) -> bool:
        """Whether a line is asked for."""
        return (
            self.order in (None, held.event.order)
            and self.assignment in (None, held.event.assignment)
            and self.invoice in (None, held.invoice)
        )


@dataclass(frozen=True, slots=True)
class InvoicesFacts:
    """What the reading rests on."""

    supplier: str
    billed: Billed
    params: InvoicesParams


@dataclass(frozen=True, slots=True)
class AssignmentTotals:
    """What was invoiced for one assignment; amounts are what still stands, mismatches as first recorded."""

    order: str
    assignment: str
    lines: int
    recorded_ore: int
    accepted_ore: int
    disputed_ore: int
    credited_ore: int
    mismatches: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SupplierInvoices:
    """A supplier's invoiced lines, by order and assignment."""

    supplier: str
    assignments: tuple[AssignmentTotals, ...]
    standing_ore: int
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(supplier: str, _at: date, params: InvoicesParams) -> Asking[InvoicesFacts]:
    """The supplier's lines."""
    held = yield supplier_billed(supplier)
    return InvoicesFacts(supplier, held, params)


@view(
    "supplier-invoices",
    titles=("Leverantörens fakturor", "A supplier's invoices"),
    kind=supplier_billed,
    shape=plain(Billed),
    params=InvoicesParams,
    asks=asks,
)
def read(facts: InvoicesFacts, at: date) -> SupplierInvoices:
    """How a supplier's invoiced lines stand for service until a date: accepted, disputed, credited."""
    wanted = (
        held for held in facts.billed.lines.values() if facts.params.holds(held) and held.event.on <= at
    )
    lines = sorted(wanted, key=_place)
    return SupplierInvoices(
        supplier=facts.supplier,
        assignments=tuple(
            _totals(*place, tuple(group), facts.billed) for place, group in groupby(lines, key=_place)
        ),
        standing_ore=sum(held.ore for held in lines),
        evidence=evidence_of(*(held.positions() for held in lines)),
        terms=(),
    )


def _place(held: LineHeld) -> tuple[str, str]:
    return held.event.order, held.event.assignment


def _totals(order: str, assignment: str, lines: tuple[LineHeld, ...], billed: Billed) -> AssignmentTotals:
    by_status: Counter[str] = Counter()
    for held in lines:
        by_status[held.status] += held.ore
    codes = Counter(code for held in lines for code in billed.codes(held))
    return AssignmentTotals(
        order=order,
        assignment=assignment,
        lines=len(lines),
        recorded_ore=by_status["recorded"],
        accepted_ore=by_status["accepted"],
        disputed_ore=by_status["disputed"],
        credited_ore=sum(held.credited_ore for held in lines),
        mismatches=tuple(sorted(codes.items())),
    )
