"""What the order board shows, and what it does not: offers are sealed until the award."""

from typing import Any

import pytest
from msgspec import structs

from api.questions import list_of, question_of
from ledger.events.assignments import AssignmentConfirmed, ContractConcluded
from ledger.events.awards import AwardAccepted, AwardLapsed
from ledger.events.offers import OfferReceived, OfferTurnedAway
from ledger.events.orders import (
    AnswerTimeExtended,
    OrderOutageRecorded,
    OrderReceiptRecorded,
    OrderRecipientExcluded,
    OrderRecipientNotified,
    OrderWithdrawn,
    RefusedAttempt,
)
from ledger.events.policy import TermUsed
from projections.base import VIEWS
from tests.histories import START_AT, Story
from tests.projections.asking import asked


def offered(positions: int = 1) -> Story:
    story = Story().opened()
    story.order("o-1", positions)
    story.tell(OrderRecipientNotified, order="o-1", supplier="s-1", notified_at=START_AT)
    story.tell(OrderRecipientExcluded, order="o-1", supplier="s-2", code="quarantined", facts=(2,))
    story.tell(
        OfferReceived, order="o-1", offer="f-hidden", supplier="s-1", consultant="c-hidden", position=1
    )
    story.tell(OfferTurnedAway, order="o-1", offer="f-late", supplier="s-1")
    return story


def term_of(story: Story) -> TermUsed:
    row = next(r for r in story.events[1].rows if r.term == "time.tie-tolerance")
    return TermUsed(term=row.term, scope="nation", value="1", source=row.source, permitted_by="")


def test_before_the_award_nothing_tells_of_offers_not_even_how_many() -> None:
    sealed = asked(offered(), "order-board", "o-1")
    unanswered = offered()
    del unanswered.events[5:]
    log_without = asked(unanswered, "order-board", "o-1")
    assert sealed.reading == log_without.reading
    assert b"hidden" not in sealed.content()
    assert b"f-late" not in sealed.content()
    assert (sealed.reading.status, sealed.reading.positions[0].sealed) == ("published", True)
    assert sealed.reading.evidence == (3, 4, 5)


def test_the_board_shows_who_was_asked_and_who_was_not_and_why() -> None:
    reading = asked(offered(), "order-board", "o-1").reading
    assert [(r.supplier, r.position) for r in reading.recipients] == [("s-1", 4)]
    assert [(x.supplier, x.code, x.facts, x.position) for x in reading.left_out] == [
        ("s-2", "quarantined", (2,), 5)
    ]


def test_after_the_award_the_ranking_is_shown_and_other_positions_stay_sealed() -> None:
    story = offered(positions=2)
    awarded = story.awarded("o-1", "f-hidden")
    reading = asked(story, "order-board", "o-1").reading
    first, second = reading.positions
    assert [r.offer for r in first.awards[0].ranking] == ["f-hidden"]
    assert (first.sealed, second.sealed) == (False, True)
    assert (first.status, second.status, reading.status) == ("awarded", "published", "published")
    assert awarded in reading.evidence


def test_without_rankings_everything_else_of_the_board_stands() -> None:
    story = offered()
    awarded = story.awarded("o-1", "f-hidden", terms=(term_of(story),))
    story.tell(AwardAccepted, order="o-1", offer="f-hidden", terms=())
    whole, rest = (asked(story, "order-board", "o-1", rankings=shown).reading for shown in (True, False))
    award, left = whole.positions[0].awards[0], rest.positions[0].awards[0]
    assert (left.ranking, left.terms, left.facts) == (None, (), (awarded, awarded + 1))
    assert award.ranking
    assert award.terms == (term_of(story),)
    assert set(left.facts) <= set(award.facts)
    same = structs.replace(left, ranking=award.ranking, terms=award.terms, facts=award.facts)
    assert same == award
    assert {one.term for one in award.terms} == {one.row.term for one in whole.terms}
    assert rest.terms == ()
    without = {"positions", "evidence", "terms"}
    assert {n: v for n, v in structs.asdict(rest).items() if n not in without} == {
        n: v for n, v in structs.asdict(whole).items() if n not in without
    }


def test_a_list_leaves_the_rankings_out_unless_asked() -> None:
    board = VIEWS["order-board"]
    assert board.listed == {"rankings": "false"}
    assert [VIEWS[name].listed for name in VIEWS if name != board.name] == [{}] * (len(VIEWS) - 1)
    assert list_of(board, {})[0].params == board.params(rankings=False)
    assert list_of(board, {"rankings": "true"})[0].params == board.params()
    assert question_of(board, {}).params == board.params(rankings=True)


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ((), "awarded"),
        ((AwardAccepted,), "accepted"),
        ((AwardAccepted, AssignmentConfirmed), "confirmed"),
        ((AwardAccepted, AssignmentConfirmed, ContractConcluded), "concluded"),
        ((AwardAccepted, AwardLapsed), "lapsed"),
    ],
)
def test_the_board_follows_the_award(steps: tuple[type[Any], ...], status: str) -> None:
    story = offered()
    story.awarded("o-1", "f-hidden")
    for step in steps:
        story.tell(step, order="o-1", offer="f-hidden")
    assert asked(story, "order-board", "o-1").reading.status == status


def test_a_withdrawn_order_says_so() -> None:
    story = offered()
    story.tell(OrderWithdrawn, order="o-1", withdrawn_at=START_AT)
    reading = asked(story, "order-board", "o-1").reading
    assert (reading.status, reading.withdrawn_at) == ("withdrawn", START_AT)


def test_the_terms_of_an_award_are_those_of_the_version_it_pinned() -> None:
    story = offered()
    row = next(r for r in story.events[1].rows if r.term == "time.tie-tolerance")
    story.awarded("o-1", "f-hidden", terms=(term_of(story),))
    answer = asked(story, "order-board", "o-1")
    assert [t.row for t in answer.reading.terms] == [row]
    assert answer.assumed == ("time.tie-tolerance",)


def test_receipts_outages_and_the_extension_are_shown_but_never_who_tried_to_answer() -> None:
    story = offered()
    story.tell(
        OrderReceiptRecorded, order="o-1", supplier="s-1", received_at=START_AT + 1, opened_at=START_AT + 2
    )
    tried = RefusedAttempt(supplier="s-hidden", attempted_at=START_AT + 5, evidence="Answer 503")
    story.tell(
        OrderOutageRecorded, order="o-1", outage="out-1", channel="portal", from_at=START_AT + 3,
        until_at=START_AT + 9, suppliers=(), evidence="Operator's log", attempts=(tried,),
    )  # fmt: skip
    story.tell(AnswerTimeExtended, order="o-1", answer_by=START_AT + 99, minutes_lost=1, draw=None)
    sealed = asked(story, "order-board", "o-1")
    board = sealed.reading
    assert [(r.received_at, r.opened_at) for r in board.recipients] == [(START_AT + 1, START_AT + 2)]
    assert [(o.outage, o.from_at, o.until_at) for o in board.outages] == [
        ("out-1", START_AT + 3, START_AT + 9)
    ]
    assert (board.answer_by, board.extensions[0].minutes_lost) == (START_AT + 99, 1)
    assert b"s-hidden" not in sealed.content()
    assert {8, 9, 10} <= set(board.evidence)
