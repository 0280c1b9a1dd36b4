"""The rebuild in the background of a server, which answers meanwhile."""

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import psycopg
import pytest

from api.opening import following
from api.rebuilding import in_background
from ledger.store.memory import MemoryLog
from ledger.store.postgres import PostgresLog
from projections.base import VIEWS
from projections.follow import Follower
from projections.migrate import migrate_projections
from projections.shelf_memory import MemoryShelf
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
def test_told_to_stop_it_stops_its_processes(url: str, database: Database) -> None:
    """However slow the machine is: a lock keeps the rebuild from being done before it is told to stop."""
    stopping = threading.Event()
    with closing(PostgresLog(url, mode="simulated")) as log, closing(PostgresShelf(url)) as shelf:
        record(log, some_story(31, 50).events)
        with psycopg.connect(database.owner_url) as holding, ThreadPoolExecutor(1) as pool:
            holding.execute("LOCK TABLE projections.building IN ACCESS EXCLUSIVE MODE")
            answer = pool.submit(in_background(url), stopping)
            assert counted(holding, "NOT granted", 1)
            stopping.set()
            assert answer.result() is None
            holding.rollback()
            assert counted(holding, "locktype = 'advisory'", 0)  # the server has seen that it is gone
        assert shelf.position() == 0
        assert in_background(url)(threading.Event()) == log.head().position


@pytest.mark.postgres
def test_told_to_stop_it_stops_a_process_that_stands_still(url: str, database: Database) -> None:
    stopping = threading.Event()
    with closing(PostgresLog(url, mode="simulated")) as log, closing(PostgresShelf(url)):
        record(log, some_story(32, 50).events)
        with psycopg.connect(database.owner_url) as holding, ThreadPoolExecutor(1) as pool:
            holding.execute("LOCK TABLE projections.building IN ACCESS EXCLUSIVE MODE")
            answer = pool.submit(in_background(url), stopping)
            assert counted(holding, "NOT granted", 1)
            (process,) = (one for one in multiprocessing.active_children() if one.name == "rebuild")
            os.kill(process.pid or 0, signal.SIGSTOP)
            stopping.set()
            try:
                assert answer.result(20) is None
            finally:
                with suppress(ProcessLookupError):
                    os.kill(process.pid or 0, signal.SIGCONT)


def test_a_follower_that_gets_no_process_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.follow.REBUILD_EVENTS_MIN", 10)
    monkeypatch.setattr("api.opening.RETRY_SECONDS", 0.05)
    log, shelf, tried = MemoryLog(mode="simulated"), MemoryShelf(), threading.Semaphore(0)
    record(log, some_story(33, 50).events)

    def rebuilt(_stopping: threading.Event) -> int:
        tried.release()
        raise BlockingIOError("no more processes")

    with following(Follower(log, shelf, rebuild=rebuilt)):
        assert tried.acquire(timeout=20)
        assert tried.acquire(timeout=20)


def counted(connection: psycopg.Connection, which: str, number: int) -> bool:
    """Whether so many locks of the database are such ones in the end; waited for."""
    this = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    question = f"SELECT count(*) FROM pg_locks WHERE {this} AND {which}"
    for _ in range(600):
        if connection.execute(question).fetchone() == (number,):
            return True
        time.sleep(0.1)
    return False
