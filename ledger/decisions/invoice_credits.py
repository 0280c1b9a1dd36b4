"""Credit notes: the supplier takes back all or part of a line (domain 3.6)."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_past
from ledger.decisions.invoice_outcomes import require_invoice, require_lines
from ledger.decisions.invoice_refusals import (
    CreditsNothing,
    CreditTooLarge,
    CreditUneven,
    InvoiceLineUnknown,
    InvoiceUnknown,
)
from ledger.decisions.invoices import RECEIVERS
from ledger.decisions.refusals import InstantAhead
from ledger.events.invoices import InvoiceLineCredited
from ledger.facts.invoices import Invoice, LineHeld, invoices
from ledger.facts.mandates import Mandate
from ledger.values import Instant, InvoiceId, Minutes, Ore, Text


@command
class CreditInvoiceLine:
    """Record that the supplier credited all or part of a line."""

    invoice: InvoiceId
    line: int
    credit_note: Text
    quantity: Minutes
    amount_ore: Ore
    credited_at: Instant


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """The mandate and the invoice."""

    mandate: Mandate
    invoice: Invoice


def _credit_facts(command: CreditInvoiceLine, context: Context) -> Asking[CreditFacts]:
    mandate = yield from mandate_of(context)
    invoice = yield invoices(command.invoice)
    return CreditFacts(mandate, invoice)


@decides(
    CreditInvoiceLine,
    facts=_credit_facts,
    example={
        "invoice": "i-2025-0001",
        "line": 2,
        "credit_note": "K-1002",
        "quantity": 293,
        "amount_ore": 24905,
        "credited_at": "2025-05-12T10:00:00+02:00",
    },
    raises=(
        InvoiceUnknown,
        *MANDATE_REFUSALS,
        InvoiceLineUnknown,
        InstantAhead,
        CreditsNothing,
        CreditTooLarge,
        CreditUneven,
    ),
)
def credit_invoice_line(command: CreditInvoiceLine, facts: CreditFacts, context: Context) -> Ruling:
    """A credit note takes back no more than stands, and hours with their amount, to be invoiced anew."""
    recorded = require_invoice(facts.invoice, command.invoice, facts.mandate, context, RECEIVERS)
    (held,) = require_lines(facts.invoice, (command.line,), "line")
    require_past(command.credited_at, context, "credited_at")
    if not (command.quantity or command.amount_ore):
        raise CreditsNothing(f"{command.quantity} and {command.amount_ore} öre", "quantity")
    if command.quantity > held.quantity or command.amount_ore > held.ore:
        detail = f"{held.quantity} and {held.ore} öre still stand"
        raise CreditTooLarge(detail, "amount_ore", held.positions())
    _require_even(command, held)
    event = InvoiceLineCredited(
        invoice=command.invoice,
        line=command.line,
        agreement=recorded.agreement,
        supplier=recorded.supplier,
        region=recorded.region,
        lot=recorded.lot,
        assignment=held.event.assignment,
        kind=held.event.kind,
        article=held.event.article,
        on=held.event.on,
        credit_note=command.credit_note,
        quantity=command.quantity,
        amount_ore=command.amount_ore,
        credited_at=command.credited_at,
    )
    return Ruling((event,), recorded.authority)


def _require_even(command: CreditInvoiceLine, held: LineHeld) -> None:
    """Refuse to take back a quantity with less than its share of the amount, give or take a rounded öre."""
    left = held.quantity - command.quantity
    due = held.ore * command.quantity // held.quantity if held.quantity else 0
    if command.amount_ore < (due - 1 if left else held.ore):
        detail = f"{command.quantity} of {held.quantity} with {command.amount_ore} of {held.ore} öre"
        raise CreditUneven(detail, "amount_ore", held.positions())
