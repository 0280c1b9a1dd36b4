"""`liggare evidence` on a demonstration's ledger: a package that a stranger's Python says is intact."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.evidence import DEMO_MASKS, DEMO_SHOWN, Wish, _made
from api.cli.program import FINE, PROGRAM, USAGE, Result, StopError
from api.demo.run import Told
from api.demo.story.gathering import ASKED, CASE
from replay.evidence.package import verifier_digest
from tests.demo.conftest import Stage

DECIDED = (DEMO_MASKS, DEMO_SHOWN)


def packed(stage: Stage, name: str | None, size: int | None, decided: Any, out: Path) -> Result:
    return _made(stage.settings, Wish(name, 1, size, *decided), out)


@pytest.fixture(scope="module")
def order(told: Told) -> str:
    return told.cast.contested_order


def test_an_award_is_packed_verified_and_the_same_again(stage: Stage, order: str, tmp_path: Path):
    made = packed(stage, order, None, DECIDED, tmp_path / "one")
    assert made.code == FINE
    assert (made.document["masked"], made.document["verifier"]) == (1, verifier_digest())
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=tmp_path / "one", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"Order {order} position 1" in done.stdout
    assert "The ranking was made again and is the same." in done.stdout
    assert "(simulated)" in done.stdout

    size = int((tmp_path / "one" / "data" / "checkpoint.txt").read_text().split("\n")[1])
    packed(stage, order, size, DECIDED, tmp_path / "two")
    one, two = (contents(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert len({seconds for _, seconds in one.values()}) == 1


def test_the_demonstrations_case_is_packed_with_answers_and_receipts(stage: Stage, tmp_path: Path):
    made = packed(stage, CASE, None, DECIDED, tmp_path / "one")
    assert made.code == FINE
    assert made.document["answers"] == len(ASKED)
    assert made.document["receipts"] > 20
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=tmp_path / "one", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for said in (*ASKED, "The ranking was made again and is the same.", "Decisions: "):
        assert said in done.stdout
    assert "no answer" not in done.stdout
    report = (tmp_path / "one" / "data" / "report.pdf").read_bytes()
    assert (report[:8], b"<pdfaid:part>3" in report) == (b"%PDF-1.7", True)
    size = int((tmp_path / "one" / "data" / "checkpoint.txt").read_text().split("\n")[1])
    packed(stage, CASE, size, DECIDED, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("other", [["c-1"], ["--out", "there"], ["--size", "3"], ["--show", "facts"]])
def test_the_demonstrations_package_takes_no_wish_that_it_would_not_heed(other: list[str], tmp_path: Path):
    done = CliRunner().invoke(
        PROGRAM, ["evidence", "--demo", *other], env={"LIGGARE_STATE_DIR": str(tmp_path / "x")}
    )
    assert (done.exit_code, "--demo decides for itself" in done.stderr) == (USAGE, True), done.output
    assert list(tmp_path.iterdir()) == []


def contents(top: Path) -> dict[str, tuple[bytes, float]]:
    files = (path for path in top.rglob("*") if path.is_file())
    return {path.relative_to(top).as_posix(): (path.read_bytes(), path.stat().st_mtime) for path in files}


def test_what_is_not_decided_or_not_there_is_said(stage: Stage, order: str, tmp_path: Path):
    there = tmp_path / "there"
    there.mkdir()
    for named, out, decided, said in (
        (order, there, DECIDED, "not written over"),
        (None, tmp_path / "new", DECIDED, "name the case or the order"),
        (order, tmp_path / "new", ((), DEMO_SHOWN), "checks is person"),
        (order, tmp_path / "new", (("checks",), DEMO_SHOWN), "GROUP=PARAGRAPH: GROUND"),
    ):
        with pytest.raises(StopError, match=said) as stopped:
            packed(stage, named, None, decided, out)
        assert stopped.value.code == USAGE
    with pytest.raises(StopError, match="--size: there is no checkpoint of 1000000000; the newest is of"):
        packed(stage, order, 10**9, DECIDED, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
