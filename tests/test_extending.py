"""`docs/extending.md` by its word: each example is applied to a copy, changes what it says, and works."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("ledger", "projections", "replay", "api", "tests")
BLOCK = re.compile(r"^`([^`\n]+)` \((new|at its end)\):\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DATA = "ledger/policy/terms"
EXAMPLES = {
    "A new term": (
        "imagined-certificate",
        {f"{DATA}/document.language-certificate.months-max.yaml", f"{DATA}/offer.documents.yaml"},
    ),
    "A new deviation kind": ("imagined-deviation", {f"{DATA}/deviation.kinds.yaml"}),
}


def section(title):
    """What one section of the page writes: (path, new or at its end, text)."""
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    body = page.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return BLOCK.findall(body)


@pytest.fixture
def copy(tmp_path):
    """The rooms of the repository, without what tests and tools leave behind."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "inputs"))
    return tmp_path


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def write(folder, path, how, text):
    file = folder / path
    assert file.exists() == (how == "at its end"), path
    file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + text, encoding="utf-8")


def play(folder, rule):
    """The cases of a rule in the copy, with the copy's own program: (exit code, what it printed)."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.cases.run", rule],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_of_the_page_touches_what_it_says_and_works(title, copy):
    rule, data = EXAMPLES[title]
    steps = section(title)
    case = f"tests/cases/{rule}.yaml"
    assert {path for path, _, _ in steps} == data | {case}

    before = digests(copy)
    for path, how, text in steps:
        if path == case:
            write(copy, path, how, text)
    failing, told = play(copy, rule)
    assert failing == 1, told

    for path, how, text in steps:
        if path != case:
            write(copy, path, how, text)
    assert {path for path, digest in digests(copy).items() if before.get(path) != digest} == data | {case}
    code, told = play(copy, rule)
    assert code == 0, told
    assert re.match(r"[1-9]\d* cases of 1 rules, 0 failed", told)


def test_every_example_of_the_page_is_applied():
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) == page.count("```yaml") == sum(len(section(one)) for one in EXAMPLES)
