"""What approved hours of an assignment come to, line by line, and what of it no invoice has taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from ledger.facts.invoice_cases import InvoiceCase
from ledger.facts.prices import Pricing
from ledger.facts.worked_spells import WorkedShift
from ledger.policy.pricing import TRAVEL, TRAVEL_PER, PriceLine, same_travel
from ledger.policy.within import Within


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line that approved hours give: minutes (pieces for travel) at öre an hour (a piece)."""

    kind: str
    on: date
    article: str
    quantity: int
    unit_ore: int
    ore: int
    facts: tuple[int, ...]


def due_lines(case: InvoiceCase, policy: Within) -> tuple[DueLine, ...]:
    """Every line that the approved shifts of an assignment give, by date, travel once a period."""
    if case.contract is None:
        return ()
    pricing = Pricing.of_contract(case.contract.event, case.basis, policy)
    found: list[DueLine] = []
    for shift in case.shifts:
        if shift.approved is not None:
            found += _of_shift(shift, case, pricing)
            found += _travel(shift, pricing, found)
    return tuple(found)


def not_invoiced(case: InvoiceCase, due: Iterable[DueLine], policy: Within) -> tuple[DueLine, ...]:
    """What of the lines due no standing invoice line has taken, the oldest hours first."""
    left = {name: held.quantity for name, held in case.billed.lines.items()}
    found = []
    for line in due:
        open_quantity = line.quantity
        for name, held in case.billed.lines.items():
            taken = (
                min(open_quantity, left[name]) if _for(held.event.kind, held.event.on, line, policy) else 0
            )
            open_quantity, left[name] = open_quantity - taken, left[name] - taken
        if open_quantity:
            found.append(_part(line, open_quantity))
    return tuple(found)


def _of_shift(shift: WorkedShift, case: InvoiceCase, pricing: Pricing) -> Iterator[DueLine]:
    times = (shift.start_at, shift.end_at, shift.break_minutes)
    priced = pricing.at(shift.on, shift.article)
    for line in priced.shift(times, case.basis.calendars.non_working()):
        yield _due(line, shift)


def _travel(shift: WorkedShift, pricing: Pricing, found: Iterable[DueLine]) -> Iterator[DueLine]:
    """The travel lump sum of a shift, unless an earlier one of its period has it."""
    priced = pricing.at(shift.on, shift.article)
    per = priced.prices.terms[TRAVEL_PER].text
    had = any(line.kind == TRAVEL and same_travel(per, line.on, shift.on) for line in found)
    line = priced.prices.line(TRAVEL, 1, priced.lot, priced.level, priced.zone)
    if line is not None and line.ore and not had:
        yield _due(line, shift)


def _due(line: PriceLine, shift: WorkedShift) -> DueLine:
    facts = tuple(p for p in (shift.position, shift.approved) if p is not None)
    return DueLine(line.kind, shift.on, shift.article, line.quantity, line.unit_ore, line.ore, facts)


def _for(kind: str, on: date, line: DueLine, policy: Within) -> bool:
    if kind != line.kind:
        return False
    return same_travel(policy(TRAVEL_PER, on).text, on, line.on) if kind == TRAVEL else on == line.on


def _part(line: DueLine, quantity: int) -> DueLine:
    """A part of a line; its amount is the line's share, rounded down, since it is only shown."""
    return replace(line, quantity=quantity, ore=line.ore * quantity // line.quantity)
