"""What docs/archive.md says is so: its program comes to the same leaves, its rules are those of the tests."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive import test_foreign
from tests.archive.packages import REP, packed
from tests.replay.evidence import award_world

TEXT = (Path(__file__).parents[2] / "docs" / "archive.md").read_text()


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    top = tmp_path_factory.mktemp("documented") / "package"
    packed(award_world().log, top)
    return top


def test_the_documented_program_comes_to_the_leaves(top, tmp_path):
    (program,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "leaves.py").write_text(program)
    for path in (top / REP / "data").glob("*/*.records"):
        ran = subprocess.run(
            [sys.executable, "-I", tmp_path / "leaves.py", path], capture_output=True, text=True, check=True
        )
        lines = [json.loads(line) for line in path.with_suffix(".jsonl").read_text().splitlines()]
        assert ran.stdout.split("\n")[:-1] == [f"{one['position']} {one['leaf']}" for one in lines]


def test_what_the_validator_finds_is_documented():
    table = TEXT.partition("What it says of ours")[2].partition("##")[0]
    named = set(re.findall(r"\b((?:CSIP|SIP)\d+|(?<=, )\d+)\b", table.partition("OTHER")[0]))
    named = {one if one.startswith(("CSIP", "SIP")) else f"CSIP{one}" for one in named}
    assert named == test_foreign.OF_THE_ORGANISATION | test_foreign.OF_EVERY_SIP | test_foreign.WARNED


def test_every_place_that_is_documented_is_there(top):
    for name in ("METS.xml", "metadata", "schemas", "documentation", f"{REP}/METS.xml", f"{REP}/data/proof"):
        assert (top / name).exists()
        assert f"`{name}" in TEXT or name.rpartition("/")[2] in TEXT
    assert {path.name for path in (top / "documentation").iterdir()} == {
        "archive.md", "format.md", "proof.md", "read-me.txt",
    }  # fmt: skip
