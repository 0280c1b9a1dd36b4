"""What each view shows, and what the board does not."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from api.questions import reading_adapter
from ledger.events.consultants import ConsultantsLinked
from ledger.events.deviations import BreachNoticeServed, DeviationDecided, DeviationWithdrawn
from ledger.events.measures import MeasureDecided, MeasureServed
from ledger.values import local_instant
from projections.base import VIEWS, view
from tests.histories import AGREEMENT, START_ON, Story
from tests.projections.asking import asked

DAY = timedelta(days=1)


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


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_reading_and_its_parameters_have_a_schema(name: str) -> None:
    """Without one the whole door does not open."""
    assert reading_adapter(VIEWS[name].reading).json_schema(mode="serialization")["properties"]
    assert reading_adapter(VIEWS[name].params).json_schema()["type"] == "object"


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
    given |= {"agreement_ends_on": None, "review_on": START_ON + 9 * DAY}
    decided = story.tell(MeasureDecided, relied_on=(4,), **given, **measure)
    served = story.tell(MeasureServed, served_at=local_instant(START_ON + 9 * DAY, 0), **measure)
    params = {"agreement": AGREEMENT, "lot": "nurses"}
    before, after = (
        asked(story, "escalation-ladder", "s-1", START_ON + n * DAY, region="kalmar", **params).reading
        for n in (8, 9)
    )
    assert (before.measures[0].in_effect, after.measures[0].in_effect) == (False, True)
    assert (before.measures[0].review_overdue, after.measures[0].review_overdue) == (False, False)
    later = asked(story, "escalation-ladder", "s-1", START_ON + 10 * DAY, region="kalmar", **params).reading
    assert later.measures[0].review_overdue
    assert (before.ladder.regions[0].decided, after.ladder.regions[0].decided) == ("none", "warning")
    assert after.ladder.regions[0].indicated == "remark"
    assert after.measures[0].positions == (decided, served)
    other = asked(story, "escalation-ladder", "s-1", START_ON + 9 * DAY, region="skane", **params).reading
    assert (other.ladder.regions, other.ladder.counting, other.measures) == ((), (), ())
