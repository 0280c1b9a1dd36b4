"""Ctrl-C as a terminal sends it, to every process of the group: one line, its exit code, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.cli.program import FINE
from api.settings import Settings
from tests.api.servers import LIGGARE, environment
from tests.api.warm import ran

INTERRUPTED = 130
SAID = "liggare: avbruten / interrupted\n"
WHILE_IMPORTING = """
import signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder())
from api.cli import main
main()
"""


@pytest.mark.parametrize("module", ["typer", "api.cli.rebuild", "projections.rebuilding"])
def test_while_the_program_imports_it_ends_with_one_line(unmade: Settings, module: str):
    command = [sys.executable, "-c", WHILE_IMPORTING.format(module=module), "rebuild", "--json"]
    done = subprocess.run(
        command, env=environment(unmade), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (INTERRUPTED, SAID)
    assert json.loads(done.stdout) == {"error": "avbruten / interrupted", "exit_code": INTERRUPTED}


def interrupted(settings: Settings, after_seconds: float) -> tuple[int, str, str]:
    """What a rebuild comes to that a terminal interrupts so long after it began."""
    child = subprocess.Popen(
        [*LIGGARE, "rebuild", "--processes", "2", "--json"],
        env=environment(settings), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stderr is not None
    assert "rebuilding with 2 processes" in child.stderr.readline()
    time.sleep(after_seconds)
    os.killpg(child.pid, signal.SIGINT)
    stdout, stderr = child.communicate(timeout=60)
    return child.returncode, stdout, stderr


@pytest.mark.parametrize("while_it", ["starts its processes", "waits for the database"])
def test_a_rebuild_says_so_and_nothing_else(unmade: Settings, while_it: str):
    assert ran(("init", "--simulated"), environment(unmade))[0] == FINE
    if while_it == "starts its processes":
        code, stdout, stderr = interrupted(unmade, 0)
    else:
        url = make_conninfo(unmade.database_url or "", dbname=unmade.database_name)
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE projections.building IN ACCESS EXCLUSIVE MODE")
            code, stdout, stderr = interrupted(unmade, 1)
    assert (code, stderr) == (INTERRUPTED, SAID)
    assert json.loads(stdout) == {"error": "avbruten / interrupted", "exit_code": INTERRUPTED}
