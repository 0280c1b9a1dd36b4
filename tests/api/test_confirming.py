"""Checkpoints confirmed by others: real witnesses, a real authority, and that nobody's silence disturbs."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from typer.testing import CliRunner

from api.cli.commands import PROGRAM
from api.confirming import confirm_newest, confirming
from api.others import Authority, Others
from api.settings import SettingsError
from api.witness.asking import AskedWitness, read_witnesses
from ledger.proof.cosignature import WitnessKey, cosignatures
from ledger.proof.note import parsed_verifier
from ledger.proof.witness import AddCheckpoint
from ledger.store.confirmed import confirmed, cosigned_size, newest_stamp
from ledger.store.embedded import Server
from ledger.store.sealing import connected
from ledger.store.sealing_tree import newest
from tests.api.servers import environment, served
from tests.api.test_cli import DIFFERENT, FINE, NOT_CHECKED, USAGE, Program, Settings
from tests.api.witnesses import NAME, served_witness
from tests.postgres import temporary_home
from tests.proof.authority import authority, listening, reply
from tests.store.log.trees import fill, sealer_of

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def tsa():
    with authority() as made:
        yield made


@contextmanager
def stamping(tsa) -> Iterator[Authority]:
    with listening(lambda handler, query: reply(handler, tsa.stamp(query))) as url:
        yield Authority(url, tsa.roots)


def grow(database, count: int) -> None:
    """So many more events, sealed."""
    fill(database, count)
    with closing(sealer_of(database.serve_url)) as sealer:
        assert sealer.seal()


def confirm(database, *witnesses: AskedWitness, by: Authority | None = None):
    with closing(connected(database.serve_url)) as connection:
        return confirm_newest(connection, witnesses, by)


def kept(database):
    with closing(connected(database.serve_url)) as connection:
        sealed = newest(connection)
        assert sealed
        return confirmed(connection, sealed)


def test_checkpoints_are_cosigned_and_stamped_and_both_are_kept_as_they_came(database, tmp_path, tsa):
    with served_witness(tmp_path / "w") as (witness, inside), stamping(tsa) as by:
        assert confirm(database, witness, by=by) == []  # nothing is sealed yet
        for count in (3, 300, 1):
            grow(database, count)
            told = confirm(database, witness, by=by)
            assert [(one.who, one.fine) for one in told] == [(NAME, True), ("time stamp", True)]
            assert confirm(database, witness, by=by) == []
            found = kept(database)
            (made,) = cosignatures(found.note, [witness.key])
            assert (made.line,) == found.cosignatures
            assert inside.held["ledger.example/l-1"].note == found.note
            (answer,) = found.stamps
            assert tsa.verifies(found.sealed.note, answer)
    with closing(connected(database.serve_url)) as connection:
        assert cosigned_size(connection, witness.key) == 304
        assert newest_stamp(connection)[0] == 304
        assert connection.execute("SELECT count(*) FROM liggare.cosignatures").fetchone() == (3,)


def test_an_answer_that_was_lost_is_asked_for_again(database, tmp_path):
    """The witness has the checkpoint on disk, and we never heard of it."""
    with served_witness(tmp_path / "w") as (witness, _):
        grow(database, 5)
        body = AddCheckpoint(0, (), kept(database).sealed.note).body
        assert httpx.post(f"{witness.url}/add-checkpoint", content=body).status_code == 200
        for _ in range(2):
            assert [one.fine for one in confirm(database, witness)] == [True]
            grow(database, 5)


def test_others_that_are_away_or_lie_disturb_nobody_else(database, tmp_path):
    away = AskedWitness(NOBODY, WitnessKey("away.example", bytes(32)))
    with (
        listening(lambda handler, _: reply(handler, b"junk", "text/plain")) as lying,
        served_witness(tmp_path / "w") as (witness, _),
    ):
        grow(database, 5)
        liar = AskedWitness(lying, WitnessKey("liar.example", bytes(32)))
        told = confirm(database, away, liar, witness, by=Authority(NOBODY, tmp_path / "none"))
        assert [(one.who, one.fine, one.objects) for one in told] == [
            ("away.example", False, False),
            ("liar.example", False, False),
            (NAME, True, False),
            ("time stamp", False, False),
        ]
    assert len(kept(database).cosignatures) == 1


def test_a_ledger_put_back_to_an_old_copy_hears_it_from_its_witness(database, tmp_path):
    """The owner of everything cuts off the end, behind the triggers, and goes on with another one."""
    with served_witness(tmp_path / "w") as (witness, _):
        for _ in range(2):
            grow(database, 5)
            assert confirm(database, witness)[0].fine
        tables = ("events", "checkpoints", "cosignatures")
        with psycopg.connect(database.admin_url) as connection:
            for table in tables:
                connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER ALL")
                column = "position" if table == "events" else "size"
                connection.execute(f"DELETE FROM liggare.{table} WHERE {column} > 5")
        (told,) = confirm(database, AskedWitness(witness.url, witness.key)) or [None]
        assert told is None  # the same checkpoint as before: nothing to ask
        with psycopg.connect(database.admin_url) as connection:
            connection.execute(
                "INSERT INTO liggare.events SELECT 5 + n, 'other.v1', 5 + n, int8send(n),"
                " sha256('\\x00'::bytea || int8send(n)), NULL FROM generate_series(1, 2) AS n"
            )
        with closing(sealer_of(database.serve_url)) as sealer:
            sealer.seal()
        (shorter,) = confirm(database, witness)
        assert (shorter.objects, "has lost its end" in shorter.what) == (True, True)
        with psycopg.connect(database.admin_url) as connection:
            connection.execute(
                "INSERT INTO liggare.events SELECT 7 + n, 'other.v1', 7 + n, int8send(n),"
                " sha256('\\x00'::bytea || int8send(n)), NULL FROM generate_series(1, 4) AS n"
            )
        with closing(sealer_of(database.serve_url)) as sealer:
            sealer.seal()
        (longer,) = confirm(database, witness)
        assert (longer.objects, "422" in longer.what) == (True, True)
    assert kept(database).cosignatures == ()


def test_nobody_can_have_confirmed_what_was_not_sealed(database):
    with (
        psycopg.connect(database.serve_url) as connection,
        pytest.raises(psycopg.Error, match="no checkpoint"),
    ):
        connection.execute("SELECT liggare.keep_stamp(7, 0, 'x')")


def test_one_process_at_a_time_asks(database, tmp_path):
    with served_witness(tmp_path / "w") as (witness, _), closing(connected(database.serve_url)) as other:
        grow(database, 5)
        other.execute("SELECT pg_advisory_lock(x'6c696767'::int, 4)")
        assert confirm(database, witness) == []
        other.execute("SELECT pg_advisory_unlock(x'6c696767'::int, 4)")
        assert confirm(database, witness)[0].fine


def until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + 40
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def witnesses_file(folder: Path, *witnesses: AskedWitness) -> Path:
    file = folder / "witnesses.txt"
    lines = [f"{one.url} {one.key.text}  # asked by a test" for one in witnesses]
    file.write_text("# our witnesses\n\n" + "\n".join(lines) + "\n")
    return file


def test_while_a_ledger_is_served_it_asks_by_itself_and_says_a_failure_once(
    database, tmp_path, tsa, caplog, monkeypatch
):
    monkeypatch.setattr("api.confirming.FIRST_SECONDS", 0.05)
    caplog.set_level(logging.WARNING, "liggare.confirming")
    away = AskedWitness(NOBODY, WitnessKey("away.example", bytes(32)))
    grow(database, 5)
    with served_witness(tmp_path / "w") as (witness, _), stamping(tsa) as by:
        others = Others(by, 3600, witnesses_file(tmp_path, witness, away), 1)
        with confirming(database.serve_url, others):
            until(lambda: kept(database).cosignatures and kept(database).stamps)
            grow(database, 5)
            until(lambda: len(kept(database).cosignatures) == 1)
            assert kept(database).stamps == ()  # the next is due in an hour
    assert [record.message for record in caplog.records].count(caplog.records[0].message) == 1
    assert "away.example" in caplog.text


def test_a_server_answers_and_appends_while_those_it_asks_are_silent(
    postgres_server, tmp_path, tsa, monkeypatch
):
    monkeypatch.setattr("api.confirming.FIRST_SECONDS", 0.05)
    asked = threading.Event()
    over = threading.Event()

    def silent(*_) -> None:
        asked.set()
        over.wait(30)

    with listening(silent) as url, temporary_home() as home:
        witness = AskedWitness(url, WitnessKey("silent.example", bytes(32)))
        others = Others(Authority(url, tsa.roots), 1, witnesses_file(tmp_path, witness), 1)
        with served(postgres_server.admin_url, home, others=others) as client:
            assert asked.wait(40)
            for _ in range(3):
                assert client.command("accept-clock").is_success
            over.set()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("http://host/\n", "line 1: a line is"),
        ("\n# remark\nhttp://host/ key\n", "line 3: a witness's key"),
        (f"file://host/ {WitnessKey('w.example', bytes(32)).text}\n", "line 1: the first word is an address"),
        (f"http://h/ {WitnessKey('w.example', bytes(32)).text}\n" * 2, "each once"),
    ],
)
def test_a_file_of_witnesses_names_the_line_that_is_wrong(tmp_path, content, told):
    file = tmp_path / "witnesses.txt"
    file.write_text(content)
    with pytest.raises(SettingsError, match=told):
        read_witnesses(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_witnesses(tmp_path / "none")


@pytest.fixture
def program(start_server: Callable[..., Server]) -> Iterator[Program]:
    """The program on a durable server, with a ledger of its genesis."""
    server = start_server()
    with temporary_home() as home:
        made = Program(Settings(database_url=server.url(), state_dir=home))
        assert made("init", "--simulated")[0] == FINE
        yield made


def test_the_checkpoint_is_confirmed_by_hand_and_kept_as_files(program, tmp_path, tsa):
    assert program("checkpoint")[0] == NOT_CHECKED
    log = parsed_verifier(program.json("keys", "show")[1]["verifier_key"])
    assert program("seal")[0] == FINE

    def ran(*arguments: str, **env: str):
        given = environment(program.settings) | env
        return CliRunner().invoke(PROGRAM, ["checkpoint", *arguments], env=given)

    bare = json.loads(ran("--json").stdout.splitlines()[-1])
    assert (bare["cosignatures"], bare["stamps"], bare["asked"]) == ([], [], [])
    assert "bekräftad av ingen annan / confirmed by nobody else" in ran().stderr
    alone = ran("--confirm")
    assert (alone.exit_code, "nobody is named who could confirm it" in alone.output) == (USAGE, True)
    file = tmp_path / "checkpoint"
    with served_witness(tmp_path / "w", log=log) as (witness, _), stamping(tsa) as by:
        env = {
            "LIGGARE_WITNESSES": str(witnesses_file(tmp_path, witness)),
            "LIGGARE_STAMP_URL": by.url,
            "LIGGARE_STAMP_ROOTS": str(by.roots_file),
        }
        made = ran("--confirm", "--out", str(file), "--json", **env)
        assert made.exit_code == FINE, made.output
        doctor = CliRunner().invoke(PROGRAM, ["doctor", "--json"], env=environment(program.settings) | env)
        rows = {row["name"]: row for row in json.loads(doctor.stdout.splitlines()[-1])["checks"]}
        assert rows["confirmed"]["found"] == f"{NAME} up to p1, time stamp up to p1"
        again = ran("--confirm", "--out", str(file), **env)
        assert (again.exit_code, "not written over" in again.output) == (USAGE, True)
        with_roots = {**env, "LIGGARE_STAMP_URL": NOBODY, "LIGGARE_WITNESSES": ""}
        assert CliRunner().invoke(PROGRAM, ["stamp", str(file), "--check"], env=with_roots).exit_code == FINE
        verified = CliRunner().invoke(PROGRAM, ["verify", "--json"], env=environment(program.settings) | env)
        assert json.loads(verified.stdout.splitlines()[-1])["confirmed"] == {
            "cosignatures": 1, "cosignatures_verified": 1, "stamps": 1, "stamps_verified": 1,
        }  # fmt: skip
    told = json.loads(made.stdout.splitlines()[-1])
    cosigned = (tmp_path / "checkpoint.cosigned").read_bytes()
    assert [one.line for one in cosignatures(cosigned, [witness.key])] == told["cosignatures"]
    assert file.read_text() == told["checkpoint"] == bare["checkpoint"]
    assert tsa.verifies(file.read_bytes(), (tmp_path / "checkpoint.tsr").read_bytes())
    assert witness.key.name in ran().stdout


def test_the_exit_code_tells_who_did_not_confirm_and_who_objects(program, tmp_path):
    assert program("seal")[0] == FINE

    def code(url: str) -> int:
        file = witnesses_file(tmp_path, AskedWitness(url, WitnessKey("w.example", bytes(32))))
        env = environment(program.settings) | {"LIGGARE_WITNESSES": str(file)}
        return CliRunner().invoke(PROGRAM, ["checkpoint", "--confirm"], env=env).exit_code

    def objecting(handler, _) -> None:
        handler.send_error(422)

    assert code(NOBODY) == NOT_CHECKED
    with listening(objecting) as url:
        assert code(url) == DIFFERENT
