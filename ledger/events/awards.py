"""Events about awards: the whole ranking, acceptance, and an award that came to nothing."""

from typing import Literal

from ledger.events.base import SEALED, Group, event
from ledger.events.checks import OfferChecks
from ledger.events.offers import Trust
from ledger.events.orders import Criterion, Method, OrderChain
from ledger.events.policy import TermUsed
from ledger.events.shape import shaped
from ledger.values import (
    ActorId,
    AgreementId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    OfferId,
    OrderId,
    SupplierId,
    Text,
)


@shaped
class ContinuityValue:
    """A consultant's continuity as the award saw it: the streak at the reference date, and its facts.

    ``spent_from_on`` is the date from which its advantage is spent, when the cap is the 18-month reading that
    governs; ``spent_midway`` says that the offered assignment passes that date.
    """

    counts: bool
    measure: Code
    amount: int
    threshold: int
    first_on: LocalDate | None
    last_on: LocalDate | None
    days: int
    shifts: int
    minutes: int
    unapproved_shifts: int
    facts: tuple[int, ...]
    spent_from_on: LocalDate | None = None
    spent_midway: bool = False


@shaped
class TimeValue:
    """An offer's time: the instant it counts from, its tie group, and its place in that group's draw.

    The place is 0 without a tie, and in a tie that no seed has decided yet. A time that was imported is
    its source's claim. ``latency_us`` is how long (µs) after its supplier's own notification the offer
    first came.
    """

    counts_from_at: Instant
    tie_group: int
    drawn: int
    trust: Trust = "direct"
    latency_us: int = 0


@shaped
class PeriodReadings:
    """The 18-month period at the reference date in all four readings, and the one that governed (domain 6).

    A look-back only counts: what was worked after ``look_back_after_on``. The cap is the date from which
    the advantage is spent, the longest stay the last date allowed, the chain the days of linked orders at
    the unit; None where there is nothing to read. ``exceeded`` is what the governing reading says.
    """

    governs: Code
    exceeded: bool
    look_back_after_on: LocalDate
    look_back_days: int
    look_back_shifts: int
    look_back_minutes: int
    cap_spent_from_on: LocalDate | None
    cap_spent: bool
    cap_passed_midway: bool
    stay_last_allowed_on: LocalDate | None
    stay_too_long: bool
    chain_orders: tuple[OrderId, ...]
    chain_days: int
    chain_days_max: int
    chain_too_long: bool


@shaped
class RankedOffer:
    """One offer in the ranking: in with a rank and both criteria, or excluded with a reason (rank 0).

    ``score`` is that of weighted criteria (None where their order decides); ``period`` the 18-month period in
    all readings; ``chain`` the adjacent orders that this consultant's stay at the unit would be one with.
    """

    rank: int
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    continuity: ContinuityValue | None
    time: TimeValue | None
    excluded_code: str
    excluded_clause: str
    excluded_detail: str
    facts: tuple[int, ...]
    score: int | None = None
    period: PeriodReadings | None = None
    chain: OrderChain | None = None


@event(
    "order-awarded",
    tags=("order", "offer", "ranked", "ordered_by"),
    groups=(Group("checks", "person", ("checks",)),),
)
class OrderAwarded:
    """A position of an order was awarded, with its whole ranking.

    Against the ranking only with a reason, flagged for ever. ``award`` counts the awards of this position.
    ``ranking_at_publication`` is the flag that facts recorded since the publication changed the ranking: the
    offers as they would stand on the time worked that was known then; empty when they stand the same.
    ``ranked`` names every consultant of the ranking, so that hers is found: no offer is sealed any more.
    ``outages`` are positions of outages that left a recipient less than the minimum answer time. ``checks``
    are the requirements on each consultant of the ranking as they were tested for this award, in its order.
    """

    order: OrderId
    agreement: AgreementId
    offer: OfferId
    supplier: SupplierId
    consultant: ConsultantId
    award: int
    ranking: tuple[RankedOffer, ...]
    criteria: tuple[Criterion, ...]
    policy_version: int
    terms: tuple[TermUsed, ...]
    reference_at: Instant
    decided_at: Instant
    against_ranking: bool
    reason: str
    draw_seed_position: int | None
    position: int = 1
    ranking_at_publication: tuple[OfferId, ...] = ()
    ranked: tuple[ConsultantId, ...] = ()
    method: Method = "order"
    ordered_by: ActorId | None = None
    outages: tuple[int, ...] = ()
    checks: tuple[OfferChecks, ...] = ()


@event("award-refused", tags=("order",), secrecy=SEALED, refuses=True)
class AwardRefused:
    """Somebody wanted to award to an offer by its name, and was told something of a ranking nobody had seen.

    Kept as evidence, since whoever asks so and then withdraws the order has looked into sealed offers.
    """

    order: OrderId
    position: int
    offer: OfferId
    decided_at: Instant
    code: Code
    clause: Text
    detail: Text
    field: Code
    facts: tuple[int, ...]


@event("award-accepted", tags=("order", "offer"))
class AwardAccepted:
    """The unit's acceptance reached the supplier's channel; the confirmation deadline starts from here."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    accepted_at: Instant
    reached_at: Instant
    channel: Code
    confirm_by: Instant
    calendar_facts: tuple[int, ...]
    terms: tuple[TermUsed, ...] = ()


@event("award-lapsed", tags=("order", "offer", "supplier"))
class AwardLapsed:
    """Somebody decided that an award came to nothing; the next offer of the ranking may be awarded."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    decided_at: Instant
    cause: Literal["not-confirmed", "supplier-withdrew", "unit-withdrew"]
    reason: Text
    facts: tuple[int, ...]
