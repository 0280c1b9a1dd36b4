"""A witness over HTTP: what it cosigns is on disk first, and of two histories it sees one, whoever asks."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from api.cli.commands import PROGRAM
from api.outgoing import NoAnswer
from api.witness import asking
from api.witness.asking import AskedWitness, NotCosigned, WitnessObjects, cosigned_by
from api.witness.keeping import KEPT_MAX, KEY_FILE, NEWEST, contradictions_in, folder_of, opened_witness
from ledger.errors import Unsafe
from ledger.proof.cosignature import WitnessKey, cosignatures
from ledger.proof.note import SigningKey
from ledger.proof.witness import REQUEST_BYTES_MAX, SIZE_TYPE, WitnessRefusal
from tests.api.witnesses import NAME, served_witness, witness_process
from tests.proof.authority import listening, reply
from tests.proof.logs import KEY, TestLog

ONE, OTHER = TestLog(), TestLog("two", fork=3)


def posted(witness: AskedWitness, body: bytes) -> httpx.Response:
    return httpx.post(f"{witness.url}/add-checkpoint", content=body, timeout=30)


def asked(witness: AskedWitness, log: TestLog, size: int, held: int = 0):
    return cosigned_by(witness, log.note(size), held, partial(proved, log, size))


def proved(log: TestLog, size: int, old: int) -> list[bytes]:
    return log.proof(old, size)


def shown(home: Path):
    return CliRunner().invoke(PROGRAM, ["witness", "--state", str(home), "--show", "--json"])


def test_checkpoints_are_cosigned_one_after_the_other_and_kept(tmp_path):
    with served_witness(tmp_path / "w") as (witness, inside):
        for old, size in ((0, 3), (3, 3), (3, 8), (8, 300)):
            made = asked(witness, ONE, size, old)
            (found,) = cosignatures(ONE.note(size) + made.line.encode(), [witness.key])
            assert found == made
            assert abs(found.cosigned_at - time.time()) < 60
            file = folder_of(tmp_path / "w", KEY.name) / NEWEST
            assert file.read_bytes() == ONE.note(size) + made.line.encode()
        assert inside.held[KEY.name].checkpoint.size == 300
    with served_witness(tmp_path / "w") as (witness, _):
        assert asked(witness, ONE, 301, 300).name == NAME
        answer = posted(witness, ONE.request(300, 302).body)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (409, SIZE_TYPE, "301\n")


def test_only_its_owner_may_read_what_a_witness_keeps(tmp_path):
    with served_witness(tmp_path / "w") as (witness, _):
        asked(witness, ONE, 3)
        posted(witness, OTHER.request(3, 3).body)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "w").rglob("*") if path.is_file()}
    assert modes == {0o600}
    (tmp_path / "w" / KEY_FILE).chmod(0o640)
    with pytest.raises(Unsafe, match="read by others"), opened_witness(tmp_path / "w", [KEY.verifier]):
        pass


def test_a_client_that_knows_nothing_is_told_the_size_and_goes_on_from_there(tmp_path):
    with served_witness(tmp_path / "w") as (witness, _):
        asked(witness, ONE, 5)
        for thought in (0, 3, 7):
            assert asked(witness, ONE, 8, thought).name == NAME
        with pytest.raises(WitnessObjects, match="holds a checkpoint of 8, this one has 6"):
            asked(witness, ONE, 6, 8 - 2)


@pytest.mark.parametrize("size", [5, 8])
def test_a_split_view_is_refused_kept_and_shown(tmp_path, size):
    with served_witness(tmp_path / "w") as (witness, _):
        asked(witness, ONE, 5)
        for thought in (5, 0):
            with pytest.raises(WitnessObjects, match="refuses"):
                asked(witness, OTHER, size, thought)
        assert asked(witness, ONE, 6, 5).name == NAME
    found = shown(tmp_path / "w")
    told = json.loads(found.stdout.splitlines()[-1])
    (log,) = told["logs"]
    (kept,) = log["contradictions"]
    assert (found.exit_code, told["split_view"]) == ((3, True) if size == 5 else (0, False))
    assert kept["kind"] == ("split-view" if size == 5 else "no-continuation")
    assert kept["held"].encode().startswith(ONE.note(5))
    assert kept["offered"].encode() == OTHER.note(size)
    assert log["checkpoint"].encode().startswith(ONE.note(6))
    plain = CliRunner().invoke(PROGRAM, ["witness", "--state", str(tmp_path / "w"), "--show"]).stdout
    assert ("SPLIT VIEW" if size == 5 else "No continuation") in plain
    assert OTHER.note(size).decode().rstrip() in plain


def test_wrong_proofs_fill_no_disk_and_crowd_out_no_split_view(tmp_path):
    with opened_witness(tmp_path / "w", [KEY.verifier], NAME) as witness:
        witness.add_checkpoint(ONE.request(0, 5).body)
        for size in range(6, 6 + KEPT_MAX + 5):
            for _ in range(2):
                with pytest.raises(WitnessRefusal):
                    witness.add_checkpoint(f"old 5\n\n{ONE.note(size).decode()}".encode())
        with pytest.raises(WitnessRefusal):
            witness.add_checkpoint(OTHER.request(5, 5).body)
    kinds = [one.kind for one in contradictions_in(tmp_path / "w", KEY.name)]
    assert kinds == ["no-continuation"] * KEPT_MAX + ["split-view"]


def at_once(witness: AskedWitness, bodies: list[bytes]) -> list[int]:
    """The statuses of requests that are sent at one instant."""
    start = threading.Barrier(len(bodies))

    def one(body: bytes) -> int:
        start.wait()
        return posted(witness, body).status_code

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(one, bodies))


def test_of_two_clients_with_the_same_old_size_one_is_cosigned(tmp_path):
    with served_witness(tmp_path / "w") as (witness, inside):
        asked(witness, ONE, 5)
        for _ in range(12):
            held = inside.held[KEY.name].checkpoint.size
            sizes = held + 1, held + 2
            statuses = at_once(witness, [ONE.request(held, size).body for size in sizes])
            assert sorted(statuses) == [200, 409]
            assert inside.held[KEY.name].checkpoint.size == sizes[statuses.index(200)]


def test_of_two_histories_at_one_instant_one_is_cosigned(tmp_path):
    for round_ in range(6):
        with served_witness(tmp_path / str(round_)) as (witness, inside):
            asked(witness, ONE, 3)
            statuses = at_once(witness, [log.request(3, 6).body for log in (ONE, OTHER) * 3])
            assert statuses.count(200) == 1
            assert set(statuses) == {200, 409}
            won = (ONE, OTHER)[statuses.index(200) % 2]
            assert inside.held[KEY.name].checkpoint.root == won.root(6)
            assert "split-view" in {one.kind for one in contradictions_in(tmp_path / str(round_), KEY.name)}


CRASH = """
import os, signal, sys
from pathlib import Path
from api.witness import keeping
from ledger.proof.note import parsed_verifier
home, log, moment = Path(sys.argv[1]), parsed_verifier(sys.argv[2]), sys.argv[3]
with keeping.opened_witness(home, [log]) as witness:
    real = keeping.replace_whole
    def dying(file, content):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if moment == "half":
            file.with_name(f".{file.name}.new").write_bytes(content[:40])
            os.kill(os.getpid(), signal.SIGKILL)
        real(file, content)
        os.kill(os.getpid(), signal.SIGKILL)
    keeping.replace_whole = dying
    witness.add_checkpoint(sys.stdin.buffer.read())
"""


@pytest.mark.parametrize(("moment", "held"), [("before", 5), ("half", 5), ("between write and answer", 8)])
def test_a_witness_killed_at_any_instant_goes_on_with_what_it_may_have_cosigned(tmp_path, moment, held):
    with served_witness(tmp_path / "w") as (witness, _):
        asked(witness, ONE, 5)
    ran = subprocess.run(
        [sys.executable, "-c", CRASH, tmp_path / "w", KEY.verifier.text, moment],
        input=ONE.request(5, 8).body, check=False,
    )  # fmt: skip
    assert ran.returncode == -signal.SIGKILL
    with served_witness(tmp_path / "w") as (witness, inside):
        assert inside.held[KEY.name].checkpoint.size == held
        # The client had no answer and asks again as before.
        assert asked(witness, ONE, 8, 5).name == NAME
        with pytest.raises(WitnessObjects):
            asked(witness, OTHER, 8, 5)


def test_what_was_answered_is_held_after_a_kill(tmp_path):
    with witness_process(tmp_path / "w", "--name", NAME) as (witness, process):
        asked(witness, ONE, 5)
        answered = [5]

        def ask_on() -> None:
            for size in range(6, 400):
                try:
                    asked(witness, ONE, size, size - 1)
                except NoAnswer:
                    return
                answered.append(size)

        thread = threading.Thread(target=ask_on)
        thread.start()
        while answered[-1] < 12:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        thread.join()
    with witness_process(tmp_path / "w") as (again, _):
        assert again.key == witness.key
        held = int(posted(again, ONE.request(1, 1).body).text)
        assert held in (answered[-1], answered[-1] + 1)
        with pytest.raises(WitnessObjects):
            asked(again, OTHER, held, held)


def test_two_processes_are_not_one_witness(tmp_path):
    with served_witness(tmp_path / "w"), ExitStack() as stack, pytest.raises(Unsafe, match="another process"):
        stack.enter_context(opened_witness(tmp_path / "w", [KEY.verifier]))


def test_what_a_witness_keeps_must_be_as_it_wrote_it(tmp_path):
    with served_witness(tmp_path / "w") as (witness, _):
        asked(witness, ONE, 5)
        first = (folder_of(tmp_path / "w", KEY.name) / NEWEST).read_bytes()
        asked(witness, ONE, 6, 5)
    file = folder_of(tmp_path / "w", KEY.name) / NEWEST
    whole = file.read_bytes()
    for wrong in (b"", whole[:-10], whole.replace(b"\n6\n", b"\n7\n"), ONE.note(6)):
        file.write_bytes(wrong)
        with pytest.raises(Unsafe, match="not as this witness wrote it"), ExitStack() as stack:
            stack.enter_context(opened_witness(tmp_path / "w", [KEY.verifier]))
        assert shown(tmp_path / "w").exit_code == 4
    file.write_bytes(first)  # an old copy of its own is believed: that nobody can know without more
    (tmp_path / "w" / KEY_FILE).unlink()
    with pytest.raises(Unsafe, match="no key"), opened_witness(tmp_path / "w", [KEY.verifier], NAME):
        pass


def test_a_clock_set_back_cosigns_nothing(tmp_path):
    clock = iter([1000.0, 999.0, 1000.0])
    with served_witness(tmp_path / "w", clock=lambda: next(clock)) as (witness, _):
        assert asked(witness, ONE, 3).cosigned_at == 1000
        with pytest.raises(NotCosigned, match="clock"):
            asked(witness, ONE, 4, 3)
        assert asked(witness, ONE, 4, 3).cosigned_at == 1000


def test_a_disk_that_is_full_cosigns_nothing(tmp_path, monkeypatch):
    def full(*_) -> None:
        raise OSError(28, "No space left on device")

    with served_witness(tmp_path / "w") as (witness, inside):
        asked(witness, ONE, 3)
        with monkeypatch.context() as patched:
            patched.setattr("api.witness.keeping.replace_whole", full)
            assert posted(witness, ONE.request(3, 4).body).status_code == 503
        assert inside.held[KEY.name].checkpoint.size == 3
        assert asked(witness, ONE, 4, 3).name == NAME


def test_hostile_requests_get_a_status_and_the_witness_goes_on(tmp_path):
    stranger = TestLog(key=SigningKey(KEY.name, bytes(32)))
    elsewhere = TestLog(key=SigningKey("ledger.example/l-2", bytes(32)))
    junk = "— somebody.example AAAAAAAAAAAA\n".encode() * 1000
    with served_witness(tmp_path / "w") as (witness, _):
        for body, status in (
            (b"", 400),
            (b"old 0\n!!!\n\n" + ONE.note(3), 400),
            (bytes(REQUEST_BYTES_MAX + 1), 413),
            (os.urandom(5000), 400),
            (stranger.request(0, 3).body, 403),
            (elsewhere.request(0, 3).body, 404),
            (ONE.request(0, 3).body + junk, 200),
        ):
            assert posted(witness, body).status_code == status, body[:60]
        assert (folder_of(tmp_path / "w", KEY.name) / NEWEST).stat().st_size < 1000
        assert httpx.get(f"{witness.url}/add-checkpoint").status_code == 405
        assert httpx.post(f"{witness.url}/other").status_code == 404
        endless = httpx.post(f"{witness.url}/add-checkpoint", content=(bytes(4096) for _ in range(64)))
        assert endless.status_code == 413
        with socket.create_connection(("127.0.0.1", urlsplit(witness.url).port or 0)) as line:
            line.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")
            assert b" 400 " in line.recv(100)
        assert asked(witness, ONE, 4, 3).name == NAME


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "without a cosignature"),
        (b"junk", "this is none"),
        ("— region.example/witness AAAAAAAAAAAA\n".encode(), "without a cosignature"),
        (bytes(100_000), "more than"),
    ],
)
def test_an_answer_without_this_witness_s_word_is_not_believed(body, told):
    key = WitnessKey("region.example/witness", bytes(32))
    answered = listening(lambda handler, _: reply(handler, body, "text/plain"))
    with answered as url, pytest.raises((NotCosigned, NoAnswer), match=told):
        asked(AskedWitness(url, key), ONE, 3)


def test_a_witness_that_tells_another_size_each_time_is_asked_so_often_and_no_more():
    sizes = iter([b"1\n", b"2\n", b"1\n", b"2\n"])

    def lying(handler, _) -> None:
        body = next(sizes)
        handler.send_response(409)
        handler.send_header("Content-Type", SIZE_TYPE)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with listening(lying) as url, pytest.raises(NotCosigned, match="409"):
        asked(AskedWitness(url, WitnessKey("w", bytes(32))), ONE, 3)
    assert len(list(sizes)) == 4 - asking.TRIES_MAX


def test_a_cosignature_by_another_key_is_not_believed(tmp_path):
    unknown = WitnessKey(NAME, bytes(32))
    with served_witness(tmp_path / "w") as (witness, _), pytest.raises(NotCosigned, match="without"):
        asked(AskedWitness(witness.url, unknown), ONE, 3)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--name", NAME], 2, "--log"),
        (["--log", "no key"], 2, "--log: a key is written"),
        (["--log", KEY.verifier.text], 4, "there is no witness"),
        (["--log", KEY.verifier.text, "--name", "with space"], 2, "--name"),
        (["--show"], 4, "there is no witness"),
    ],
)
def test_the_command_says_what_is_missing(tmp_path, arguments, code, told):
    ran = CliRunner().invoke(PROGRAM, ["witness", "--state", str(tmp_path / "w"), *arguments])
    assert (ran.exit_code, told in ran.output) == (code, True), ran.output
