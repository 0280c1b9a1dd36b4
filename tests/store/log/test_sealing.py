"""Sealing: each checkpoint is over the leaves as they are, whoever seals or dies; and what is refused."""

import base64
import threading
import time
from contextlib import closing, contextmanager, suppress

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import Corrupt, LedgerError, Unsafe
from ledger.proof.check import check_consistency, check_inclusion
from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint, unverified_checkpoint
from ledger.proof.note import SigningKey
from ledger.store.embedded import revive
from ledger.store.migrate import migrate
from ledger.store.postgres import PostgresLog
from ledger.store.sealing import keep_sealing
from ledger.store.sealing_tree import NotSealed
from tests.store.log.appends import append
from tests.store.log.test_crashes import KILLS, kill, writing
from tests.store.log.trees import KEY, fill, require_whole, rows_of, sealer_of


@contextmanager
def sealing(url):
    """Seal on a thread until the block ends, going on after whatever happens to the database."""
    stop = threading.Event()

    def run():
        with closing(PostgresLog(url, mode="simulated")) as log, closing(sealer_of(url)) as sealer:
            while not stop.is_set():
                with suppress(psycopg.Error, LedgerError):
                    keep_sealing(log, sealer, stop, pause=0.005)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


@contextmanager
def behind_its_back(database, *tables):
    """A superuser who switched the triggers off, and on again."""
    with psycopg.connect(database.admin_url) as connection:
        for table in tables:
            connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER ALL")
        yield connection
        for table in tables:
            connection.execute(f"ALTER TABLE liggare.{table} ENABLE ALWAYS TRIGGER append_only")


def test_nothing_is_sealed_of_an_empty_ledger_and_nothing_twice(database, postgres_log):
    with closing(sealer_of(database.serve_url)) as sealer:
        assert sealer.seal() is None
        assert sealer.signed.size == 0
        postgres_log.append(append())
        assert sealer.seal().size == 1
        assert sealer.seal() is None
    with closing(sealer_of(database.serve_url)) as again:
        assert again.seal() is None
        assert again.signed.size == 1
    assert require_whole(database.serve_url) == [1]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(1, 700), st.booleans()), min_size=1, max_size=4))
def test_any_steps_give_the_tree_of_the_definition(database, steps):
    sealer = sealer_of(database.serve_url, stretch=600)
    for count, anew in steps:
        fill(database, count)
        if anew:
            sealer.close()
            sealer = sealer_of(database.serve_url, stretch=600)
        while sealer.seal():
            pass
    sealer.close()
    sizes = require_whole(database.serve_url)
    assert sizes[-1] == len(rows_of(database.serve_url, "events", "position"))


def test_numbers_may_be_of_any_width(database):
    fill(database, 33_000)
    with closing(sealer_of(database.serve_url, stretch=3_000)) as sealer:
        while sealer.seal():
            pass
        assert sealer.signed.size == 33_000


def test_three_levels_are_stored_and_proofs_take_few_look_ups(database):
    fill(database, 70_000)
    with closing(sealer_of(database.serve_url)) as sealer:
        assert [sealer.seal().size, sealer.seal().size, sealer.seal()] == [65_536, 70_000, None]
    assert require_whole(database.serve_url) == [65_536, 70_000]
    leaves = [row[4] for row in rows_of(database.serve_url, "events", "position")]
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        tree = log.tree()
        paths = tree.paths()
        roots = {size: tree.root(size) for size in (1, 256, 257, 65_535, 65_536, 65_537, 70_000)}
        assert roots[70_000] == unverified_checkpoint(tree.newest().note).root
        for size, root in roots.items():
            for position in {1, min(size, 256), size // 2 + 1, size}:
                found = tree.inclusion(position, size)
                assert found.leaf == leaves[position - 1]
                assert paths(position, size) == found.path
                check_inclusion(found.leaf, position - 1, size, found.path, root)
            for old in (one for one in roots if one <= size):
                path = tree.consistency(old, size).path
                check_consistency(old, roots[old], size, root, path)
        assert tree.inclusion(5) == tree.inclusion(5, 70_000)
        assert tree.consistency(5) == tree.consistency(5, 70_000)
        assert tree.checkpoint(65_536).size == 65_536
        assert tree.checkpoint(65_535) is None


def test_what_is_not_sealed_has_no_proof(database, postgres_log):
    tree = postgres_log.tree()
    assert tree.newest() is None
    postgres_log.append(append(("thing:a",), ("thing:b",)))
    for ask in (lambda: tree.inclusion(1), lambda: tree.consistency(1), lambda: tree.root(1)):
        with pytest.raises(NotSealed, match="up to position 0"):
            ask()
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
    postgres_log.append(append())
    for position, size in ((3, None), (0, None), (1, 3), (1, 0), (2, 1)):
        with pytest.raises(NotSealed):
            tree.inclusion(position, size)
    for old, new in ((0, None), (3, None), (1, 3), (2, 1)):
        with pytest.raises(NotSealed):
            tree.consistency(old, new)


def test_several_may_seal_one_ledger_under_load(database):
    acknowledged = []
    with (
        closing(PostgresLog(database.serve_url, mode="simulated")) as log,
        sealing(database.serve_url),
        sealing(database.serve_url),
        writing(log, 8, lambda *both: acknowledged.append(both)),
    ):
        while len(acknowledged) < 600 or len(rows_of(database.serve_url, "checkpoints", "size")) < 3:
            time.sleep(0.02)
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
    sizes = require_whole(database.serve_url)
    assert len(sizes) > 2
    assert sizes[-1] == len(rows_of(database.serve_url, "events", "position"))


def test_the_server_is_killed_while_sealing(start_server):
    server = start_server()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE serve LOGIN")
        connection.execute("CREATE DATABASE ledger")
    migrate(server.url("ledger"), "serve")
    url = server.url("ledger", "serve")
    acknowledged = []
    with (
        closing(PostgresLog(url, mode="simulated", patience=30)) as log,
        sealing(url),
        writing(log, 8, lambda *both: acknowledged.append(both)),
    ):
        for _ in range(KILLS):
            reached = len(acknowledged) + 120
            while len(acknowledged) < reached:
                time.sleep(0.02)
            kill(server)
            revive(server)
        while len(rows_of(url, "checkpoints", "size")) < 4:  # a slow machine seals seldom
            time.sleep(0.02)
    with closing(sealer_of(url)) as sealer:
        sealer.seal()
    sizes = require_whole(url)
    assert len(sizes) > 3
    assert sizes[-1] == len(rows_of(url, "events", "position"))


def test_lost_connections_and_failed_commits_leave_whole_trees(database):
    """A sealer that dies at any statement, and one whose answer never came though it was stored."""
    for count in (300, 300, 300, 300):
        fill(database, count)
        sealer = sealer_of(database.serve_url)
        store = sealer._store

        def lost(*arguments, kept=store, count=count):
            if count and len(rows_of(database.serve_url, "checkpoints", "size")) % 2:
                kept(*arguments)
            raise psycopg.OperationalError("the line was cut")

        sealer._store = lost
        with pytest.raises(psycopg.OperationalError):
            sealer.seal()
        require_whole(database.serve_url)
        sealer._store = store
        while sealer.seal():
            pass
        sealer.close()
    assert require_whole(database.serve_url)[-1] == 1200


def test_a_ledger_keeps_its_origin(database, postgres_log):
    postgres_log.append(append())
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
    postgres_log.append(append())
    with (
        closing(sealer_of(database.serve_url, SigningKey.generate("another.example/l"))) as other,
        pytest.raises(Unsafe, match=r"another\.example"),
    ):
        other.seal()
    rotated = SigningKey.generate(KEY.name)
    with closing(sealer_of(database.serve_url, rotated)) as sealer:
        assert sealer.seal().size == 2  # another key of the same origin goes on: keys can be changed


CONTRADICTIONS = {
    "cut tail": "DELETE FROM liggare.events WHERE position > 280",
    "cut tail below a whole tile": "DELETE FROM liggare.events WHERE position > 200",
    "another leaf": "UPDATE liggare.events SET leaf = sha256(leaf) WHERE position = 290",
    "another root of a tile": "UPDATE liggare.tiles SET root = sha256(root)",
    "a tile gone": "DELETE FROM liggare.tiles",
    "another root signed": "UPDATE liggare.checkpoints SET note = %(note)s",
    "not a checkpoint": "UPDATE liggare.checkpoints SET note = 'x'",
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_nothing_is_signed_that_contradicts_the_last_checkpoint(database, what):
    fill(database, 300)
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
    with behind_its_back(database, "events", "tiles", "checkpoints") as connection:
        note = sealed_checkpoint(Checkpoint(KEY.name, 300, bytes(32)), KEY)
        connection.execute(CONTRADICTIONS[what], {"note": note})
    if "cut" not in what:
        fill(database, 10)
    with closing(sealer_of(database.serve_url)) as again:
        for _ in range(2):
            with pytest.raises(Corrupt):
                again.seal()
    assert len(rows_of(database.serve_url, "checkpoints", "size")) == 1


def test_a_sealer_that_runs_notices_that_the_ledger_went_back(database):
    fill(database, 512)
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
        with behind_its_back(database, "events", "checkpoints") as connection:
            connection.execute("DELETE FROM liggare.events WHERE position > 256")
        with pytest.raises(Corrupt, match="ends at 256"):
            sealer.seal()
        with behind_its_back(database, "events", "checkpoints") as connection:
            connection.execute("DELETE FROM liggare.checkpoints")
        with pytest.raises(Corrupt, match="was signed here"):
            sealer.seal()


SEAL = "SELECT liggare.seal(%s, %s, %s, %s::int[], %s::bigint[], %s::bytea[])"
ROOT = bytes(32)


def note_of(size, origin=KEY.name):
    return f"{origin}\n{size}\n{base64.b64encode(ROOT).decode()}\n\n— x y\n".encode()


MISFITS = {
    "beyond the log": (300, 601, note_of(601), [0], [1], [ROOT]),
    "another size in the note": (300, 520, note_of(519), [0], [1], [ROOT]),
    "another origin": (300, 520, note_of(520, "other.example/l"), [0], [1], [ROOT]),
    "not further": (300, 300, note_of(300), [], [], []),
    "a tile too few": (300, 520, note_of(520), [], [], []),
    "a tile too many": (300, 511, note_of(511), [0], [1], [ROOT]),
    "another tile": (300, 520, note_of(520), [0], [2], [ROOT]),
    "another level": (300, 520, note_of(520), [1], [1], [ROOT]),
    "a level below": (300, 520, note_of(520), [-1], [400], [ROOT]),
    "a root cut short": (300, 520, note_of(520), [0], [1], [b"x"]),
}


@pytest.mark.parametrize("what", MISFITS)
def test_the_database_takes_only_what_goes_on_from_the_last_checkpoint(database, what):
    fill(database, 300)
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
    fill(database, 300)
    with psycopg.connect(database.serve_url, autocommit=True) as connection:
        with pytest.raises(psycopg.DatabaseError, match=r"does not go on|not those that fill|violates"):
            connection.execute(SEAL, MISFITS[what])
        assert connection.execute(SEAL, (299, *MISFITS[what][1:])).fetchone() == (False,)
        assert connection.execute(SEAL, (300, 520, note_of(520), [0], [1], [ROOT])).fetchone() == (True,)
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            with pytest.raises(psycopg.Error, match="READ COMMITTED"):
                connection.execute(SEAL, (520, 530, note_of(530), [], [], []))


def test_an_event_is_sealed_a_moment_after_it(database, postgres_log):
    with sealing(database.serve_url):
        for _ in range(5):
            at = postgres_log.append(append()).last
            deadline = time.monotonic() + 10
            while (newest := postgres_log.tree().newest()) is None or newest.size < at:
                assert time.monotonic() < deadline
                time.sleep(0.005)
    require_whole(database.serve_url)


@pytest.mark.parametrize("size", [300, 340, 700])
def test_a_sealer_goes_on_from_no_other_history_than_it_signed(database, size):
    """An older backup was restored while it ran, written to, and sealed by one who knew no better."""
    fill(database, 300)
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
        with behind_its_back(database, "events", "tiles", "checkpoints") as connection:
            connection.execute("DELETE FROM liggare.events WHERE position > 200")
            connection.execute("DELETE FROM liggare.tiles")
            connection.execute("DELETE FROM liggare.checkpoints")
        fill(database, size - 200)
        with behind_its_back(database, "events") as connection:
            connection.execute("UPDATE liggare.events SET leaf = sha256(leaf) WHERE position > 200")
        with closing(sealer_of(database.serve_url)) as other:
            assert other.seal().size == size
        for more in (0, 10):
            fill(database, more)
            with pytest.raises(Corrupt, match="does not go on from the one of 300"):
                sealer.seal()
    assert [row[0] for row in rows_of(database.serve_url, "checkpoints", "size")] == [size]


def test_the_same_history_sealed_with_another_key_is_gone_on_from(database):
    fill(database, 300)
    with closing(sealer_of(database.serve_url)) as sealer:
        sealer.seal()
        fill(database, 300)
        with closing(sealer_of(database.serve_url, SigningKey.generate(KEY.name))) as other:
            assert other.seal().size == 600
        fill(database, 50)
        assert sealer.seal().size == 650
        assert sealer.seal() is None
