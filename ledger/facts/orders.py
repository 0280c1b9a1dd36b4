"""Everything about one order: its publication, recipients, offers with their versions, seed and awards."""

from collections.abc import Callable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.assignments import (
    AssignmentConfirmed,
    ConfirmationLate,
    ContractConcluded,
    LatenessExcused,
)
from ledger.events.awards import AwardAccepted, AwardLapsed, OrderAwarded
from ledger.events.ledger import DrawSeedRecorded
from ledger.events.offers import OfferCorrected, OfferReceived, OfferTurnedAway, OfferWithdrawn, Trust
from ledger.events.orders import (
    AnswerTimeExtended,
    DrawRule,
    OrderOutageRecorded,
    OrderPosition,
    OrderPublished,
    OrderReceiptRecorded,
    OrderRecipientExcluded,
    OrderRecipientNotified,
    OrderWithdrawn,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind


class OfferHeld(Struct, frozen=True, gc=False):
    """One offer: its versions, oldest first, and whether it was withdrawn."""

    versions: tuple[Recorded[OfferReceived] | Recorded[OfferCorrected], ...]
    withdrawn: Recorded[OfferWithdrawn] | None = None

    @property
    def latest(self) -> OfferReceived | OfferCorrected:
        """The version that stands."""
        return self.versions[-1].event

    @property
    def first(self) -> OfferReceived | OfferCorrected:
        """The version that came first, complete or not."""
        return self.versions[0].event

    @property
    def complete(self) -> bool:
        """Whether the version that stands has everything it needs."""
        return self.latest.counts_from_at is not None

    @property
    def trust(self) -> Trust:
        """Imported if any version was: its time is then a claim of its source."""
        return "imported" if any(one.event.trust == "imported" for one in self.versions) else "direct"

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(*self.versions, self.withdrawn)


class AwardHeld(Struct, frozen=True, gc=False):
    """One award and what became of it."""

    awarded: Recorded[OrderAwarded]
    accepted: Recorded[AwardAccepted] | None = None
    confirmed: Recorded[AssignmentConfirmed] | None = None
    late: Recorded[ConfirmationLate] | None = None
    lapsed: Recorded[AwardLapsed] | None = None
    concluded: Recorded[ContractConcluded] | None = None
    excused: Recorded[LatenessExcused] | None = None

    @property
    def offer(self) -> str:
        """The offer that was awarded."""
        return self.awarded.event.offer

    @property
    def stands(self) -> bool:
        """Whether it has not lapsed."""
        return self.lapsed is None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(
            self.awarded, self.accepted, self.confirmed, self.late, self.lapsed, self.concluded, self.excused
        )  # fmt: skip

    @property
    def confirmation(self) -> Recorded[AssignmentConfirmed] | Recorded[ConfirmationLate] | None:
        """The confirmation that holds: one in time, or a late one whose lateness was excused."""
        return self.confirmed or (self.late if self.excused else None)


class OrderHeld(Struct, frozen=True, gc=False):
    """One order: recipients and exclusions by supplier, offers by offer id, awards oldest first."""

    published: Recorded[OrderPublished] | None = None
    withdrawn: Recorded[OrderWithdrawn] | None = None
    recipients: Mapping[str, Recorded[OrderRecipientNotified]] = field(default_factory=dict)
    exclusions: Mapping[str, Recorded[OrderRecipientExcluded]] = field(default_factory=dict)
    offers: Mapping[str, OfferHeld] = field(default_factory=dict)
    turned_away: tuple[Recorded[OfferTurnedAway], ...] = ()
    seed: Recorded[DrawSeedRecorded] | None = None
    awards: tuple[AwardHeld, ...] = ()
    receipts: Mapping[str, Recorded[OrderReceiptRecorded]] = field(default_factory=dict)
    outages: tuple[Recorded[OrderOutageRecorded], ...] = ()
    extensions: tuple[Recorded[AnswerTimeExtended], ...] = ()

    @property
    def answer_by(self) -> int:
        """The instant (µs) before which an offer is in time, as it now stands; 0 before the publication."""
        if self.extensions:
            return self.extensions[-1].event.answer_by
        return self.published.event.answer_by if self.published else 0

    @property
    def draw(self) -> DrawRule | None:
        """The rule of the draw as it now stands: published with the order, or with the latest extension."""
        later = [fact.event.draw for fact in self.extensions if fact.event.draw is not None]
        return later[-1] if later else self.published.event.draw if self.published else None

    @property
    def last_notified_at(self) -> int:
        """When the last recipient was notified (µs): no offer counts from before (domain 6)."""
        return max([fact.event.notified_at for fact in self.recipients.values()], default=0)

    @property
    def opened(self) -> bool:
        """Whether every position has been awarded once, so that no offer is sealed any more (domain 3.2)."""
        wanted = self.published.event.positions if self.published else ()
        return bool(wanted) and all(self.awards_of(one.number) for one in wanted)

    def position(self, number: int) -> OrderPosition | None:
        """One position of the order by its number."""
        if self.published is None:
            return None
        return next((p for p in self.published.event.positions if p.number == number), None)

    def offers_for(self, number: int) -> tuple[OfferHeld, ...]:
        """Every offer for one position as it now stands, ordered by offer id."""
        found = [held for _, held in sorted(self.offers.items()) if held.latest.position == number]
        return tuple(found)

    def awards_of(self, number: int) -> tuple[AwardHeld, ...]:
        """Every award of one position, oldest first."""
        return tuple(held for held in self.awards if held.awarded.event.position == number)

    def award_of(self, offer: str) -> AwardHeld | None:
        """The latest award to an offer, lapsed or not."""
        return next((held for held in reversed(self.awards) if held.offer == offer), None)


orders: FoldKind[OrderHeld] = FoldKind("orders", "order", OrderHeld())


@orders.on(OrderPublished)
def _published(state: OrderHeld, e: OrderPublished, position: int) -> OrderHeld:
    return replace(state, published=Recorded(position, e))


@orders.on(OrderWithdrawn)
def _withdrawn(state: OrderHeld, e: OrderWithdrawn, position: int) -> OrderHeld:
    return replace(state, withdrawn=Recorded(position, e))


@orders.on(OrderRecipientNotified)
def _notified(state: OrderHeld, e: OrderRecipientNotified, position: int) -> OrderHeld:
    return replace(state, recipients={**state.recipients, e.supplier: Recorded(position, e)})


@orders.on(OrderRecipientExcluded)
def _excluded(state: OrderHeld, e: OrderRecipientExcluded, position: int) -> OrderHeld:
    return replace(state, exclusions={**state.exclusions, e.supplier: Recorded(position, e)})


@orders.on(OrderReceiptRecorded)
def _reached(state: OrderHeld, e: OrderReceiptRecorded, position: int) -> OrderHeld:
    return replace(state, receipts={**state.receipts, e.supplier: Recorded(position, e)})


@orders.on(OrderOutageRecorded)
def _outage(state: OrderHeld, e: OrderOutageRecorded, position: int) -> OrderHeld:
    return replace(state, outages=(*state.outages, Recorded(position, e)))


@orders.on(AnswerTimeExtended)
def _extended(state: OrderHeld, e: AnswerTimeExtended, position: int) -> OrderHeld:
    return replace(state, extensions=(*state.extensions, Recorded(position, e)))


@orders.on(OfferReceived)
def _received(state: OrderHeld, e: OfferReceived, position: int) -> OrderHeld:
    return replace(state, offers={**state.offers, e.offer: OfferHeld((Recorded(position, e),))})


@orders.on(OfferCorrected)
def _corrected(state: OrderHeld, e: OfferCorrected, position: int) -> OrderHeld:
    held = state.offers[e.offer]
    held = replace(held, versions=(*held.versions, Recorded(position, e)))
    return replace(state, offers={**state.offers, e.offer: held})


@orders.on(OfferWithdrawn)
def _offer_withdrawn(state: OrderHeld, e: OfferWithdrawn, position: int) -> OrderHeld:
    held = replace(state.offers[e.offer], withdrawn=Recorded(position, e))
    return replace(state, offers={**state.offers, e.offer: held})


@orders.on(OfferTurnedAway)
def _turned_away(state: OrderHeld, e: OfferTurnedAway, position: int) -> OrderHeld:
    return replace(state, turned_away=(*state.turned_away, Recorded(position, e)))


@orders.on(DrawSeedRecorded)
def _seeded(state: OrderHeld, e: DrawSeedRecorded, position: int) -> OrderHeld:
    return replace(state, seed=Recorded(position, e))


@orders.on(OrderAwarded)
def _awarded(state: OrderHeld, e: OrderAwarded, position: int) -> OrderHeld:
    return replace(state, awards=(*state.awards, AwardHeld(Recorded(position, e))))


@orders.on(AwardAccepted)
def _accepted(state: OrderHeld, e: AwardAccepted, position: int) -> OrderHeld:
    return _with_award(state, e.offer, lambda held: replace(held, accepted=Recorded(position, e)))


@orders.on(AssignmentConfirmed)
def _confirmed(state: OrderHeld, e: AssignmentConfirmed, position: int) -> OrderHeld:
    return _with_award(state, e.offer, lambda held: replace(held, confirmed=Recorded(position, e)))


@orders.on(ConfirmationLate)
def _late(state: OrderHeld, e: ConfirmationLate, position: int) -> OrderHeld:
    return _with_award(state, e.offer, lambda held: replace(held, late=Recorded(position, e)))


@orders.on(LatenessExcused)
def _excused(state: OrderHeld, e: LatenessExcused, position: int) -> OrderHeld:
    return _with_award(state, e.offer, lambda held: replace(held, excused=Recorded(position, e)))


@orders.on(AwardLapsed)
def _lapsed(state: OrderHeld, e: AwardLapsed, position: int) -> OrderHeld:
    return _with_award(state, e.offer, lambda held: replace(held, lapsed=Recorded(position, e)))


@orders.on(ContractConcluded)
def _concluded(state: OrderHeld, e: ContractConcluded, position: int) -> OrderHeld:
    return _with_award(state, e.offer, lambda held: replace(held, concluded=Recorded(position, e)))


def _with_award(state: OrderHeld, offer: str, change: Callable[[AwardHeld], AwardHeld]) -> OrderHeld:
    """The state with the standing award to an offer changed; one that lapsed stays as it was."""
    awards = tuple(change(held) if held.offer == offer and held.stands else held for held in state.awards)
    return replace(state, awards=awards)


offer_homes: FoldKind[str | None] = FoldKind("offer-homes", "offer", None)


@offer_homes.on(OfferReceived)
def _home(_state: str | None, e: OfferReceived, _position: int) -> str | None:
    """The order that an offer id was first used for: an id is never used again."""
    return e.order
