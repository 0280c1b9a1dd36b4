"""Events about orders: publication, who was told when, who was left out and why."""

from dataclasses import dataclass
from typing import Literal

from ledger.events.base import SEALED, Group, event
from ledger.events.shape import shaped
from ledger.values import (
    ActorId,
    AgreementId,
    AuthorityId,
    Code,
    Instant,
    LocalDate,
    LotId,
    MandateId,
    OperatingUnitId,
    OrderId,
    Ore,
    OrganisationNumber,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    UnitId,
)

Criterion = Literal["time", "continuity"]
Method = Literal["order", "weights"]
Trust = Literal["direct", "imported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPosition:
    """One position of an order: a profile for a half-open period with a number of planned shifts."""

    number: int
    from_on: LocalDate
    until_on: LocalDate
    planned_shifts: int
    article: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRule:
    """How a tie will be drawn, published with the order: the beacon and round that will give the seed.

    The tied offers are ordered by SHA-256(value ‖ 0x00 ‖ offer id), smallest first.
    """

    beacon: Text
    round: int


@shaped
class OrderChain:
    """The chain of adjacent orders that one belongs to: together a stay, measured against the limit (S3).

    ``days`` are those of all periods together, overlaps once, gaps not; ``extended`` says that every
    later order openly follows an earlier one, so that months of extension are added.
    """

    orders: tuple[OrderId, ...]
    first_on: LocalDate
    until_on: LocalDate
    days: int
    gap_days: int
    extended: bool
    months_max: int
    days_max: int
    too_long: bool
    facts: tuple[int, ...]


@event("order-published", tags=("order", "region"))
class OrderPublished:
    """An order was published to its recipients.

    It pins the policy version in force and the reference instant, and says which criteria were announced.
    ``outside_hours`` is outside the window, with a reason; ``outside_office`` is the soft flag of an order
    inside the window but outside office hours (S4). ``estimated_ore`` is None where no price says what it
    costs, and ``amount_unknown`` that the mandate has a limit which therefore could not be checked.
    ``legal_person`` is the one that calls off.
    """

    order: OrderId
    agreement: AgreementId
    region: RegionId
    authority: AuthorityId
    registry_number: RegistryNumber
    unit: UnitId
    operating_unit: OperatingUnitId
    lot: LotId
    profession: Code
    reason: Text
    positions: tuple[OrderPosition, ...]
    zone: Literal[1, 2, 3]
    requirements: tuple[Text, ...]
    follows: OrderId | None
    published_at: Instant
    reference_at: Instant
    answer_by: Instant
    policy_version: int
    policy_position: int
    ordered_by: ActorId
    mandate: MandateId
    outside_hours: bool
    outside_hours_reason: str
    draw: DrawRule
    outside_office: bool = False
    hours_facts: tuple[int, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    method: Method = "order"
    chain: OrderChain | None = None
    estimated_ore: Ore | None = None
    amount_unknown: bool = False
    legal_person: OrganisationNumber | None = None


@event("order-recipient-notified", tags=("order", "supplier"))
class OrderRecipientNotified:
    """One recipient was notified of an order at its own instant, over a channel."""

    order: OrderId
    supplier: SupplierId
    notified_at: Instant
    channel: Code


@event("order-recipient-excluded", tags=("order", "supplier"))
class OrderRecipientExcluded:
    """An admitted supplier was not sent an order.

    The reason, its clause and the positions of the facts behind it.
    """

    order: OrderId
    supplier: SupplierId
    code: Code
    clause: Text
    detail: Text
    facts: tuple[int, ...]


@event("order-withdrawn", tags=("order",))
class OrderWithdrawn:
    """The unit withdrew an order before an award."""

    order: OrderId
    withdrawn_at: Instant
    reason: Text


@event("order-receipt-recorded", tags=("order", "supplier"))
class OrderReceiptRecorded:
    """When an order reached a recipient, and when it was opened there, as its channel claims.

    It moves no clock: an offer counts from its own receipt, and for everybody from the last notification.
    """

    order: OrderId
    supplier: SupplierId
    received_at: Instant
    opened_at: Instant | None
    channel: Code
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAttempt:
    """An offer that the system itself refused: who tried, when, what shows it. It starts no clock."""

    supplier: SupplierId
    attempted_at: Instant
    evidence: Text


@event("order-outage-recorded", tags=("order",), groups=(Group("attempts", SEALED, ("attempts",)),))
class OrderOutageRecorded:
    """A system that offers come through was down or overloaded while an order could be answered (domain 3.2).

    ``suppliers`` names those it kept out; without names it kept everybody out. The attempts are sealed, since
    they tell who meant to answer.
    """

    order: OrderId
    outage: Code
    channel: Code
    from_at: Instant
    until_at: Instant
    suppliers: tuple[SupplierId, ...]
    evidence: Text
    attempts: tuple[RefusedAttempt, ...] = ()


@event("answer-time-extended", tags=("order",))
class AnswerTimeExtended:
    """Somebody decided that an order may be answered longer, for what outages had taken of its time.

    ``draw`` is the rule from now on, where the round first published would be fixed too early.
    """

    order: OrderId
    former_answer_by: Instant
    answer_by: Instant
    minutes_lost: int
    decided_at: Instant
    reason: Text
    facts: tuple[int, ...]
    draw: DrawRule | None = None
