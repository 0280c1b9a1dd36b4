"""Proofs over HTTP and by the program, checked by whoever holds nothing but a checkpoint."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.cli.program import WIDTH
from ledger.proof.check import check_consistency, check_inclusion
from ledger.proof.checkpoint import opened_checkpoint, unverified_checkpoint
from ledger.proof.note import SigningKey
from tests.api.servers import Client, example
from tests.api.test_cli import DIFFERENT, FINE, NOT_CHECKED, USAGE, Program
from tests.api.test_sealing import program

__all__ = ["program"]
READER = {"Liggare-Actor": "auditor-1"}
JSON_READER = READER | {"Accept": "application/json"}


@pytest.fixture(scope="module")
def sealed(door: Client) -> tuple[Client, int]:
    """A server whose last event is sealed, and that event's position."""
    last = 0
    for number in range(3):
        fields = {"supplier": f"s-proof-{number}"}
        made = door.command("register-supplier", example("register-supplier") | fields)
        last = made.json()["positions"][-1]
    deadline = time.monotonic() + 20
    while door.get("/v1/checkpoint", headers=JSON_READER).json().get("size", 0) < last:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return door, last


def test_a_proof_of_each_event_leads_to_the_checkpoint(sealed: tuple[Client, int]):
    door, last = sealed
    answer = door.get("/v1/checkpoint", headers=READER)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    top = unverified_checkpoint(answer.content)
    for position in range(1, last + 1):
        proof = door.get(f"/v1/proofs/inclusion/{position}?size={top.size}", headers=READER).json()
        path = [bytes.fromhex(one) for one in proof["path"]]
        assert proof["leaf"] == door.get(f"/v1/events/{position}").json()["leaf"]
        check_inclusion(bytes.fromhex(proof["leaf"]), position - 1, top.size, path, top.root)
    first = bytes.fromhex(door.get("/v1/proofs/inclusion/1?size=1", headers=READER).json()["leaf"])
    proof = door.get(f"/v1/proofs/consistency/1?new={top.size}", headers=READER).json()
    check_consistency(1, first, top.size, top.root, [bytes.fromhex(one) for one in proof["path"]])


@pytest.mark.parametrize(
    ("path", "status"),
    [("inclusion/999999", 404), ("inclusion/0", 400), ("inclusion/x", 400), ("inclusion/1?size=0", 400),
     ("inclusion/1?what=1", 400), ("inclusion/1?size=999999", 404), ("consistency/999999", 404),
     ("consistency/2?new=1", 404), ("consistency/99999999999999999999", 400)],
)  # fmt: skip
def test_what_cannot_be_proved_is_a_problem(sealed: tuple[Client, int], path: str, status: int):
    assert sealed[0].get(f"/v1/proofs/{path}", headers=READER).status_code == status


def test_who_asks_must_say_so(sealed: tuple[Client, int]):
    for path in ("checkpoint", "proofs/inclusion/1", "proofs/consistency/1"):
        assert sealed[0].get(f"/v1/{path}").status_code == 400


def test_proofs_are_checked_offline(program: Program, tmp_path: Path):
    assert program("proof", "checkpoint")[0] == NOT_CHECKED  # nothing is sealed yet
    program("seal")
    key = program.json("keys", "show")[1]["verifier_key"]
    old = tmp_path / "old.txt"
    old.write_text(program("proof", "checkpoint")[1])
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    program("seal")
    new, proof = tmp_path / "new.txt", tmp_path / "proof.json"
    new.write_text(program("proof", "checkpoint")[1])
    check = ("proof", "check", str(proof))
    proof.write_text(program("proof", "consistency", "2")[1])
    assert program.here(*check, "--old", str(old), "--checkpoint", str(new), "--key", key)[0] == FINE
    assert program.here(*check, "--old", str(new), "--checkpoint", str(new))[0] == DIFFERENT
    assert program.here(*check, "--checkpoint", str(new))[0] == USAGE
    proof.write_text(program("proof", "inclusion", "2")[1])
    code, stdout, _ = program.here(*check, "--checkpoint", str(new), "--key", key)
    assert (code, stdout.startswith("HÅLLER: p2"), "HOLDS: p2" in stdout) == (FINE, True, True)
    assert max(map(len, stdout.splitlines())) <= WIDTH
    assert program.here(*check, "--checkpoint", str(old))[0] == DIFFERENT
    changed = json.loads(proof.read_text())
    for name, value in (("position", 1), ("leaf", "00" * 32), ("path", []), ("leaf", "x")):
        proof.write_text(json.dumps(changed | {name: value}))
        assert program.here(*check, "--checkpoint", str(new), "--key", key)[0] == DIFFERENT
    proof.write_text("[]")
    assert program.here(*check, "--checkpoint", str(new))[0] == NOT_CHECKED


def test_a_position_beyond_the_ledger_is_a_wrong_argument_and_one_not_sealed_yet_is_none(program: Program):
    unsealed = "liggare: the ledger is sealed up to position 0\n"
    for arguments in (("inclusion", "1"), ("inclusion", "1", "--size", "1"), ("consistency", "1")):
        assert program("proof", *arguments)[::2] == (NOT_CHECKED, unsealed), arguments
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    for arguments, told in (
        (("inclusion", "9"), "POSITION: position 9 is not recorded yet"),
        (("inclusion", "1", "--size", "9"), "--size: position 9 is not recorded yet"),
        (("inclusion", "2", "--size", "1"), "POSITION: 2 is more than --size 1"),
        (("consistency", "9"), "OLD: position 9 is not recorded yet"),
        (("consistency", "1", "9"), "NEW: position 9 is not recorded yet"),
        (("consistency", "2", "1"), "OLD: 2 is more than NEW 1"),
    ):
        assert program("proof", *arguments)[::2] == (USAGE, f"liggare: {told}\n"), arguments


def test_a_stranger_checks_by_hand_what_the_document_says(program: Program, tmp_path: Path):
    text = (Path(__file__).parents[2] / "docs" / "proof.md").read_text("utf-8")
    by_hand, by_openssl = (
        re.findall(f"```{language}\n(.*?)```", text, re.DOTALL)[0] for language in ("python", "sh")
    )
    example = re.findall(r"```\n(avrop.*?)```", text, re.DOTALL)[0].encode()
    key = SigningKey("avrop.example.se/liggare", bytes(32)).verifier
    assert opened_checkpoint(example, [key], key.name).size == 2
    for _ in range(3):
        program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    program("seal")
    (tmp_path / "checkpoint.txt").write_text(program("proof", "checkpoint")[1])
    environment = {"PATH": os.environ["PATH"], "KEY": program.json("keys", "show")[1]["verifier_key"]}

    def ran(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    for position in (1, 4, 5):
        proof = json.loads(program("proof", "inclusion", str(position))[1])
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        assert ran(sys.executable, "-I", "-c", by_hand) == "the same\n"
        (tmp_path / "proof.json").write_text(json.dumps(proof | {"leaf": "00" * 32}))
        assert ran(sys.executable, "-I", "-c", by_hand) == "DIFFERENT\n"
    assert "Verified Successfully" in ran("bash", "-c", by_openssl)
    changed = (tmp_path / "checkpoint.txt").read_text().replace("\n5\n", "\n6\n")
    (tmp_path / "checkpoint.txt").write_text(changed)
    assert "Verified Successfully" not in ran("bash", "-c", by_openssl)
