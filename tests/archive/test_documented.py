"""What docs/archive.md says is so: its program comes to the same root, its rules are those of the tests."""

import re
import shutil
import subprocess
import sys
from datetime import date
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


def ran(program, top):
    done = subprocess.run(
        [sys.executable, "-I", program, top / REP], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def program(tmp_path):
    (found,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "root.py").write_text(found)
    return tmp_path / "root.py"


def test_the_documented_program_comes_to_the_checkpoint(top, program, tmp_path):
    assert ran(program, top) == "ledger.example/l-1 65 the same\n"
    packed(award_world().log, tmp_path / "part", date(2025, 1, 1), date(2025, 2, 11))
    assert ran(program, tmp_path / "part") == "ledger.example/l-1 65 the same\n"


def test_the_documented_program_finds_another_record(top, program, tmp_path):
    one = shutil.copytree(top, tmp_path / "changed")
    path = next((one / REP / "data" / "open").glob("*.records"))
    content = bytearray(path.read_bytes())
    content[len(b"liggare-records-1\n") + 4 + 20] ^= 1
    path.write_bytes(content)
    assert ran(program, one) == "ledger.example/l-1 65 DIFFERENT\n"


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
