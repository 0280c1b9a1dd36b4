"""What the order board shows, and nothing it may not: an offer appears only in the ranking of an award."""

from typing import Literal, get_args

from ledger.events.awards import RankedOffer
from ledger.events.offers import Trust
from ledger.events.orders import OrderChain, OrderPosition
from ledger.events.policy import TermUsed
from ledger.events.shape import shaped
from ledger.policy.model import Resolved
from ledger.values import Instant

Status = Literal[
    "published", "lapsed", "awarded", "accepted", "late", "confirmed", "concluded", "withdrawn"
]  # fmt: skip
STATUSES: tuple[Status, ...] = get_args(Status)


@shaped
class Recipient:
    """A supplier the order was sent to, when it was notified (µs), and the receipt its channel claims."""

    supplier: str
    notified_at: Instant
    channel: str
    position: int
    received_at: Instant | None
    opened_at: Instant | None


@shaped
class OutageShown:
    """An outage in the answer time; the attempts it refused stay sealed. ``suppliers`` empty is everybody."""

    outage: str
    channel: str
    from_at: Instant
    until_at: Instant
    suppliers: tuple[str, ...]
    evidence: str
    position: int


@shaped
class ExtensionShown:
    """A decided extension of the answer time."""

    former_answer_by: Instant
    answer_by: Instant
    minutes_lost: int
    reason: str
    position: int


@shaped
class LeftOut:
    """An admitted supplier that the order was not sent to: the reason, its clause, the facts."""

    supplier: str
    code: str
    clause: str
    detail: str
    facts: tuple[int, ...]
    position: int


@shaped
class AwardShown:
    """One award with its ranking, and what became of it. Instants are in µs.

    ``ranking`` is whole, or None where rankings are left out; then the facts and policy values (``terms``)
    behind it are too, and the order asked about alone shows them. ``confirmed_as`` says whether the time of
    a confirmation is the ledger's own or its source's claim.
    """

    award: int
    offer: str
    supplier: str
    consultant: str
    status: Status
    criteria: tuple[str, ...]
    method: str
    outages: tuple[int, ...]
    ranking: tuple[RankedOffer, ...] | None
    terms: tuple[TermUsed, ...]
    ranking_at_publication: tuple[str, ...]
    against_ranking: bool
    reason: str
    awarded_at: Instant
    accepted_at: Instant | None
    confirm_by: Instant | None
    confirmed_at: Instant | None
    late_at: Instant | None
    confirmed_as: Trust | None
    concluded_at: Instant | None
    assignment: str | None
    facts: tuple[int, ...]


@shaped
class PositionShown:
    """One position of the order: sealed until its first award, after it with every award, oldest first."""

    wanted: OrderPosition
    status: Status
    sealed: bool
    awards: tuple[AwardShown, ...]


@shaped
class OrderBoard:
    """One order as its parties may see it. Instants are in µs, dates are local dates."""

    order: str
    agreement: str
    region: str
    unit: str
    lot: str
    profession: str
    policy_version: int
    criteria: tuple[str, ...]
    method: str
    status: Status
    published_at: Instant
    reference_at: Instant
    answer_by: Instant
    withdrawn_at: Instant | None
    outside_hours: bool
    outside_hours_reason: str
    outside_office: bool
    chain: OrderChain | None
    estimated_ore: int | None
    outages: tuple[OutageShown, ...]
    extensions: tuple[ExtensionShown, ...]
    recipients: tuple[Recipient, ...]
    left_out: tuple[LeftOut, ...]
    positions: tuple[PositionShown, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]
