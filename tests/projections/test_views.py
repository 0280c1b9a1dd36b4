"""What each view shows, and what the board does not."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.clock import SimulatedClock
from ledger.events.assignments import AssignmentConfirmed, ContractConcluded
from ledger.events.awards import AwardAccepted, AwardLapsed, TermUsed
from ledger.events.consultants import ConsultantsLinked
from ledger.events.deviations import BreachNoticeServed, DeviationDecided, DeviationWithdrawn
from ledger.events.measures import MeasureDecided, MeasureServed
from ledger.events.offers import OfferReceived, OfferTurnedAway
from ledger.events.orders import OrderRecipientExcluded, OrderRecipientNotified, OrderWithdrawn
from ledger.store.memory import MemoryLog
from ledger.values import local_instant
from projections.base import VIEWS, view
from replay.timeline import Answer, Timeline
from tests.histories import AGREEMENT, START_AT, START_ON, Story, record

DAY = timedelta(days=1)


def asked(story: Story, name: str, key: str, at: date = START_ON, **params: Any) -> Answer:
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    chosen = VIEWS[name]
    return Timeline(log, SimulatedClock(2**51)).answer(chosen, key, chosen.params(**params), at=at)


def test_a_name_is_declared_once() -> None:
    board = VIEWS["order-board"]
    declare: Callable[[Any], Any] = view(
        "order-board",
        titles=("", ""),
        kind=board.kind,
        shape=board.shape,
        params=board.params,
        asks=board.asks,
    )
    with pytest.raises(TypeError, match="declared already"):
        declare(board.read)


def test_every_view_says_what_it_is_in_two_languages() -> None:
    for one in VIEWS.values():
        assert one.title_sv
        assert one.title_en
        assert one.summary.endswith(".")


# --- continuity streaks


def test_streaks_of_linked_ids_are_one_humans() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    story.worked("c-2", "a-2", START_ON + 3 * DAY, 3)
    story.tell(ConsultantsLinked, consultant="c-1", same_as="c-2")
    reading = asked(story, "continuity-streaks", "c-2", START_ON + 6 * DAY, agreement=AGREEMENT).reading
    assert reading.same_human == ("c-1", "c-2")
    assert reading.places[0].streak.days == 6
    assert reading.evidence == tuple(range(3, 15))


def test_unapproved_shifts_stand_beside_the_streak() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    waiting = story.shift("c-1", "a-1", "t-9", START_ON + 4 * DAY)
    (place,) = asked(
        story, "continuity-streaks", "c-1", START_ON + 5 * DAY, agreement=AGREEMENT
    ).reading.places
    assert (place.amount, place.threshold, place.reached) == (3, 10, False)
    assert place.waiting == (waiting,)
    assert (place.streak.unapproved_shifts, place.if_approved.shifts) == (1, 4)


def test_a_streak_that_ended_is_an_earlier_one() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    at = START_ON + 40 * DAY
    (place,) = asked(story, "continuity-streaks", "c-1", at, agreement=AGREEMENT).reading.places
    assert place.streak is None
    assert [earlier.days for earlier in place.earlier] == [3]


def test_a_place_and_a_level_narrow_the_question() -> None:
    story = Story().opened()
    for n, unit in enumerate(("u-1", "u-2")):
        position = story.shift("c-1", f"a-{n}", f"t-{n}", START_ON, unit)
        story.approved("c-1", f"a-{n}", f"t-{n}", position)
    for params, places in (
        ({}, 2),
        ({"place": "u-2"}, 1),
        ({"level": "region"}, 1),
        ({"supplier": "s-9"}, 0),
    ):
        found = asked(story, "continuity-streaks", "c-1", agreement=AGREEMENT, **params).reading.places
        assert len(found) == places


# --- the 18-month period


def test_all_readings_stand_side_by_side_and_one_governs() -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    story.worked("c-1", "a-1", START_ON, 5)
    reading = asked(
        story, "eighteen-months", "c-1", START_ON + 5 * DAY, agreement=AGREEMENT,
        from_on=START_ON + 30 * DAY, until_on=START_ON + 700 * DAY, follows="o-a-1",
    ).reading  # fmt: skip
    (unit,) = reading.units
    told = unit.readings
    assert (told.governs, unit.exceeded) == ("cap", False)
    assert told.look_back.shifts == 5
    assert told.cap.passed_midway
    assert told.longest_stay.too_long
    assert told.chain.too_long
    assert 3 in reading.evidence
    assert "eighteen-months.months" in {t.row.term for t in reading.terms}


# --- the escalation ladder


def upheld(story: Story, deviation: str, on: date, region: str = "skane") -> None:
    named = {"deviation": deviation, "supplier": "s-1"}
    story.deviation(deviation, "s-1", on, region=region)
    story.tell(DeviationDecided, upheld=True, decided_at=local_instant(on + DAY, 0), **named)
    story.tell(BreachNoticeServed, served_at=local_instant(on + 2 * DAY, 0), **named)


def test_the_ladder_shows_what_counts_and_why_the_rest_does_not() -> None:
    story = Story().opened()
    upheld(story, "d-1", START_ON)
    upheld(story, "d-2", START_ON + 5 * DAY)
    withdrawn_at = local_instant(START_ON + 8 * DAY, 0)
    story.tell(DeviationWithdrawn, deviation="d-2", supplier="s-1", withdrawn_at=withdrawn_at)
    story.deviation("d-3", "s-1", START_ON + 6 * DAY)
    story.contract("c-1", "a-1")
    reading = asked(
        story, "escalation-ladder", "s-1", START_ON + 20 * DAY, agreement=AGREEMENT, lot="nurses"
    ).reading
    shown = reading.ladder
    assert [(c.deviation, c.positions) for c in shown.counting] == [("d-1", (3, 4, 5))]
    assert [(n.deviation, n.why) for n in shown.not_counting] == [("d-2", "withdrawn"), ("d-3", "undecided")]
    assert shown.next_lapse_on == date(2026, 1, 1)
    assert (shown.assignments, shown.rate_ppm) == (1, 1_000_000)
    assert shown.region("skane").indicated == "remark"
    assert reading.evidence == tuple(range(3, 11))


def test_decided_stands_beside_indicated_and_one_region_can_be_asked_for() -> None:
    story = Story().opened()
    upheld(story, "d-1", START_ON, "kalmar")
    measure = {"measure": "m-1", "supplier": "s-1"}
    given = {"agreement": AGREEMENT, "lot": "nurses", "region": "kalmar", "rung": "warning", "ends_on": None}
    decided = story.tell(MeasureDecided, relied_on=(4,), **given, **measure)
    served = story.tell(MeasureServed, served_at=local_instant(START_ON + 9 * DAY, 0), **measure)
    params = {"agreement": AGREEMENT, "lot": "nurses"}
    before, after = (
        asked(story, "escalation-ladder", "s-1", START_ON + n * DAY, region="kalmar", **params).reading
        for n in (8, 9)
    )
    assert (before.measures[0].in_effect, after.measures[0].in_effect) == (False, True)
    assert (before.ladder.regions[0].decided, after.ladder.regions[0].decided) == ("none", "warning")
    assert after.ladder.regions[0].indicated == "remark"
    assert after.measures[0].positions == (decided, served)
    other = asked(story, "escalation-ladder", "s-1", START_ON + 9 * DAY, region="skane", **params).reading
    assert (other.ladder.regions, other.ladder.counting, other.measures) == ((), (), ())


# --- the order board


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
    used = {"term": row.term, "scope": "nation", "value": "1", "source": row.source, "permitted_by": ""}
    story.awarded("o-1", "f-hidden", terms=(TermUsed(**used),))
    answer = asked(story, "order-board", "o-1")
    assert [t.row for t in answer.reading.terms] == [row]
    assert answer.assumed == ("time.tie-tolerance",)
