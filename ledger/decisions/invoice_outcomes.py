"""What comes of invoiced lines: accepted or disputed by somebody, as now known (domain 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    behind,
    mandate_of,
    require_mandate,
)
from ledger.decisions.invoice_refusals import (
    InvoiceLineAccepted,
    InvoiceLineDisputed,
    InvoiceLineUnknown,
    InvoiceUnknown,
    MismatchUnexplained,
)
from ledger.decisions.invoices import terms_of
from ledger.decisions.price_guards import resolver
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.events.invoices import InvoiceAccepted, InvoiceDisputed, InvoiceRecorded
from ledger.facts.invoice_cases import InvoiceCase, invoice_cases
from ledger.facts.invoice_matching import matched
from ledger.facts.invoices import Invoice, LineHeld, invoices
from ledger.facts.mandates import Mandate
from ledger.facts.mismatches import Mismatch
from ledger.facts.policies import policies
from ledger.policy.model import Library, Scope, used_terms
from ledger.values import InvoiceId, Remark, Text

APPROVERS = frozenset({"attester", "contract-owner"})


@command
class AcceptInvoice:
    """Accept lines of an invoice for payment; those that do not match only with a reason."""

    invoice: InvoiceId
    lines: tuple[int, ...]
    reason: Remark = ""


@command
class DisputeInvoice:
    """Dispute lines of an invoice."""

    invoice: InvoiceId
    lines: tuple[int, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """The mandate, the invoice, the policy, and each assignment that it names."""

    mandate: Mandate
    invoice: Invoice
    library: Library
    cases: Mapping[str, InvoiceCase]

    def mismatches(self, lines: tuple[LineHeld, ...]) -> tuple[Mismatch, ...]:
        """What does not match of some lines as now known: approvals may have come, and credits."""
        if self.invoice.recorded is None:
            return ()
        recorded, position = self.invoice.recorded.event, self.invoice.recorded.position
        scope = Scope(region=recorded.region, lot=recorded.lot)
        resolve = resolver(self.library, recorded.agreement, scope)
        found: list[Mismatch] = []
        for name, case in self.cases.items():
            own = tuple(held for held in self.invoice.lines.values() if held.event.assignment == name)
            found += matched(own, case, case.lines_before(position), resolve)
        chosen = {held.event.line for held in lines}
        return tuple(one for one in found if one.line in chosen)


def _facts(command: AcceptInvoice | DisputeInvoice, context: Context) -> Asking[OutcomeFacts]:
    mandate = yield from mandate_of(context)
    invoice: Invoice = yield invoices(command.invoice)
    if invoice.recorded is None:
        return OutcomeFacts(mandate, invoice, Library(), {})
    library = yield policies(invoice.recorded.event.agreement)
    cases = yield from invoice_cases(invoice.recorded.event.assignments)
    return OutcomeFacts(mandate, invoice, library, cases)


def require_invoice(
    invoice: Invoice, name: str, mandate: Mandate, context: Context, roles: frozenset[str]
) -> InvoiceRecorded:
    """The invoice, if the actor may act for its buyer."""
    if invoice.recorded is None:
        raise InvoiceUnknown(f"no invoice {name} was recorded", "invoice")
    recorded = invoice.recorded.event
    place = (recorded.agreement, recorded.region, "")
    require_mandate(mandate, context, roles, place, context.received_at)
    return recorded


def require_lines(invoice: Invoice, numbers: tuple[int, ...], field: str = "lines") -> tuple[LineHeld, ...]:
    """The lines of these numbers, none of them accepted before."""
    if not numbers:
        raise InvoiceLineUnknown("no line is named", field)
    found = []
    for number in dict.fromkeys(numbers):
        held = invoice.line(number)
        if held is None:
            raise InvoiceLineUnknown(f"the invoice has no line {number}", field, invoice.positions())
        found.append(held)
    return tuple(found)


def _require_undecided(lines: tuple[LineHeld, ...]) -> None:
    for held in lines:
        if held.status == "accepted":
            raise InvoiceLineAccepted(f"line {held.event.line} is accepted", "lines", held.positions())


@decides(
    AcceptInvoice,
    facts=_facts,
    example={"invoice": "i-2025-0001", "lines": [1, 3]},
    raises=(
        InvoiceUnknown,
        *MANDATE_REFUSALS,
        InvoiceLineUnknown,
        InvoiceLineAccepted,
        PolicyMissing,
        PolicyTermMissing,
        MismatchUnexplained,
    ),
)
def accept_invoice(command: AcceptInvoice, facts: OutcomeFacts, context: Context) -> Ruling:
    """Lines that match as now known are accepted; others with a reason that stays with them."""
    recorded = require_invoice(facts.invoice, command.invoice, facts.mandate, context, APPROVERS)
    lines = require_lines(facts.invoice, command.lines)
    _require_undecided(lines)
    found = facts.mismatches(lines)
    if found and not command.reason.strip():
        first = found[0]
        detail = f"line {first.line}: {first.code}, expected {first.expected}, invoiced {first.invoiced}"
        positions = (*first.facts, *behind(*first.terms))
        raise MismatchUnexplained(detail, "reason", positions, assumed(*first.terms))
    terms = terms_of(found)
    event = InvoiceAccepted(
        invoice=command.invoice,
        supplier=recorded.supplier,
        region=recorded.region,
        assignments=tuple(sorted({held.event.assignment for held in lines})),
        lines=tuple(held.event.line for held in lines),
        amount_ore=sum(held.ore for held in lines),
        accepted_at=context.received_at,
        accepted_by=context.actor,
        mismatches=tuple(dict.fromkeys(one.code for one in found)),
        reason=command.reason,
        terms=used_terms(terms),
    )
    return Ruling((event,), recorded.authority, terms)


@decides(
    DisputeInvoice,
    facts=_facts,
    example={"invoice": "i-2025-0001", "lines": [2], "reason": "The shift ended before the evening"},
    raises=(
        InvoiceUnknown,
        *MANDATE_REFUSALS,
        InvoiceLineUnknown,
        InvoiceLineAccepted,
        InvoiceLineDisputed,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def dispute_invoice(command: DisputeInvoice, facts: OutcomeFacts, context: Context) -> Ruling:
    """Lines not yet decided are disputed with a reason; what does not match stands beside it."""
    recorded = require_invoice(facts.invoice, command.invoice, facts.mandate, context, APPROVERS)
    lines = require_lines(facts.invoice, command.lines)
    _require_undecided(lines)
    if again := [held for held in lines if held.status == "disputed"]:
        raise InvoiceLineDisputed(f"line {again[0].event.line} is disputed", "lines", again[0].positions())
    found = facts.mismatches(lines)
    terms = terms_of(found)
    event = InvoiceDisputed(
        invoice=command.invoice,
        supplier=recorded.supplier,
        region=recorded.region,
        assignments=tuple(sorted({held.event.assignment for held in lines})),
        lines=tuple(held.event.line for held in lines),
        amount_ore=sum(held.ore for held in lines),
        disputed_at=context.received_at,
        disputed_by=context.actor,
        mismatches=tuple(dict.fromkeys(one.code for one in found)),
        reason=command.reason,
        terms=used_terms(terms),
    )
    return Ruling((event,), recorded.authority, terms)
