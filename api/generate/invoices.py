"""Invoices of approved time at the units that match them in the ledger: most lines match, some do not.

Matching is what S4 calls step two: one unit in ten has come so far (assumed).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import cast

from api.demo.story.days import next_working
from api.demo.story.invoicing import HOLIDAYS, LEVEL, price_list
from api.demo.story.script import Who
from api.demo.story.world import AGREEMENT, ARTICLE
from api.generate.asks import Engagement
from api.generate.engine import Engine
from api.generate.ground import BOOKS, owner
from ledger.decisions.invoice_credits import CreditInvoiceLine
from ledger.decisions.invoice_outcomes import AcceptInvoice, DisputeInvoice
from ledger.decisions.invoices import RecordInvoice
from ledger.events.invoices import InvoiceLine, LineKind
from ledger.events.shifts import ShiftReported

UNITS_EVERY, FLAWED = 10, 150
"""One unit of so many; of a thousand invoices those with a line that is wrong; assumed."""
AN_HOUR = 60
Priced = tuple[tuple[LineKind, int, int, int], ...]


@dataclass(slots=True)
class Invoices:
    """What is invoiced: by report, the shifts that it brought."""

    engine: Engine
    held: dict[str, Engagement] = field(default_factory=dict)
    shifts: dict[str, list[ShiftReported]] = field(default_factory=dict)
    units: dict[str, bool] = field(default_factory=dict)
    count: int = 0

    def matches(self, unit: str) -> bool:
        """Whether a unit matches its invoices in the ledger."""
        return self.units.setdefault(unit, len(self.units) % UNITS_EVERY == 0)

    def reported(self, report: str, unit: str, told: Sequence[object]) -> None:
        """A report came: where its unit matches invoices, remember its shifts until they are approved."""
        if self.matches(unit):
            self.shifts[report] = [one for one in told if isinstance(one, ShiftReported)]

    def approved(self, report: str, day: date) -> None:
        """Four working days later each supplier invoices what was approved."""
        own: dict[tuple[str, str], list[ShiftReported]] = defaultdict(list)
        for shift in self.shifts.pop(report, ()):
            held = self.held[shift.assignment]
            own[held.person.supplier, held.lot].append(shift)
        issued = next_working(day, 4)
        for n, (place, shifts) in enumerate(own.items()):
            self.engine.on(issued, 960 + n % 60, partial(self._record, place, shifts, issued))

    def _record(self, place: tuple[str, str], shifts: Sequence[ShiftReported], issued: date, at: int) -> None:
        """Recorded by the buyer; three working days later what is right is accepted."""
        supplier, lot = place
        self.count += 1
        region = self.held[shifts[0].assignment].region
        lines = self._lines(shifts, issued)
        wrong = self._flawed(lines[0]) if self.engine.chance(FLAWED) else lines[0]
        right, lines[0] = lines[0], wrong
        command = RecordInvoice(
            invoice=f"i-{self.count}", number=f"F-{self.count}", agreement=AGREEMENT, supplier=supplier,
            region=region.region, authority=region.authority, lot=lot, issued_on=issued,
            total_ore=sum(line.amount_ore for line in lines), lines=tuple(lines),
        )  # fmt: skip
        self.engine.tell(at, owner(region), f"{command.invoice}/record", command)
        self.engine.on(next_working(issued, 3), 970, lambda at: self._decide(at, command, right))

    def _lines(self, shifts: Sequence[ShiftReported], issued: date) -> list[InvoiceLine]:
        """The hours of each shift and its supplements, at the list then published for its date."""
        known = max(day for day in BOOKS if day <= issued)
        found: list[InvoiceLine] = []
        for shift in shifts:
            held = self.held[shift.assignment]
            times = shift.start_at, shift.end_at, shift.break_minutes
            for kind, quantity, unit_ore, ore in _priced(
                min(shift.on, known), times, held.lot, held.unit.zone
            ):
                found.append(
                    InvoiceLine(
                        line=len(found) + 1, kind=kind, order=held.order, assignment=held.assignment,
                        article=ARTICLE[held.lot], on=shift.on, quantity=quantity, unit_ore=unit_ore,
                        amount_ore=ore,
                    )
                )  # fmt: skip
        return found

    def _flawed(self, line: InvoiceLine) -> InvoiceLine:
        """An hour too much, or a krona an hour."""
        more = self.engine.chance(500)
        quantity = line.quantity + (AN_HOUR if more else 0)
        unit_ore = line.unit_ore + (0 if more else 100)
        return replace(
            line,
            quantity=quantity,
            unit_ore=unit_ore,
            amount_ore=price_list(line.on).amount_ore(line.kind, quantity, unit_ore),
        )

    def _decide(self, at: int, invoice: RecordInvoice, right: InvoiceLine) -> None:
        """Lines that match are accepted; the wrong one is disputed, and mostly credited and accepted."""
        who = owner(self.held[right.assignment].region)
        wrong = invoice.lines[0] if invoice.lines[0] != right else None
        good = tuple(line.line for line in invoice.lines if line is not wrong)
        if good:
            accept = AcceptInvoice(
                invoice=invoice.invoice, lines=good, reason="Avvikelser från attesten är förklarade"
            )
            self.engine.tell(at, who, f"{invoice.invoice}/accept", accept)
        if wrong is None:
            self.engine.memory.forget(f"invoice:{invoice.invoice}")
            return
        dispute = DisputeInvoice(
            invoice=invoice.invoice, lines=(wrong.line,), reason="Raden stämmer inte med attest eller pris"
        )
        self.engine.tell(at, who, f"{invoice.invoice}/dispute", dispute)
        if self.engine.chance(800) and wrong.quantity > right.quantity:
            credit = CreditInvoiceLine(
                invoice=invoice.invoice, line=wrong.line, credit_note=f"K-{invoice.invoice[2:]}",
                quantity=wrong.quantity - right.quantity, amount_ore=wrong.amount_ore - right.amount_ore,
                credited_at=at,
            )  # fmt: skip
            self.engine.at(at + 5 * 86_400_000_000, lambda at: self._credit(at, who, credit))
        else:
            self.engine.memory.forget(f"invoice:{invoice.invoice}")

    def _credit(self, at: int, who: Who, credit: CreditInvoiceLine) -> None:
        self.engine.tell(at, who, f"{credit.invoice}/credit", replace(credit, credited_at=at))
        self.engine.memory.forget(f"invoice:{credit.invoice}")


@lru_cache(maxsize=65_536)
def _priced(on: date, times: tuple[int, int, int], lot: str, zone: int) -> Priced:
    """A shift's lines as (kind, quantity, öre a unit, öre) by the list of a date."""
    found = price_list(on).shift(times, lot, LEVEL.get(lot, 1), zone, HOLIDAYS)
    return tuple((cast("LineKind", one.kind), one.quantity, one.unit_ore, one.ore) for one in found)
