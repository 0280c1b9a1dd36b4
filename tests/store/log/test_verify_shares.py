"""Verification in shares: the same findings however a ledger is cut, as by single examination."""

from contextlib import closing
from itertools import chain, pairwise

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.store import verify as verifying
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from ledger.store.verify_processes import VerificationError, begin, processes_for
from ledger.store.verify_share import POSITION_MAX, POSITION_MIN, Outcome, Share, carried_out, shares
from tests.store.log import test_verify as single
from tests.store.log.appends import append
from tests.store.log.test_verify import BEYOND, CHANGES, FORGERIES, OTHER_BODY

tamper = single.tamper
EVENTS = 24
TOGETHER = EVENTS + 8  # with those of the other fixture
BODIES = {"body", "body's length", "body gone"}


@pytest.fixture
def shared(monkeypatch):
    """Shares one after the other in this process, on the snapshot that processes would read."""

    def in_turn(url, snapshot, dealt, tell, carried):
        with psycopg.connect(url) as connection:
            begin(connection)
            connection.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            for share in chain(*dealt):
                carried(share, carried_out(connection, share, tell))

    monkeypatch.setattr(verifying, "in_processes", in_turn)
    monkeypatch.setattr("ledger.store.verify_rows.BLOCKS", 1)


@pytest.fixture
def longer(database, postgres_log):
    for n in range(EVENTS // 3):
        postgres_log.append(append((f"thing:{n}", "thing:a")))
        postgres_log.append(append(("thing:a",), ("thing:b", f"order:o-{n}")))


def one_by_one(url, *, bodies=True):
    """What examining every event alone finds: the slow way, with nothing shown beforehand."""
    with psycopg.connect(url) as connection:
        begin(connection)
        head = verifying._end(connection)[0]
        everything = Outcome(doubts=[POSITION_MIN, POSITION_MAX])
        return verifying._examined(connection, [everything], head, bodies=bodies)


@pytest.mark.parametrize("what", [*CHANGES, *BEYOND, *FORGERIES])
def test_findings_are_those_of_single_examination_however_the_ledger_is_cut(database, tamper, shared, what):
    statement = (CHANGES | BEYOND | FORGERIES)[what]
    tamper(statement)
    expected = one_by_one(database.serve_url)
    assert expected
    for number in (1, 2, 3, 5, 8, 11):
        assert verify(database.serve_url, processes=number).findings == expected, number


@pytest.mark.parametrize("what", CHANGES)
def test_headers_alone_show_everything_but_bodies(database, tamper, shared, what):
    tamper(CHANGES[what])
    report = verify(database.serve_url, processes=3, bodies=False)
    assert report.findings == one_by_one(database.serve_url, bodies=False)
    assert report.intact == (what in BODIES)
    assert not report.bodies


MOVES = (
    "UPDATE liggare.tags SET position = position + {by} WHERE position = {at}",
    "UPDATE liggare.tags SET tag = tag || 'x' WHERE position = {at}",
    "UPDATE liggare.commands SET first = first + {by} WHERE first = {at}",
    "DELETE FROM liggare.events WHERE position BETWEEN {at} AND {at} + {by}",
    "DELETE FROM liggare.tags WHERE position = {at}",
    "UPDATE liggare.events SET leaf = substr(leaf, 1, {by}) WHERE position = {at}",
    "UPDATE liggare.events SET type = E'a\\nb' WHERE position = {at}",
    "UPDATE liggare.tags SET tag = E'thing:a\\nthing:b' WHERE position = {at} AND tag = 'thing:a'",
    "INSERT INTO liggare.tags VALUES ('thing:q', 'thing-happened.v1', {at} - {by})",
    (
        "UPDATE liggare.events SET body = (SELECT body FROM liggare.events WHERE position = {by})"
        " WHERE position = {at}"
    ),
    # moved within the table, and no more: nothing is wrong with the ledger then
    "UPDATE liggare.tags SET type = type WHERE position BETWEEN {at} AND {at} + {by}",
    "UPDATE liggare.commands SET mac = mac WHERE first <= {at}",
)


# Shown as found: three changes are small enough, and each smaller example takes processes and a database.
@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip
@given(
    st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, EVENTS), st.integers(1, 20)), max_size=3),
    st.integers(1, 9),
)
def test_random_tampering_is_found_as_by_single_examination(database, tamper, longer, shared, moves, number):
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS public.kept_tags AS SELECT * FROM liggare.tags")
        connection.execute("CREATE TABLE IF NOT EXISTS public.kept_events AS SELECT * FROM liggare.events")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.kept_commands AS SELECT * FROM liggare.commands"
        )
    for table in ("tags", "events", "commands"):
        tamper(f"DELETE FROM liggare.{table}; INSERT INTO liggare.{table} SELECT * FROM public.kept_{table}")
    for statement, at, by in moves:
        try:
            tamper(statement.format(at=at, by=by))
        except psycopg.errors.IntegrityError:
            continue
    assert verify(database.serve_url, processes=number).findings == one_by_one(database.serve_url)


def test_a_body_forged_with_root_and_leaf_is_intact_in_shares_too(database, tamper, shared):
    tamper(OTHER_BODY)
    assert verify(database.serve_url, processes=4).intact == (not one_by_one(database.serve_url))


def test_processes_find_the_same_and_count_the_same(database, tamper, longer):
    told = []
    assert verify(database.serve_url, lambda *done: told.append(done), processes=2).intact
    assert told[-1] == (TOGETHER, TOGETHER)
    tamper(CHANGES["tag"])
    report = verify(database.serve_url, processes=2)
    assert (report.findings, report.events) == (one_by_one(database.serve_url), TOGETHER)


def test_a_process_that_fails_is_no_intact_ledger(database, tamper, monkeypatch):
    monkeypatch.setattr(verifying, "_snapshot", lambda _: "00000000-00000000-1")
    with pytest.raises(VerificationError, match="without its result"):
        verify(database.serve_url, processes=2)


def test_events_appended_meanwhile_are_not_missed_and_not_counted(database, longer, monkeypatch):
    cut = verifying.begun

    def later(*given, **more):
        with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
            log.append(append(("thing:z",)))
        return cut(*given, **more)

    monkeypatch.setattr(verifying, "begun", later)
    report = verify(database.serve_url, processes=2)
    assert (report.events, report.intact) == (EVENTS, True)


def test_short_ledgers_are_verified_in_one_process():
    assert processes_for(100, None) == 1
    assert processes_for(100, 3) == 3
    assert processes_for(1_000_000, None) >= 1


def test_every_position_is_in_one_share(database, longer):
    with psycopg.connect(database.serve_url) as connection:
        for number in range(1, 30):
            cuts = shares(connection, EVENTS, number, bodies=True)
            assert all(isinstance(one, Share) for one in cuts)
            ranges = [p for one in cuts for p in range(one.after + 1, one.upto + 1)]
            assert ranges == list(range(1, EVENTS + 1))
            for table in ("tags", "commands"):
                places = [getattr(one, table) for one in cuts]
                assert places[0][0] == (0, 0)
                assert all(a[1] == b[0] for a, b in pairwise(places))
