"""kill -9 of the server and of a writer under load: nothing acknowledged is lost, nothing is twice."""

import os
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import psycopg
import pytest

from ledger.errors import Unavailable
from ledger.store.embedded import revive
from ledger.store.migrate import migrate
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from tests.postgres import kill
from tests.store.log.appends import append
from tests.store.log.writers import write

KILLS = int(os.environ.get("LIGGARE_TEST_KILLS", "2"))


@pytest.fixture
def server(start_server):
    """A server of the test's own, with fsync on, and the address of a migrated ledger on it."""
    started = start_server()
    with psycopg.connect(started.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE serve LOGIN")
        connection.execute("CREATE DATABASE ledger")
    migrate(started.url("ledger"), "serve")
    return started


@contextmanager
def writing(log, threads, acknowledge):
    """Writers that go on until the block ends, however it ends."""
    stop = threading.Event()
    writers = [
        threading.Thread(target=write, args=(log, 10**6, acknowledge, stop), daemon=True)
        for _ in range(threads)
    ]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        stop.set()
        for writer in writers:
            writer.join(40)


def wait_for(acknowledged, more):
    """Wait until that many more were acknowledged."""
    reached = len(acknowledged) + more
    while len(acknowledged) < reached:
        time.sleep(0.02)


def positions_of(url):
    """(first, last) of every command as recorded."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT command_id, first, last FROM liggare.commands").fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def test_the_server_is_killed_under_load(server):
    url = server.url("ledger", "serve")
    acknowledged = {}

    def acknowledge(command, outcome):
        assert acknowledged.setdefault(command.command_id, (outcome.first, outcome.last)) == (
            outcome.first,
            outcome.last,
        )

    with (
        closing(PostgresLog(url, mode="simulated", patience=30)) as log,
        writing(log, 8, acknowledge),
    ):
        for _ in range(KILLS):
            wait_for(acknowledged, 50)
            kill(server)
            revive(server)
        wait_for(acknowledged, 50)
    recorded = positions_of(url)
    assert acknowledged.items() <= recorded.items()
    report = verify(url)
    assert report.intact, report.findings
    assert report.events == 2 * len(recorded)


def test_a_writer_is_killed_under_load(database):
    command = [sys.executable, "-m", "tests.store.log.writers", database.serve_url, "8", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        lines = [child.stdout.readline() for _ in range(200)]
        child.kill()
        lines += child.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith("\n")]
    recorded = positions_of(database.serve_url)
    assert all(recorded[name] == (int(first), int(last)) for name, first, last in whole)
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        # What it had sent may be recorded after it died: never half a command, never with a gap.
        assert log.append(append()).first in range(2 * len(recorded) + 1, 10**6, 2)
    assert verify(database.serve_url).intact


def test_a_lost_connection_is_mended_while_callers_wait(database, postgres_log):
    acknowledged = []

    def acknowledge(*both):
        acknowledged.append(both)

    with (
        writing(postgres_log, 4, acknowledge),
        psycopg.connect(database.admin_url, autocommit=True) as admin,
    ):
        for _ in range(5):
            wait_for(acknowledged, 20)
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                (database.name,),
            )
    assert postgres_log.head().position >= 2 * len(acknowledged)
    for command, outcome in acknowledged:
        found = postgres_log.outcome(command.client, command.command_id, command.mac)
        assert (found.first, found.leaves) == (outcome.first, outcome.leaves)
    assert verify(database.serve_url).intact


def test_a_server_that_stays_away_ends_in_a_clear_answer(server):
    with closing(PostgresLog(server.url("ledger", "serve"), mode="simulated", patience=1)) as log:
        command = append()
        log.append(append())
        kill(server)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            log.append(command)
        with pytest.raises(Unavailable):
            log.head()
        assert time.monotonic() - began < 10
        revive(server)
        assert log.append(command).first == 2


def test_a_database_that_does_not_answer_ends_in_a_clear_answer(database):
    with (
        closing(PostgresLog(database.serve_url, mode="simulated", patience=1)) as log,
        psycopg.connect(database.serve_url) as holder,
    ):
        holder.execute("SELECT liggare.lock_appends()")
        with pytest.raises(Unavailable):
            log.append(append())
        holder.rollback()
        assert log.append(append()).first
