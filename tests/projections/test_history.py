"""A state as of any position equals a fold of the log up to it: for every kind, turn size and density."""

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.store.log import Log
from ledger.store.memory import MemoryLog
from projections.base import VIEWS
from projections.current import ShelfCache
from projections.follow import Follower, folded
from projections.growing import Histories, steps_of
from projections.history import DENSITY, Density, Row
from projections.rebuild import rebuild
from projections.routes import Routes
from projections.shelf import Shelf
from projections.shelf_memory import MemoryShelf
from projections.states import state_types
from tests.histories import Story, record
from tests.projections.conftest import Place
from tests.random_histories import stories, story_of
from tests.replay.test_as_of_every_view import played

EVERY = tuple(VIEWS.values())
TYPES = state_types(EVERY)
KINDS = [of.kind for of in TYPES.values()]

densities = st.builds(Density, st.sampled_from([0.0, 0.3, 1.0, 4.0]), st.sampled_from([1, 300, 2_000, 10**9]))


def logged(story: Story) -> Log:
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    return log


def follow(log: Log, shelf: Shelf, sizes: list[int], density: Density) -> None:
    follower, head, turns = Follower(log, shelf, density=density), log.head().position, 0
    while shelf.position() < head:
        follower.batch_max = sizes[turns % len(sizes)]
        follower.turn()
        turns += 1


def believed(shelf: Shelf, names: list[Any], upto: int) -> dict[Any, Any]:
    found = ShelfCache(shelf=shelf, types=TYPES, upto=upto).get_all(
        {f"{kind}/{key}": TYPES[kind].kind(key) for kind, key in names}
    )
    assert all(cached.position == upto for cached in found.values())
    return {(kind, key): found[f"{kind}/{key}"].state for kind, key in names}


def folded_to(log: Log, names: list[Any], upto: int) -> dict[Any, Any]:
    then = folded(KINDS, log.tail(upto=upto))
    return {name: then.get(name, TYPES[name[0]].kind.initial) for name in names}


@settings(max_examples=80, deadline=None)
@given(stories(), st.lists(st.integers(1, 60), min_size=1, max_size=5), densities, st.data())
def test_a_state_as_of_any_position_is_the_fold_up_to_it(
    story: Story, sizes: list[int], density: Density, data: st.DataObject
) -> None:
    log, live, rebuilt = logged(story), MemoryShelf(), MemoryShelf()
    follow(log, live, sizes, density)
    rebuild(log, rebuilt, EVERY, density=density)
    names = list(folded(KINDS, log.tail()))
    for upto in data.draw(st.lists(st.integers(1, len(story.events)), min_size=1, max_size=6), "positions"):
        expected = folded_to(log, names, upto)
        assert believed(live, names, upto) == believed(rebuilt, names, upto) == expected


def test_as_of_every_position_of_one_history(place: Place) -> None:
    story = story_of([(n * 7 % 20, n * 5 % 12, n * 11 % 120) for n in range(90)])
    record(place.log, story.events)
    live, rebuilt = place.shelf(), place.shelf("code-2")
    follow(place.log, live, [7, 1, 30], Density(0.5, 300))
    rebuild(place.log, rebuilt, EVERY, density=Density(2.0, 1))
    names = list(folded(KINDS, place.log.tail()))
    for upto in range(1, len(story.events) + 1):
        expected = folded_to(place.log, names, upto)
        assert believed(live, names, upto) == believed(rebuilt, names, upto) == expected


@pytest.mark.parametrize("density", [DENSITY, Density(0.1, 200)])
def test_every_kind_behind_a_view_as_of_moments_of_the_demonstration(density: Density) -> None:
    log, live = played(), MemoryShelf()
    head = log.head().position
    follow(log, live, [311, 17, 1_000], density)
    names = list(folded(KINDS, log.tail()))
    assert {kind for kind, _ in names} == set(TYPES)
    for upto in (head // 40, head // 7, head // 3, head // 2, head - 100, head):
        assert believed(live, names, upto) == folded_to(log, names, upto)


def rows_of(log: Log, density: Density) -> list[Row]:
    steps = steps_of(Routes.of(KINDS).happenings(log.tail()))
    return Histories(TYPES, density).grow(steps)


@settings(max_examples=40, deadline=None)
@given(stories(), densities)
def test_snapshots_weigh_no_more_than_the_density_allows(story: Story, density: Density) -> None:
    by_name: dict[Any, list[Row]] = {}
    for row in rows_of(logged(story), density):
        by_name.setdefault((row.kind, row.key), []).append(row)
    for rows in by_name.values():
        for earlier, later in pairwise(rows):
            assert later.since == later.position > earlier.since
            steps = len(earlier.steps or b"")
            due = TYPES[earlier.kind].density(density).due(earlier.state)
            assert steps >= due
            assert steps - due <= _last_step(earlier)


def _last_step(row: Row) -> int:
    """An upper bound of what the last step of a row weighs."""
    *_, (stored, _, facts) = msgspec.json.decode(row.steps or b"[]", type=list[tuple[str, int, msgspec.Raw]])
    return len(stored) + len(bytes(facts)) + 40


def test_the_first_row_of_a_key_is_marked_and_no_other() -> None:
    story = story_of([(n * 7 % 20, n * 5 % 12, n * 11 % 120) for n in range(90)])
    begun: list[Any] = []
    for row in rows_of(logged(story), Density(0.0, 1)):
        if row.begins:
            begun.append((row.kind, row.key))
        assert row.begins == (row.since == 0)
    assert len(begun) == len(set(begun)) > 10
