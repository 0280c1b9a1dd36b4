"""Events about assignments: confirmation, the concluded contract, completion, cancellation."""

from typing import Literal

from ledger.events.base import event
from ledger.events.offers import Trust
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    AssignmentId,
    AuthorityId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    LotId,
    OfferId,
    OperatingUnitId,
    OrderId,
    OrganisationNumber,
    RegionId,
    SupplierId,
    Text,
    UnitId,
)


@event("assignment-confirmed", tags=("order", "offer"))
class AssignmentConfirmed:
    """The supplier's confirmation, in time; if it was imported, by its source's time, as claimed."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    confirmed_at: Instant
    confirm_by: Instant
    channel: Code
    trust: Trust = "direct"


@event("confirmation-late", tags=("order", "offer"), refuses=True)
class ConfirmationLate:
    """A confirmation after its deadline. What follows is a decision; lateness of the channel is excused.

    ``assumed`` names the terms behind the deadline whose value nobody has published.
    """

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    confirmed_at: Instant
    confirm_by: Instant
    channel: Code
    code: Code
    clause: Text
    detail: Text
    facts: tuple[int, ...]
    assumed: tuple[Code, ...] = ()
    trust: Trust = "direct"


@event("lateness-excused", tags=("order", "offer"))
class LatenessExcused:
    """Somebody decided that the channel caused a late confirmation: it stands as if it had come in time.

    The channel was down from ``from_at`` until ``until_at``, half-open, as ``evidence`` shows.
    """

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    confirmed_at: Instant
    confirm_by: Instant
    channel: Code
    from_at: Instant
    until_at: Instant
    evidence: Text
    reason: Text
    decided_at: Instant
    facts: tuple[int, ...]


@event("contract-concluded", tags=("order", "assignment", "consultant", "supplier"))
class ContractConcluded:
    """The contract of an assignment was concluded: when, how, by whom, notice sent or not (domain 3.4).

    It repeats who placed the order, since whoever did should not attest the time, and who holds the records.
    ``standstill_last_on`` is the last day of a voluntary standstill after the award, None where none is kept.
    """

    assignment: AssignmentId
    agreement: AgreementId
    order: OrderId
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    region: RegionId
    authority: AuthorityId
    unit: UnitId
    operating_unit: OperatingUnitId
    lot: LotId
    ordered_by: ActorId
    article: Code
    from_on: LocalDate
    until_on: LocalDate
    planned_shifts: int
    follows: OrderId | None
    concluded_at: Instant
    how: Text
    notice_sent_at: Instant | None
    concluded_by: ActorId | None = None
    standstill_last_on: LocalDate | None = None
    in_standstill: bool = False
    legal_person: OrganisationNumber | None = None


@event("assignment-cancelled", tags=("order", "assignment", "consultant", "also", "supplier"))
class AssignmentCancelled:
    """An assignment was cancelled by one side, with its cause: how long before, and what that indicates.

    ``consultant`` is who would have worked on ``from_on``, ``also`` whoever else it cuts short.
    ``notice_days`` are local dates between the notice and ``from_on``; ``late`` says that they are fewer than
    the policy asks and the cause does not excuse it. ``consequence`` is only indicated; somebody decides it.
    """

    assignment: AssignmentId
    order: OrderId
    consultant: ConsultantId
    supplier: SupplierId
    by: Literal["region", "supplier"]
    cancelled_at: Instant
    from_on: LocalDate
    cause: Text
    cause_kind: Code = "other"
    notice_days: int = 0
    late: bool = False
    consequence: Code = "none"
    planned_shifts_lost: int = 0
    also: tuple[ConsultantId, ...] = ()
    terms: tuple[TermUsed, ...] = ()


@event("cancellation-consequence-decided", tags=("assignment", "supplier"))
class CancellationConsequenceDecided:
    """Somebody decided what a cancellation leads to, as indicated or otherwise, and why."""

    assignment: AssignmentId
    supplier: SupplierId
    cancellation: int
    consequence: Code
    indicated: Code
    reasons: Text
    decided_by: ActorId
    decided_at: Instant
