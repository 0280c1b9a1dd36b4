"""What shelves promise, in memory and in PostgreSQL: whole generations, snapshots, and open facts only."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from ledger.errors import Unavailable
from ledger.store.body import masked
from ledger.store.log import Stored
from ledger.store.memory import MemoryLog
from projections import shelf_queries as queries
from projections.base import VIEWS
from projections.follow import Follower, folded
from projections.history import Era, Row
from projections.rebuild import rebuild
from projections.routes import Routes
from projections.shelf import Shelf
from projections.shelf_postgres import in_order
from projections.states import state_types
from tests.histories import START_ON, Story, record
from tests.postgres import Database
from tests.projections.conftest import Place
from tests.random_histories import stories

EVERY = tuple(VIEWS.values())
TYPES = state_types(EVERY)
KINDS = [of.kind for of in TYPES.values()]


def test_views_of_one_fold_share_its_states():
    assert {"ladder", "boards", "worked-time"} <= set(TYPES)
    assert VIEWS["continuity-streaks"].kind is VIEWS["eighteen-months"].kind


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_state_survives_its_canonical_bytes(story: Story) -> None:
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    for (kind, _), state in folded(KINDS, log.tail()).items():
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
    open_states, masked_states = (folded(KINDS, some)["ladder", "s-1"] for some in (rows, closed))
    assert shape.encode(open_states) == shape.encode(masked_states)
    assert b"nobody may read" not in shape.encode(open_states)


def _without_text(row: Stored) -> bytes:
    return masked(row.body, "text") if row.type.startswith("deviation-reported") else row.body


def test_types_that_no_view_handles_have_no_route() -> None:
    types = Routes.of(KINDS).types
    assert "shift-approved.v1" in types
    assert not {"policy-published.v1", "ledger-opened.v1"} & set(types)


def stretch(kind: str, key: str, at: int, *, since: int = 0, state: bytes | None = None) -> Row:
    """A row that begins at a position: a snapshot if it has a state, otherwise steps."""
    steps = None if state else b'[[%d,"x.v1",{}]]' % at
    return Row(kind, key, since, at, since == 0, state, steps)


def later(row: Row) -> Row:
    return replace(row, begins=False)


def put(shelf: Shelf, rows: list[Row], position: int) -> None:
    with shelf.building() as building:
        building.keep(rows)
        building.switch(position)


def _keep_and_fail(shelf: Shelf) -> None:
    with shelf.turn() as turn:
        assert turn
        turn.keep([stretch("ladder", "s-1", 1)], 2)
        raise ZeroDivisionError


def test_a_turn_left_by_an_exception_keeps_nothing(place: Place) -> None:
    shelf = place.shelf()
    with pytest.raises(ZeroDivisionError):
        _keep_and_fail(shelf)
    assert shelf.read([("ladder", "s-1")], 9).eras == {}
    assert shelf.position() == 0


def test_a_turn_keeps_rows_and_position_together(place: Place) -> None:
    shelf, ladder, orders = place.shelf(), stretch("ladder", "s-1", 1), stretch("orders", "s-1", 2)
    with shelf.turn() as turn:
        assert turn
        turn.keep([ladder, orders], 5)
    with shelf.turn() as turn:
        assert turn
        assert turn.position == 5
        assert turn.load([("orders", "s-1"), ("orders", "s-2")]) == {("orders", "s-1"): era(orders)}
        turn.keep([stretch("orders", "s-1", 6, since=6, state=b"[1]")], 6)
    found = shelf.read([("ladder", "s-1"), ("orders", "s-1")], 6)
    assert found.position == 6
    assert found.eras == {("ladder", "s-1"): era(ladder), ("orders", "s-1"): Era(6, b"[1]", ())}


def era(*rows: Row) -> Era:
    return Era(rows[0].since, rows[0].state, tuple(row.steps for row in rows if row.steps))


def test_what_is_read_is_the_newest_era_at_the_position_and_its_rows_up_to_there(place: Place) -> None:
    shelf, name = place.shelf(), ("orders", "o-1")
    first = [stretch(*name, 3), later(stretch(*name, 5))]
    second = [stretch(*name, 8, since=8, state=b"{}"), stretch(*name, 9, since=8)]
    put(shelf, [*second, *first, stretch("orders", "o-2", 1)], 12)
    expected = {
        2: None,
        3: era(first[0]),
        4: era(first[0]),
        7: era(*first),
        8: era(second[0]),
        20: era(*second),
    }
    assert {upto: shelf.read([name], upto).eras.get(name) for upto in expected} == expected


def test_of_a_key_with_many_eras_only_the_one_asked_for_is_read(database: Database) -> None:
    place = Place(database)
    with place.stack as stack:
        rows = [stretch("orders", "o-1", at, since=at, state=b"{}") for at in range(1, 500)]
        put(place.shelf(), rows, 500)
        connection = stack.enter_context(psycopg.connect(database.serve_url))
        for name, value in queries.SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        values = {"code": "code-1", "upto": 250, "kinds": ["orders"], "keys": ["o-1"]}
        explained = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {queries.READ}", values).fetchone()
        assert explained
        scanned = list(_scans(explained[0][0]["Plan"]))
        assert len(scanned) == 2
        assert all(plan["Actual Rows"] == 1 and plan["Actual Loops"] == 1 for plan in scanned)


def _scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan.get("Relation Name") == "history":
        yield plan
    for inner in plan.get("Plans", ()):
        yield from _scans(inner)


def test_many_names_are_read_at_once_and_in_any_order(place: Place) -> None:
    shelf, names = place.shelf(), [("orders", f"o-{n}") for n in range(50)]
    put(shelf, [stretch(*name, 1 + n) for n, name in enumerate(names)], 60)
    asked = [*reversed(names), ("ladder", "o-1"), ("orders", "o-99")]
    found = shelf.read(asked, 25)
    assert found.position == 60
    assert found.eras == {name: era(stretch(*name, 1 + n)) for n, name in enumerate(names[:25])}


def test_many_names_of_several_rows_are_made_into_something_one_after_the_other(place: Place) -> None:
    shelf, names = place.shelf(), [("orders", f"o-{n:03}") for n in range(3 * queries.NAMES_MANY)]
    rows = {name: [stretch(*name, 1 + n), later(stretch(*name, 500 + n))] for n, name in enumerate(names)}
    put(shelf, [*(two[1] for two in rows.values()), *(two[0] for two in rows.values())], 700)
    for asked in (names, names[: queries.NAMES_MANY - 1], names[::-1]):
        made: list[Any] = []
        found = shelf.read(asked, 700, lambda *one: made.append(one))  # noqa: B023
        assert sorted(made) == sorted((name, era(*rows[name])) for name in asked)
        assert found.position == 700


def test_a_read_that_fails_half_way_leaves_the_shelf_readable(place: Place) -> None:
    shelf, names = place.shelf(), [("orders", f"o-{n}") for n in range(9 * queries.ROWS_AT_ONCE)]
    put(shelf, [stretch(*name, 1) for name in names], 1)
    for _ in range(9):  # more often than there are connections
        with pytest.raises(ZeroDivisionError):
            shelf.read(names, 1, lambda *_: 1 // 0)
    assert len(shelf.read(names, 1).eras) == len(names)


def test_rows_out_of_the_order_asked_for_are_not_answered_from():
    rows = [(9, 1, 5, "b"), (9, 1, 3, "a"), (9, 4, 1, "c")]
    assert list(in_order(rows)) == [(1, [rows[1], rows[0]]), (4, [rows[2]])]
    assert list(in_order([(9, None, None)])) == [(None, [(9, None, None)])]
    with pytest.raises(Unavailable, match="another order"):
        list(in_order([*rows, rows[0]]))


def test_keys_are_those_begun_by_a_position_sorted(place: Place) -> None:
    shelf = place.shelf()
    rows = [stretch("orders", f"o-{n}", 10 - n) for n in range(9)]
    put(shelf, [*rows, stretch("ladder", "s-1", 1)], 10)
    assert shelf.keys("orders", upto=4, limit=9) == (10, ("o-6", "o-7", "o-8"))
    assert shelf.keys("orders", upto=10, limit=2) == (10, ("o-0", "o-1"))
    assert shelf.keys("orders", upto=10, limit=2, after="o-1") == (10, ("o-2", "o-3"))


@pytest.mark.parametrize("few", [1, 4, 10_000])
def test_keys_are_the_same_however_few_had_begun(
    place: Place, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.shelf_queries.KEYS_FEW", few)
    shelf, at = place.shelf(), {f"o-{n * 7 % 23:02}": 1 + n * 5 % 19 for n in range(23)}
    put(shelf, [stretch("orders", key, position) for key, position in at.items()], 20)
    for upto in range(21):
        begun = sorted(key for key, position in at.items() if position <= upto)
        for after in ("", "o-05", "o-20"):
            later = tuple(key for key in begun if key > after)
            assert shelf.keys("orders", upto=upto, limit=6, after=after) == (20, later[:6])


def test_every_key_is_told_in_order_with_its_era_then(place: Place) -> None:
    shelf = place.shelf()
    rows = [stretch("orders", f"o-{n}", 10 - n) for n in range(9)]
    put(shelf, [*rows, stretch("orders", "o-6", 7, since=7, state=b"{}"), stretch("ladder", "s-1", 1)], 10)
    with shelf.every("orders", 4) as (position, found):
        assert position == 10
        assert list(found) == [(f"o-{n}", era(rows[n])) for n in (6, 7, 8)]
    with shelf.every("orders", 7) as (_, found):
        assert dict(found)["o-6"] == Era(7, b"{}", ())


def test_a_new_generation_replaces_every_state_of_the_old(place: Place) -> None:
    shelf, names = place.shelf(), [("orders", "o-1"), ("orders", "o-2")]
    put(shelf, [stretch(*name, 1) for name in names], 9)
    put(shelf, [stretch("orders", "o-1", 2)], 7)
    assert shelf.read(names, 9).eras == {("orders", "o-1"): era(stretch("orders", "o-1", 2))}
    assert shelf.position() == 7


def test_a_building_without_its_switch_changes_nothing(place: Place) -> None:
    shelf = place.shelf()
    put(shelf, [stretch("orders", "o-1", 1)], 3)
    with shelf.building() as building:
        building.keep([stretch("orders", "o-1", 2)])
        assert shelf.read([("orders", "o-1")], 9).eras == {
            ("orders", "o-1"): era(stretch("orders", "o-1", 1))
        }
    assert shelf.read([("orders", "o-1")], 9).eras == {("orders", "o-1"): era(stretch("orders", "o-1", 1))}


def test_code_versions_keep_apart(place: Place) -> None:
    one, other = place.shelf("code-1"), place.shelf("code-2")
    put(one, [stretch("orders", "o-1", 1)], 1)
    put(other, [stretch("orders", "o-1", 2)], 2)
    assert one.read([("orders", "o-1")], 9).eras["orders", "o-1"] == era(stretch("orders", "o-1", 1))
    assert other.read([("orders", "o-1")], 9).eras["orders", "o-1"] == era(stretch("orders", "o-1", 2))


def test_a_reader_never_sees_a_part_of_two_generations(place: Place) -> None:
    shelf, reader, names = place.shelf(), place.shelf(), [("orders", f"o-{n}") for n in range(40)]
    put(shelf, [stretch(*name, 1) for name in names], 1)
    stopping, seen = threading.Event(), []

    def read() -> None:
        while not stopping.is_set():
            found = reader.read(names, 99)
            seen.append((found.position, len(found.eras), set(found.eras.values())))

    thread = threading.Thread(target=read)
    thread.start()
    for n in range(2, 30):
        put(shelf, [stretch(*name, n) for name in names], n)
    stopping.set()
    thread.join(10)
    assert seen
    assert all(count == 40 and eras == {era(stretch("orders", "o", at))} for at, count, eras in seen)


def test_another_generation_leaves_nothing_of_the_last(place: Place) -> None:
    record(place.log, secret_story().events)
    shelf = place.shelf()
    Follower(place.log, shelf).catch_up()
    rebuild(place.log, shelf, EVERY)
    with shelf.every("ladder", place.log.head().position) as (position, found):
        assert position == place.log.head().position
        assert [key for key, _ in found] == ["s-1"]
