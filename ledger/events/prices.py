"""Events about prices: article numbers announced with lead time, and order messages that carry them."""

from dataclasses import dataclass

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    AssignmentId,
    Code,
    Instant,
    LocalDate,
    LotId,
    OrderId,
    SupplierId,
    Text,
)


@event("article-changed", tags=("agreement",))
class ArticleChanged:
    """An article number gets a rate level from a local date on, or with None is no longer to be used.

    Announced with lead time, since suppliers adapt their systems to it (S4).
    """

    agreement: AgreementId
    lot: LotId
    article: Code
    level: int | None
    title: Text
    from_on: LocalDate
    announced_at: Instant
    announced_to: tuple[Text, ...]
    decided_by: ActorId
    terms: tuple[TermUsed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """What an order message says to be invoiced: article, rate level and zone for a half-open period."""

    article: Code
    level: int
    zone: int
    from_on: LocalDate
    until_on: LocalDate
    planned_shifts: int


@event("order-message-sent", tags=("order", "assignment"))
class OrderMessageSent:
    """An order message with its article number was sent to the parties concerned (S4, step two)."""

    message: Text
    agreement: AgreementId
    order: OrderId
    assignment: AssignmentId
    supplier: SupplierId
    line: MessageLine
    sent_at: Instant
    channel: Code
    parties: tuple[Code, ...]
    terms: tuple[TermUsed, ...]
