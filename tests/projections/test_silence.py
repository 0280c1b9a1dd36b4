"""The shelf over a network that falls silent, and a follower that stands still: nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from ledger.errors import Unavailable
from ledger.store.postgres import PostgresLog
from projections.base import VIEWS
from projections.follow import Follower
from projections.migrate import migrate_projections
from projections.shelf_postgres import PostgresShelf
from replay.digests import digest_kept, digests_folded
from tests import postgres
from tests.histories import record
from tests.postgres import Database
from tests.projections.test_follow import some_story
from tests.store.log.proxies import proxied

EVERY = tuple(VIEWS.values())
QUIET = 1.0
SOON = 20.0

pytestmark = pytest.mark.postgres
of_our_own = pytest.mark.skipif(
    bool(postgres.CONFIGURED), reason="the proxy stands before a local socket of our own"
)


@pytest.fixture
def url(database: Database) -> str:
    migrate_projections(database.owner_url, database.serve_role)
    return database.serve_url


@of_our_own
def test_readers_on_silent_lines_get_an_answer_and_the_next_ones_new_lines(url: str) -> None:
    """As many as there are connections: all of them fall silent, in use and idle."""
    with (
        postgres.temporary_home() as directory,
        proxied(url, directory) as (proxy, far),
        closing(PostgresShelf(far, code="code-1", connections_max=2, quiet_seconds=QUIET)) as shelf,
        ThreadPoolExecutor(2) as pool,
    ):
        together = threading.Barrier(2)
        waiting = [pool.submit(_ask_when_silent, shelf, together, proxy) for _ in range(2)]
        for one in waiting:
            with pytest.raises(Unavailable):
                one.result(SOON)
        assert pool.submit(shelf.position).result(SOON) == 0
        assert pool.submit(shelf.read, [("worked", "c-1")], 1).result(SOON).position == 0


def _ask_when_silent(shelf: PostgresShelf, together: threading.Barrier, proxy: object) -> None:
    with shelf.turn() as _:
        if together.wait(SOON) == 0:
            proxy.silence()  # type: ignore[attr-defined]
        together.wait(SOON)


@of_our_own
def test_a_follower_on_a_silent_line_goes_on(url: str) -> None:
    events = some_story(41, 60).events
    stopping = threading.Event()
    with (
        postgres.temporary_home() as directory,
        proxied(url, directory) as (proxy, far),
        closing(PostgresLog(url, mode="simulated")) as log,
        closing(PostgresShelf(far, code="code-1", quiet_seconds=QUIET)) as shelf,
        closing(PostgresShelf(url, code="code-1")) as near,
        ThreadPoolExecutor(1) as pool,
    ):
        record(log, events[:30])
        follower = Follower(log, shelf)
        assert follower.catch_up() == 30
        proxy.silence()
        record(log, events[30:])
        following = pool.submit(_follow, follower, stopping)
        for _ in range(int(SOON * 10)):
            if stopping.wait(0.1) or near.position() == len(events):
                break
        stopping.set()
        following.result(SOON)
        assert tuple(digest_kept(near, view) for view in EVERY) == digests_folded(log, EVERY)


def _follow(follower: Follower, stopping: threading.Event) -> None:
    """As the server does: whatever happens to the database."""
    while not stopping.is_set():
        try:
            follower.run(stopping, 0.05)
        except Unavailable:
            stopping.wait(0.05)


def test_a_follower_that_stands_still_loses_its_turn(url: str) -> None:
    with (
        closing(PostgresLog(url, mode="simulated")) as log,
        closing(PostgresShelf(url, code="code-1", quiet_seconds=QUIET)) as stopped,
        closing(PostgresShelf(url, code="code-1")) as other,
    ):
        events = record(log, some_story(42, 60).events)
        follower = Follower(log, other)
        with pytest.raises(Unavailable):
            _stand_still(stopped, follower, len(events))
        assert other.position() == len(events)
        assert tuple(digest_kept(other, view) for view in EVERY) == digests_folded(log, EVERY)


def _stand_still(stopped: PostgresShelf, follower: Follower, head: int) -> None:
    with stopped.turn() as turn:
        assert turn is not None
        assert follower.turn() is None
        assert _in_time(follower) == head
        turn.keep([], 1)


def _in_time(follower: Follower) -> int | None:
    waiting = threading.Event()
    for _ in range(int(SOON * 10)):
        if (reached := follower.turn()) is not None:
            return reached
        waiting.wait(0.1)
    return None
