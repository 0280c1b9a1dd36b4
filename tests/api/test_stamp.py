"""`liggare stamp` against an authority of `openssl ts` over HTTP, and against bad ones."""

import json
import time
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from api import stamping
from api.cli.commands import PROGRAM
from api.others import Authority
from api.outgoing import NoAnswer, posted
from api.settings import Settings, SettingsError
from api.stamping import NotStamped, stamped
from ledger.proof.stamp import STAMP_BYTES_MAX
from tests.proof.authority import OTHER_POLICY, POLICY, authority, listening, reply


@pytest.fixture(scope="module")
def tsa():
    with authority() as made:
        yield made


@contextmanager
def at(tsa, answer=None, policy=None):
    """The authority served over HTTP, or what answers in its place."""
    with listening(answer or (lambda handler, query: reply(handler, tsa.stamp(query)))) as url:
        yield Authority(url, tsa.roots, policy)


def ran(*arguments: str, **env: str):
    return CliRunner().invoke(PROGRAM, ["stamp", *arguments], env=env)


def environment(one: Authority) -> dict[str, str]:
    return {"LIGGARE_STAMP_URL": one.url, "LIGGARE_STAMP_ROOTS": str(one.roots_file)}


def test_a_file_is_stamped_kept_and_verified_by_openssl_too(tsa, tmp_path):
    file = tmp_path / "checkpoint.txt"
    file.write_bytes(b"a checkpoint\n")
    with at(tsa) as one:
        env = environment(one)
        made = ran(str(file), "--json", **env)
        assert made.exit_code == 0, made.output
        again = ran(str(file), **env)
    kept = tmp_path / "checkpoint.txt.tsr"
    assert tsa.verifies(file.read_bytes(), kept.read_bytes())
    assert (again.exit_code, "not written over" in again.output) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name, kept.name]

    told = json.loads(made.stdout.splitlines()[-1])
    assert (told["policy"], told["authority"]) == (POLICY, "CN=authority")
    checked = ran(str(file), "--check", "--json", **env)
    assert checked.exit_code == 0
    assert json.loads(checked.stdout.splitlines()[-1]) == told

    file.write_bytes(b"a checkpoint \n")
    changed = ran(str(file), "--check", **env)
    assert (changed.exit_code, "other bytes" in changed.output) == (3, True)


def test_stamping_without_an_authority_a_file_or_roots_says_what_is_wrong(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    env = {"LIGGARE_STAMP_URL": "http://127.0.0.1:9/", "LIGGARE_STAMP_ROOTS": str(tmp_path / "file")}
    unset = dict.fromkeys(env, "")
    for arguments, settings, code, told in (
        ([str(tmp_path / "file")], unset, 2, "no authority is configured"),
        ([str(tmp_path / "file")], env, 4, "PEM"),
        ([str(tmp_path / "none")], env, 2, "No such file"),
        ([str(tmp_path / "file"), "--check"], env, 2, "No such file"),
        ([str(tmp_path / "file")], {**env, "LIGGARE_STAMP_ROOTS": ""}, 2, "go together"),
    ):
        found = ran(*arguments, **settings)
        assert (found.exit_code, told in found.output) == (code, True), found.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"LIGGARE_STAMP_URL": "http://host/"}, "go together"),
        ({"LIGGARE_STAMP_POLICY": "1.2.3"}, "go together"),
        ({"LIGGARE_STAMP_URL": "ftp://host/", "LIGGARE_STAMP_ROOTS": "x"}, "LIGGARE_STAMP_URL"),
        ({"LIGGARE_STAMP_URL": "http://h/", "LIGGARE_STAMP_ROOTS": "x", "LIGGARE_STAMP_POLICY": "a"}, "OID"),
    ],
)
def test_settings_of_an_authority_name_the_variable_that_is_wrong(given, told):
    with pytest.raises(SettingsError, match=told):
        Settings.from_environment(given)


def test_an_authority_under_another_policy_or_with_a_wrong_clock_is_not_believed(tsa):
    with at(tsa, policy=OTHER_POLICY) as one, pytest.raises(NotStamped, match="under policy"):
        stamped(b"content", one)
    with at(tsa) as one, pytest.raises(NotStamped, match="clock"):
        stamped(b"content", one, now=lambda: time.time() + 400)


def test_an_answer_to_another_request_is_not_believed(tsa):
    kept: list[bytes] = []

    def replayed(handler, query):
        kept.append(tsa.stamp(query))
        reply(handler, kept[0])

    with at(tsa, replayed) as one:
        stamped(b"content", one)
        with pytest.raises(NotStamped, match="nonce"):
            stamped(b"content", one)


def test_answers_that_are_none_are_refused(tsa):
    def failing(handler, _):
        handler.send_error(500)

    def elsewhere(handler, _):
        handler.send_response(302)
        handler.send_header("Location", "http://127.0.0.1:9/")
        handler.end_headers()

    for answer, told in (
        (failing, "answered 500"),
        (elsewhere, "answered 302"),
        (lambda handler, query: reply(handler, tsa.stamp(query), "text/html"), "text/html"),
        (lambda handler, _: reply(handler, b"<html>"), "no answer by RFC 3161"),
    ):
        with at(tsa, answer) as one, pytest.raises(NotStamped, match=told):
            stamped(b"content", one)


def test_what_is_asked_of_others_is_bounded_in_size_and_time(tsa, monkeypatch):
    monkeypatch.setattr(stamping, "ANSWER_SECONDS_MAX", 0.5)

    def endless(handler, _):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(bytes(STAMP_BYTES_MAX))

    def drip_by_drip(handler, _):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    with at(tsa, endless) as one, pytest.raises(NoAnswer, match="more than"):
        stamped(b"content", one)
    began = time.monotonic()
    with at(tsa, drip_by_drip) as one, pytest.raises(NoAnswer, match="within"):
        stamped(b"content", one)
    assert time.monotonic() - began < 10  # 2 s of dripping, and a busy machine


def test_nobody_there_is_no_answer_and_a_password_is_not_told():
    with pytest.raises(NoAnswer, match="did not answer") as refused:
        posted("http://name:secret@127.0.0.1:9/", b"", "text/plain", bytes_max=1, seconds_max=5)
    assert "secret" not in str(refused.value)
