"""What of each event of an order is held for its board: what the board shows, and no more."""

from msgspec import Struct

from ledger.events.awards import RankedOffer
from ledger.events.offers import Trust
from ledger.events.orders import Criterion, Method, OrderChain, OrderPosition
from ledger.events.policy import TermUsed
from ledger.values import (
    AgreementId,
    AssignmentId,
    Code,
    ConsultantId,
    Instant,
    LotId,
    OfferId,
    Ore,
    RegionId,
    SupplierId,
    Text,
    UnitId,
)


class Published(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Of a publication."""

    agreement: AgreementId
    region: RegionId
    unit: UnitId
    lot: LotId
    profession: Code
    positions: tuple[OrderPosition, ...]
    published_at: Instant
    reference_at: Instant
    answer_by: Instant
    policy_version: int
    outside_hours: bool
    outside_hours_reason: str
    outside_office: bool = False
    criteria: tuple[Criterion, ...] = ()
    method: Method = "order"
    chain: OrderChain | None = None
    estimated_ore: Ore | None = None


class Withdrawn(Struct, frozen=True, array_like=True, gc=False):
    """Of a withdrawal."""

    withdrawn_at: Instant


class Notified(Struct, frozen=True, array_like=True, gc=False):
    """Of a notification."""

    supplier: SupplierId
    notified_at: Instant
    channel: Code


class Excluded(Struct, frozen=True, array_like=True, gc=False):
    """Of an exclusion from the recipients."""

    supplier: SupplierId
    code: Code
    clause: Text
    detail: Text
    facts: tuple[int, ...]


class Receipt(Struct, frozen=True, array_like=True, gc=False):
    """Of a receipt: what the channel claims."""

    supplier: SupplierId
    received_at: Instant
    opened_at: Instant | None


class Outage(Struct, frozen=True, array_like=True, gc=False):
    """Of an outage; the attempts it refused stay sealed."""

    outage: Code
    channel: Code
    from_at: Instant
    until_at: Instant
    suppliers: tuple[SupplierId, ...]
    evidence: Text


class Extended(Struct, frozen=True, array_like=True, gc=False):
    """Of an extension of the answer time."""

    former_answer_by: Instant
    answer_by: Instant
    minutes_lost: int
    reason: Text


class Awarded(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Of an award: all but its ranking and the policy values behind that."""

    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    award: int
    criteria: tuple[Criterion, ...]
    decided_at: Instant
    against_ranking: bool
    reason: str
    position: int = 1
    ranking_at_publication: tuple[OfferId, ...] = ()
    method: Method = "order"
    outages: tuple[int, ...] = ()


class Ranking(Struct, frozen=True, array_like=True, gc=False):
    """Of an award: its ranking and the policy values behind that."""

    ranking: tuple[RankedOffer, ...]
    terms: tuple[TermUsed, ...]


class Accepted(Struct, frozen=True, array_like=True, gc=False):
    """Of an acceptance."""

    offer: OfferId
    reached_at: Instant
    confirm_by: Instant
    terms: tuple[TermUsed, ...] = ()


class Confirmed(Struct, frozen=True, array_like=True, gc=False):
    """Of a confirmation, in time or late."""

    offer: OfferId
    confirmed_at: Instant
    trust: Trust = "direct"


class Named(Struct, frozen=True, array_like=True, gc=False):
    """Of what became of an award, only which offer it was."""

    offer: OfferId


class Concluded(Struct, frozen=True, array_like=True, gc=False):
    """Of a contract."""

    offer: OfferId
    assignment: AssignmentId
    concluded_at: Instant
