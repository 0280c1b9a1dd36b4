"""Invoices of approved time: most lines match, now and then one does not, and somebody deals with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from api.demo.story.chapter import Chapter, Tale, about, under
from api.demo.story.days import Month, next_working, non_working
from api.demo.story.reports import Report
from api.demo.story.roster import Shift, minute_of
from api.demo.story.script import Moment, Who
from api.demo.story.setup import BOOK_DATES, owner
from api.demo.story.world import ARTICLE, DOCTORS, Region, Unit
from ledger.events.policy import PolicyRow
from ledger.policy.book import load
from ledger.policy.model import Resolved
from ledger.policy.pricing import PRICE_TERMS, TRAVEL, Prices
from ledger.values import instant_text, local_instant

Flaw = Literal["", "zone", "hours", "twice", "date", "article"]
FLAWS: tuple[Flaw, ...] = ("zone", "", "hours", "", "twice", "", "date", "", "article", "")
MENDED = ("hours", "twice", "date")
"""The others stay disputed: the supplier insists."""
LEVEL = {DOCTORS: 2}
HOLIDAYS = frozenset(day for year in range(2023, 2028) for day in non_working(year))
AN_HOUR = 60
REASONS = {
    "zone": "Priset är en annan zons", "hours": "En timme mer än den attesterade tiden",
    "twice": "Passet är fakturerat två gånger", "date": "Priset gäller inte passets datum",
    "article": "Artikeln är inte den beställda",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice, at the price of a date's list; with an article if not the one ordered."""

    kind: str
    shift: Shift
    listed_on: date
    quantity: int
    unit_ore: int
    amount_ore: int
    article: str = ""

    def body(self, number: int) -> dict[str, Any]:
        """As the invoice has it."""
        held = self.shift.assignment
        return {
            "line": number, "kind": self.kind, "order": held.order, "assignment": held.assignment,
            "article": self.article or ARTICLE[held.lot], "on": str(self.shift.on),
            "quantity": self.quantity, "unit_ore": self.unit_ore, "amount_ore": self.amount_ore,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice of one supplier for one unit's month; its first line may be flawed, or one more be there.

    ``right`` is what the flawed line should have been, None if nothing of it was due.
    """

    name: str
    supplier: str
    region: Region
    unit: Unit
    lot: str
    issued_on: date
    lines: tuple[Line, ...]
    flaw: Flaw
    right: Line | None

    @property
    def flawed(self) -> int:
        """The number of the line that is wrong."""
        return len(self.lines) if self.flaw == "twice" else 1


def invoicing(tale: Tale) -> None:
    """At a quarter past four: recorded, decided on three working days later, perhaps mended."""
    told = tale.chapter("invoices", 16, 10)
    for invoice in invoices(tale):
        _record(told, invoice)
        _decide(told, invoice)
        if invoice.flaw in MENDED:
            _mend(told, invoice)


def wrong_zone(tale: Tale) -> Line:
    """The first line with the price of another zone."""
    return next(one.lines[0] for one in invoices(tale) if one.flaw == "zone")


def invoices(tale: Tale) -> Iterator[Invoice]:
    """The largest invoice of each report of two units a month, in turn."""
    seen: set[str] = set()
    count = 0
    for month, report in tale.reports.done:
        fresh = [shift for shift in report.shifts if shift.row not in seen]
        seen |= {shift.row for shift in fresh}
        if fresh and (month.first.month + _unit_number(report)) % 4 == 0:
            yield _invoice(month, report, fresh, count)
            count += 1


def _unit_number(report: Report) -> int:
    return report.region.units.index(report.unit) + 2 * len(report.region.short)


def _invoice(month: Month, report: Report, shifts: Sequence[Shift], count: int) -> Invoice:
    groups: dict[tuple[str, str], list[Shift]] = {}
    for shift in shifts:
        held = shift.assignment
        groups.setdefault((held.consultant.supplier, held.lot), []).append(shift)
    (supplier, lot), own = max(groups.items(), key=lambda group: (len(group[1]), group[0]))
    day = next_working(month.approvals_on, 4)
    known = max(told for told in BOOK_DATES if told <= day)
    lines = tuple(line for shift in own for line in _lines(shift, known)) + tuple(_travel(own, known))
    lines, flaw, right = _flawed(lines, FLAWS[count % len(FLAWS)], report.unit.zone)
    name = f"i-{report.report[2:]}-{supplier[2:]}"
    return Invoice(name, supplier, report.region, report.unit, lot, day, lines, flaw, right)


def _lines(shift: Shift, known: date) -> Iterator[Line]:
    """The hours of a shift and its supplements, as the list then published has them for its date."""
    held, on = shift.assignment, min(shift.on, known)
    times = (local_instant(shift.on, minute_of(shift.start)), shift.end_at, shift.break_minutes)
    zone, level = held.unit.zone, LEVEL.get(held.lot, 1)
    for one in price_list(on).shift(times, held.lot, level, zone, HOLIDAYS):
        yield Line(one.kind, shift, on, one.quantity, one.unit_ore, one.ore)


def _travel(shifts: Sequence[Shift], known: date) -> Iterator[Line]:
    """A lump sum for each assignment and week, where the zone has one; in the middle of the month."""
    weeks = {(shift.assignment.assignment, shift.on.isocalendar()[:2]): shift for shift in reversed(shifts)}
    for shift in weeks.values():
        on = min(shift.on, known)
        ore = price_list(on).unit_ore(TRAVEL, "", None, shift.assignment.unit.zone)
        if ore and 7 < shift.on.day < 23:
            yield Line(TRAVEL, shift, on, 1, ore, ore)


def _flawed(lines: tuple[Line, ...], flaw: Flaw, zone: int) -> tuple[tuple[Line, ...], Flaw, Line | None]:
    """The lines with a flaw in the first or one more last; what the flawed one should have been."""
    first = lines[0]
    if flaw == "twice":
        return (*lines, first), flaw, None
    other = _other(first, flaw, zone)
    return ((other, *lines[1:]), flaw, first) if other != first else (lines, "", None)


def _other(line: Line, flaw: Flaw, zone: int) -> Line:
    lot = line.shift.assignment.lot
    if flaw == "hours":
        return _priced(line, line.quantity + AN_HOUR, line.unit_ore)
    if flaw == "article":
        return replace(line, article="lak-leg" if lot == DOCTORS else "ssk-spec")
    listed = price_list(line.listed_on)
    if flaw == "zone":
        ore = listed.unit_ore(line.kind, lot, LEVEL.get(lot, 1), zone % 3 + 1)
    elif flaw == "date":
        ore = price_list(date(2024, 1, 1)).unit_ore(line.kind, lot, LEVEL.get(lot, 1), zone)
    else:
        ore = None
    return line if ore is None else _priced(line, line.quantity, ore)


def _priced(line: Line, quantity: int, unit_ore: int) -> Line:
    amount = price_list(line.listed_on).amount_ore(line.kind, quantity, unit_ore)
    return replace(line, quantity=quantity, unit_ore=unit_ore, amount_ore=amount)


@cache
def price_list(on: date) -> Prices:
    """The national price list of a date, as the story's policy book has it."""
    return Prices(on, {term: _resolved(term, on) for term in PRICE_TERMS})


def _resolved(term: str, on: date) -> Resolved:
    rows = [row for row in _national()[term] if row.valid_from <= on]
    return Resolved(max(rows, key=lambda row: row.valid_from), 0)


@cache
def _national() -> dict[str, list[PolicyRow]]:
    found: dict[str, list[PolicyRow]] = {}
    for row in load():
        if row.level == "nation":
            found.setdefault(row.term, []).append(row)
    return found


def _record(told: Chapter, invoice: Invoice) -> None:
    body = under(
        invoice=invoice.name, number=f"F-{invoice.name[2:]}", supplier=invoice.supplier,
        region=invoice.region.region, authority=invoice.unit.authority, lot=invoice.lot,
        issued_on=invoice.issued_on, total_ore=sum(line.amount_ore for line in invoice.lines),
        lines=[line.body(n) for n, line in enumerate(invoice.lines, 1)],
    )  # fmt: skip
    told.add(invoice.issued_on, _payer(invoice), "record-invoice", body)


def _payer(invoice: Invoice) -> Who:
    return owner(invoice.region)


def _decide(told: Chapter, invoice: Invoice) -> None:
    day, wrong = next_working(invoice.issued_on, 3), invoice.flawed if invoice.flaw else 0
    good = [n for n in range(1, len(invoice.lines) + 1) if n != wrong]
    if good:
        told.add(day, _payer(invoice), "accept-invoice", about(invoice=invoice.name, lines=good))
    if invoice.flaw:
        body = about(invoice=invoice.name, lines=[wrong], reason=REASONS[invoice.flaw])
        told.add(day, _payer(invoice), "dispute-invoice", body)


def _mend(told: Chapter, invoice: Invoice) -> None:
    """A credit note for what was too much; what is left of the line is accepted."""
    day, line = next_working(invoice.issued_on, 8), invoice.lines[invoice.flawed - 1]
    right = invoice.right or replace(line, quantity=0, amount_ore=0)
    too_much = line.amount_ore - right.amount_ore
    if too_much <= 0:
        reason = "Priset är lägre än det avtalade; leverantören vidhåller fakturan"
        body = about(invoice=invoice.name, lines=[invoice.flawed], reason=reason)
        told.add(day, owner(invoice.region), "accept-invoice", body)
        return
    body = about(
        invoice=invoice.name, line=invoice.flawed, credit_note=f"K-{invoice.name[2:]}",
        quantity=line.quantity - right.quantity, amount_ore=too_much,
        credited_at=instant_text(Moment(day, 10).at),
    )  # fmt: skip
    told.add(day, _payer(invoice), "credit-invoice-line", body)
    if invoice.right is not None:
        told.add(day, _payer(invoice), "accept-invoice", about(invoice=invoice.name, lines=[1]))
