"""A network that falls silent, and a server that was away: clear answers, and nobody waits for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from ledger.errors import Unavailable
from ledger.store.bell import Bell
from ledger.store.lookout import Lookout
from ledger.store.postgres import PostgresLog
from tests import postgres
from tests.store.log.appends import append
from tests.store.log.proxies import proxied

pytestmark = pytest.mark.skipif(
    bool(postgres.CONFIGURED), reason="the proxy stands before a local socket of our own"
)


@pytest.fixture
def far(database):
    """(proxy, log through it), with two seconds of patience."""
    with (
        postgres.temporary_home() as directory,
        proxied(database.serve_url, directory) as (proxy, url),
        closing(PostgresLog(url, mode="simulated", patience=2, flushers=1)) as log,
    ):
        log.append(append())
        log.head()
        yield proxy, log


def test_callers_on_a_silent_line_get_an_answer_and_the_next_ones_a_new_line(far):
    proxy, log = far
    command = append()
    proxy.silence()
    with ThreadPoolExecutor(2) as pool:
        appending, reading = pool.submit(log.append, command), pool.submit(log.head)
        for waiting in (appending, reading):
            with pytest.raises(Unavailable):
                waiting.result(10)
    assert log.head().position <= 2
    assert log.append(command).first == 2
    assert log.head().position == 2


def test_a_follower_on_a_silent_line_goes_on(far, database):
    proxy, log = far
    assert log.wait(1, 1) == 1  # listens by now
    proxy.silence()
    with closing(PostgresLog(database.serve_url, mode="simulated")) as near:
        near.append(append())
    assert log.wait(1, 15) == 2


def test_a_notification_is_a_hint_that_anybody_may_give(database, postgres_log):
    postgres_log.append(append())
    assert postgres_log.wait(0, 5) == 1
    with psycopg.connect(database.serve_url, autocommit=True) as stranger:
        for payload in ("", "x", "-1", "0", "9" * 5000, str(2**62)):
            stranger.execute("SELECT pg_notify('liggare', %s)", (payload,))
    assert postgres_log.wait(1, 0.5) == 1
    with closing(PostgresLog(database.serve_url, mode="simulated")) as other:
        other.append(append())
    assert postgres_log.wait(1, 5) == 2


class Asked(psycopg.Connection):
    """A connection that counts how often it is asked where the log ends."""

    heads = 0

    def execute(self, query, *values, **options):
        Asked.heads += "liggare.head()" in str(query)
        return super().execute(query, *values, **options)


def test_what_this_process_rings_itself_is_not_asked_of_the_log(database, postgres_log):
    Asked.heads = 0
    with closing(Bell(lambda: Asked.connect(database.serve_url, autocommit=True), Lookout(5), 60)) as bell:
        assert bell.wait(0, 0.5) == 0
        for position in range(1, 21):
            bell.ring(position)
            time.sleep(0.02)
        assert Asked.heads == 1  # when it began to listen
        postgres_log.append(append())
        with psycopg.connect(database.serve_url, autocommit=True) as stranger:
            stranger.execute("SELECT pg_notify('liggare', '21')")
        bell.wait(21, 0.5)
        assert Asked.heads == 2


def test_after_a_long_absence_the_first_reads_find_the_server_again(start_server, monkeypatch):
    """The pool's own attempts become ever rarer; here as fast as in an outage of minutes."""
    monkeypatch.setattr("psycopg_pool.base.AttemptWithBackoff.INITIAL_DELAY", 3.0)
    started = start_server()
    with closing(PostgresLog(started.url() + "&port=5433", mode="simulated", patience=1)) as log:
        until = time.monotonic() + 4
        while time.monotonic() < until:
            with pytest.raises(Unavailable):
                log.head()
        (started.socket_dir / ".s.PGSQL.5433").symlink_to(started.socket_dir / ".s.PGSQL.5432")
        assert took(log.head) < 4


def took(read):
    """Seconds until the server answers, if only that it has no ledger."""
    began = time.monotonic()
    while True:
        try:
            read()
        except Unavailable:
            continue
        except psycopg.errors.InvalidSchemaName:
            return time.monotonic() - began


def test_a_connection_that_is_no_longer_in_use_is_left_alone(database):
    lookout = Lookout(0.1)
    with psycopg.connect(database.serve_url) as connection:
        with lookout.over(connection):
            pass
        time.sleep(1.5)
        assert connection.execute("SELECT 1").fetchone() == (1,)
    lookout.close()
