"""Populations: what each key says alone, byte for byte, all at one position and date, read together."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clock import SimulatedClock
from ledger.events.credentials import LicenceRecorded
from ledger.events.employment import EmploymentRecorded
from ledger.events.parties import SupplierAdmitted
from ledger.events.spot_checks import PensionPopulationFrozen
from ledger.events.supplier_status import SupplierStatusRecorded
from ledger.facts.policies import policies
from ledger.facts.worked_time import worked_time
from ledger.fold import Fold
from ledger.store.memory import MemoryLog
from projections.base import VIEWS, UnanswerableError, View
from projections.follow import Follower
from projections.shelf_memory import MemoryShelf
from projections.states import state_types
from replay.in_step import gather_all
from replay.known import AtPosition
from replay.lists import everyone, keys_at, page, page_again
from replay.population import Asked, Unanswered, population
from replay.timeline import Timeline
from tests.histories import AGREEMENT, START_ON, Story, record
from tests.projections.conftest import Place
from tests.random_histories import stories, story_of

LATER = SimulatedClock(2**51)
GIVEN = {
    "agreement": AGREEMENT, "lot": "nurses", "region": "skane", "profession": "nurse", "authority": "a-1",
}  # fmt: skip
STREAKS, LADDER, BOARD = (VIEWS[n] for n in ("continuity-streaks", "escalation-ladder", "order-board"))


def params_of(view: View) -> Any:
    """Parameters with which a view answers about the agreement of the stories."""
    needed = view.params.__dataclass_fields__
    optional = {"region", "authority", "lot"} - {
        "lot" if view.name in {"escalation-ladder", "price-list"} else ""
    }
    if view.name in {"credentials", "former-employee-bar"}:
        optional = set()
    return view.params(**{name: GIVEN[name] for name in needed if name in GIVEN and name not in optional})


def told_more(story: Story, count: int) -> Story:
    """The story with more that happens: consultants' papers, admissions, a spot check."""
    for n in range(count):
        person, firm = f"c-{n % 3}", f"s-{n % 2}"
        story.tell(LicenceRecorded, consultant=person, profession="nurse", licensed_on=START_ON)
        story.tell(EmploymentRecorded, consultant=person, from_on=START_ON, until_on=None)
        story.tell(SupplierAdmitted, agreement=AGREEMENT, supplier=firm, lot="nurses", region="skane")
        story.tell(SupplierStatusRecorded, supplier=firm, agreement=AGREEMENT)
        story.tell(
            PensionPopulationFrozen, spot_check=f"p-{n}", agreement=AGREEMENT, supplier=firm, from_on=START_ON
        )
    return story


def alone(timeline: Timeline, view: View, asked: Asked, position: int, on: date) -> tuple[str, bytes]:
    key, params = asked
    try:
        return key, timeline.at(view, key, params, position, on).content()
    except UnanswerableError as error:
        return key, f"{error.code}: {error}".encode()


def together(
    timeline: Timeline, view: View, asked: list[Asked], position: int, on: date
) -> Iterator[tuple[str, bytes]]:
    for one in population(timeline, view, asked, position, on).told:
        said = f"{one.code}: {one.detail}".encode() if isinstance(one, Unanswered) else one.content()
        yield one.key, said


@settings(max_examples=25, deadline=None)
@given(stories(), st.data())
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_answer_is_the_one_that_its_key_has_alone(
    view: View, story: Story, data: st.DataObject
) -> None:
    told_more(story, data.draw(st.integers(0, 4), "more"))
    position = data.draw(st.integers(1, len(story.events)), "position")
    log, shelf = MemoryLog(mode="simulated"), MemoryShelf()
    record(log, story.events)
    Follower(
        log, shelf, batch_max=data.draw(st.integers(1, len(story.events)), "the shelf's position")
    ).turn()
    on = START_ON + timedelta(days=data.draw(st.integers(0, 130), "days"))
    for timeline in (Timeline(log, LATER), Timeline(log, LATER, shelf)):
        keys = [*keys_at(timeline, view, position, None), "nobody", *keys_at(timeline, view, position, 1)]
        asked = [(key, params_of(view)) for key in keys]
        wanted = [alone(Timeline(log, LATER), view, one, position, on) for one in asked]
        assert list(together(timeline, view, asked, position, on)) == wanted


def three_suppliers() -> Story:
    story = Story().opened()
    for n in range(3):
        story.deviation(f"d-{n}", f"s-{n}", START_ON)
    return story


def test_a_round_reads_each_fold_once_however_many_ask_for_it() -> None:
    rounds = []

    def states(folds: Any) -> Any:
        rounds.append(sorted(folds))
        return {name: fold.kind.initial for name, fold in folds.items()}

    def asks(key: str) -> Any:
        first = yield policies(AGREEMENT)
        then = yield {"one": worked_time(key), "other": policies(AGREEMENT)}
        assert then["other"] is first
        return key

    assert gather_all([asks(key) for key in ("c-1", "c-2", "c-1")], states) == ["c-1", "c-2", "c-1"]
    assert rounds == [[f"policies/{AGREEMENT}"], ["worked-time/c-1", "worked-time/c-2"]]


def test_keys_may_be_asked_with_parameters_of_their_own(place: Place) -> None:
    record(place.log, three_suppliers().events)
    timeline = Timeline(place.log, LATER, place.shelf())
    asked = [
        (supplier, LADDER.params(agreement=AGREEMENT, lot="nurses", region=region))
        for supplier in ("s-0", "s-1") for region in (None, "skane", "kalmar")
    ]  # fmt: skip
    position = timeline.known().position
    told = population(timeline, LADDER, asked, position, START_ON).told
    assert [(one.key, one.params) for one in told] == asked
    assert [(k, timeline.at(LADDER, k, p, position, START_ON).content()) for k, p in asked] == [
        (one.key, one.content()) for one in told if not isinstance(one, Unanswered)
    ]


def test_a_key_without_an_answer_says_why() -> None:
    log = MemoryLog(mode="simulated")
    record(log, three_suppliers().events)
    found = population(Timeline(log, LATER), BOARD, [("o-1", BOARD.params())], 2, START_ON)
    assert [(one.key, one.code, one.detail) for one in found.unanswered] == [
        ("o-1", "unknown-key", "no order o-1 was published")
    ]
    assert found.token.policy == "0" * 12


def test_a_population_asked_again_with_its_token_is_the_same_after_the_log_has_grown(place: Place) -> None:
    story = three_suppliers()
    record(place.log, story.events)
    Follower(place.log, place.shelf()).catch_up()
    timeline = Timeline(place.log, LATER, place.shelf())
    params = LADDER.params(agreement=AGREEMENT, lot="nurses")
    first = page(timeline, LADDER, params, at=START_ON, limit=2)
    told_before = len(story.events)
    story.deviation("d-9", "s-00", START_ON)
    story.deviation("d-8", "s-1", START_ON)
    record(place.log, story.events[told_before:])
    Follower(place.log, place.shelf()).catch_up()
    again = page_again(timeline, LADDER, params, first.population.token, limit=2)
    rest = page_again(timeline, LADDER, params, first.population.token, limit=2, offset=2)
    assert (again.population.content(), again.more) == (first.population.content(), True)
    assert (rest.keys, rest.more) == (("s-2",), False)
    assert page(timeline, LADDER, params, at=START_ON).keys == ("s-0", "s-00", "s-1", "s-2")


def test_everyone_at_a_moment_is_every_page_of_it() -> None:
    log = MemoryLog(mode="simulated")
    story = Story().opened()
    for n in range(7):
        story.worked(f"c-{n}", f"a-{n}", START_ON, 2)
    record(log, story.events)
    timeline, params = Timeline(log, LATER), STREAKS.params(agreement=AGREEMENT)
    known = AtPosition(len(story.events) - 4)
    whole = everyone(timeline, STREAKS, params, known_at=known)
    pages = [page(timeline, STREAKS, params, known_at=known, limit=2, offset=n) for n in range(0, 7, 2)]
    assert [one for each in pages for one in each.population.told] == list(whole.told)
    assert [len(each.keys) for each in pages] == [2, 2, 2, 0]


BOUNDED = {
    "assignment-shifts": "the shifts of one assignment",
    "order-fills": "what became of one order",
    "orders": "one order with its offers",
    "rankings": "the awards of one order",
    "regions": "one region's registration and accessions",
    "rounds": "the admission rounds of one agreement",
    "standing": "the measures against one supplier",
    "units": "one registration",
}


def test_what_a_view_asks_for_is_kept_or_remembered_or_a_few_events_of_one_key() -> None:
    """Everything else would be read from the log anew for each answer, and grow with it."""
    asked: set[str] = set()

    def states(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
        asked.update(fold.kind.name for fold in folds.values() if not timeline.seldom.holds(fold))
        return timeline.states(position)(folds)

    for seed in range(3):
        noise = Random(seed)
        ops = [(noise.randint(0, 29), noise.randint(0, 11), noise.randint(0, 120)) for _ in range(200)]
        log = MemoryLog(mode="simulated")
        record(log, told_more(story_of(ops), 3).events)
        timeline, position = Timeline(log, LATER), log.head().position
        for view in VIEWS.values():
            keys = keys_at(timeline, view, position, None)
            gather_all([view.asks(key, START_ON, params_of(view)) for key in keys], states)
    assert asked - state_types(VIEWS.values()).keys() == BOUNDED.keys()
