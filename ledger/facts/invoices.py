"""What became of invoiced lines: recorded, accepted, disputed, credited; by invoice and by assignment."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.invoices import (
    AssignmentInvoiced,
    InvoiceAccepted,
    InvoiceDisputed,
    InvoiceLine,
    InvoiceLineCredited,
    InvoiceLineMismatched,
    InvoiceRecorded,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind

Standing = Literal["recorded", "accepted", "disputed"]


class LineHeld(Struct, frozen=True):
    """One invoiced line: where it came, how it stands, and how much of it was credited since.

    ``position`` is that of its invoice; ``decided`` that of the latest decision about it.
    """

    invoice: str
    supplier: str
    region: str
    lot: str
    issued_on: date
    event: InvoiceLine
    position: int
    status: Standing = "recorded"
    decided: int | None = None
    credited_quantity: int = 0
    credited_ore: int = 0
    credits: tuple[int, ...] = ()

    @property
    def quantity(self) -> int:
        """What still stands of it: minutes, or pieces for travel."""
        return self.event.quantity - self.credited_quantity

    @property
    def ore(self) -> int:
        """What still stands of its amount."""
        return self.event.amount_ore - self.credited_ore

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return (self.position, *(() if self.decided is None else (self.decided,)), *self.credits)


LineKey = str
Lines = Mapping[LineKey, LineHeld]


def line_key(invoice: str, line: int) -> LineKey:
    """The name of a line among all invoices."""
    return f"{invoice}/{line}"


class Invoice(Struct, frozen=True):
    """One invoice: as recorded, what did not match then, and its lines by number."""

    recorded: Recorded[InvoiceRecorded] | None = None
    mismatched: tuple[Recorded[InvoiceLineMismatched], ...] = ()
    lines: Lines = field(default_factory=dict)

    def positions(self) -> tuple[int, ...]:
        """The positions of its record and of what did not match."""
        return positions_of(self.recorded, *self.mismatched)

    def line(self, number: int) -> LineHeld | None:
        """A line by its number."""
        return self.lines.get(line_key(self.recorded.event.invoice, number)) if self.recorded else None


def lines_held(e: AssignmentInvoiced, position: int) -> Lines:
    """The lines of an invoice for one assignment as they stand when it is recorded."""
    return {
        line_key(e.invoice, line.line): LineHeld(
            e.invoice, e.supplier, e.region, e.lot, e.issued_on, line, position
        )
        for line in e.lines
    }


def _decided(lines: Lines, invoice: str, numbers: Iterable[int], status: Standing, position: int) -> Lines:
    keys = {line_key(invoice, number) for number in numbers} & lines.keys()
    return {**lines, **{key: replace(lines[key], status=status, decided=position) for key in keys}}


def _credited(lines: Lines, e: InvoiceLineCredited, position: int) -> Lines:
    former = lines[line_key(e.invoice, e.line)]
    held = replace(
        former,
        credited_quantity=former.credited_quantity + e.quantity,
        credited_ore=former.credited_ore + e.amount_ore,
        credits=(*former.credits, position),
    )
    return {**lines, line_key(e.invoice, e.line): held}


invoices: FoldKind[Invoice] = FoldKind("invoices", "invoice", Invoice())


@invoices.on(InvoiceRecorded)
def _recorded(state: Invoice, e: InvoiceRecorded, position: int) -> Invoice:
    return replace(state, recorded=Recorded(position, e))


@invoices.on(AssignmentInvoiced)
def _invoiced(state: Invoice, e: AssignmentInvoiced, position: int) -> Invoice:
    return replace(state, lines={**state.lines, **lines_held(e, position)})


@invoices.on(InvoiceLineMismatched)
def _mismatched(state: Invoice, e: InvoiceLineMismatched, position: int) -> Invoice:
    return replace(state, mismatched=(*state.mismatched, Recorded(position, e)))


@invoices.on(InvoiceAccepted)
def _accepted(state: Invoice, e: InvoiceAccepted, position: int) -> Invoice:
    return replace(state, lines=_decided(state.lines, e.invoice, e.lines, "accepted", position))


@invoices.on(InvoiceDisputed)
def _disputed(state: Invoice, e: InvoiceDisputed, position: int) -> Invoice:
    return replace(state, lines=_decided(state.lines, e.invoice, e.lines, "disputed", position))


@invoices.on(InvoiceLineCredited)
def _line_credited(state: Invoice, e: InvoiceLineCredited, position: int) -> Invoice:
    return replace(state, lines=_credited(state.lines, e, position))


class Billed(Struct, frozen=True):
    """Every line invoiced for one key, by ``invoice/line``, oldest first, and what did not match then."""

    lines: Lines = field(default_factory=dict)
    mismatched: tuple[Recorded[InvoiceLineMismatched], ...] = ()

    def codes(self, held: LineHeld) -> tuple[str, ...]:
        """What did not match of a line when it was recorded."""
        name = (held.invoice, held.event.line)
        return tuple(m.event.code for m in self.mismatched if (m.event.invoice, m.event.line) == name)


billed: FoldKind[Billed] = FoldKind("billed", "assignment", Billed())


@billed.on(AssignmentInvoiced)
def _billed(state: Billed, e: AssignmentInvoiced, position: int) -> Billed:
    return replace(state, lines={**state.lines, **lines_held(e, position)})


@billed.on(InvoiceAccepted)
def _billed_accepted(state: Billed, e: InvoiceAccepted, position: int) -> Billed:
    return replace(state, lines=_decided(state.lines, e.invoice, e.lines, "accepted", position))


@billed.on(InvoiceDisputed)
def _billed_disputed(state: Billed, e: InvoiceDisputed, position: int) -> Billed:
    return replace(state, lines=_decided(state.lines, e.invoice, e.lines, "disputed", position))


@billed.on(InvoiceLineCredited)
def _billed_credited(state: Billed, e: InvoiceLineCredited, position: int) -> Billed:
    return replace(state, lines=_credited(state.lines, e, position))


@billed.on(InvoiceLineMismatched)
def _billed_mismatched(state: Billed, e: InvoiceLineMismatched, position: int) -> Billed:
    return replace(state, mismatched=(*state.mismatched, Recorded(position, e)))


supplier_billed: FoldKind[Billed] = FoldKind("supplier-billed", "supplier", Billed(), dict(billed.handlers))


class Mismatches(Struct, frozen=True):
    """Every mismatch recorded under one agreement, by code, oldest first."""

    by_code: Mapping[str, tuple[Recorded[InvoiceLineMismatched], ...]] = field(default_factory=dict)


mismatches: FoldKind[Mismatches] = FoldKind("mismatches", "agreement", Mismatches())


@mismatches.on(InvoiceLineMismatched)
def _noted(state: Mismatches, e: InvoiceLineMismatched, position: int) -> Mismatches:
    former = state.by_code.get(e.code, ())
    return Mismatches({**state.by_code, e.code: (*former, Recorded(position, e))})
