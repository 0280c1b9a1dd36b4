"""What shelves promise, in memory and in PostgreSQL: whole generations, snapshots, and open facts only."""

import threading

import pytest
from hypothesis import given, settings

from ledger.store.body import masked
from ledger.store.log import Stored
from ledger.store.memory import MemoryLog
from projections.base import VIEWS
from projections.follow import Follower, folded, rebuild
from projections.routes import Routes
from projections.shelf import Kept, Shelf
from projections.states import state_types
from tests.histories import START_ON, Story, record
from tests.projections.conftest import Place
from tests.random_histories import stories

EVERY = tuple(VIEWS.values())
TYPES = state_types(EVERY)
KINDS = [of.kind for of in TYPES.values()]


def test_views_of_one_fold_share_its_states():
    assert {"ladder", "orders", "worked-time"} <= set(TYPES)
    assert VIEWS["continuity-streaks"].kind is VIEWS["eighteen-months"].kind


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_state_survives_its_canonical_bytes(story: Story) -> None:
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    for (kind, _), (_, _, state) in folded(KINDS, log.tail()).items():
        shape = TYPES[kind].shape
        data = shape.encode(state)
        assert shape.restore(data) == state
        assert shape.encode(shape.restore(data)) == data


def secret_story() -> Story:
    story = Story().opened()
    story.deviation("d-1", "s-1", START_ON, description="what nobody may read here")
    return story


def test_what_is_kept_holds_no_secret_and_does_not_change_when_it_is_masked() -> None:
    log = MemoryLog(mode="simulated")
    record(log, secret_story().events)
    rows = list(log.tail())
    closed = [Stored(r.position, r.type, r.recorded_at, _without_text(r)) for r in rows]
    shape = TYPES["ladder"].shape
    open_states, masked_states = (folded(KINDS, some)["ladder", "s-1"][2] for some in (rows, closed))
    assert shape.encode(open_states) == shape.encode(masked_states)
    assert b"nobody may read" not in shape.encode(open_states)


def _without_text(row: Stored) -> bytes:
    return masked(row.body, "text") if row.type.startswith("deviation-reported") else row.body


def test_types_that_no_view_handles_have_no_route() -> None:
    types = Routes.of(KINDS).types
    assert "shift-approved.v1" in types
    assert not {"policy-published.v1", "ledger-opened.v1"} & set(types)


def _keep_and_fail(shelf: Shelf) -> None:
    with shelf.turn() as turn:
        assert turn
        turn.keep({("ladder", "s-1"): Kept(1, 2, b"{}")}, 2)
        raise ZeroDivisionError


def test_a_turn_left_by_an_exception_keeps_nothing(place: Place) -> None:
    shelf = place.shelf()
    with pytest.raises(ZeroDivisionError):
        _keep_and_fail(shelf)
    assert shelf.read([("ladder", "s-1")]).states == {}
    assert shelf.read(()).position == 0


def test_a_turn_keeps_states_and_position_together(place: Place) -> None:
    shelf = place.shelf()
    with shelf.turn() as turn:
        assert turn
        turn.keep({("ladder", "s-1"): Kept(1, 2, b"{}"), ("orders", "s-1"): Kept(2, 2, b"[]")}, 5)
    with shelf.turn() as turn:
        assert turn
        assert turn.position == 5
        assert turn.load([("orders", "s-1"), ("orders", "s-2")]) == {("orders", "s-1"): Kept(2, 2, b"[]")}
        turn.keep({("orders", "s-1"): Kept(2, 6, b"[1]")}, 6)
    found = shelf.read([("ladder", "s-1"), ("orders", "s-1")])
    assert found.position == 6
    assert found.states == {("ladder", "s-1"): Kept(1, 2, b"{}"), ("orders", "s-1"): Kept(2, 6, b"[1]")}


def test_keys_are_those_begun_by_a_position_sorted(place: Place) -> None:
    shelf = place.shelf()
    rows = [(("orders", f"o-{n}"), Kept(10 - n, 10, b"{}")) for n in range(9)]
    shelf.replace([*rows, (("ladder", "s-1"), Kept(1, 1, b"{}"))], 10)
    assert shelf.keys("orders", upto=4, limit=9) == (10, ("o-6", "o-7", "o-8"))
    assert shelf.keys("orders", upto=10, limit=2) == (10, ("o-0", "o-1"))


def test_a_new_generation_replaces_every_state_of_the_old(place: Place) -> None:
    shelf = place.shelf()
    shelf.replace([(("orders", "o-1"), Kept(1, 1, b"old")), (("orders", "o-2"), Kept(1, 1, b"old"))], 9)
    shelf.replace([(("orders", "o-1"), Kept(1, 1, b"new"))], 7)
    assert shelf.read([("orders", "o-1"), ("orders", "o-2")]).states == {
        ("orders", "o-1"): Kept(1, 1, b"new")
    }
    assert shelf.read(()).position == 7


def test_code_versions_keep_apart(place: Place) -> None:
    one, other = place.shelf("code-1"), place.shelf("code-2")
    one.replace([(("orders", "o-1"), Kept(1, 1, b"1"))], 1)
    other.replace([(("orders", "o-1"), Kept(1, 1, b"2"))], 2)
    assert one.read([("orders", "o-1")]).states["orders", "o-1"].state == b"1"
    assert other.read([("orders", "o-1")]).states["orders", "o-1"].state == b"2"


def test_a_reader_never_sees_a_part_of_two_generations(place: Place) -> None:
    shelf, reader, names = place.shelf(), place.shelf(), [("orders", f"o-{n}") for n in range(40)]
    shelf.replace([(name, Kept(1, 1, b"0")) for name in names], 1)
    stopping, seen = threading.Event(), []

    def read() -> None:
        while not stopping.is_set():
            found = reader.read(names)
            seen.append((found.position, len(found.states), {kept.state for kept in found.states.values()}))

    thread = threading.Thread(target=read)
    thread.start()
    for n in range(1, 30):
        shelf.replace([(name, Kept(1, 1, str(n).encode())) for name in names], n + 1)
    stopping.set()
    thread.join(10)
    assert seen
    assert all(count == 40 and states == {str(at - 1).encode()} for at, count, states in seen)


def test_another_generation_leaves_nothing_of_the_last(place: Place) -> None:
    record(place.log, secret_story().events)
    shelf = place.shelf()
    Follower(place.log, shelf).catch_up()
    rebuild(place.log, shelf, EVERY)
    with shelf.every("ladder") as (position, states):
        assert position == place.log.head().position
        assert [key for key, _ in states] == ["s-1"]
