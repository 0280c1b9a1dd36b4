"""The follower: live, rebuilt and folded are the same; crash and race lose and double nothing."""

import random
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Unavailable
from ledger.store.log import Log
from ledger.store.memory import MemoryLog
from projections.base import VIEWS
from projections.follow import Follower
from projections.history import Era, Name, Row
from projections.rebuild import rebuild
from projections.shelf import Shelf, Turn
from projections.shelf_memory import MemoryShelf
from replay.digests import ViewDigest, digest_kept, digests_folded
from tests.histories import Story, record
from tests.postgres import Database
from tests.projections.conftest import Place
from tests.random_histories import stories, story_of

EVERY = tuple(VIEWS.values())


def kept(shelf: Shelf, upto: int | None = None) -> tuple[ViewDigest, ...]:
    return tuple(digest_kept(shelf, view, upto=upto) for view in EVERY)


def some_story(seed: int, size: int = 150) -> Story:
    draw = random.Random(seed)
    return story_of([(draw.randrange(20), draw.randrange(12), draw.randrange(120)) for _ in range(size)])


def follow_in_batches(log: Log, shelf: Shelf, sizes: list[int]) -> None:
    follower, head, n = Follower(log, shelf), log.head().position, 0
    while shelf.position() < head:
        follower.batch_max = sizes[n % len(sizes)]
        follower.turn()
        n += 1


class CrashError(Exception):
    """A crash on purpose."""


@dataclass
class CrashingTurn:
    turn: Turn

    @property
    def generation(self) -> int:
        return self.turn.generation

    @property
    def position(self) -> int:
        return self.turn.position

    def load(self, names: Any) -> Mapping[Name, Era]:
        return self.turn.load(names)

    def keep(self, rows: Collection[Row], position: int) -> None:
        self.turn.keep(rows, position)
        raise CrashError


class CrashingShelf:
    """A shelf whose turns crash after everything was written and before it was committed."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def __getattr__(self, name: str) -> Any:
        return getattr(self.shelf, name)

    @contextmanager
    def turn(self) -> Iterator[Any]:
        with self.shelf.turn() as turn:
            yield turn and CrashingTurn(turn)


@settings(max_examples=60, deadline=None)
@given(stories(), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_any_history_in_any_batches_is_rebuilt_and_folded_to_the_same(story: Story, sizes: list[int]) -> None:
    log, live, fresh = MemoryLog(mode="simulated"), MemoryShelf(), MemoryShelf()
    record(log, story.events)
    follow_in_batches(log, live, sizes)
    rebuild(log, fresh, EVERY)
    assert kept(live) == kept(fresh) == digests_folded(log, EVERY)


def test_live_rebuilt_and_folded_agree(place: Place) -> None:
    record(place.log, some_story(1).events, per_command=3)
    follow_in_batches(place.log, place.shelf(), [7, 1, 20])
    rebuild(place.log, place.shelf("code-2"), EVERY)
    assert kept(place.shelf()) == kept(place.shelf("code-2")) == digests_folded(place.log, EVERY)


def test_a_rebuild_to_a_position_is_the_fold_to_that_position(place: Place) -> None:
    record(place.log, some_story(2).events)
    rebuild(place.log, place.shelf(), EVERY, upto=60)
    assert kept(place.shelf()) == digests_folded(place.log, EVERY, upto=60)


def test_the_digest_at_any_position_is_that_of_the_fold_to_it(place: Place) -> None:
    events = some_story(2).events
    record(place.log, events)
    shelf = place.shelf()
    follow_in_batches(place.log, shelf, [40, 3])
    for upto in (1, 25, 26, 100, len(events)):
        assert kept(shelf, upto) == digests_folded(place.log, EVERY, upto=upto)


def test_a_crash_before_the_commit_loses_and_doubles_nothing(place: Place) -> None:
    record(place.log, some_story(3).events)
    shelf = place.shelf()
    follower = Follower(place.log, shelf, batch_max=30)
    follower.turn()
    before = kept(shelf)
    for crashed in (follower, Follower(place.log, shelf, batch_max=30)):
        crashed.shelf = CrashingShelf(shelf)
        with pytest.raises(CrashError):
            crashed.turn()
        assert kept(shelf) == before
    follower.shelf = shelf
    follower.catch_up()
    assert kept(shelf) == digests_folded(place.log, EVERY)


def _lose_the_connection(shelf: Shelf, database: Database) -> None:
    leader = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks"
        " WHERE relation = 'projections.follower'::regclass AND mode = 'RowShareLock'"
    )
    with shelf.turn() as turn:
        assert turn
        with psycopg.connect(database.admin_url, autocommit=True) as admin:
            admin.execute(leader)
        turn.keep([], 99)


def test_a_lost_connection_leaves_the_turn_to_the_next(database: Database) -> None:
    place = Place(database)
    with place.stack:
        record(place.log, some_story(9).events)
        follower = Follower(place.log, place.shelf(), batch_max=50)
        follower.turn()
        with pytest.raises(Unavailable):
            _lose_the_connection(follower.shelf, database)
        follower.catch_up()
        assert kept(follower.shelf) == digests_folded(place.log, EVERY)


def test_two_followers_share_the_work_and_a_rebuild_between_them(place: Place) -> None:
    events = some_story(4, 400).events
    record(place.log, events[:200])
    shelves, failures = [place.shelf() for _ in range(2)], []

    def follow(shelf: Shelf) -> None:
        follower = Follower(place.log, shelf, batch_max=5)
        try:
            while shelf.position() < len(events):
                follower.turn()
        except BaseException as error:  # noqa: BLE001  the test reports it
            failures.append(error)

    threads = [threading.Thread(target=follow, args=(shelf,)) for shelf in shelves]
    for thread in threads:
        thread.start()
    rebuild(place.log, place.shelf(), EVERY, upto=120)
    record(place.log, events[200:])
    for thread in threads:
        thread.join(60)
    assert not failures
    assert kept(shelves[0]) == digests_folded(place.log, EVERY)


def test_only_one_follower_has_the_turn(place: Place) -> None:
    record(place.log, some_story(5).events)
    with place.shelf().turn() as first:
        assert first is not None
        assert Follower(place.log, place.shelf()).turn() is None
    assert Follower(place.log, place.shelf()).turn() is not None


def test_a_follower_notices_that_another_took_a_turn(place: Place) -> None:
    record(place.log, some_story(6).events)
    one, other = (Follower(place.log, place.shelf(), batch_max=9) for _ in range(2))
    while place.shelf().position() < place.log.head().position:
        one.turn()
        other.turn()
    assert kept(place.shelf()) == digests_folded(place.log, EVERY)


def test_run_follows_until_it_is_told_to_stop(place: Place) -> None:
    stopping = threading.Event()
    shelf = place.shelf()
    thread = threading.Thread(target=Follower(place.log, shelf).run, args=(stopping, 0.05))
    thread.start()
    events = some_story(7, 40).events
    record(place.log, events)
    for _ in range(200):
        if shelf.position() == len(events):
            break
        stopping.wait(0.05)
    stopping.set()
    thread.join(10)
    assert kept(shelf) == digests_folded(place.log, EVERY)


def test_far_behind_it_rebuilds_instead(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.follow.REBUILD_EVENTS_MIN", 10)
    record(place.log, some_story(8).events)
    Follower(place.log, place.shelf(), batch_max=1).catch_up()
    assert kept(place.shelf()) == digests_folded(place.log, EVERY)


def test_nothing_to_follow_keeps_nothing(place: Place) -> None:
    assert Follower(place.log, place.shelf()).catch_up() == 0
    assert kept(place.shelf()) == digests_folded(place.log, EVERY)
