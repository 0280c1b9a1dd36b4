"""Lists: keys at a position, the same with a shelf, behind one, and without."""

import pytest

from ledger.clock import SimulatedClock
from projections.base import VIEWS
from projections.follow import Follower
from replay.known import AtPosition
from replay.lists import BadPageError, page
from replay.timeline import Timeline
from tests.histories import AGREEMENT, START_ON, Story, record
from tests.projections.conftest import Place

BOARD, LADDER = VIEWS["order-board"], VIEWS["escalation-ladder"]
LATER = SimulatedClock(2**51)


def orders(count: int) -> Story:
    story = Story().opened()
    for n in range(count):
        story.order(f"o-{(n * 7) % count}")
    return story


@pytest.mark.parametrize("batch", [3, 100])
def test_pages_are_sorted_and_complete_wherever_the_shelf_is(place: Place, batch: int) -> None:
    record(place.log, orders(10).events)
    Follower(place.log, place.shelf(), batch_max=batch).turn()
    for shelf in (place.shelf(), None):
        timeline = Timeline(place.log, LATER, shelf)
        pages = [page(timeline, BOARD, BOARD.params(), limit=4, offset=n) for n in (0, 4, 8)]
        assert [key for one in pages for key in one.keys] == [f"o-{n}" for n in range(10)]
        assert [one.more for one in pages] == [True, True, False]
        assert [a.key for a in pages[0].population.answers] == ["o-0", "o-1", "o-2", "o-3"]


def test_a_page_of_the_past_holds_what_was_known(place: Place) -> None:
    record(place.log, orders(10).events)
    Follower(place.log, place.shelf()).catch_up()
    for shelf in (place.shelf(), None):
        found = page(Timeline(place.log, LATER, shelf), BOARD, BOARD.params(), known_at=AtPosition(5))
        assert found.keys == ("o-0", "o-4", "o-7")
        assert {a.token.position for a in found.population.answers} == {5}
        assert found.population.simulated


def test_the_ladder_lists_suppliers(place: Place) -> None:
    story = Story().opened()
    for n in range(3):
        story.deviation(f"d-{n}", f"s-{n}", START_ON)
    record(place.log, story.events)
    found = page(Timeline(place.log, LATER), LADDER, LADDER.params(agreement=AGREEMENT, lot="nurses"))
    assert [a.reading.supplier for a in found.population.answers] == ["s-0", "s-1", "s-2"]


@pytest.mark.parametrize(("view", "limit", "offset"), [(BOARD, 0, 0), (BOARD, 1001, 0), (BOARD, 1, -1)])
def test_a_page_out_of_bounds_is_refused(view, limit: int, offset: int, place: Place) -> None:
    with pytest.raises(BadPageError):
        page(Timeline(place.log, LATER), view, view.params(), limit=limit, offset=offset)
