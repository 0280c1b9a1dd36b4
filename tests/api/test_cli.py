"""The command line: exit codes, one JSON document as the last line, and help that is the documentation."""

import io
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

import api.cli
from api.cli.commands import COMMANDS
from api.cli.layout import spans
from api.cli.program import PROGRAM, Out, table
from api.cli.progress import Line, Rate, erase, telling
from api.cli.reference import FILE, reference
from api.cli.reperform import result_of
from api.place import place_of
from api.settings import Settings, SettingsError
from ledger.store.verify_kept import Course, ledger_of
from ledger.store.verify_kept import Kept as Interrupted
from ledger.store.verify_share import Outcome
from projections.code import code_version
from replay.reperform import Scope
from replay.shares import Kept, Progress
from replay.tally import Count, Tally
from tests.api.servers import LIGGARE, environment
from tests.api.warm import ran

FINE, USAGE, DIFFERENT, NOT_CHECKED = 0, 2, 3, 4


@dataclass(frozen=True)
class Program:
    """The program with the settings of one ledger."""

    settings: Settings

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, standard output, standard error)."""
        return ran(arguments, environment(self.settings))

    def fresh(self, *arguments: str) -> tuple[int, str, str]:
        """The same of a process that imports what it needs, as from a shell: a second more."""
        done = subprocess.run(
            [*LIGGARE, *arguments],
            env=environment(self.settings),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def json(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """(exit code, the one document); nothing else may stand on standard output."""
        return self.document(*self(*arguments, "--json"))

    @staticmethod
    def document(code: int, stdout: str, stderr: str) -> tuple[int, dict[str, Any]]:
        """What `--json` wrote, and the exit code."""
        assert stdout.count("\n") == 1, stdout + stderr
        return code, json.loads(stdout)

    def here(self, *arguments: str) -> tuple[int, str, str]:
        """The same within this process, for what ends before anything is opened."""
        done = CliRunner().invoke(PROGRAM, arguments, env=environment(self.settings), prog_name="liggare")
        return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def program(unmade: Settings) -> Program:
    """The program on a durable server, where its ledger is not there yet."""
    return Program(unmade)


def test_nothing_is_checked_where_there_is_no_ledger(program: Program):
    for command in ("verify", "doctor", "replay"):
        code, document = program.document(*program.fresh(command, "--json"))
        assert code == NOT_CHECKED
        assert document["exit_code"] == NOT_CHECKED


def test_usage_errors_say_so_and_write_no_document(tmp_path: Path):
    nowhere = Program(Settings(state_dir=tmp_path))
    assert nowhere.fresh("nonsense")[0] == USAGE
    for arguments in (
        ("nonsense",),
        ("view",),
        ("serve", "--port", "x"),
        ("verify", "--what"),
        ("view", "no-view", "k"),
    ):
        code, stdout, stderr = nowhere.here(*arguments)
        assert (code, stdout) == (USAGE, "")
        assert stderr
    assert not list(tmp_path.iterdir())
    assert nowhere.here("init")[0] == USAGE  # a new ledger's mode is never guessed


def test_a_mistyped_command_is_told_what_was_meant(tmp_path: Path):
    code, stdout, stderr = Program(Settings(state_dir=tmp_path)).here("veryfy")
    assert (code, stdout, "Did you mean 'verify'?" in stderr) == (USAGE, "", True)


def test_the_list_of_commands_waits_for_none_of_them():
    """Every module that declares a command is in the table, and listing the table imports no such module."""
    found = {
        file.stem.replace("_", "-")
        for file in Path(api.cli.__file__).parent.glob("*.py")
        if re.search(r"@PROGRAM\.command|PROGRAM\.add_typer", file.read_text("utf-8"))
    }
    assert found == set(COMMANDS)
    script = "import sys\ntry:\n main()\nfinally:\n print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"from api.cli import main\n{script}", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    listed = re.findall(r"^  ([a-z][a-z-]+)  ", done.stdout, re.MULTILINE)
    assert listed == sorted(COMMANDS)
    imported = set(done.stderr.split())
    assert imported & {"api", "api.cli", "typer"}
    assert not imported & {"psycopg", "rich.table", "ledger", "projections", "api.cli.verify"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_needs_no_other_to_be_imported_first(name: str):
    """Other tests run commands in processes that have imported them all."""
    done = subprocess.run([*LIGGARE, name, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, f"liggare {name}" in done.stdout) == (0, "", True)


def test_what_only_asks_does_not_wait_for_the_server():
    names = ", ".join(
        f"api.cli.{name}" for name in ("ask", "diff", "explain", "policy", "replay", "verify", "view")
    )
    script = f"import sys\nimport {names}\nprint(*{{'fastapi', 'uvicorn'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_tampered_record_is_found_and_named(program: Program):
    assert program.json("init", "--simulated")[1]["position"] == 1
    assert program.json("init", "--simulated")[1]["position"] == 1
    assert program("init", "--real")[0] == USAGE
    assert program.json("clock", "accept", "--reason", "a test", "--actor", "operator-1")[1]["position"] == 2
    code, document = program.json("verify")
    assert (code, len(document.pop("last_leaf"))) == (FINE, 64)
    assert document.pop("tree") == {
        "sealed": 0, "checkpoints": 0, "signatures": 0, "origin": "", "kept": 0, "keys": 0,
        "between": None,
    }  # fmt: skip
    assert set(document.pop("confirmed").values()) == {0}
    assert document.pop("withheld") == {"masked": 0, "sealed": 0, "opened": 0}
    assert document == {"intact": True, "events": 2, "bodies": True, "earlier": 0, "findings": []}
    tamper(program.settings)
    code, document = program.json("verify")
    assert (code, document["intact"]) == (DIFFERENT, False)
    assert {finding["position"] for finding in document["findings"]} == {2}
    code, stdout, _ = program("verify")
    assert (code, "NOT INTACT" in stdout) == (DIFFERENT, True)
    assert program.json("verify", "--headers", "--processes", "1")[1]["bodies"] is False


def test_explain_says_what_it_needs(program: Program):
    program("init", "--simulated")
    token = "p1~2026-03-01~000000000000~000000000000"
    assert program("explain", "no-token", "order-board", "o-1")[0] == USAGE
    assert program("explain", token, "no-view", "o-1")[0] == USAGE
    assert program("explain", token, "order-board")[0] == USAGE
    assert program("explain", token, "continuity-at-award", "--other", "o-1")[0] == USAGE
    code, document = program.json("explain", token, "continuity-at-award", "--order", "o-1")
    assert (code, "o-1" in document["error"]) == (NOT_CHECKED, True)


def test_reperform(program: Program):
    program("init", "--simulated")
    assert program.json("clock", "accept", "--reason", "a test", "--actor", "operator-1")[1]["position"] == 2
    code, document = program.json("reperform")
    assert (code, document["decisions"], document["same"], document["different"]) == (FINE, 2, 2, 0)
    code, document = program.json("reperform", "--processes", "2")
    assert (code, document["decisions"], document["same"]) == (FINE, 2, 2)
    code, stdout, _ = program("reperform", "--from", "p2", "--until", "p2")
    assert (code, stdout.splitlines()[:2]) == (
        FINE,
        [
            "DETSAMMA: 1 beslut (0 av dem nej), 1 lika, 0 olika, 0 går inte att fatta på nytt",
            "THE SAME: 1 decision (0 refusals), 1 the same, 0 different, 0 cannot be made again",
        ],
    )
    assert program("reperform", "--region", "skane")[::2] == (
        USAGE,
        "liggare: --region: there is no region skane\n",
    )
    assert program("reperform", "--until", "later")[0] == USAGE
    code, _, told = program("reperform", "--from", "p2", "--until", "p1")
    assert (code, told.strip()) == (USAGE, "liggare: --until: p1 has to come after --from p2")
    nothing = result_of(Tally(1), 1.0)
    assert (nothing.code, "INGET FATTAT PÅ NYTT" in nothing.shown[0]) == (NOT_CHECKED, True)
    program("reperform", "--resume")
    tamper(program.settings, byte=70)
    code, document = program.json("reperform")
    assert (code, document["different"]) == (DIFFERENT, 1)
    assert document["findings"][0]["rule"] == "accept-clock@1"


def test_an_interrupted_reperformance_goes_on_though_the_ledger_has_grown(program: Program):
    program("init", "--simulated")
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    ledger = program.json("keys", "show")[1]["origin"].partition("/")[2]
    kept = Kept(program.settings.state_dir, ledger, code_version(), Scope(), 1)
    begun = [Tally(1, 1, rules={"begun": Count(same=1)})]
    url = make_conninfo(program.settings.database_url, dbname=program.settings.database_name)
    with psycopg.connect(url) as connection:
        ((leaf,),) = connection.execute("SELECT leaf FROM liggare.events WHERE position = 2").fetchall()
    kept.save(Progress(Scope(upto=2), begun, leaf.hex()))
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    code, document = program.json("reperform", "--resume")
    assert (code, document["position"], document["decisions"]) == (FINE, 2, 2)
    assert "begun" in document["rules"]
    assert not kept.path.exists()
    for upto, other in ((2, "of another ledger"), (9, leaf.hex())):
        kept.save(Progress(Scope(upto=upto), begun, other))
        code, document = program.json("reperform", "--resume")
        assert (code, document["decisions"], "begun" in document["rules"]) == (FINE, 3, False)


def test_progress_that_cannot_be_kept_is_said_and_hinders_nothing(program: Program):
    program("init", "--simulated")
    ledger = program.json("keys", "show")[1]["origin"].partition("/")[2]
    for kept, command in (
        (Kept(program.settings.state_dir, ledger, code_version(), Scope(), 1), "reperform"),
        (Interrupted(program.settings.state_dir, ledger, code_version(), bodies=True), "verify"),
    ):
        (kept.path / "in the way").mkdir(parents=True)
        code, _, told = program(command, "--resume")
        assert (code, told.count(f"is not kept: {kept.path}")) == (FINE, 1), (command, told)


def test_rebuild_and_replay_by_several_processes(program: Program):
    program("init", "--simulated")
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    assert program("rebuild", "--processes", "0")[0] == USAGE
    code, document = program.json("rebuild", "--processes", "2", "--forget-others")
    assert (code, document["position"], document["before"], document["processes"]) == (FINE, 2, 0, 2)
    digests = [
        program.json("replay", "--until", "p2", "--processes", processes)[1]["views"]
        for processes in ("1", "2")
    ]
    assert digests[0] == digests[1]
    assert {view["kept"] for view in digests[0]} == {"the same"}


def test_a_verification_goes_on_and_says_what_it_did_not_look_at_again(program: Program):
    program("init", "--simulated")
    code, _, told = program("verify", "--resume")
    assert (code, "no interrupted run" in told) == (FINE, True)
    url = make_conninfo(program.settings.database_url, dbname=program.settings.database_name)
    kept = Interrupted(program.settings.state_dir, ledger_of(url), code_version(), bodies=True)
    with psycopg.connect(url) as connection:
        ((head, leaf),) = connection.execute("SELECT position, leaf FROM liggare.events").fetchall()
    kept.save(Course(head, leaf.hex(), [], [Outcome(events=head)]))
    code, document = program.json("verify", "--resume")
    assert (code, document["events"], document["earlier"]) == (FINE, 1, 1)
    assert not kept.path.exists()
    kept.save(Course(head, leaf.hex(), [], [Outcome(events=head)]))
    assert program.json("verify")[1]["earlier"] == 0


def test_a_view_of_everybody_takes_own_parameters_and_no_key(program: Program):
    program("init", "--simulated")
    asked = ("view", "order-board", "--all", "--rankings", "true")
    code, document = program.json(*asked, "--at", "2025-03-03", "--known-at", "p1")
    assert (code, document["keys"], document["position"], document["on"]) == (FINE, [], 1, "2025-03-03")
    code, shown, _ = program(*asked)
    assert (code, "0 svar / answers" in shown, f"token {document['token']['text'][:3]}" in shown) == (
        FINE,
        True,
        True,
    )
    code, _, told = program(
        "view", "escalation-ladder", "--all", "--agreement", "hyr-2024", "--lot", "nurses"
    )
    assert (code, "--agreement: there is no agreement hyr-2024" in told) == (USAGE, True)
    assert program("view", "order-board")[0] == USAGE
    assert program("view", "order-board", "o-1", "--all")[0] == USAGE


@pytest.mark.parametrize(
    "asked",
    [
        "replay --until p9", "reperform --from p9", "view order-board o-1 --known-at p9",
        "view order-board --all --known-at p9", "ask continuity-at-award --order o-1 --known-at p9",
        "policy list --published --known-at p9", "diff --from p9", "what-if --policy no.yaml --until p9",
    ],
)  # fmt: skip
def test_a_moment_that_the_ledger_does_not_know_is_a_usage_error(program: Program, asked: str):
    program("init", "--simulated")
    code, _, told = program(*asked.split())
    assert code == USAGE, told


def test_replay_view_and_doctor(program: Program):
    program("init", "--simulated")
    code, document = program.json("replay", "--view", "order-board", "--until", "p1")
    assert (code, document["position"], [v["view"] for v in document["views"]]) == (FINE, 1, ["order-board"])
    assert len(program("replay", "--view", "order-board", "--digest")[1].strip()) == 64
    assert program("replay", "--until", "later")[0] == USAGE
    assert program.json("view", "order-board", "o-none")[0] == NOT_CHECKED
    assert program("view", "order-board", "o-1", "--param", "x")[0] == USAGE
    code, _, told = program("view", "continuity-streaks", "k-1")
    assert (code, told.strip()) == (USAGE, "liggare: --agreement: Field required")
    told = program("view", "escalation-ladder", "s-none", "--agreement", "hyr-2024", "--lot", "nurses")[2]
    assert "there is no" in told
    assert "säker att köra / safe to run" in program("doctor")[1]
    code, document = program.json("doctor")
    states = {check["name"]: check["state"] for check in document["checks"]}
    assert states["owner"] == states["migrations"] == states["vault"] == "ok"
    assert states["master key"] == "warn"
    assert (code, document["safe"]) == (FINE, True)


def test_ask(program: Program):
    """A question's parameters are options of its own; the list needs no ledger."""
    code, document = program.json("ask", "--list")
    named = [one["name"] for one in document["questions"]]
    assert (code, "continuity-at-award" in named) == (FINE, True)
    assert program.json("ask", "continuity-at-award", "--order", "o-1")[0] == NOT_CHECKED
    program("init", "--simulated")
    code, _, told = program("ask", "continuity-at-award", "--order=o-none")
    assert (code, told.strip()) == (NOT_CHECKED, "liggare: no order o-none is known")
    for wrong in (
        (), ("why",), ("continuity-at-award",), ("continuity-at-award", "--order"),
        ("continuity-at-award", "o-1"), ("continuity-at-award", "--order", "o-1", "--colour", "red"),
        ("continuity-at-award", "--order", "o-1", "--order", "o-2"),
    ):  # fmt: skip
        assert program.here("ask", *wrong)[0] == USAGE, wrong


def test_a_bar_has_rate_and_time_left_and_goes_away(monkeypatch: pytest.MonkeyPatch):
    assert (
        Rate(began=time.monotonic() - 10, first=0).line(5_000, 11_000)
        == "5,000 / 11,000  500/s  0:12 kvar/left"
    )
    for terminal in (True, False):
        stream = io.StringIO()
        monkeypatch.setattr(stream, "isatty", lambda terminal=terminal: terminal)
        monkeypatch.setattr("sys.stderr", stream)
        line = Line(100)
        line.draw(50)
        erase()
        assert ("50 / 100" in stream.getvalue(), stream.getvalue().endswith("\r\x1b[K")) == (
            terminal,
            terminal,
        )
        assert "\n" not in stream.getvalue()
    with telling() as told:  # no terminal
        told(1, 2)
    assert not stream.getvalue()


def test_positions_are_cited_by_the_ends_of_their_runs():
    assert spans([]) == ""
    assert spans([7, 1, 2, 3, 5, 6, 3]) == "p1–p3 p5–p7"
    assert spans([1, 2, 9]) == "p1 p2 p9"
    assert spans(range(0, 60, 2)).endswith("p22 … (+18)")


def test_what_is_shown_is_neither_folded_nor_read_as_markup():
    text = json.dumps({"assumed": "no source says so " * 20, "path": "[/a] :x:"}, indent=2)
    listed = table("found")
    listed.add_row("[/a] :x:")
    out = Out(as_json=False, stdout=io.StringIO())
    out.show(text, listed)
    assert out.stdout.getvalue().startswith(text + "\n")  # type: ignore[attr-defined]
    assert "[/a] :x:" in out.stdout.getvalue().removeprefix(text)  # type: ignore[attr-defined]


def test_what_is_shown_is_there_at_once_in_a_file_too(tmp_path: Path):
    """A server says where it listens and goes on: nothing may wait in a buffer."""
    shown = tmp_path / "shown"
    with shown.open("w") as file:
        Out(as_json=False, stdout=file).show("API http://127.0.0.1:8321/docs")
        assert shown.read_text() == "API http://127.0.0.1:8321/docs\n"


def test_help_keeps_to_a_narrow_terminal():
    done = subprocess.run(
        [*LIGGARE, "verify", "--help"],
        env={**os.environ, "COLUMNS": "60"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert max(map(len, done.stdout.splitlines())) <= 60


def test_a_database_that_is_away_is_told_with_what_to_look_at(program: Program):
    address = "postgresql://u:secret@127.0.0.1:1/postgres"
    away = Program(replace(program.settings, database_url=address))
    code, document = away.json("init", "--simulated")
    assert code == NOT_CHECKED
    assert "see that its server runs" in document["error"]
    assert "secret" not in document["error"]


def test_a_bad_setting_is_a_usage_error():
    with pytest.raises(SettingsError):
        Settings.from_environment({"LIGGARE_PORT": "http"})
    with pytest.raises(SettingsError):
        Settings.from_environment({"LIGGARE_DATABASE_NAME": 'x"; DROP DATABASE y'})
    for wrong in ("foo", "postgresql://u:se cret@[::1/db", "host=x port"):
        with pytest.raises(SettingsError, match="LIGGARE_SERVE_URL is an address like") as told:
            Settings.from_environment({"LIGGARE_SERVE_URL": wrong})
        assert "se cret" not in repr(told.value)
    half = Settings.from_environment({"LIGGARE_SERVE_URL": "postgresql://h/db"})
    with pytest.raises(SettingsError, match="go together"), place_of(half):
        pass
    secret = Settings.from_environment(
        {"LIGGARE_MASTER_KEY": "c2VjcmV0", "LIGGARE_DATABASE_URL": "postgresql://u:secret@h/"}
    )
    assert "secret" not in repr(secret)
    assert "c2VjcmV0" not in repr(secret)


@pytest.mark.docs
def test_the_documentation_is_the_help():
    assert FILE.read_text("utf-8") == reference(), "write it anew: python -m api.cli.reference"


def tamper(settings: Settings, byte: int = 60) -> None:
    """Change one byte behind the ledger's back, with the rights of whoever runs the server."""
    url = psycopg.conninfo.make_conninfo(settings.database_url or "", dbname=settings.database_name)
    flipped = f"set_byte(body, {byte}, get_byte(body, {byte}) # 1)"
    change = f"UPDATE liggare.events SET body = {flipped} WHERE position = 2"
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER USER")
        connection.execute(change)
        connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")
