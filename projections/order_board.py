"""The order board: one order's state, who was asked and who not, and after an award the ranking (3).

Offers are sealed until the award of their position: before it, neither they nor their number is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.events.orders import (
    AnswerTimeExtended,
    OrderOutageRecorded,
    OrderPublished,
    OrderRecipientExcluded,
    OrderRecipientNotified,
)
from ledger.events.policy import TermUsed
from ledger.facts.orders import AwardHeld, OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Book, Library, Resolved
from ledger.policy.remembered import remembered
from projections.base import UnknownKeyError, evidence_of, view
from projections.board_kept import restored
from projections.board_shown import (
    STATUSES,
    AwardShown,
    ExtensionShown,
    LeftOut,
    OrderBoard,
    OutageShown,
    PositionShown,
    Recipient,
    Status,
)
from projections.shapes import Shape, encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardParams:
    """The board takes no more than the order."""


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What the reading rests on; the library is that of the order's agreement."""

    order: str
    state: OrderHeld
    library: Library


def asks(order: str, _at: date, _params: BoardParams) -> Asking[BoardFacts]:
    """The order, and the policies of its agreement."""
    state: OrderHeld = yield orders(order)
    if state.published is None:
        raise UnknownKeyError(f"no order {order} was published")
    library = yield policies(state.published.event.agreement)
    return BoardFacts(order, state, library)


@view(
    "order-board",
    titles=("Avropstavlan", "The order board"),
    kind=orders,
    shape=Shape(encoded, restored),
    params=BoardParams,
    asks=asks,
)
def read(facts: BoardFacts, _at: date) -> OrderBoard:
    """How an order stands: who was asked and who not, and after the award the ranking and what came of it."""
    state, positions = facts.state, tuple(_positions(facts.state))
    e, at = _published(facts)
    return OrderBoard(
        order=facts.order,
        agreement=e.agreement,
        region=e.region,
        unit=e.unit,
        lot=e.lot,
        profession=e.profession,
        policy_version=e.policy_version,
        criteria=e.criteria,
        method=e.method,
        status=_status(state, positions),
        published_at=e.published_at,
        reference_at=e.reference_at,
        answer_by=state.answer_by,
        withdrawn_at=state.withdrawn.event.withdrawn_at if state.withdrawn else None,
        outside_hours=e.outside_hours,
        outside_hours_reason=e.outside_hours_reason,
        outside_office=e.outside_office,
        chain=e.chain,
        estimated_ore=e.estimated_ore,
        outages=tuple(_outage(fact) for fact in state.outages),
        extensions=tuple(_extension(fact) for fact in state.extensions),
        recipients=tuple(_recipient(fact, state) for _, fact in sorted(state.recipients.items())),
        left_out=tuple(_left_out(fact) for _, fact in sorted(state.exclusions.items())),
        positions=positions,
        evidence=evidence_of((at,), _told(state), *(a.facts for p in positions for a in p.awards)),
        terms=_pinned(facts.library, e.policy_version, state),
    )


def _published(facts: BoardFacts) -> tuple[OrderPublished, int]:
    if facts.state.published is None:
        raise UnknownKeyError(f"no order {facts.order} was published")
    return facts.state.published.event, facts.state.published.position


def _told(state: OrderHeld) -> tuple[int, ...]:
    told = positions_of(*state.recipients.values(), *state.exclusions.values(), *state.receipts.values())
    return (*told, *positions_of(state.withdrawn, *state.outages, *state.extensions))


def _recipient(fact: Recorded[OrderRecipientNotified], state: OrderHeld) -> Recipient:
    e, receipt = fact.event, state.receipts.get(fact.event.supplier)
    return Recipient(
        supplier=e.supplier,
        notified_at=e.notified_at,
        channel=e.channel,
        position=fact.position,
        received_at=receipt.event.received_at if receipt else None,
        opened_at=receipt.event.opened_at if receipt else None,
    )


def _outage(fact: Recorded[OrderOutageRecorded]) -> OutageShown:
    e = fact.event
    return OutageShown(e.outage, e.channel, e.from_at, e.until_at, e.suppliers, e.evidence, fact.position)


def _extension(fact: Recorded[AnswerTimeExtended]) -> ExtensionShown:
    e = fact.event
    return ExtensionShown(e.former_answer_by, e.answer_by, e.minutes_lost, e.reason, fact.position)


def _left_out(fact: Recorded[OrderRecipientExcluded]) -> LeftOut:
    e = fact.event
    return LeftOut(e.supplier, e.code, e.clause, e.detail, e.facts, fact.position)


def _positions(state: OrderHeld) -> Iterator[PositionShown]:
    for wanted in state.published.event.positions if state.published else ():
        awards = tuple(_award(held) for held in state.awards_of(wanted.number))
        otherwise: Status = "withdrawn" if state.withdrawn else "published"
        yield PositionShown(wanted, awards[-1].status if awards else otherwise, not awards, awards)


def _status(state: OrderHeld, positions: tuple[PositionShown, ...]) -> Status:
    """How far the order as a whole has come: as far as the position that is furthest behind."""
    if state.withdrawn is not None:
        return "withdrawn"
    return min((shown.status for shown in positions), key=STATUSES.index, default="published")


def _award(held: AwardHeld) -> AwardShown:
    e, answer = held.awarded.event, held.confirmed or held.late
    return AwardShown(
        award=e.award,
        offer=e.offer,
        supplier=e.supplier,
        consultant=e.consultant,
        status=_award_status(held),
        criteria=e.criteria,
        method=e.method,
        outages=e.outages,
        ranking=e.ranking,
        terms=(*e.terms, *(held.accepted.event.terms if held.accepted else ())),
        ranking_at_publication=e.ranking_at_publication,
        against_ranking=e.against_ranking,
        reason=e.reason,
        awarded_at=e.decided_at,
        accepted_at=held.accepted.event.reached_at if held.accepted else None,
        confirm_by=held.accepted.event.confirm_by if held.accepted else None,
        confirmed_at=held.confirmed.event.confirmed_at if held.confirmed else None,
        late_at=held.late.event.confirmed_at if held.late else None,
        confirmed_as=answer.event.trust if answer else None,
        concluded_at=held.concluded.event.concluded_at if held.concluded else None,
        assignment=held.concluded.event.assignment if held.concluded else None,
        facts=evidence_of(held.positions(), *(offer.facts for offer in e.ranking)),
    )


def _award_status(held: AwardHeld) -> Status:
    steps: tuple[tuple[object | None, Status], ...] = (
        (held.lapsed, "lapsed"),
        (held.concluded, "concluded"),
        (held.confirmation, "confirmed"),
        (held.late, "late"),
        (held.accepted, "accepted"),
    )
    return next((status for fact, status in steps if fact is not None), "awarded")


def _pinned(library: Library, version: int, state: OrderHeld) -> tuple[Resolved, ...]:
    """The rows behind the terms the awards used, from the version of the policy that the order pinned."""
    held = [award.awarded.event.terms for award in state.awards]
    held += [award.accepted.event.terms for award in state.awards if award.accepted]
    books = [book for book in library.books if book.version == version] if held else []
    found: dict[int, Resolved] = {}
    for book in books:
        for terms in held:
            found.update(_rows((book, terms)))
    return _same(tuple(found[place] for place in sorted(found)))


def _rows_of(given: tuple[Book, tuple[TermUsed, ...]]) -> Mapping[int, Resolved]:
    """The rows of a version that terms name, by their place there."""
    rows = _named((given[0],))
    return {place: row for term in given[1] for place, row in rows.get(term, {}).items()}


_rows = remembered(_rows_of, at_most=1_024)


@remembered
def _named(books: tuple[Book, ...]) -> Mapping[TermUsed, Mapping[int, Resolved]]:
    """The rows of a version by the name an award gives them, each with its place there."""
    found: dict[TermUsed, dict[int, Resolved]] = {}
    rows = (Resolved(row, book.position) for book in books for row in book.published.rows)
    for place, resolved in enumerate(rows):
        found.setdefault(resolved.used(), {})[place] = resolved
    return found


@remembered
def _same(terms: tuple[Resolved, ...]) -> tuple[Resolved, ...]:
    """The one tuple of these values, which most orders of a version share."""
    return terms
