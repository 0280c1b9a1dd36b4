"""What became of one order as its parties may see it: no offer, and of an award not its ranking.

Offers are sealed until their position is awarded, and never reach this fold. A ranking is read from the award
itself (``rankings``): it weighs more than all the rest, and a list of orders does without.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.assignments import (
    AssignmentConfirmed,
    ConfirmationLate,
    ContractConcluded,
    LatenessExcused,
)
from ledger.events.awards import AwardAccepted, AwardLapsed, OrderAwarded
from ledger.events.orders import (
    AnswerTimeExtended,
    OrderOutageRecorded,
    OrderPublished,
    OrderReceiptRecorded,
    OrderRecipientExcluded,
    OrderRecipientNotified,
    OrderWithdrawn,
)
from ledger.facts import boards_seen as seen
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind


class AwardTold(Struct, frozen=True, array_like=True, gc=False):
    """One award and what became of it; ``lapsed`` and ``excused`` are positions."""

    awarded: Recorded[seen.Awarded]
    accepted: Recorded[seen.Accepted] | None = None
    confirmed: Recorded[seen.Confirmed] | None = None
    late: Recorded[seen.Confirmed] | None = None
    lapsed: int | None = None
    concluded: Recorded[seen.Concluded] | None = None
    excused: int | None = None

    @property
    def confirmation(self) -> Recorded[seen.Confirmed] | None:
        """The confirmation that holds: one in time, or a late one whose lateness was excused."""
        return self.confirmed or (self.late if self.excused else None)

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        told = positions_of(self.awarded, self.accepted, self.confirmed, self.late, self.concluded)
        return (*told, *(at for at in (self.lapsed, self.excused) if at is not None))


class Board(Struct, frozen=True, array_like=True, gc=False):
    """One order: recipients, exclusions and receipts as they came, awards oldest first."""

    published: Recorded[seen.Published] | None = None
    withdrawn: Recorded[seen.Withdrawn] | None = None
    recipients: tuple[Recorded[seen.Notified], ...] = ()
    exclusions: tuple[Recorded[seen.Excluded], ...] = ()
    awards: tuple[AwardTold, ...] = ()
    receipts: tuple[Recorded[seen.Receipt], ...] = ()
    outages: tuple[Recorded[seen.Outage], ...] = ()
    extensions: tuple[Recorded[seen.Extended], ...] = ()


boards: FoldKind[Board] = FoldKind("boards", "order", Board())


@boards.on(OrderPublished, reads=seen.Published)
def _published(state: Board, e: seen.Published, position: int) -> Board:
    return replace(state, published=Recorded(position, e))


@boards.on(OrderWithdrawn, reads=seen.Withdrawn)
def _withdrawn(state: Board, e: seen.Withdrawn, position: int) -> Board:
    return replace(state, withdrawn=Recorded(position, e))


@boards.on(OrderRecipientNotified, reads=seen.Notified)
def _notified(state: Board, e: seen.Notified, position: int) -> Board:
    return replace(state, recipients=(*state.recipients, Recorded(position, e)))


@boards.in_a_row(OrderRecipientNotified)
def _all_notified(state: Board, told: Sequence[tuple[int, seen.Notified]]) -> Board:
    return replace(state, recipients=(*state.recipients, *[Recorded(at, e) for at, e in told]))


@boards.on(OrderRecipientExcluded, reads=seen.Excluded)
def _excluded(state: Board, e: seen.Excluded, position: int) -> Board:
    return replace(state, exclusions=(*state.exclusions, Recorded(position, e)))


@boards.on(OrderReceiptRecorded, reads=seen.Receipt)
def _reached(state: Board, e: seen.Receipt, position: int) -> Board:
    return replace(state, receipts=(*state.receipts, Recorded(position, e)))


@boards.on(OrderOutageRecorded, reads=seen.Outage)
def _outage(state: Board, e: seen.Outage, position: int) -> Board:
    return replace(state, outages=(*state.outages, Recorded(position, e)))


@boards.on(AnswerTimeExtended, reads=seen.Extended)
def _extended(state: Board, e: seen.Extended, position: int) -> Board:
    return replace(state, extensions=(*state.extensions, Recorded(position, e)))


@boards.on(OrderAwarded, reads=seen.Awarded)
def _awarded(state: Board, e: seen.Awarded, position: int) -> Board:
    return replace(state, awards=(*state.awards, AwardTold(Recorded(position, e))))


@boards.on(AwardAccepted, reads=seen.Accepted)
def _accepted(state: Board, e: seen.Accepted, position: int) -> Board:
    return _with_award(state, e.offer, lambda held: replace(held, accepted=Recorded(position, e)))


@boards.on(AssignmentConfirmed, reads=seen.Confirmed)
def _confirmed(state: Board, e: seen.Confirmed, position: int) -> Board:
    return _with_award(state, e.offer, lambda held: replace(held, confirmed=Recorded(position, e)))


@boards.on(ConfirmationLate, reads=seen.Confirmed)
def _late(state: Board, e: seen.Confirmed, position: int) -> Board:
    return _with_award(state, e.offer, lambda held: replace(held, late=Recorded(position, e)))


@boards.on(LatenessExcused, reads=seen.Named)
def _excused(state: Board, e: seen.Named, position: int) -> Board:
    return _with_award(state, e.offer, lambda held: replace(held, excused=position))


@boards.on(AwardLapsed, reads=seen.Named)
def _lapsed(state: Board, e: seen.Named, position: int) -> Board:
    return _with_award(state, e.offer, lambda held: replace(held, lapsed=position))


@boards.on(ContractConcluded, reads=seen.Concluded)
def _concluded(state: Board, e: seen.Concluded, position: int) -> Board:
    return _with_award(state, e.offer, lambda held: replace(held, concluded=Recorded(position, e)))


def _with_award(state: Board, offer: str, change: Callable[[AwardTold], AwardTold]) -> Board:
    """The state with the standing award to an offer changed; one that lapsed stays as it was."""
    awards = [
        change(held) if held.awarded.event.offer == offer and held.lapsed is None else held
        for held in state.awards
    ]
    return replace(state, awards=tuple(awards))


rankings: FoldKind[Mapping[int, seen.Ranking]] = FoldKind("rankings", "order", {})


@rankings.on(OrderAwarded, reads=seen.Ranking)
def _ranked(state: Mapping[int, seen.Ranking], e: seen.Ranking, position: int) -> Mapping[int, seen.Ranking]:
    """The ranking of each award by the position of its event."""
    return {**state, position: e}
