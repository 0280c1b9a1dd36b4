"""Question 8: the right zone, level and article on a shift's date, and every similar case (domain 8)."""

from dataclasses import dataclass
from datetime import date

from ledger.events.invoices import InvoiceLineMismatched
from ledger.facts.invoice_cases import InvoiceCase, invoice_case
from ledger.facts.invoice_due import DueLine, due_lines
from ledger.facts.invoices import Mismatches, mismatches
from ledger.facts.policies import policies
from ledger.facts.prices import DATE, Priced, Pricing
from ledger.facts.recorded import Recorded
from ledger.policy.bands import PLAIN
from ledger.policy.model import Library, Scope
from ledger.policy.within import Within
from ledger.values import AssignmentId, InvoiceId, LocalDate, OrderId, RegionId, SupplierId
from projections.base import Terms, UnknownKeyError, evidence_of
from projections.invoice_matching import LineShown, matched_lines
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import number


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceParams:
    """An assignment, and the local date on which a shift of it started."""

    assignment: AssignmentId
    on: LocalDate


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """The assignment as invoices see it, every mismatch of its agreement, and the policies."""

    params: PriceParams
    case: InvoiceCase
    known: Mismatches
    library: Library


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A line anywhere under the agreement that did not match for the same reason, on the same terms."""

    code: str
    invoice: InvoiceId
    line: int
    assignment: AssignmentId
    supplier: SupplierId
    region: RegionId
    on: LocalDate
    expected: str
    invoiced: str
    position: int


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """What should have been priced how, what was invoiced, and every similar case, oldest first.

    ``selects`` is the policy's word for the date that selects the price; prices are öre an hour, without a
    rate level None. ``right`` is None where nothing was invoiced for the date.
    """

    assignment: AssignmentId
    order: OrderId
    on: LocalDate
    selects: str
    priced_on: LocalDate
    zone: int
    level: int | None
    article: str
    hour_ore: int | None
    due: tuple[DueLine, ...]
    invoiced: tuple[LineShown, ...]
    right: bool | None
    similar: tuple[SimilarCase, ...]


def asks(params: PriceParams, _on: date) -> Asking[PriceFacts]:
    """The assignment with shifts, prices and lines, and what did not match under its agreement."""
    case: InvoiceCase = yield from invoice_case(params.assignment)
    if case.contract is None:
        raise UnknownKeyError(f"no contract was concluded for {params.assignment}")
    agreement = case.contract.event.agreement
    known: Mismatches = yield mismatches(agreement)
    library: Library = yield policies(agreement)
    return PriceFacts(params, case, known, library)


@question(
    "right-price",
    number=8,
    titles=(
        "Var det rätt zon, nivå och artikel på passets dag, och vilka andra fall är likadana?",
        "Was it the right zone, level and article on the shift's date, and which other cases are alike?",
    ),
    params=PriceParams,
    values=PriceAnswer,
    asks=asks,
    example={"assignment": "a-0216", "on": "2025-04-01"},
)
def answer(facts: PriceFacts, _on: date) -> Answer:
    """Zone, rate level, article and price of a shift on its date, beside what was invoiced for it."""
    case, on = facts.case, facts.params.on
    if case.contract is None:
        raise UnknownKeyError(f"no contract was concluded for {case.assignment}")
    contract = case.contract.event
    terms, scope = Terms.of(facts.library, contract.agreement), Scope(contract.region, contract.lot)

    policy = Within(terms, scope)
    article = min((shift.article for shift in case.shifts if shift.on == on), default=contract.article)
    priced = Pricing.of_contract(contract, case.basis, policy).at(on, article)
    lines = tuple(line for line in matched_lines(case, policy) if line.on == on)
    similar = tuple(_similar(lines, facts.known))
    values = PriceAnswer(
        assignment=case.assignment,
        order=contract.order,
        on=on,
        selects=policy(DATE, on).text,
        priced_on=priced.on,
        zone=priced.zone,
        level=priced.level,
        article=article,
        hour_ore=priced.unit_ore(PLAIN) if priced.level else None,
        due=tuple(line for line in due_lines(case, policy) if line.on == on),
        invoiced=lines,
        right=not any(line.mismatches for line in lines) if lines else None,
        similar=similar,
    )
    return Answer(_sentence(values), values, _evidence(facts, values, priced), terms.all())


def _similar(lines: tuple[LineShown, ...], known: Mismatches) -> list[SimilarCase]:
    """Every recorded mismatch with the code and the terms of one of these lines, but for the lines."""
    own = {(line.invoice, line.line) for line in lines}
    wanted = {(one.code, frozenset(one.terms)) for line in lines for one in line.mismatches}
    found = []
    for code in sorted({code for code, _ in wanted}):
        for fact in known.by_code.get(code, ()):
            e = fact.event
            alike = (code, frozenset(term.term for term in e.terms)) in wanted
            if alike and (e.invoice, e.line) not in own:
                found.append(_shown(fact))
    return sorted(found, key=lambda one: one.position)


def _shown(fact: Recorded[InvoiceLineMismatched]) -> SimilarCase:
    e = fact.event
    return SimilarCase(
        code=e.code,
        invoice=e.invoice,
        line=e.line,
        assignment=e.assignment,
        supplier=e.supplier,
        region=e.region,
        on=e.on,
        expected=e.expected,
        invoiced=e.invoiced,
        position=fact.position,
    )


def _evidence(facts: PriceFacts, values: PriceAnswer, priced: Priced) -> tuple[int, ...]:
    contract = facts.case.contract
    return evidence_of(
        (contract.position,) if contract else (),
        priced.facts,
        *(line.facts for line in values.due),
        *(line.positions for line in values.invoiced),
        *(one.facts for line in values.invoiced for one in line.mismatches),
        [one.position for one in values.similar],
    )


def _sentence(values: PriceAnswer) -> Sentence:
    level = "?" if values.level is None else values.level
    place_sv = f"zon {values.zone}, nivå {level}, artikel {values.article}"
    place_en = f"zone {values.zone}, level {level}, article {values.article}"
    what = f"{values.assignment} {values.on}"
    if values.right is None:
        return Sentence(
            f"{what}: {place_sv} gäller, och inget är fakturerat.",
            f"{what}: {place_en} apply, and nothing was invoiced.",
        )
    if values.right:
        return Sentence(
            f"{what}: fakturan stämmer med {place_sv}.", f"{what}: the invoice matches {place_en}."
        )
    shown, alike = [one for line in values.invoiced for one in line.mismatches], len(values.similar)
    sv, en = (
        ", ".join(dict.fromkeys(getattr(one, name) for one in shown)) for name in ("title_sv", "title_en")
    )
    alike_sv = number(alike, "annan rad är likadan", "andra rader är likadana")
    alike_en = number(alike, "other line is alike", "other lines are alike")
    return Sentence(
        f"{what}: {place_sv} gäller; fakturan stämmer inte ({sv}), och {alike_sv}.",
        f"{what}: {place_en} apply; the invoice does not match ({en}), and {alike_en}.",
    )
