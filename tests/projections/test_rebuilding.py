"""The rebuild in several processes: the same as a fold, whatever is killed, and nobody sees a part of it."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Conflict
from ledger.store.copied import connected, copied
from ledger.store.log import Log
from ledger.store.memory import MemoryLog
from projections import generations
from projections.base import VIEWS
from projections.follow import Follower
from projections.history import Density, Row
from projections.keyed import KeyRoutes
from projections.partitions import PartitionStoppedError, batches
from projections.rebuilding import Plan, Rebuilt, rebuild_beside
from projections.routes import Routes
from projections.shelf import Shelf
from projections.shelf_memory import MemoryShelf
from projections.states import state_types
from projections.steps import position_of
from projections.waiting import Waiting
from replay.digests import ViewDigest, digest_kept, digests_folded, digests_folded_apart
from replay.folding import folded_apart
from tests.histories import Story, record
from tests.postgres import Database
from tests.projections.conftest import Place
from tests.projections.test_follow import some_story
from tests.random_histories import stories

EVERY = tuple(VIEWS.values())
TYPES = state_types(EVERY)
KINDS = [one.kind for one in TYPES.values()]
CODE = "code-1"

Told = Callable[[int, int], None]


def kept(shelf: Shelf, upto: int | None = None) -> tuple[ViewDigest, ...]:
    return tuple(digest_kept(shelf, view, upto=upto) for view in EVERY)


def rows_of(log: Log, after: int, upto: int, types: tuple[str, ...]) -> Iterator[tuple[int, bytes, bytes]]:
    for one in log.tail(after=after, upto=upto, types=types):
        yield one.position, one.type.encode(), one.body


@settings(max_examples=40, deadline=None)
@given(stories())
def test_keys_alone_lead_to_the_same_states_as_the_whole_event(story: Story) -> None:
    log, routes = MemoryLog(mode="simulated"), KeyRoutes.of(KINDS)
    record(log, story.events)
    assert routes.types == Routes.of(KINDS).types
    keyed = [
        (*name, position_of(step))
        for name, step in routes.steps(rows_of(log, 0, len(story.events), routes.types))
    ]
    whole = [(kind, key, at) for kind, key, _, _, at in Routes.of(KINDS).steps(log.tail(types=routes.types))]
    assert keyed == whole


@settings(max_examples=40, deadline=None)
@given(
    stories(), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 3000),
    st.sampled_from([0.3, 1.0, 4.0]),
)  # fmt: skip
def test_what_waits_for_its_snapshot_tells_every_state_of_the_past(
    story: Story, sizes: list[int], bytes_min: int, ratio: float
) -> None:
    log, shelf, density = MemoryLog(mode="simulated"), MemoryShelf(), Density(ratio, bytes_min)
    record(log, story.events)
    rows = list(waited(log, len(story.events), sizes, density))
    with shelf.building() as building:
        building.keep(rows)
        building.switch(len(story.events))
    for upto in {1, len(story.events) // 2, len(story.events)}:
        assert kept(shelf, upto) == digests_folded(log, EVERY, upto=upto)


def waited(log: Log, head: int, sizes: list[int], density: Density) -> Iterator[Row]:
    held: dict[tuple[str, str], Waiting] = {}
    routes, after, n = KeyRoutes.of(KINDS), 0, 0
    while after < head:
        upto = min(head, after + sizes[n % len(sizes)])
        (batch,) = batches(routes.steps(rows_of(log, after, upto, routes.types)), after, upto, 1)
        for kind, key, steps in batch.steps:
            if (kind, key) not in held:
                own = TYPES[kind].density(density)
                held[kind, key] = Waiting(TYPES[kind], key, own, own.due(None))
            yield from held[kind, key].take(steps)
        after, n = upto, n + 1


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    """Several processes need a database between them."""
    opened = Place(database)
    with opened.stack:
        yield opened


@pytest.fixture
def url(database: Database) -> str:
    return database.serve_url


def rebuilt(url: str, told: Told = lambda *_: None, **changed: object) -> Rebuilt | None:
    plan = Plan(**{"code": CODE, "processes": 2, "batch_max": 40, **changed})  # type: ignore[arg-type]
    return rebuild_beside(url, plan, told=told)


@pytest.mark.postgres
@pytest.mark.parametrize("processes", [1, 3])
def test_however_many_processes_rebuild_it_is_the_fold(place: Place, url: str, processes: int) -> None:
    events = some_story(11, 300).events
    record(place.log, events)
    assert rebuilt(url, processes=processes) == Rebuilt(len(events), 0, processes)
    shelf = place.shelf(CODE)
    for upto in (None, 77, 200):
        assert kept(shelf, upto) == digests_folded(place.log, EVERY, upto=upto)


@pytest.mark.postgres
def test_with_little_memory_eras_are_read_again(place: Place, url: str) -> None:
    record(place.log, some_story(12, 300).events)
    rebuilt(url, held_bytes_max=2_000, density=Density(1.0, 500))
    assert kept(place.shelf(CODE)) == digests_folded(place.log, EVERY)


@pytest.mark.postgres
def test_the_follower_goes_on_from_what_was_rebuilt(place: Place, url: str) -> None:
    events = some_story(13, 200).events
    record(place.log, events[:150])
    shelf = place.shelf(CODE)
    follower = Follower(place.log, shelf, batch_max=30)
    follower.turn()
    rebuilt(url)
    record(place.log, events[150:])
    follower.catch_up()
    assert kept(shelf) == digests_folded(place.log, EVERY)


@pytest.mark.postgres
def test_what_comes_during_a_rebuild_is_rebuilt_or_followed(place: Place, url: str) -> None:
    events = iter([some_story(14, 260).events[start : start + 20] for start in range(0, 260, 20)])
    record(place.log, next(events))
    shelf = place.shelf(CODE)
    rebuilt(url, lambda *_: record(place.log, next(events, [])))
    for rest in events:
        record(place.log, rest)
    Follower(place.log, shelf).catch_up()
    assert kept(shelf) == digests_folded(place.log, EVERY)


@pytest.mark.postgres
def test_a_killed_partition_ends_the_run_and_the_next_goes_on(place: Place, url: str) -> None:
    events = some_story(15, 400).events
    record(place.log, events)
    shelf = place.shelf(CODE)

    with pytest.raises(PartitionStoppedError):
        rebuilt(url, killing_at(url, 80, most=1), batch_max=5)
    assert shelf.position() == 0
    again = rebuilt(url, processes=7)
    assert again is not None
    assert again.before >= 80
    assert again.processes == 2  # it goes on with what was begun
    assert kept(shelf) == digests_folded(place.log, EVERY)


@pytest.mark.postgres
def test_kill_nine_of_everything_loses_and_doubles_nothing(place: Place, url: str) -> None:
    events = some_story(16, 400).events
    record(place.log, events)
    for _ in range(3):
        process = multiprocessing.get_context("forkserver").Process(target=killed_rebuild, args=(url,))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
    again = rebuilt_once_free(url)
    assert again.before >= 90
    assert kept(place.shelf(CODE)) == digests_folded(place.log, EVERY)


def killed_rebuild(url: str) -> None:
    """Killed when one batch more is kept, and no other is sent."""
    first = least_kept(url)

    def kill(_done: int, _all: int) -> None:
        while least_kept(url) <= first:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)

    rebuilt_once_free(url, kill, batch_max=30)


def rebuilt_once_free(url: str, told: Told = lambda *_: None, **changed: object) -> Rebuilt:
    """Rebuilds as soon as the server has seen that the run before is gone."""
    while (done := rebuilt(url, told, **changed)) is None:
        time.sleep(0.01)
    return done


def least_kept(url: str) -> int:
    with connected(url) as connection:
        row = connection.execute("SELECT coalesce(min(position), 0) FROM projections.building").fetchone()
    return row[0] if row else 0


@pytest.mark.postgres
def test_told_to_stop_it_stops_and_leaves_what_it_kept(place: Place, url: str) -> None:
    record(place.log, some_story(17, 300).events)
    stopping = threading.Event()
    plan = Plan(code=CODE, processes=1, batch_max=20)
    told = lambda done, _all: stopping.set() if done >= 100 else None  # noqa: E731
    assert rebuild_beside(url, plan, told=told, stopping=stopping) is None
    again = rebuild_beside(url, plan)
    assert again is not None
    assert again.before >= 100


@pytest.mark.postgres
def test_only_one_run_builds_for_a_code_version(place: Place, url: str) -> None:
    record(place.log, some_story(18, 50).events)
    with connected(url) as connection, generations.alone(connection, CODE) as free:
        assert free
        assert rebuilt(url) is None
        assert rebuilt(url, code="code-2") is not None


@pytest.mark.postgres
def test_a_run_that_was_taken_over_keeps_nothing_more(place: Place, url: str) -> None:
    record(place.log, some_story(19, 50).events)
    with connected(url) as connection:
        late = generations.begun(connection, CODE, TYPES, 2, 50)
        newer = generations.begun(connection, CODE, TYPES, 2, 50)
        assert newer.number == late.number
        with pytest.raises(Conflict):
            generations.keep(connection, late, 0, [], 0, 20)
        with pytest.raises(Conflict):
            generations.switch(connection, late, 0)
        with pytest.raises(Conflict):
            generations.switch(connection, newer, 20)
        generations.keep(connection, newer, 0, [], 0, 20)
        with pytest.raises(Conflict):
            generations.keep(connection, newer, 0, [], 0, 20)


@pytest.mark.postgres
def test_what_other_code_left_unfinished_is_swept(place: Place, url: str) -> None:
    record(place.log, some_story(20, 300).events)
    shelf = place.shelf("code-2")
    Follower(place.log, shelf).catch_up()
    with pytest.raises(PartitionStoppedError):
        rebuilt(url, killing_at(url, 80), code="code-0", batch_max=5)
    rebuilt(url)
    with connected(url) as connection:
        assert connection.execute("SELECT count(*) FROM projections.building").fetchone() == (0,)
        counted = connection.execute("SELECT count(DISTINCT generation) FROM projections.history").fetchone()
    assert counted == (2,)
    assert kept(shelf) == kept(place.shelf(CODE))


def killing_at(url: str, position: int, most: int | None = None) -> Told:
    """Kills, of batches of five, when those up to a position are kept and no more is sent: nobody races."""
    sent = count(5, 5)

    def kill(_done: int, _all: int) -> None:
        if next(sent) != position:
            return
        while least_kept(url) < position:
            time.sleep(0.01)
        for one in multiprocessing.active_children()[:most]:
            os.kill(one.pid or 0, signal.SIGKILL)

    return kill


@pytest.mark.postgres
@pytest.mark.parametrize("processes", [1, 3])
def test_digests_are_the_same_by_any_number_of_processes(place: Place, url: str, processes: int) -> None:
    record(place.log, some_story(21, 300).events)
    for upto in (300, 120):
        expected = digests_folded(place.log, EVERY, upto=upto)
        assert digests_folded_apart(url, EVERY, upto, processes=processes) == expected


@pytest.mark.postgres
def test_one_digest_from_live_rebuild_and_folds_with_and_without_a_database(place: Place, url: str) -> None:
    events = some_story(24, 200).events
    alone = MemoryLog(mode="simulated")
    record(alone, events)
    record(place.log, events)
    live = place.shelf("code-live")
    Follower(place.log, live, batch_max=60).catch_up()
    rebuilt(url)
    expected = digests_folded(alone, EVERY)
    assert kept(live) == kept(place.shelf(CODE)) == digests_folded(place.log, EVERY) == expected
    assert digests_folded_apart(url, EVERY, len(events), processes=2) == expected


@pytest.mark.postgres
def test_states_that_were_put_away_come_back_the_same(place: Place, url: str) -> None:
    record(place.log, some_story(22, 300).events)
    with (
        folded_apart(url, VIEWS, 300, 2) as free,
        folded_apart(url, VIEWS, 300, 2, held_bytes_max=1_000) as tight,
    ):
        for kind in TYPES:
            assert list(free.states(kind)) == list(tight.states(kind))


@pytest.mark.postgres
def test_the_log_is_copied_as_it_is_read(place: Place, url: str) -> None:
    record(place.log, some_story(23, 120).events)
    types = KeyRoutes.of(KINDS).types
    with connected(url) as connection:
        for after, upto in ((0, 120), (17, 40), (40, 40), (100, 999)):
            found = list(copied(connection, after, upto, types))
            assert found == list(rows_of(place.log, after, upto, types))
