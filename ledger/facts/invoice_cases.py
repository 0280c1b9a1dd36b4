"""What the lines of one assignment are matched with: its contract, its shifts, its prices, earlier lines."""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import ShiftApproved, ShiftCorrected, ShiftReported, ShiftVoided
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.invoices import Billed, LineHeld, billed
from ledger.facts.prices import PriceBasis, price_basis
from ledger.facts.recorded import Recorded
from ledger.facts.worked_shifts import WorkedTime, worked_time
from ledger.facts.worked_spells import WorkedShift
from ledger.fold import Fold, FoldKind

_SHIFTS = (ShiftReported, ShiftCorrected, ShiftVoided, ShiftApproved)
assignment_shifts: FoldKind[WorkedTime] = FoldKind(
    "assignment-shifts", "assignment", WorkedTime({}), {cls: worked_time.handlers[cls] for cls in _SHIFTS}
)


@dataclass(frozen=True)
class InvoiceCase:
    """One assignment as invoices see it: whoever worked it, every shift of it counts."""

    assignment: str
    contract: Recorded[ContractConcluded] | None = None
    worked: WorkedTime = field(default_factory=lambda: WorkedTime({}))
    billed: Billed = field(default_factory=Billed)
    basis: PriceBasis = field(default_factory=PriceBasis)

    @cached_property
    def shifts(self) -> tuple[WorkedShift, ...]:
        """Every shift that is not voided, by date."""
        held = self.worked.assignments.get(self.assignment)
        standing = (shift for shift in held.shifts.values() if shift.voided is None) if held else ()
        return tuple(sorted(standing, key=lambda shift: (shift.on, shift.start_at)))

    def lines_before(self, position: int) -> tuple[LineHeld, ...]:
        """Lines of invoices recorded before a position that still stand, wholly or in part."""
        return tuple(
            one for one in self.billed.lines.values() if one.position < position and one.quantity > 0
        )


def invoice_case(
    assignment: str,
) -> Generator[Fold[Any] | Mapping[str, Fold[Any]], Any, InvoiceCase]:
    """Facts: one assignment with its shifts, its prices and its invoiced lines."""
    asked = yield {
        "contract": assignments(assignment),
        "worked": assignment_shifts(assignment),
        "billed": billed(assignment),
    }
    held: Assignment = asked["contract"]
    if held.concluded is None:
        return InvoiceCase(assignment, None, asked["worked"], asked["billed"])
    contract = held.concluded.event
    basis = yield from price_basis(contract.agreement, contract.order, contract.unit)
    return InvoiceCase(assignment, held.concluded, asked["worked"], asked["billed"], basis)


def invoice_cases(
    names: Iterable[str],
) -> Generator[Fold[Any] | Mapping[str, Fold[Any]], Any, dict[str, InvoiceCase]]:
    """Facts: several assignments, by id."""
    found = {}
    for name in sorted(set(names)):
        found[name] = yield from invoice_case(name)
    return found
