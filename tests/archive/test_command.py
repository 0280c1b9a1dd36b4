"""The command on a real PostgreSQL: a range is exported, verified without it, and never half there."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api.settings import Settings
from ledger.store.embedded import Server
from tests.api.servers import LIGGARE, drop, environment
from tests.api.test_cli import DIFFERENT, FINE, NOT_CHECKED, USAGE, Program
from tests.postgres import temporary_home

NAME = "liggare_archive"
YEAR = ("--from", "2024-01-01", "--to", "2025-01-01")
SENT = ("--submitter", "Exempelregionen")


@pytest.fixture(scope="module")
def program(durable_server: Server) -> Iterator[Program]:
    """The program with a generated ledger of 2 000 events, sealed."""
    with temporary_home() as home:
        settings = Settings(database_url=durable_server.url(), database_name=NAME, state_dir=home)
        made = Program(settings)
        assert made("generate", "--events", "2000")[0] == FINE
        assert made("seal")[0] == FINE
        yield made
    drop(durable_server.url(), NAME)


@pytest.fixture(scope="module")
def year(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a year."""
    top = tmp_path_factory.mktemp("command") / "year"
    code, said, _ = program("archive", *YEAR, *SENT, "--out", str(top))
    assert code == FINE
    assert said.index("poster") < said.index("records")
    return top


def key_of(program: Program) -> str:
    return str(program.json("keys", "show")[1]["verifier_key"])


def test_a_year_is_exported_and_verified_without_the_ledger(program: Program, year: Path, tmp_path: Path):
    elsewhere = Program(Settings(state_dir=tmp_path / "nothing"))
    key = key_of(program)
    code, found = elsewhere.json("archive", "--check", str(year), "--key", key)
    assert (code, found["intact"], found["first"], found["complete"]) == (FINE, True, 1, True)
    assert found["key_from_elsewhere"]
    with psycopg.connect(psycopg.conninfo.make_conninfo(program.settings.database_url, dbname=NAME)) as one:
        counted = one.execute(
            "SELECT count(*), max(position) FROM liggare.events"
            " WHERE to_timestamp(recorded_at / 1e6) < '2025-01-01 Europe/Stockholm'"
        ).fetchone()
    assert (found["records"], found["last"]) == counted
    code, said, _ = elsewhere("archive", "--check", str(year))
    assert (code, said.startswith("HELT: "), "INTACT: " in said) == (FINE, True, True)
    assert "PAKETETS EGEN NYCKEL" in said
    assert "THE PACKAGE'S OWN KEY" in said


def test_what_an_award_opened_is_open_in_the_package(year: Path):
    lines = [
        json.loads(line)
        for path in year.glob("representations/rep1/data/sealed-until-award/*.jsonl")
        for line in path.read_text().splitlines()
    ]
    opened = [one for one in lines if one["links"] is not None]
    assert {one["header"]["type"] for one in opened} >= {"offer-received.v1"}
    assert all(one["groups"]["facts"]["order"] for one in opened)


def test_the_next_range_goes_on_where_it_ends_and_the_rest_may_go_on(
    program: Program, year: Path, tmp_path: Path
):
    later = ("--from", "2025-01-01", "--to", "2030-01-01")
    code, found = program.json("archive", *later, *SENT, "--out", str(tmp_path / "later"))
    assert (code, found["complete"]) == (FINE, False)
    assert found["first"] == program.json("archive", "--check", str(year))[1]["last"] + 1
    code, checked = program.json("archive", "--check", str(tmp_path / "later"), "--key", key_of(program))
    assert (code, checked["last"], checked["first"]) == (FINE, found["size"], found["first"])
    code, said, _ = program("archive", "--check", str(tmp_path / "later"))
    assert "når inte förbi 2030-01-01" in said


def test_the_same_again_has_the_same_bytes(program: Program, year: Path, tmp_path: Path):
    again = tmp_path / "year"
    again.mkdir()  # empty: that is allowed
    assert program("archive", *YEAR, *SENT, "--out", str(again))[0] == FINE
    ran = subprocess.run(["diff", "-r", year, again], check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_a_change_is_found_and_named(program: Program, year: Path, tmp_path: Path):
    top = shutil.copytree(year, tmp_path / "changed")
    path = max(top.glob("representations/rep1/data/open/*.records"), key=lambda one: one.stat().st_size)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    code, said, _ = program.here("archive", "--check", str(top))
    name = path.relative_to(top).as_posix()
    assert (code, f"FEL i {name}" in said, f"FAULT in {name}" in said) == (DIFFERENT, True, True)
    code, found = program.json("archive", "--check", str(top))
    assert (code, found["intact"], found["where"]) == (DIFFERENT, False, name)


def test_nothing_is_written_over_and_a_wrong_argument_is_named(program: Program, year: Path, tmp_path: Path):
    def refused(*arguments: str) -> str:
        code, _, said = program.here("archive", *arguments)
        assert code == USAGE, said
        return said

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    new = ("--out", str(tmp_path / "new"))
    assert "not empty" in refused(*YEAR, *SENT, "--out", str(tmp_path / "full"))
    assert "not empty" in refused(*YEAR, *SENT, "--out", str(tmp_path / "full" / "file"))
    assert "--submitter" in refused(*YEAR, *new)
    assert "--out" in refused(*YEAR, *SENT)
    assert "--from: expected a date" in refused("--to", "2025-01-01", *SENT, *new)
    assert "--to: expected a date" in refused("--from", "2025-01-01", "--to", "1 maj", *SENT, *new)
    assert "has to come after" in refused("--from", "2025-01-01", "--to", "2025-01-01", *SENT, *new)
    assert "no directory" in refused("--check", str(tmp_path / "none"))
    assert "is no package" in refused("--check", str(tmp_path / "full"))
    assert not (tmp_path / "new").exists()


def test_a_range_of_nothing_and_a_checkpoint_that_is_none_are_refused(program: Program, tmp_path: Path):
    out = ("--out", str(tmp_path / "new"))
    code, _, said = program("archive", "--from", "2040-01-01", "--to", "2041-01-01", *SENT, *out)
    assert (code, "nothing up to p" in said) == (NOT_CHECKED, True)
    code, _, said = program("archive", *YEAR, *SENT, "--size", "17", *out)
    assert (code, "--size: there is no checkpoint of 17; the newest is of 20" in said) == (NOT_CHECKED, True)
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_does_not_fit_is_named_by_its_position_and_nothing_is_written(
    program: Program, tmp_path: Path
):
    settings = program.settings
    url = psycopg.conninfo.make_conninfo(settings.database_url, dbname=settings.database_name)
    flip = "UPDATE liggare.events SET body = set_byte(body, 60, get_byte(body, 60) # 1) WHERE position = 9"

    def flipped() -> None:
        with psycopg.connect(url) as connection:
            connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER USER")
            connection.execute(flip)
            connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")

    flipped()
    try:
        code, _, said = program("archive", *YEAR, *SENT, "--out", str(tmp_path / "new"))
    finally:
        flipped()
    assert code == DIFFERENT
    assert "liggare: p9: the body is not the sealed one (liggare verify tells" in said
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_killed_leaves_nothing_under_the_name(program: Program, tmp_path: Path):
    command = [*LIGGARE, "archive", "--from", "2024-01-01", "--to", "2030-01-01", *SENT]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "whole")],
        env=environment(program.settings),
        stdout=subprocess.DEVNULL,
    ) as child:
        deadline = time.monotonic() + 60
        while not list(tmp_path.rglob("*.records")):
            assert time.monotonic() < deadline
            assert child.poll() is None
            os.sched_yield()
        child.send_signal(signal.SIGKILL)
    assert [path.name.startswith(".whole-") for path in tmp_path.iterdir()] == [True]
    code, _, said = program("archive", "--check", str(next(tmp_path.iterdir())))
    assert code == DIFFERENT, said
    whole = tmp_path / "whole"
    assert (
        program("archive", "--from", "2024-01-01", "--to", "2030-01-01", *SENT, "--out", str(whole))[0]
        == FINE
    )
    assert program("archive", "--check", str(whole))[0] == FINE
