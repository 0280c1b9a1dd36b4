"""As known at a position: the same as a fold over a shorter log, with or without a shelf, byte for byte."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clock import SimulatedClock
from ledger.facts.worked_time import ContinuityRule, ContinuityScope, continuity_at, worked_time
from ledger.store.memory import MemoryLog
from projections.base import VIEWS, UnanswerableError, UnknownKeyError, View
from projections.follow import Follower
from projections.shelf_memory import MemoryShelf
from replay.known import AtPosition
from replay.timeline import Timeline
from replay.token import Token
from tests.histories import AGREEMENT, START_ON, Story, record
from tests.projections.conftest import Place
from tests.random_histories import stories

STREAKS, PERIOD, LADDER, BOARD = (
    VIEWS[name] for name in ("continuity-streaks", "eighteen-months", "escalation-ladder", "order-board")
)
QUESTIONS: tuple[tuple[View, str, Any], ...] = (
    (STREAKS, "c-0", STREAKS.params(agreement=AGREEMENT)),
    (PERIOD, "c-1", PERIOD.params(agreement=AGREEMENT)),
    (LADDER, "s-0", LADDER.params(agreement=AGREEMENT, lot="nurses")),
    (LADDER, "s-1", LADDER.params(agreement=AGREEMENT, lot="nurses", region="kalmar")),
    (BOARD, "o-0", BOARD.params()),
)
LATER = SimulatedClock(2**51)


def told(events: list[Any]) -> MemoryLog:
    log = MemoryLog(mode="simulated")
    record(log, events)
    return log


def content(timeline: Timeline, question: tuple[View, str, Any], position: int, on: date) -> bytes:
    view, key, params = question
    try:
        return timeline.answer(view, key, params, known_at=AtPosition(position), at=on).content()
    except UnanswerableError as error:
        return error.code.encode()


@settings(max_examples=60, deadline=None)
@given(stories(), st.data())
def test_as_known_then_is_the_fold_of_the_log_as_it_was(story: Story, data: st.DataObject) -> None:
    position = data.draw(st.integers(1, len(story.events)), "position")
    lag = data.draw(st.integers(1, len(story.events)), "the shelf's position")
    log, shelf = told(story.events), MemoryShelf()
    Follower(log, shelf, batch_max=lag).turn()
    shorter = Timeline(told(story.events[:position]), LATER)
    on = START_ON + timedelta(days=60)
    for question in QUESTIONS:
        then = content(shorter, question, position, on)
        assert content(Timeline(log, LATER), question, position, on) == then
        assert content(Timeline(log, LATER, shelf), question, position, on) == then


def test_a_late_correction_changes_what_is_known_and_not_what_was(place: Place) -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    before = story.worked("c-1", "a-1", START_ON, 12)
    first = next(n for n, e in enumerate(story.events, 1) if getattr(e, "shift", "") == "a-1-250101-0")
    story.corrected("c-1", "a-1", "a-1-250101-0", START_ON + timedelta(days=1), first)
    record(place.log, story.events)
    timeline = Timeline(place.log, LATER, place.shelf())
    Follower(place.log, place.shelf()).catch_up()
    params, on = STREAKS.params(agreement=AGREEMENT), START_ON + timedelta(days=12)
    then, now = (
        timeline.answer(STREAKS, "c-1", params, known_at=known, at=on).reading.places[0]
        for known in (AtPosition(before), None)
    )
    assert (then.streak.shifts, then.streak.first_on) == (12, START_ON)
    assert (now.streak.shifts, now.streak.first_on) == (11, START_ON + timedelta(days=1))
    assert now.waiting == (len(story.events),)


def test_an_answer_is_never_stale_however_far_behind_the_shelf_is(place: Place) -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    record(place.log, story.events)
    shelf = place.shelf()
    Follower(place.log, shelf).catch_up()
    timeline = Timeline(place.log, LATER, shelf)
    params, on = STREAKS.params(agreement=AGREEMENT), START_ON + timedelta(days=9)
    story.worked("c-1", "a-1", START_ON + timedelta(days=5), 2)
    record(place.log, story.events[timeline.known().position :])
    answer = timeline.answer(STREAKS, "c-1", params, at=on)
    assert answer.reading.places[0].streak.shifts == 5
    assert shelf.position() < answer.token.position == place.log.head().position


def test_the_streak_shown_is_the_one_continuity() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 6)
    on = START_ON + timedelta(days=8)
    answer = Timeline(told(story.events), LATER).answer(
        STREAKS, "c-1", STREAKS.params(agreement=AGREEMENT), at=on
    )
    handled = [(n, e) for n, e in enumerate(story.events, 1) if type(e) in worked_time.handlers]
    state = worked_time("c-1").over(handled)
    rule = ContinuityRule(30, frozenset({"cancelled-by-region"}))
    assert answer.reading.places[0].streak == continuity_at(
        [state], on, ContinuityScope(level="unit", key="u-1"), rule
    )


def test_the_same_token_gives_the_same_bytes_after_the_log_has_grown(place: Place) -> None:
    story = Story().opened()
    story.worked("c-0", "a-1", START_ON, 4)
    record(place.log, story.events)
    timeline = Timeline(place.log, LATER, place.shelf())
    question = (STREAKS, "c-0", STREAKS.params(agreement=AGREEMENT))
    first = timeline.answer(*question, at=START_ON + timedelta(days=4))
    told_before = len(story.events)
    story.worked("c-0", "a-1", START_ON + timedelta(days=6), 4)
    record(place.log, story.events[told_before:])
    Follower(place.log, place.shelf()).catch_up()
    again = timeline.again(*question, Token.parse(str(first.token)))
    assert again.content() == first.content()
    assert again.digest() == first.digest()
    assert timeline.answer(*question, at=START_ON + timedelta(days=4)).digest() != first.digest()


@pytest.mark.parametrize(("mode", "simulated"), [("simulated", True), ("real", False)])
def test_every_answer_says_whether_the_ledgers_time_is_simulated(mode: str, *, simulated: bool) -> None:
    story = Story().opened(mode)
    story.worked("c-0", "a-1", START_ON, 1)
    answer = Timeline(told(story.events), LATER).answer(*QUESTIONS[0])
    assert answer.simulated is simulated
    assert (b'"simulated":true' in answer.content()) is simulated


def test_an_answer_names_the_terms_that_nobody_published() -> None:
    story = Story().opened()
    story.worked("c-0", "a-1", START_ON, 1)
    answer = Timeline(told(story.events), LATER).answer(*QUESTIONS[0], at=START_ON)
    assert "continuity.break-days-max" in answer.assumed
    assert "continuity.counts" not in answer.assumed
    assert {t.position for t in answer.reading.terms} == {2}


def test_an_unknown_key_has_no_answer() -> None:
    timeline = Timeline(told(Story().opened().events), LATER)
    with pytest.raises(UnknownKeyError, match="c-0"):
        timeline.answer(*QUESTIONS[0])
    with pytest.raises(UnknownKeyError, match="o-0"):
        timeline.answer(*QUESTIONS[4])


def test_without_a_policy_there_is_no_answer() -> None:
    with pytest.raises(UnanswerableError, match="no policy"):
        Timeline(told(Story().opened().events[:1]), LATER).answer(*QUESTIONS[2])
