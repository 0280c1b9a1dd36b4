"""Many writers at once: one winner a race, every position once in order, and unharmed neighbours."""

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import psycopg
import pytest
from msgspec.structs import replace

from ledger.errors import CommandReused, Conflict, LedgerError, Unavailable
from ledger.fold import Selector
from ledger.store.log import Outcome
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from tests.store.log.appends import TYPE, append
from tests.store.log.writers import write

RACERS = 16
ROUNDS = 200


def opened(database):
    return closing(PostgresLog(database.serve_url, mode="simulated"))


def outcome_of(log, command):
    try:
        return log.append(command)
    except LedgerError as error:
        return error


def test_sixteen_racers_have_one_winner_in_every_round(database):
    with ExitStack() as stack, ThreadPoolExecutor(RACERS) as pool:
        logs = [stack.enter_context(opened(database)) for _ in range(2)]
        for number in range(ROUNDS):
            head, tag = logs[0].head().position, f"order:{number}"
            racers = [append((tag,), unless=(tag,), after=head) for _ in range(RACERS)]
            results = list(pool.map(outcome_of, logs * (RACERS // 2), racers))
            losers = [result for result in results if isinstance(result, Conflict)]
            assert len(losers) == RACERS - 1, results
    assert verify(database.serve_url).events == ROUNDS


@pytest.fixture
def held(database, postgres_log):
    """Keeps the flushers waiting for the append lock, so that what comes next shares a flush."""
    postgres_log.append(append(("warm:up",)))

    def run(commands):
        with ThreadPoolExecutor(len(commands) + 1) as pool:
            with psycopg.connect(database.serve_url) as holder:
                holder.execute("SELECT liggare.lock_appends()")
                first = pool.submit(outcome_of, postgres_log, append(("warm:up",)))
                threading.Event().wait(0.1)
                rest = [pool.submit(outcome_of, postgres_log, command) for command in commands]
                threading.Event().wait(0.2)
            assert first.result().last == 2
            return [future.result() for future in rest]

    return run


def test_conflicts_inside_one_flush_are_found(held):
    results = held([append(("order:1",), unless=("order:1",), after=2) for _ in range(8)])
    assert sum(isinstance(result, Conflict) for result in results) == 7


def test_the_same_command_twice_in_one_flush_is_one_event(held, postgres_log):
    command = append(("order:1",), unless=("order:1",))
    results = held([command, command, command])
    assert {result.first for result in results} == {3}
    assert sorted(result.repeated for result in results) == [False, True, True]
    assert postgres_log.head().position == 3


def test_one_command_id_with_two_contents_in_one_flush_is_refused_once(held):
    results = held([append(command_id="k"), append(command_id="k", mac=bytes(32))])
    assert sum(isinstance(result, CommandReused) for result in results) == 1


def test_a_command_the_database_refuses_does_not_fail_its_neighbours(held):
    with_nul = replace(append(), client="c\x00")
    too_long = append(("order:" + os.urandom(6000).hex(),))
    results = held([append(("order:1",)), with_nul, append(("order:2",)), too_long, append(("order:3",))])
    assert [isinstance(result, Outcome) for result in results] == [True, False, True, False, True]
    assert not any(isinstance(result, Unavailable) for result in results)


def test_tasks_append_too(database, postgres_log):
    async def race():
        commands = [append((f"order:{k % 8}",), unless=(f"order:{k % 8}",)) for k in range(64)]
        return await asyncio.gather(*map(postgres_log.submit, commands), return_exceptions=True)

    results = asyncio.run(race())
    assert sum(isinstance(result, Conflict) for result in results) == 56
    assert postgres_log.head().position == 8


def test_a_tail_sees_every_position_once_in_order(database, postgres_log):
    """Eight writers in threads and two processes, one reader that follows."""
    total = 8 * 100 * 2 + 2 * 2 * 100 * 2
    command = [sys.executable, "-m", "tests.store.log.writers", database.serve_url, "2", "100"]
    seen = []
    with ExitStack() as stack:
        children = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL)) for _ in range(2)
        ]
        other = stack.enter_context(closing(PostgresLog(database.serve_url, mode="simulated")))
        writers = [
            threading.Thread(target=write, args=(log, 100, lambda *_: None))
            for log in (postgres_log, other)
            for _ in range(4)
        ]
        for writer in writers:
            writer.start()
        while len(seen) < total:
            after = seen[-1] if seen else 0
            postgres_log.wait(after, 5)
            seen += [stored.position for stored in postgres_log.tail(after=after)]
        for writer in writers:
            writer.join()
        assert [child.wait(10) for child in children] == [0, 0]
    assert seen == list(range(1, total + 1))
    assert verify(database.serve_url).intact


def test_followers_in_another_process_are_woken_long_before_the_poll(database, postgres_log):
    with closing(PostgresLog(database.serve_url, mode="simulated", poll_seconds=30)) as follower:
        follower.wait(0, 0.5)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(follower.wait, 0, 20)
            postgres_log.append(append())
            assert waiting.result(5) == 1


def test_a_busy_tag_costs_no_more(database, postgres_log):
    """The plan of a boundary reads key ranges only, whatever else carries the tag."""
    for _ in range(5):
        postgres_log.append(append(*[("supplier:1",)] * 200, types=["busy.v1"] * 200))
    postgres_log.append(append(("supplier:1",)))
    head, events = postgres_log.boundary((Selector((TYPE,), "supplier:1"),))
    assert (head, [stored.position for stored in events]) == (1001, [1001])
