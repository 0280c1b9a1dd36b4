"""Invoice lines matched to order, article and approved hours: pure, every mismatch explained (domain 3.6).

A line stands until it is credited: what it took of the approved hours is not there for a later line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger.events.assignments import ContractConcluded
from ledger.events.invoices import InvoiceLine, MismatchCode
from ledger.facts.invoice_cases import InvoiceCase
from ledger.facts.invoices import LineHeld
from ledger.facts.mismatches import Mismatch
from ledger.facts.price_checks import price_mismatches
from ledger.facts.prices import Priced, Pricing
from ledger.facts.worked_spells import WorkedShift
from ledger.policy.bands import BAND_TERMS, PLAIN, BandRules, minutes_in_bands
from ledger.policy.pricing import LUMP, TRAVEL, TRAVEL_PER, same_travel
from ledger.policy.within import Within


def matched(
    lines: Iterable[LineHeld], case: InvoiceCase, before: Sequence[LineHeld], policy: Within
) -> tuple[Mismatch, ...]:
    """What does not match of the lines of one invoice for one assignment, in the order of its lines.

    ``before`` are the lines of earlier invoices that stand. A line wholly credited matches nothing any more.
    """
    found: list[Mismatch] = []
    standing = list(before)
    pricing = Pricing.of_contract(case.contract.event, case.basis, policy) if case.contract else None
    for line in lines:
        if line.quantity > 0:
            found += mismatches_of(line, case, standing, pricing)
            standing.append(line)
    return tuple(found)


def mismatches_of(
    held: LineHeld, case: InvoiceCase, before: Sequence[LineHeld], pricing: Pricing | None
) -> Iterator[Mismatch]:
    """What does not match of one line, when these lines stand before it, by the prices of its contract."""
    line = held.event
    if case.contract is None or pricing is None:
        yield Mismatch(line.line, "assignment-unknown", "a concluded contract", line.assignment, ())
        return
    contract = case.contract.event
    yield from _place(held, contract, case.contract.position)
    day = _Day.of(held, contract.article, case, pricing, before)
    yield from day.travel() if line.kind == TRAVEL else day.hours()
    yield from price_mismatches(held, pricing, day.priced, day.article)


def _place(held: LineHeld, contract: ContractConcluded, position: int) -> Iterator[Mismatch]:
    pairs: tuple[tuple[MismatchCode, str, str], ...] = (
        ("order-wrong", contract.order, held.event.order),
        ("supplier-wrong", contract.supplier, held.supplier),
        ("buyer-wrong", contract.region, held.region),
        ("lot-wrong", contract.lot, held.lot),
    )
    for code, expected, invoiced in pairs:
        if expected != invoiced:
            yield Mismatch(held.event.line, code, expected, invoiced, (position,))


@dataclass(frozen=True, slots=True)
class _Day:
    """A line beside the shifts of its date that have its article, or any if none has.

    ``quantity`` is what still stands of it.
    """

    line: InvoiceLine
    quantity: int
    case: InvoiceCase
    shifts: tuple[WorkedShift, ...]
    article: str
    priced: Priced
    before: tuple[LineHeld, ...]

    @classmethod
    def of(
        cls, held: LineHeld, agreed: str, case: InvoiceCase, pricing: Pricing, before: Sequence[LineHeld]
    ) -> "_Day":
        line = held.event
        there = tuple(shift for shift in case.shifts if shift.on == line.on)
        articles = {shift.article for shift in there} or {agreed}
        article = line.article if line.article in articles else min(articles)
        own = tuple(shift for shift in there if shift.article == article)
        same = tuple(one for one in before if one.event.kind == line.kind)
        return cls(line, held.quantity, case, own, article, pricing.at(line.on, article), same)

    def hours(self) -> Iterator[Mismatch]:
        """What does not match of the hours of a line."""
        line, own = self.line, self.shifts
        if self.article != line.article:
            yield Mismatch(line.line, "article-wrong", self.article, line.article, self._facts(own))
        approved = tuple(shift for shift in own if shift.approved is not None)
        if not own:
            yield Mismatch(line.line, "shift-missing", "0 min", f"{self.quantity} min", self._facts())
        elif not approved:
            yield Mismatch(line.line, "hours-not-approved", "0 min", f"{self.quantity} min", self._facts(own))
        else:
            yield from self._against(approved, sum(self._due(shift) for shift in approved))

    def _against(self, approved: tuple[WorkedShift, ...], due: int) -> Iterator[Mismatch]:
        line, plain = self.line, self.line.kind == PLAIN
        earlier = [h for h in self.before if h.event.on == line.on and self._same_article(h)]
        left = due - sum(held.quantity for held in earlier)
        facts = (*self._facts(approved), *(held.position for held in earlier if held.position))
        terms = () if plain else tuple(self.priced.prices.terms[name] for name in BAND_TERMS)
        if due == 0:
            yield Mismatch(line.line, "supplement-not-due", "0 min", f"{self.quantity} min", facts, terms)
        elif left <= 0:
            yield Mismatch(line.line, "duplicate", "0 min", f"{self.quantity} min", facts)
        elif self.quantity > left:
            code: MismatchCode = "hours-exceed" if plain else "supplement-exceeds"
            yield Mismatch(line.line, code, f"{left} min", f"{self.quantity} min", facts, terms)

    def _same_article(self, held: LineHeld) -> bool:
        articles = {shift.article for shift in self.case.shifts if shift.on == self.line.on}
        return held.event.article == self.article or held.event.article not in articles

    def _due(self, shift: WorkedShift) -> int:
        if self.line.kind == PLAIN:
            return shift.minutes
        rules = BandRules.of(self.priced.prices.terms, self.case.basis.calendars.non_working())
        return minutes_in_bands(shift.start_at, shift.end_at, shift.break_minutes, rules)[self.line.kind]

    def travel(self) -> Iterator[Mismatch]:
        """What does not match of a travel lump sum: due once for a period with an approved shift."""
        line, prices = self.line, self.priced.prices
        per = prices.terms[TRAVEL_PER].text
        worked = [s for s in self.case.shifts if s.approved is not None and same_travel(per, s.on, line.on)]
        earlier = [held for held in self.before if same_travel(per, held.event.on, line.on)]
        facts = (*self._facts(worked), *(held.position for held in earlier if held.position))
        terms = (prices.terms[LUMP], prices.terms[TRAVEL_PER])
        shown = f"{self.quantity} st"
        if not worked or not self.priced.unit_ore(TRAVEL):
            yield Mismatch(line.line, "travel-not-due", "0 st", shown, facts, terms)
        elif sum(held.quantity for held in earlier) + self.quantity > 1:
            yield Mismatch(line.line, "travel-twice", f"{0 if earlier else 1} st", shown, facts, terms)

    def _facts(self, shifts: Iterable[WorkedShift] = ()) -> tuple[int, ...]:
        contract = (self.case.contract.position,) if self.case.contract else ()
        said = {p for shift in shifts for p in (shift.position, shift.approved) if p is not None}
        return (*contract, *sorted(said))
