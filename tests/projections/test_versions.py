"""New projection code on a running system: two processes of different code, one database, no stop."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from projections.migrate import migrate_projections
from tests.histories import record
from tests.postgres import Database
from tests.projections.conftest import Place
from tests.projections.test_follow import some_story

ROOT = Path(__file__).parent.parent.parent
PROGRAM = ROOT / "tests" / "projections" / "version.py"
WAIT_SECONDS = 90

Ask = Callable[[], dict[str, Any]]


@contextmanager
def running(tree: Path, url: str) -> Iterator[Ask]:
    """The program on the code of a tree; yields how to ask it."""
    env = {**os.environ, "PYTHONPATH": str(tree)}
    child = subprocess.Popen(
        [sys.executable, str(PROGRAM), url], cwd=tree, env=env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    stdin, stdout = child.stdin, child.stdout
    assert stdin is not None
    assert stdout is not None

    def ask() -> dict[str, Any]:
        stdin.write("\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        assert answer["answered"] == answer["folded"]
        return answer

    try:
        yield ask
    finally:
        stdin.close()
        child.wait(30)
        stdout.close()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The tree of another version, in which a correction of a shift counts twice."""
    for room in ("ledger", "projections", "replay", "api"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "ledger" / "facts" / "worked_shifts.py"
    text = path.read_text("utf-8")
    assert "former.corrections + 1" in text
    path.write_text(text.replace("former.corrections + 1", "former.corrections + 2"), "utf-8")
    return tmp_path


def followed(ask: Ask, position: int) -> dict[str, Any]:
    """Ask until what is kept has come so far; every answer meanwhile is right."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (answer := ask())["kept"] != position:
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)
    return answer


@pytest.mark.postgres
def test_old_and_new_code_answer_throughout_and_follow_what_comes(database: Database, changed: Path) -> None:
    migrate_projections(database.owner_url, database.serve_role)
    events = some_story(40, 400).events
    with ExitStack() as stack:
        place = Place(database)
        stack.enter_context(place.stack)
        record(place.log, events[:350])
        old = stack.enter_context(running(ROOT, database.serve_url))
        first = followed(old, 350)
        new = stack.enter_context(running(changed, database.serve_url))
        assert new()["kept"] < 350  # it answers before anything of its own is kept
        assert old()["kept"] == 350
        record(place.log, events[350:380])
        one, other = followed(old, 380), followed(new, 380)
        assert one["code"] == first["code"] != other["code"]
        assert one["answered"] != other["answered"]
        record(place.log, events[380:])
        one, other = followed(old, len(events)), followed(new, len(events))
        assert one["answered"] != other["answered"]
