"""Sealing by the program: who serves seals, by hand too, with a key in a file that nobody else may read."""

import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from ledger.proof.checkpoint import opened_checkpoint
from ledger.proof.note import SigningKey, parsed_verifier
from tests.api.servers import served
from tests.api.test_cli import DIFFERENT, FINE, NOT_CHECKED, USAGE, Program, Settings
from tests.postgres import PostgresServer, temporary_home


@pytest.fixture
def program(unmade: Settings) -> Program:
    """The program on a durable server, with a ledger of two events."""
    made = Program(unmade)
    assert made("init", "--simulated")[0] == FINE
    assert made("clock", "accept", "--reason", "a test", "--actor", "operator-1")[0] == FINE
    return made


def ledger_url(settings: Settings) -> str:
    return psycopg.conninfo.make_conninfo(settings.database_url or "", dbname=settings.database_name)


def test_a_ledger_is_sealed_by_hand_with_a_key_of_its_own(program: Program):
    code, key = program.json("keys", "show")
    assert (code, key["origin"].startswith("liggare.invalid/l-")) == (FINE, True)
    code, first = program.json("seal")
    assert (code, first["size"], first["new"], first["origin"]) == (FINE, 2, True, key["origin"])
    code, again = program.json("seal")
    assert (code, again) == (FINE, first | {"new": False})
    with psycopg.connect(ledger_url(program.settings)) as connection:
        note = connection.execute("SELECT note FROM liggare.checkpoints").fetchone()[0]
    found = opened_checkpoint(note, [parsed_verifier(key["verifier_key"])], key["origin"])
    assert (found.size, found.root.hex()) == (2, first["root"])
    files = list(program.settings.state_dir.glob("*-signing.key"))
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    code, report = program.json("doctor")
    rows = {row["name"]: row for row in report["checks"]}
    assert rows["sealing"]["found"] == "sealed up to p2 of 2"
    assert (rows["signing key"]["state"], "beside the data" in rows["signing key"]["found"]) == ("warn", True)
    files[0].unlink()  # a ledger that was sealed does not get another key by itself
    assert program("seal")[0] == NOT_CHECKED
    assert not list(program.settings.state_dir.glob("*-signing.key"))


def test_a_key_of_ones_own_has_the_origin_for_ever(program: Program, tmp_path: Path):
    file = tmp_path / "signing.key"
    assert program.here("keys", "new", str(file), "--origin", "not a name")[0] == USAGE
    code, stdout, _ = program.here("keys", "new", str(file), "--origin", "avrop.example/liggare")
    assert (code, file.stat().st_mode & 0o777) == (FINE, 0o600)
    assert parsed_verifier(stdout).name == "avrop.example/liggare"
    assert "PRIVATE" not in stdout
    assert program.here("keys", "new", str(file), "--origin", "avrop.example/liggare")[0] == USAGE
    configured = Program(replace(program.settings, signing_key=file))
    assert configured.json("seal")[1]["origin"] == "avrop.example/liggare"
    other = tmp_path / "other.key"
    program.here("keys", "new", str(other), "--origin", "other.example/liggare")
    code, _, stderr = Program(replace(program.settings, signing_key=other))("seal")
    assert (code, "avrop.example/liggare" in stderr) == (NOT_CHECKED, True)
    file.chmod(0o644)
    code, _, stderr = configured("seal")
    assert (code, "chmod 600" in stderr) == (USAGE, True)
    file.write_text("nonsense")
    file.chmod(0o600)
    assert configured("keys", "show")[0] == USAGE


def test_a_ledger_is_held_to_a_checkpoint_that_was_kept(program: Program, tmp_path: Path):
    program("seal")
    key = program.json("keys", "show")[1]["verifier_key"]
    kept = tmp_path / "checkpoint.txt"
    with psycopg.connect(ledger_url(program.settings)) as connection:
        kept.write_bytes(connection.execute("SELECT note FROM liggare.checkpoints").fetchone()[0])
    code, document = program.json("verify", "--since", str(kept), "--key", key)
    assert (code, document["intact"]) == (FINE, True)
    assert document["tree"].items() >= {"sealed": 2, "checkpoints": 1, "signatures": 1, "kept": 1}.items()
    assert program.json("verify")[1]["tree"]["signatures"] == 1  # by this installation's own key
    stranger = SigningKey.generate("stranger.example/l").verifier.text
    assert program("verify", "--since", str(kept), "--key", stranger)[0] == NOT_CHECKED
    assert program("verify", "--since", str(tmp_path / "none"))[0] == USAGE
    assert program("verify", "--key", "nonsense")[0] == USAGE
    with psycopg.connect(ledger_url(program.settings)) as connection:
        for table in ("events", "tags", "commands", "checkpoints"):
            connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER USER")
        connection.execute("DELETE FROM liggare.events WHERE position = 2")
        connection.execute("DELETE FROM liggare.tags WHERE position = 2")
        connection.execute("DELETE FROM liggare.commands WHERE first = 2")
        connection.execute("DELETE FROM liggare.checkpoints")
        for table in ("events", "tags", "commands", "checkpoints"):
            connection.execute(f"ALTER TABLE liggare.{table} ENABLE ALWAYS TRIGGER append_only")
    assert program("verify")[0] == FINE  # a cut end shows only against what was kept
    code, document = program.json("verify", "--since", str(kept))
    assert (code, [one["position"] for one in document["findings"]]) == (DIFFERENT, [2])


def test_what_contradicts_the_last_checkpoint_is_not_signed(program: Program):
    code, said, _ = program("seal")
    assert (code, [line.strip() for line in said.splitlines()[1:3]]) == (
        FINE,
        ["förseglad till p2", "sealed up to p2"],
    )
    code, said, _ = program("seal")
    assert "inget nytt sedan kontrollpunkten p2" in said
    with psycopg.connect(ledger_url(program.settings)) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER USER")
        connection.execute("UPDATE liggare.events SET leaf = sha256(leaf) WHERE position = 2")
        connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")
    code, _, stderr = program("seal")
    assert (code, "do not have the root" in stderr) == (DIFFERENT, True)


def test_a_checkpoint_over_more_than_there_is_fails_the_doctor(program: Program):
    assert program("seal")[0] == FINE
    with psycopg.connect(ledger_url(program.settings)) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER USER")
        connection.execute("DELETE FROM liggare.events WHERE position = 2")
        connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")
    code, report = program.json("doctor")
    row = next(row for row in report["checks"] if row["name"] == "sealing")
    assert (code, row["state"]) == (DIFFERENT, "fail")
    assert row["found"] == "sealed up to p2 of 1: the end was cut off"


def test_who_serves_seals_a_moment_after_each_command(postgres_server: PostgresServer):
    with temporary_home() as home, served(postgres_server.admin_url, home) as client:
        name = next(home.glob("*-roles.json")).name.removesuffix("-roles.json")
        url = psycopg.conninfo.make_conninfo(postgres_server.admin_url, dbname=name)
        receipt = client.command("register-supplier").json()
        deadline = time.monotonic() + 20
        with psycopg.connect(url, autocommit=True) as connection:
            while (sealed(connection) or 0) < receipt["positions"][-1]:
                assert time.monotonic() < deadline
                time.sleep(0.02)


def sealed(connection: psycopg.Connection) -> int | None:
    return connection.execute("SELECT max(size) FROM liggare.checkpoints").fetchone()[0]
