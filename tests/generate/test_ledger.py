"""A generated ledger beside the same commands played live; interrupted; refused where it does not belong."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import StringIO
from multiprocessing import Pipe

import msgspec
import psycopg
import pytest
from rich.console import Console

from api.cli.generate import result_of
from api.generate import run
from api.generate.keys import SeededVault
from api.generate.run import Generated, generate, tell
from api.generate.writer import Beside, Told
from ledger.clock import SimulatedClock
from ledger.decisions.ledgers import OpenLedger
from ledger.decisions.parties import RegisterRegion
from ledger.errors import Conflict, LedgerError, Unsafe
from ledger.events.parties import Entity
from ledger.handle.chance import SeededChance, generated_id
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import NO_CACHE, event_of
from ledger.handle.shell import Envelope, Shell
from ledger.store.bulk import Stretch, write
from ledger.store.postgres import PostgresLog
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault
from ledger.store.verify import verify
from tests import postgres

EVENTS, SEED = 3_000, 4
KILLED = """
import os, signal, sys, time
import psycopg
import api.generate.run as run

def progress(decided, committed):
    # Halfway through, and once something stands in the ledger: in the middle, whoever is how fast.
    if decided > 4_000:
        with psycopg.connect(sys.argv[1], autocommit=True) as connection:
            while not connection.execute("SELECT count(*) FROM liggare.events").fetchone()[0]:
                time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    run.TELL_EVERY_SECONDS = 0.0
    run.generate(sys.argv[1], 8_000, 7, progress, 500)
"""


@pytest.fixture
def other(postgres_server, migrated_template):
    with postgres.fresh_database(postgres_server, migrated_template) as fresh:
        yield fresh


def test_a_database_that_goes_away_is_told_and_gone_on_with(other, monkeypatch):
    def gone(decided, committed):
        with psycopg.connect(other.owner_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
            )

    monkeypatch.setattr(run, "TELL_EVERY_SECONDS", 0.0)
    with pytest.raises(LedgerError, match="its disk has room, then generate the same again"):
        generate(other.owner_url, EVENTS, SEED, gone, 500)
    assert generate(other.owner_url, EVENTS, SEED, lambda *_: None, 500).events >= EVENTS


def rows(url):
    with psycopg.connect(url) as connection:
        return [
            connection.execute(f"SELECT * FROM liggare.{table} ORDER BY {order}").fetchall()
            for table, order in (("events", "1"), ("tags", "3, 1"), ("commands", "4"), ("ledger", "1"))
        ]


def live(url, events, seed):
    """The same history through the shell and the append, one command after the other."""
    ledger, clock = LedgerIdentity(generated_id(events, seed), "simulated"), SimulatedClock(0)
    with closing(PostgresLog(url, mode="simulated")) as log:
        shell = Shell(log, SeededVault(seed), clock, ledger, NO_CACHE, SeededChance(ledger.ledger, seed))

        def carry(envelope):
            clock.advance_to(envelope.received_at)
            outcome = shell.handle(envelope).outcome
            tail = log.tail(after=outcome.first - 1, upto=outcome.last)
            return outcome.first, tuple(event_of(one) for one in tail)

        tell(carry, None, events, seed)


def test_records_leaves_tags_and_commands_are_those_of_live_appends(database, other):
    made = generate(database.owner_url, EVENTS, SEED, lambda *_: None, 700)
    live(other.serve_url, EVENTS, SEED)
    bulk, played = rows(database.owner_url), rows(other.owner_url)
    assert bulk == played
    assert len(bulk[0]) == made.events
    report = verify(database.serve_url)
    assert report.intact
    assert report.last_leaf == made.last_leaf


def test_a_run_that_was_killed_is_gone_on_with_to_the_same_bytes(database, other, tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    ended = subprocess.run([sys.executable, script, database.owner_url], check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr.decode()
    with psycopg.connect(database.owner_url) as connection:
        before = connection.execute("SELECT max(position) FROM liggare.events").fetchone()[0]
    assert 0 < before < 8_000
    made = generate(database.owner_url, 8_000, 7, lambda *_: None, 900)
    assert made.before >= before
    generate(other.owner_url, 8_000, 7, lambda *_: None)
    assert rows(database.owner_url) == rows(other.owner_url)
    again = generate(database.owner_url, 8_000, 7, lambda *_: None)
    assert (again.before, again.last_leaf) == (made.events, made.last_leaf)


def test_another_ledger_is_never_written_to(database):
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        opened(log, LedgerIdentity("l-1", "simulated"))
    with pytest.raises(Unsafe, match="already"):
        generate(database.owner_url, EVENTS, SEED, lambda *_: None)


def test_a_ledger_of_real_time_is_never_written_to(database):
    with closing(PostgresLog(database.serve_url, mode="real")) as log:
        opened(log, LedgerIdentity("generated-3000-4", "real"))
    with pytest.raises(Unsafe, match="real time"):
        generate(database.owner_url, EVENTS, SEED, lambda *_: None)


def test_a_ledger_that_other_rules_made_is_not_gone_on_with(database):
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        opened(log, LedgerIdentity(generated_id(EVENTS, SEED), "simulated"))
    with pytest.raises(Unsafe, match="not what this version makes"):
        generate(database.owner_url, EVENTS, SEED, lambda *_: None)


def test_a_ledger_that_somebody_else_appended_to_is_not_taken_for_the_generated_one(database):
    made = generate(database.owner_url, 2_000, SEED, lambda *_: None)
    ledger = LedgerIdentity(made.ledger, "simulated")
    later = made.recorded_at + 60_000_000
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        chance = SeededChance(ledger.ledger, SEED)
        shell = Shell(log, SeededVault(SEED), SimulatedClock(later), ledger, NO_CACHE, chance)
        entity = Entity(
            authority="upptuna-1", name="Upptuna", level="region", organisation_number="232100-0016"
        )
        command = RegisterRegion(region="upptuna", name="Upptuna", entities=(entity,), source="a test")
        shell.handle(Envelope(command, "somebody", "x-1", "operator", None, later))
    with pytest.raises(Unsafe, match=f"ends at event {made.events + 1}.* somebody else has used it"):
        generate(database.owner_url, 2_000, SEED, lambda *_: None)


def test_the_serving_role_cannot_write_in_bulk(database):
    with psycopg.connect(database.serve_url, autocommit=True) as connection, pytest.raises(psycopg.Error):
        write(connection, Stretch(first=1, last=1, recorded_at=1))


def test_a_stretch_goes_only_where_the_log_ends(database):
    with psycopg.connect(database.owner_url, autocommit=True) as connection, pytest.raises(Conflict):
        write(connection, Stretch(first=5, last=5, recorded_at=1))


def test_a_stretch_is_written_while_the_next_is_sealed_and_the_first_problem_is_told(database):
    near, far = Pipe()
    waiting = psycopg.connect(database.owner_url)
    own = psycopg.connect(database.owner_url, autocommit=True, options="-c statement_timeout=60000")
    with waiting, own, ThreadPoolExecutor(1) as thread:
        beside = Beside(own, far, thread)
        waiting.execute("SELECT liggare.lock_appends()")
        beside.write(Stretch(first=1, last=7, recorded_at=1))  # no rows, so the log still begins after it
        assert not near.poll()  # here the next stretch would be sealed
        waiting.rollback()
        beside.settle()
        assert msgspec.msgpack.decode(near.recv_bytes(), type=Told).last == 7
        beside.write(Stretch(first=5, last=9, recorded_at=1))
        with pytest.raises(Conflict):
            beside.write(Stretch(first=1, last=8, recorded_at=1))
        assert not near.poll()


def opened(log, ledger):
    shell = Shell(log, MemoryVault(MasterKey.generate()), _Clock(ledger.mode), ledger, NO_CACHE)
    shell.handle(Envelope(OpenLedger(ledger=ledger.ledger, mode=ledger.mode), "c", "k", "a", None, 1))


class _Clock(SimulatedClock):
    def __init__(self, mode):
        super().__init__(1)
        self.mode = mode


@pytest.mark.parametrize(("asked", "said"), [(1_001, True), (1_000, False), (999, False)])
def test_a_history_that_ended_with_its_agreement_says_so(asked, said):
    made = Generated("generated-1-1", 1_000, 400, bytes(32), 1, 0, 2.0)
    result = result_of(made, 1, asked)
    assert (result.document["asked"], result.document["events"]) == (asked, 1_000)
    assert any("the agreement ends" in str(line) for line in result.shown) == said


def test_what_was_made_is_told_in_swedish_and_then_in_english():
    made = Generated("generated-1-1", 1_000, 400, bytes(32), 1, 250, 2.0)
    told = StringIO()
    Console(file=told, width=80).print(*result_of(made, 1, 1_000).shown, sep="\n")
    lines = [line.strip() for line in told.getvalue().splitlines() if line.strip()]
    assert lines[1:3] == [
        "1000 händelser av 400 kommandon, till 1970-01-01T00:00:00.000001Z",
        "1000 events of 400 commands, until 1970-01-01T00:00:00.000001Z",
    ]
    assert lines[3:] == ["nu / now: 750, 2.0 s (375/s)", "sista löv / last leaf", "00" * 32]
