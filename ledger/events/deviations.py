"""Events about supplier deviations, from report to breach notice. Each carries the ladder's key."""

from ledger.events.base import Group, event
from ledger.events.policy import TermUsed
from ledger.values import (
    AgreementId,
    AssignmentId,
    AuthorityId,
    Code,
    DeviationId,
    Instant,
    LocalDate,
    LotId,
    OrderId,
    RegionId,
    SupplierId,
    Text,
    UnitId,
)


@event(
    "deviation-reported", tags=("deviation", "supplier"), groups=(Group("text", "secret", ("description",)),)
)
class DeviationReported:
    """A region reported that a supplier departed from the agreement. Deviations of one cause count once.

    ``kind`` is one of the policy's taxonomy, which gave the severity; ``clause`` is what was departed from;
    ``facts`` are positions of events that concern the supplier.
    """

    deviation: DeviationId
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    authority: AuthorityId
    lot: LotId
    unit: UnitId | None
    order: OrderId | None
    assignment: AssignmentId | None
    kind: Code
    severity: int
    occurred_on: LocalDate
    cause: Code
    facts: tuple[int, ...]
    description: str = ""
    clause: Text = "20.3"
    terms: tuple[TermUsed, ...] = ()


@event("deviation-communicated", tags=("deviation", "supplier"))
class DeviationCommunicated:
    """The supplier was told of a deviation and until when it may reply."""

    deviation: DeviationId
    supplier: SupplierId
    communicated_at: Instant
    reply_by: Instant
    channel: Code
    terms: tuple[TermUsed, ...] = ()


@event("deviation-replied", tags=("deviation", "supplier"), groups=(Group("text", "secret", ("reply",)),))
class DeviationReplied:
    """The supplier's reply."""

    deviation: DeviationId
    supplier: SupplierId
    replied_at: Instant
    admits: bool
    reply: str = ""


@event("deviation-decided", tags=("deviation", "supplier"))
class DeviationDecided:
    """A deviation was upheld or dismissed, with reasons."""

    deviation: DeviationId
    supplier: SupplierId
    upheld: bool
    decided_at: Instant
    reasons: Text


@event("deviation-withdrawn", tags=("deviation", "supplier"))
class DeviationWithdrawn:
    """The region took a deviation back; it counts nowhere from here on."""

    deviation: DeviationId
    supplier: SupplierId
    withdrawn_at: Instant
    reasons: Text


@event("breach-notice-served", tags=("deviation", "supplier"))
class BreachNoticeServed:
    """The supplier was given notice of a breach (clause 21). Only noticed deviations count on the ladder."""

    deviation: DeviationId
    supplier: SupplierId
    served_at: Instant
    channel: Code
    clause: Text
