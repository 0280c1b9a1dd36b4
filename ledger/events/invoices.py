"""Events about invoices: lines as they came, what of them does not match, and what was decided of each.

Fields follow Peppol BIS Billing 3 as far as no person is named: quantity in minutes (pieces for travel),
prices and amounts in öre before value added tax.
"""

from dataclasses import dataclass
from typing import Literal

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    AssignmentId,
    AuthorityId,
    Code,
    Instant,
    InvoiceId,
    LocalDate,
    LotId,
    Minutes,
    OrderId,
    Ore,
    RegionId,
    SupplierId,
    Text,
)

LineKind = Literal["time", "evening", "night", "weekend", "holiday", "travel"]
MismatchCode = Literal[
    "assignment-unknown",
    "order-wrong",
    "supplier-wrong",
    "buyer-wrong",
    "lot-wrong",
    "article-wrong",
    "article-not-in-force",
    "shift-missing",
    "hours-not-approved",
    "duplicate",
    "hours-exceed",
    "supplement-not-due",
    "supplement-exceeds",
    "travel-not-due",
    "travel-twice",
    "price-of-other-date",
    "price-of-other-zone",
    "price-of-other-level",
    "price-wrong",
    "amount-wrong",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line: what is invoiced of which shift's local date (travel: a date in its period)."""

    line: int
    kind: LineKind
    order: OrderId
    assignment: AssignmentId
    article: Code
    on: LocalDate
    quantity: Minutes
    unit_ore: Ore
    amount_ore: Ore


@event("invoice-recorded", tags=("invoice", "supplier"), retention="bookkeeping")
class InvoiceRecorded:
    """An invoice arrived, as it stands: one supplier, one buyer, one lot. Its lines follow by assignment."""

    invoice: InvoiceId
    number: Text
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    authority: AuthorityId
    lot: LotId
    issued_on: LocalDate
    received_at: Instant
    total_ore: Ore
    assignments: tuple[AssignmentId, ...]


@event("assignment-invoiced", tags=("invoice", "assignment", "supplier", "region"), retention="bookkeeping")
class AssignmentInvoiced:
    """The lines of an invoice that say they are for one assignment."""

    invoice: InvoiceId
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    lot: LotId
    issued_on: LocalDate
    assignment: AssignmentId
    lines: tuple[InvoiceLine, ...]


@event(
    "invoice-line-mismatched",
    tags=("invoice", "agreement", "assignment", "supplier"),
    retention="bookkeeping",
)
class InvoiceLineMismatched:
    """A line did not match order, article or approved hours when it was recorded: expected, and invoiced.

    ``kind`` and ``quantity`` (minutes, or pieces for travel) are the line's.
    """

    invoice: InvoiceId
    line: int
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    assignment: AssignmentId
    on: LocalDate
    code: MismatchCode
    clause: Text
    expected: Text
    invoiced: Text
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]
    kind: LineKind = "time"
    quantity: Minutes = 0


@event("invoice-accepted", tags=("invoice", "supplier", "region", "assignments"), retention="bookkeeping")
class InvoiceAccepted:
    """Lines were accepted for payment by somebody; with what does not match only for a reason."""

    invoice: InvoiceId
    supplier: SupplierId
    region: RegionId
    assignments: tuple[AssignmentId, ...]
    lines: tuple[int, ...]
    amount_ore: Ore
    accepted_at: Instant
    accepted_by: ActorId
    mismatches: tuple[Code, ...]
    reason: str
    terms: tuple[TermUsed, ...]


@event("invoice-disputed", tags=("invoice", "supplier", "region", "assignments"), retention="bookkeeping")
class InvoiceDisputed:
    """Lines were disputed by somebody, with the reason and what does not match."""

    invoice: InvoiceId
    supplier: SupplierId
    region: RegionId
    assignments: tuple[AssignmentId, ...]
    lines: tuple[int, ...]
    amount_ore: Ore
    disputed_at: Instant
    disputed_by: ActorId
    mismatches: tuple[Code, ...]
    reason: Text
    terms: tuple[TermUsed, ...]


@event("invoice-line-credited", tags=("invoice", "supplier", "region", "assignment"), retention="bookkeeping")
class InvoiceLineCredited:
    """The supplier credited all or part of a line by a credit note; what the line was for stands with it."""

    invoice: InvoiceId
    line: int
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    lot: LotId
    assignment: AssignmentId
    kind: LineKind
    article: Code
    on: LocalDate
    credit_note: Text
    quantity: Minutes
    amount_ore: Ore
    credited_at: Instant
