"""Of every view: as known at a position is the fold of the log as it was then, states and bytes alike.

The naive second model is a log that ends at the position, read without a shelf. The first is the whole log,
read with and without a shelf that live following in any turns has filled up to any place before or after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from api.demo.steps import Inputs
from api.demo.story.telling import tell
from api.demo.story.write import written
from ledger.clock import SimulatedClock
from ledger.store.memory import MemoryLog
from ledger.values import local_date
from projections.base import VIEWS, UnanswerableError, View
from projections.follow import Follower
from projections.routes import Routes
from projections.shelf import Shelf
from projections.shelf_memory import MemoryShelf
from replay.timeline import Timeline
from tests.demo.memory import played_in_memory
from tests.histories import AGREEMENT, START_ON, Story, record
from tests.projections.conftest import Place
from tests.random_histories import stories, story_of
from tests.replay.histories import shortened

EVERY = tuple(VIEWS[name] for name in sorted(VIEWS))
LATER = SimulatedClock(2**51)
ON = START_ON + timedelta(days=75)
TOLD = {"agreement": AGREEMENT, "lot": "nurses", "region": "skane", "profession": "nurse"}
PLAYED = {"agreement": "hyr-2024", "lot": "nurses", "region": "jamtland-harjedalen", "profession": "nurse"}
TURNS = st.lists(st.integers(1, 25), min_size=1, max_size=4)
Question = tuple[View, str, Any]


def keys_of(view: View, log: MemoryLog, position: int) -> list[str]:
    """Every key of a view that had an event by a position."""
    return sorted({key for _, key, *_ in Routes.of([view.kind]).steps(log.tail(upto=position))})


def questions(log: MemoryLog, position: int, given: dict[str, str]) -> Iterator[Question]:
    """Each view about each of its keys and one unheard of, with the parameters it cannot do without."""
    for view in EVERY:
        needed = {one.name: given[one.name] for one in fields(view.params) if one.default is MISSING}
        for key in (*keys_of(view, log, position), "nobody"):
            yield view, key, view.params(**needed)


def content(timeline: Timeline, question: Question, position: int, on: date) -> bytes:
    """The bytes of an answer, or why there is none."""
    view, key, params = question
    try:
        return timeline.at(view, key, params, position, on).content()
    except UnanswerableError as error:
        return f"{error.code}: {error}".encode()


def states(timeline: Timeline, question: Question, position: int, on: date) -> dict[str, Any]:
    """The state of every fold behind an answer, by name: its canonical bytes where a shelf keeps it."""
    view, key, params = question
    try:
        found = timeline.gathered(view, key, params, position, on)
    except UnanswerableError:
        return {}
    kinds = {name: fold.kind.name for name, fold in found.folds.items()}
    kept = {name: timeline.types.get(kind) for name, kind in kinds.items()}
    return {n: of.shape.encode(state) if (of := kept[n]) else state for n, state in found.states.items()}


def followed(log: MemoryLog, shelf: Shelf, turns: Sequence[int]) -> Shelf:
    """A shelf kept up with a log, so many events in each turn."""
    follower, reached, n = Follower(log, shelf), 0, 0
    while reached < log.head().position:
        follower.batch_max = turns[n % len(turns)]
        reached, n = follower.turn() or 0, n + 1
    return shelf


def told(events: Sequence[Any]) -> MemoryLog:
    log = MemoryLog(mode="simulated")
    record(log, events)
    return log


def same_as_then(log: MemoryLog, shelf: Shelf, position: int, on: date, asked: Sequence[Question]) -> None:
    """Every answer, and the states behind it, equal those of the log that ends at the position.

    States are compared as open facts alone make them, for that is what a shelf keeps.
    """
    then, behind = (Timeline(shortened(log, position, open_only=one), LATER) for one in (False, True))
    opened = shortened(log, log.head().position, open_only=True)
    for question in asked:
        for kept in (None, shelf):
            now = Timeline(log, LATER, kept), Timeline(opened, LATER, kept)
            assert content(now[0], question, position, on) == content(then, question, position, on)
            assert states(now[1], question, position, on) == states(behind, question, position, on)


@settings(max_examples=60, deadline=None)
@given(stories(), st.data(), TURNS)
def test_every_answer_as_known_then_is_that_of_the_shorter_log(
    story: Story, data: st.DataObject, turns: list[int]
) -> None:
    log = told(story.events)
    position = data.draw(st.integers(1, len(story.events)), "position")
    kept_to = data.draw(st.integers(1, len(story.events)), "the shelf's position")
    shelf = followed(shortened(log, kept_to), MemoryShelf(), turns)
    same_as_then(log, shelf, position, ON, tuple(questions(log, position, TOLD)))


@cache
def played() -> MemoryLog:
    """Three months of the demonstration: every event by the real rules, in memory."""
    return played_in_memory(Inputs(written(tell(3))))[0].log


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data(), TURNS)
def test_the_same_holds_of_what_real_decisions_recorded(data: st.DataObject, turns: list[int]) -> None:
    log = played()
    head = log.head().position
    position, kept_to = (
        data.draw(st.integers(1, head), name) for name in ("position", "the shelf's position")
    )
    shelf = followed(shortened(log, kept_to), MemoryShelf(), [10 * size for size in turns])
    every = tuple(questions(log, position, PLAYED))
    some = data.draw(st.lists(st.sampled_from(every), min_size=10, max_size=40, unique_by=id), "questions")
    on = local_date(next(log.records(after=position - 1)).recorded_at) + timedelta(
        data.draw(st.integers(-40, 200))
    )
    same_as_then(log, shelf, position, on, some)


def test_a_state_kept_and_restored_answers_about_every_key_as_one_folded_anew() -> None:
    """What a state holds has no other order than that which its values say."""
    log = played()
    shelf = followed(log, MemoryShelf(), [400])
    for position in (log.head().position, 1300):
        on = local_date(next(log.records(after=position - 1)).recorded_at)
        then, now = Timeline(shortened(log, position), LATER), Timeline(log, LATER, shelf)
        for question in questions(log, position, PLAYED):
            assert content(now, question, position, on) == content(then, question, position, on), question[:2]


def test_each_view_answers_about_some_key_of_the_real_decisions() -> None:
    """Otherwise the properties above would compare refusals with refusals."""
    log = played()
    timeline, head = Timeline(log, LATER), log.head().position
    on = local_date(log.head().recorded_at)
    answered = {
        question[0].name
        for question in questions(log, head, PLAYED)
        if content(timeline, question, head, on).startswith(b"{")
    }
    assert answered == set(VIEWS)


def test_the_second_model_is_another_answer_where_something_was_learnt_since() -> None:
    log = told(story_of([(verb, who, 40) for verb in range(30) for who in range(4)]).events)
    head = log.head().position
    timeline = Timeline(log, LATER)
    later = [content(timeline, question, head, ON) for question in questions(log, 3, TOLD)]
    assert later != [content(timeline, question, 3, ON) for question in questions(log, 3, TOLD)]


@pytest.mark.parametrize("turns", [[1], [7, 2], [500]])
def test_the_same_holds_of_shelves_in_every_place(place: Place, turns: list[int]) -> None:
    story = story_of([(3 * n % 30, n % 12, 7 * n % 120) for n in range(90)])
    log = told(story.events)
    record(place.log, story.events)
    for kept_to in (len(story.events) // 2, len(story.events)):
        followed(shortened(log, kept_to), place.shelf(f"code-{kept_to}"), turns)
        for position in (5, len(story.events) // 2, len(story.events) - 3):
            asked = tuple(questions(log, position, TOLD))
            then = Timeline(shortened(log, position), LATER)
            now = Timeline(place.log, LATER, place.shelf(f"code-{kept_to}"))
            for question in asked:
                assert content(now, question, position, ON) == content(then, question, position, ON)
