"""The keys of a ledger by the program: named with the genesis or later, rotated, swapped."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.cli.keys import _list_of
from ledger.facts.signing_keys import Chain, InForce
from ledger.proof.note import SigningKey, parsed_verifier
from tests.api.test_cli import DIFFERENT, FINE, NOT_CHECKED, USAGE, Program, Settings

ORIGIN = "avrop.example/liggare"
ROTATE = ("--reason", "yearly", "--actor", "operator-1")


def made(folder: Path, name: str, origin: str = ORIGIN) -> Path:
    file = folder / name
    assert Program(Settings(state_dir=folder)).here("keys", "new", str(file), "--origin", origin)[0] == FINE
    return file


def with_key(program: Program, file: Path) -> Program:
    return Program(replace(program.settings, signing_key=file))


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return made(tmp_path, "first.key"), made(tmp_path, "second.key")


def test_the_log_says_which_key_signs_from_the_genesis_on(unmade: Settings, keys, tmp_path: Path):
    first, second = (with_key(Program(unmade), file) for file in keys)
    assert first.json("init", "--simulated")[1]["position"] == 2
    assert first.json("init")[1]["position"] == 2
    public = first.json("keys", "show")[1]["verifier_key"]
    assert first.json("seal")[1]["size"] == 2
    code, document = first.json("keys", "list")
    assert (code, [(one["verifier_key"], one["upto"]) for one in document["keys"]]) == (
        FINE,
        [(public, None)],
    )

    assert second("seal")[0] == FINE  # nothing new to be signed
    rows = {row["name"]: row for row in second.json("doctor")[1]["checks"]}
    assert (rows["signing key"]["state"], "keys list" in rows["signing key"]["advice"]) == ("fail", True)
    assert second("keys", "name", "--actor", "operator-1")[0] == NOT_CHECKED

    stranger = made(tmp_path, "stranger.key", "other.example/l")
    for file, word in ((stranger, "signing-key-of-other-origin"), (keys[0], "signing-key-used-before")):
        code, _, stderr = first("keys", "rotate", str(file), *ROTATE)
        assert (code, word in stderr) == (NOT_CHECKED, True), stderr
    assert first("keys", "rotate", str(keys[1]), "--because", "boredom", *ROTATE)[0] == USAGE

    code, document = first.json("keys", "rotate", str(keys[1]), *ROTATE)
    assert (code, document["position"], document["sealed"]) == (FINE, 3, 3)
    assert_packed_under_the_key_before(second, public, tmp_path)
    assert second("clock", "accept", "--reason", "a test", "--actor", "operator-1")[0] == FINE
    code, _, stderr = first("seal")
    assert (code, "the log says that from p4 on" in stderr) == (NOT_CHECKED, True)
    assert second.json("seal")[1]["size"] == 4
    code, document = second.json("verify", "--key", public)
    assert (code, document["findings"]) == (FINE, [])
    assert document["tree"].items() >= {"checkpoints": 3, "signatures": 3, "keys": 2}.items()
    rows = {row["name"]: row for row in second.json("doctor")[1]["checks"]}
    assert (rows["signing key"]["state"], "named at p3" in rows["signing key"]["found"]) == ("ok", True)

    kept = tmp_path / "checkpoint.txt"
    kept.write_text(second("proof", "checkpoint")[1])
    assert second("verify", "--since", str(kept), "--key", public)[0] == FINE
    other = parsed_verifier(second.json("keys", "show")[1]["verifier_key"]).text
    code, document = second.json("verify", "--key", other)  # not the first
    assert (code, [one["position"] for one in document["findings"]]) == (DIFFERENT, [2])
    assert "–p3: utbytt / rotated" in second("keys", "list")[1]
    assert second("reperform")[0] == FINE  # each announcement is verified anew
    for wrong in ("KEY", public[:-4]):
        code, _, stderr = second("verify", "--key", wrong)
        assert (code, "--key: " in stderr, "Traceback" in stderr) == (USAGE, True, False)


def assert_packed_under_the_key_before(program: Program, public: str, folder: Path) -> None:
    """Who signed a checkpoint is known from the log, though another key signs now."""
    top, days = folder / "everything", ("--from", "1970-01-01", "--to", "2199-12-31")
    assert program("archive", *days, "--submitter", "Region", "--out", str(top))[0] == FINE
    assert program("archive", "--check", str(top), "--key", public)[0] == FINE
    code, _, stderr = program("evidence", "o-none", "--out", str(folder / "none"))
    assert (code, "no case or order o-none is known up to p3" in stderr) == (USAGE, True), stderr


def test_a_ledger_without_its_key_in_the_log_gets_it_there_later(unmade: Settings, keys):
    plain = Program(unmade)
    assert plain.json("init", "--simulated")[1]["position"] == 1
    assert plain("clock", "accept", "--reason", "a test", "--actor", "operator-1")[0] == FINE
    first = with_key(plain, keys[0])
    assert first("seal")[0] == FINE
    assert "names no key" in first("keys", "list")[1]
    code, _, stderr = first("keys", "rotate", str(keys[1]), *ROTATE)
    assert (code, "signing-key-not-named" in stderr) == (NOT_CHECKED, True)
    code, _, stderr = with_key(plain, keys[1])("keys", "name", "--actor", "operator-1")
    assert (code, "not by this key" in stderr) == (NOT_CHECKED, True)
    assert first.json("keys", "name", "--actor", "operator-1")[1]["position"] == 3
    assert first.json("keys", "name", "--actor", "operator-1")[1]["position"] == 3  # said once
    assert first("seal")[0] == FINE
    code, document = first.json("verify")
    assert (code, document["tree"]["keys"]) == (FINE, 1)


def test_a_key_of_the_log_stands_on_a_line_of_its_own_whole():
    one, two = (SigningKey.generate("avrop.example.se/liggare-" + "l" * 40).verifier for _ in range(2))
    chain = Chain((InForce(one, 2, 0, 9, "rotated"), InForce(two, 9, 9)), ((12, "signed by nobody"),))
    assert _list_of(chain).shown == (
        "sedan / since p2, kontrollpunkter / checkpoints p1–p9: utbytt / rotated",
        one.text,
        "sedan / since p9, kontrollpunkter / checkpoints p10–",
        two.text,
        "p12: signed by nobody",
    )
