"""Invoice matching: every line for one assignment beside what was approved, as then and as now known."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ledger.decisions.base import Asking
from ledger.events.invoices import LineKind
from ledger.facts.invoice_cases import InvoiceCase, invoice_case
from ledger.facts.invoice_due import DueLine, due_lines, not_invoiced
from ledger.facts.invoice_matching import matched
from ledger.facts.invoices import Billed, LineHeld, Standing, billed
from ledger.facts.mismatches import Mismatch
from ledger.facts.policies import policies
from ledger.policy.model import Library, Resolved, Scope
from ledger.policy.within import Within
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingParams:
    """Matching takes no more than the assignment."""


@dataclass(frozen=True, slots=True)
class MatchingFacts:
    """What the reading rests on."""

    case: InvoiceCase
    library: Library


@dataclass(frozen=True, slots=True)
class MismatchShown:
    """One thing about a line that does not match, in words, with its facts."""

    code: str
    clause: str
    title_sv: str
    title_en: str
    expected: str
    invoiced: str
    facts: tuple[int, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One invoiced line: what stands of it, what does not match now, what did not when it was recorded."""

    invoice: str
    line: int
    kind: LineKind
    on: date
    article: str
    quantity: int
    unit_ore: int
    amount_ore: int
    standing_ore: int
    status: Standing
    mismatches: tuple[MismatchShown, ...]
    mismatched_then: tuple[str, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InvoiceMatching:
    """The lines of one assignment; amounts in öre, quantities in minutes (pieces for travel)."""

    assignment: str
    order: str | None
    supplier: str | None
    lines: tuple[LineShown, ...]
    not_invoiced: tuple[DueLine, ...]
    due_ore: int
    standing_ore: int
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(assignment: str, _at: date, _params: MatchingParams) -> Asking[MatchingFacts]:
    """The assignment with its shifts, prices and lines, and the policy."""
    case = yield from invoice_case(assignment)
    if case.contract is None:
        raise UnknownKeyError(f"no contract was concluded for {assignment}")
    library = yield policies(case.contract.event.agreement)
    return MatchingFacts(case, library)


@view(
    "invoice-matching",
    titles=("Fakturamatchning", "Invoice matching"),
    kind=billed,
    shape=plain(Billed),
    params=MatchingParams,
    asks=asks,
)
def read(facts: MatchingFacts, at: date) -> InvoiceMatching:
    """What was invoiced for an assignment beside what was approved, and every mismatch with its reason."""
    case, recorded = facts.case, facts.case.contract
    if recorded is None:
        raise UnknownKeyError(f"no contract was concluded for {case.assignment}")
    contract = recorded.event
    terms, scope = Terms.of(facts.library, contract.agreement), Scope(contract.region, contract.lot)

    policy = Within(terms, scope)
    lines = tuple(matched_lines(case, policy))
    due = tuple(line for line in due_lines(case, policy) if line.on <= at)
    return InvoiceMatching(
        assignment=case.assignment,
        order=contract.order,
        supplier=contract.supplier,
        lines=lines,
        not_invoiced=not_invoiced(case, due, policy),
        due_ore=sum(line.ore for line in due),
        standing_ore=sum(line.standing_ore for line in lines),
        evidence=evidence_of(
            (recorded.position,),
            *(line.positions for line in lines),
            *(m.facts for line in lines for m in line.mismatches),
            *(line.facts for line in due),
        ),
        terms=terms.all(),
    )


def matched_lines(case: InvoiceCase, policy: Within) -> list[LineShown]:
    """Every line, invoice by invoice in the order they came, matched as now known."""
    held = sorted(case.billed.lines.values(), key=lambda one: (one.position, one.event.line))
    found = []
    for position, group in groupby(held, key=lambda one: one.position):
        own = tuple(group)
        wrong = matched(own, case, case.lines_before(position), policy)
        found += [_shown(one, wrong, case.billed.codes(one)) for one in own]
    return found


def _shown(held: LineHeld, wrong: tuple[Mismatch, ...], then: tuple[str, ...]) -> LineShown:
    e = held.event
    return LineShown(
        invoice=held.invoice,
        line=e.line,
        kind=e.kind,
        on=e.on,
        article=e.article,
        quantity=e.quantity,
        unit_ore=e.unit_ore,
        amount_ore=e.amount_ore,
        standing_ore=held.ore,
        status=held.status,
        mismatches=tuple(_mismatch(one) for one in wrong if one.line == e.line),
        mismatched_then=then,
        positions=held.positions(),
    )


def _mismatch(one: Mismatch) -> MismatchShown:
    why, terms = one.reason, tuple(term.row.term for term in one.terms)
    return MismatchShown(
        one.code, why.clause, why.title_sv, why.title_en, one.expected, one.invoiced, one.facts, terms
    )
