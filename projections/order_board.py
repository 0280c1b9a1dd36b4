"""The order board: one order's state, who was asked and who not, and after an award the ranking (3).

Offers are sealed until the award of their position: before it, neither they nor their number is shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from ledger.decisions.base import Asking
from ledger.events.policy import TermUsed
from ledger.facts import boards_seen as seen
from ledger.facts.boards import AwardTold, Board, boards, rankings
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.policy.model import Book, Library, Resolved
from ledger.policy.remembered import remembered
from projections.base import LISTED, UnknownKeyError, evidence_of, view
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
from projections.shapes import plain

TOGETHER_MAX = 1_000  # how many combinations of policy values are remembered of a version
Rankings = Mapping[int, seen.Ranking]
_Receipts = Mapping[str, Recorded[seen.Receipt]]
F = TypeVar("F", seen.Notified, seen.Excluded, seen.Receipt)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardParams:
    """Whether each award shows its whole ranking, with the facts and policy values behind it.

    A list leaves them out unless asked, since they weigh more than all the rest.
    """

    rankings: bool = field(default=True, metadata={LISTED: "false"})


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What the reading rests on; the library is that of the order's agreement.

    ``rankings`` are by the position of the award, None where they are left out.
    """

    order: str
    published: Recorded[seen.Published]
    state: Board
    library: Library
    rankings: Rankings | None


def asks(order: str, _at: date, params: BoardParams) -> Asking[BoardFacts]:
    """The order, the policies of its agreement, and its rankings, which are read from the log."""
    state: Board = yield boards(order)
    if state.published is None:
        raise UnknownKeyError(f"no order {order} was published")
    library = yield policies(state.published.event.agreement)
    found = None if not params.rankings else (yield rankings(order)) if state.awards else {}
    return BoardFacts(order, state.published, state, library, found)


@view(
    "order-board",
    titles=("Avropstavlan", "The order board"),
    kind=boards,
    shape=plain(Board),
    params=BoardParams,
    asks=asks,
)
def read(facts: BoardFacts, _at: date) -> OrderBoard:
    """How an order stands: who was asked and who not, and after the award the ranking and what came of it."""
    state, e = facts.state, facts.published.event
    positions = _positions(facts)
    recipients, left_out = _latest(state.recipients), _latest(state.exclusions)
    receipts = _latest(state.receipts)
    beside = *state.outages, *state.extensions, *((state.withdrawn,) if state.withdrawn else ())
    told: list[Recorded[Any]] = [
        facts.published, *recipients.values(), *left_out.values(), *receipts.values(), *beside
    ]  # fmt: skip
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
        answer_by=state.extensions[-1].event.answer_by if state.extensions else e.answer_by,
        withdrawn_at=state.withdrawn.event.withdrawn_at if state.withdrawn else None,
        outside_hours=e.outside_hours,
        outside_hours_reason=e.outside_hours_reason,
        outside_office=e.outside_office,
        chain=e.chain,
        estimated_ore=e.estimated_ore,
        outages=tuple(_outage(fact) for fact in state.outages),
        extensions=tuple(_extension(fact) for fact in state.extensions),
        recipients=_recipients(recipients, receipts),
        left_out=tuple(_left_out(left_out[name]) for name in sorted(left_out)),
        positions=positions,
        evidence=evidence_of([fact.position for fact in told], *_facts(positions)),
        terms=_pinned(facts.library, e.policy_version, positions),
    )


def _latest(facts: Iterable[Recorded[F]]) -> dict[str, Recorded[F]]:
    """The latest of each supplier."""
    return {} if not facts else {fact.event.supplier: fact for fact in facts}


def _facts(positions: Iterable[PositionShown]) -> Iterator[tuple[int, ...]]:
    return (award.facts for shown in positions for award in shown.awards)


def _recipients(
    notified: Mapping[str, Recorded[seen.Notified]], receipts: _Receipts
) -> tuple[Recipient, ...]:
    """Each supplier in order: most of what a board shows."""
    reached = receipts.get
    return tuple([
        Recipient(
            supplier=name,
            notified_at=(e := notified[name].event).notified_at,
            channel=e.channel,
            position=notified[name].position,
            received_at=receipt.event.received_at if (receipt := reached(name)) else None,
            opened_at=receipt.event.opened_at if receipt else None,
        )
        for name in sorted(notified)
    ])  # fmt: skip


def _outage(fact: Recorded[seen.Outage]) -> OutageShown:
    e = fact.event
    return OutageShown(
        outage=e.outage,
        channel=e.channel,
        from_at=e.from_at,
        until_at=e.until_at,
        suppliers=e.suppliers,
        evidence=e.evidence,
        position=fact.position,
    )


def _extension(fact: Recorded[seen.Extended]) -> ExtensionShown:
    e = fact.event
    return ExtensionShown(
        former_answer_by=e.former_answer_by,
        answer_by=e.answer_by,
        minutes_lost=e.minutes_lost,
        reason=e.reason,
        position=fact.position,
    )


def _left_out(fact: Recorded[seen.Excluded]) -> LeftOut:
    e = fact.event
    return LeftOut(
        supplier=e.supplier,
        code=e.code,
        clause=e.clause,
        detail=e.detail,
        facts=e.facts,
        position=fact.position,
    )


def _positions(facts: BoardFacts) -> tuple[PositionShown, ...]:
    otherwise: Status = "withdrawn" if facts.state.withdrawn else "published"
    shown = []
    for wanted in facts.published.event.positions:
        held = [one for one in facts.state.awards if one.awarded.event.position == wanted.number]
        awards = tuple(_award(one, facts.rankings) for one in held)
        status = awards[-1].status if awards else otherwise
        shown.append(PositionShown(wanted=wanted, status=status, sealed=not awards, awards=awards))
    return tuple(shown)


def _status(state: Board, positions: tuple[PositionShown, ...]) -> Status:
    """How far the order as a whole has come: as far as the position that is furthest behind."""
    if state.withdrawn is not None:
        return "withdrawn"
    return min((shown.status for shown in positions), key=STATUSES.index, default="published")


def _award(held: AwardTold, found: Rankings | None) -> AwardShown:
    e, answer = held.awarded.event, held.confirmed or held.late
    ranked = found[held.awarded.position] if found is not None else None
    offers, values = (ranked.ranking, ranked.terms) if ranked else (None, ())
    return AwardShown(
        award=e.award,
        offer=e.offer,
        supplier=e.supplier,
        consultant=e.consultant,
        status=_award_status(held),
        criteria=e.criteria,
        method=e.method,
        outages=e.outages,
        ranking=offers,
        terms=(*values, *(held.accepted.event.terms if held.accepted else ())),
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
        facts=evidence_of(held.positions(), *(offer.facts for offer in offers or ())),
    )


def _award_status(held: AwardTold) -> Status:
    if held.lapsed is not None:
        return "lapsed"
    if held.concluded is not None:
        return "concluded"
    if held.confirmation is not None:
        return "confirmed"
    if held.late is not None:
        return "late"
    return "awarded" if held.accepted is None else "accepted"


def _pinned(library: Library, version: int, positions: Iterable[PositionShown]) -> tuple[Resolved, ...]:
    """The rows behind the terms shown, from the version of the policy that the order pinned."""
    used = tuple([term for shown in positions for award in shown.awards for term in award.terms])
    book = next((one for one in library.books if one.version == version), None) if used else None
    return _rows((book,)).of(used) if book else ()


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a version by the name an award gives them, each with its place there.

    ``together`` are those of several names, which most orders of a version have in common.
    """

    named: Mapping[TermUsed, Mapping[int, Resolved]]
    together: dict[tuple[TermUsed, ...], tuple[Resolved, ...]] = field(default_factory=dict)

    def of(self, used: tuple[TermUsed, ...]) -> tuple[Resolved, ...]:
        found = self.together.get(used)
        if found is None:
            rows: dict[int, Resolved] = {}
            for term in used:
                rows.update(self.named.get(term, {}))
            if len(self.together) >= TOGETHER_MAX:
                self.together.clear()
            found = self.together[used] = _same(tuple(rows[place] for place in sorted(rows)))
        return found


@remembered
def _rows(books: tuple[Book]) -> _Rows:
    found: dict[TermUsed, dict[int, Resolved]] = {}
    for place, row in enumerate(books[0].published.rows):
        resolved = Resolved(row, books[0].position)
        found.setdefault(resolved.used(), {})[place] = resolved
    return _Rows(found)


@remembered
def _same(terms: tuple[Resolved, ...]) -> tuple[Resolved, ...]:
    """The one tuple of these values, which most orders of a version share."""
    return terms
