"""The rebuild in the background of a server, which answers meanwhile."""

import threading
from contextlib import closing

import pytest

from api.rebuilding import in_background
from ledger.store.postgres import PostgresLog
from projections.base import VIEWS
from projections.follow import Follower
from projections.migrate import migrate_projections
from projections.shelf_postgres import PostgresShelf
from replay.digests import digest_kept, digests_folded
from tests.histories import record
from tests.postgres import Database
from tests.projections.test_follow import some_story

EVERY = tuple(VIEWS.values())


@pytest.fixture
def url(database: Database) -> str:
    migrate_projections(database.owner_url, database.serve_role)
    return database.serve_url


@pytest.mark.postgres
def test_a_follower_far_behind_rebuilds_in_the_background_and_goes_on(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.follow.REBUILD_EVENTS_MIN", 10)
    events = some_story(30, 200).events
    with closing(PostgresLog(url, mode="simulated")) as log, closing(PostgresShelf(url)) as shelf:
        record(log, events[:150])
        stopping = threading.Event()
        follower = Follower(log, shelf, rebuild=in_background(url))
        following = threading.Thread(target=follower.run, args=(stopping, 0.05))
        following.start()
        record(log, events[150:])
        for _ in range(600):
            if shelf.position() == len(events):
                break
            stopping.wait(0.1)
        stopping.set()
        following.join(20)
        kept = tuple(digest_kept(shelf, view) for view in EVERY)
        assert kept == digests_folded(log, EVERY)


@pytest.mark.postgres
def test_told_to_stop_it_stops_its_processes(url: str) -> None:
    with closing(PostgresLog(url, mode="simulated")) as log, closing(PostgresShelf(url)) as shelf:
        record(log, some_story(31, 50).events)
        stopping = threading.Event()
        stopping.set()
        assert in_background(url)(stopping) is None
        assert shelf.position() == 0
        assert in_background(url)(threading.Event()) == log.head().position
