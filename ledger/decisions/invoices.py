"""Invoices: recorded as they stand, with every line that does not match explained beside (domain 3.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.decisions.invoice_refusals import (
    InvoiceLinesUnclear,
    InvoiceRecordedAlready,
    InvoiceTotalWrong,
)
from ledger.decisions.price_guards import resolver
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.events.invoices import (
    AssignmentInvoiced,
    InvoiceLine,
    InvoiceLineMismatched,
    InvoiceRecorded,
)
from ledger.facts.invoice_cases import InvoiceCase, invoice_cases
from ledger.facts.invoice_matching import matched
from ledger.facts.invoices import Invoice, invoices, lines_held
from ledger.facts.mandates import Mandate
from ledger.facts.mismatches import Mismatch
from ledger.facts.policies import policies
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import (
    AgreementId,
    AuthorityId,
    InvoiceId,
    LocalDate,
    LotId,
    Ore,
    RegionId,
    SupplierId,
    Text,
)

RECEIVERS = frozenset({"attester", "contract-owner", "authorised-orderer"})


@command
class RecordInvoice:
    """Record an invoice of one supplier to one buyer for one lot, line by line."""

    invoice: InvoiceId
    number: Text
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    authority: AuthorityId
    lot: LotId
    issued_on: LocalDate
    total_ore: Ore
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The mandate, whatever holds the invoice id, the policy, and each assignment that a line names."""

    mandate: Mandate
    earlier: Invoice
    library: Library
    cases: Mapping[str, InvoiceCase]


def _facts(command: RecordInvoice, context: Context) -> Asking[RecordFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield invoices(command.invoice)
    library = yield policies(command.agreement)
    cases = yield from invoice_cases(line.assignment for line in command.lines)
    return RecordFacts(mandate, earlier, library, cases)


@decides(
    RecordInvoice,
    facts=_facts,
    example={
        "invoice": "i-2025-0001",
        "number": "F-1001",
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "region": "jamtland-harjedalen",
        "authority": "jamtland-harjedalen-rs",
        "lot": "nurses",
        "issued_on": "2025-05-05",
        "total_ore": 583095,
        "lines": [
            {
                "line": 1,
                "kind": "time",
                "order": "o-1",
                "assignment": "a-1001",
                "article": "ssk-1",
                "on": "2025-04-08",
                "quantity": 450,
                "unit_ore": 53092,
                "amount_ore": 398190,
            },
            {
                "line": 2,
                "kind": "evening",
                "order": "o-1",
                "assignment": "a-1001",
                "article": "ssk-1",
                "on": "2025-04-08",
                "quantity": 293,
                "unit_ore": 5105,
                "amount_ore": 24905,
            },
            {
                "line": 3,
                "kind": "travel",
                "order": "o-1",
                "assignment": "a-1001",
                "article": "ssk-1",
                "on": "2025-04-08",
                "quantity": 1,
                "unit_ore": 160000,
                "amount_ore": 160000,
            },
        ],
    },
    raises=(
        *MANDATE_REFUSALS,
        InvoiceRecordedAlready,
        InvoiceLinesUnclear,
        InvoiceTotalWrong,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def record_invoice(command: RecordInvoice, facts: RecordFacts, context: Context) -> Ruling:
    """What came is recorded whether or not it matches; what is done about it is somebody's decision."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, RECEIVERS, place, context.received_at)
    if facts.earlier.recorded is not None:
        raise InvoiceRecordedAlready(f"{command.invoice} is recorded", "invoice", facts.earlier.positions())
    _require_sound(command)
    resolve = resolver(facts.library, command.agreement, Scope(region=command.region, lot=command.lot))
    invoiced: list[AssignmentInvoiced] = []
    found: list[tuple[str, Mismatch]] = []
    for name, case in facts.cases.items():
        invoiced.append(_invoiced(command, name))
        lines = lines_held(invoiced[-1], 0).values()
        standing = tuple(held for held in case.billed.lines.values() if held.quantity > 0)
        found += [(name, mismatch) for mismatch in matched(lines, case, standing, resolve)]
    mismatched = (_mismatched(command, name, one) for name, one in sorted(found, key=lambda f: f[1].line))
    terms = terms_of(one for _, one in found)
    return Ruling((_recorded(command, context), *invoiced, *mismatched), command.authority, terms)


def _require_sound(command: RecordInvoice) -> None:
    numbers = [line.line for line in command.lines]
    if not numbers or len(set(numbers)) != len(numbers):
        raise InvoiceLinesUnclear(f"{len(numbers)} lines with {len(set(numbers))} numbers", "lines")
    if empty := [line.line for line in command.lines if line.quantity < 1]:
        raise InvoiceLinesUnclear(f"line {empty[0]} has no quantity", "lines")
    total = sum(line.amount_ore for line in command.lines)
    if total != command.total_ore:
        raise InvoiceTotalWrong(f"the lines come to {total} öre, not {command.total_ore}", "total_ore")


def terms_of(mismatches: Iterable[Mismatch]) -> tuple[Resolved, ...]:
    """The policy values behind mismatches, each once."""
    return tuple(dict.fromkeys(term for one in mismatches for term in one.terms))


def _recorded(command: RecordInvoice, context: Context) -> InvoiceRecorded:
    return InvoiceRecorded(
        invoice=command.invoice,
        number=command.number,
        agreement=command.agreement,
        supplier=command.supplier,
        region=command.region,
        authority=command.authority,
        lot=command.lot,
        issued_on=command.issued_on,
        received_at=context.received_at,
        total_ore=command.total_ore,
        assignments=tuple(sorted({line.assignment for line in command.lines})),
    )


def _invoiced(command: RecordInvoice, name: str) -> AssignmentInvoiced:
    return AssignmentInvoiced(
        invoice=command.invoice,
        agreement=command.agreement,
        supplier=command.supplier,
        region=command.region,
        lot=command.lot,
        issued_on=command.issued_on,
        assignment=name,
        lines=tuple(line for line in command.lines if line.assignment == name),
    )


def _mismatched(command: RecordInvoice, name: str, one: Mismatch) -> InvoiceLineMismatched:
    line = next(line for line in command.lines if line.line == one.line)
    return InvoiceLineMismatched(
        invoice=command.invoice,
        line=one.line,
        agreement=command.agreement,
        supplier=command.supplier,
        region=command.region,
        assignment=name,
        on=line.on,
        code=one.code,
        clause=one.reason.clause,
        expected=one.expected,
        invoiced=one.invoiced,
        facts=one.facts,
        terms=used_terms(one.terms),
        kind=line.kind,
        quantity=line.quantity,
    )
