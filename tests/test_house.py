"""The house rules that can be measured: imports, sizes, words, the documented tree, what documents claim."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ledger.decisions
from ledger.decisions.base import EVERY_VERSION
from ledger.errors import Refusal
from ledger.events.base import EVENTS
from tests import house_tree

ROOT = Path(__file__).parent.parent
ROOMS = ("ledger", "projections", "replay", "api")
VERIFIER = ROOT / "replay" / "evidence" / "verify.py"
FILE_LINES_MAX = 300
VERIFIER_LINES_MAX = 600
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_MEDIAN_MAX = 12
FUNCTION_LINES_NINTIETH_MAX = 30
LOOSE_ENDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_are_short():
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources()
        if (n := len(p.read_text().splitlines())) > (VERIFIER_LINES_MAX if p == VERIFIER else FILE_LINES_MAX)
    }
    assert not long


def test_functions_are_short():
    lengths = sorted(length(node) for _, node in functions())
    assert statistics.median(lengths) <= FUNCTION_LINES_MEDIAN_MAX
    assert lengths[int(len(lengths) * 0.9)] <= FUNCTION_LINES_NINTIETH_MAX
    long = [f"{p.relative_to(ROOT)}:{n.name}" for p, n in functions() if length(n) > FUNCTION_LINES_MAX]
    assert not long


def test_there_are_no_loose_ends():
    found = [str(p.relative_to(ROOT)) for p in sources() if LOOSE_ENDS.search(p.read_text(encoding="utf-8"))]
    assert not found


@pytest.mark.docs
def test_rooms_import_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_rules_see_neither_disk_clock_network_nor_framework():
    forbidden = {
        "os",
        "time",
        "socket",
        "pathlib",
        "httpx",
        "psycopg",
        "fastapi",
        "random",
        "secrets",
        "threading",
    }
    found = []
    for room in ("decisions", "facts", "events"):
        for path in (ROOT / "ledger" / room).glob("*.py"):
            names = {name.split(".")[0] for name in imported(path)}
            found += [f"{path.name}: {name}" for name in names & forbidden]
    assert not found


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_event_command_and_refusal_says_what_it_is():
    undocumented = [e.stored for e in EVENTS.values() if not e.cls.__doc__]
    undocumented += [d.label for d in EVERY_VERSION.values() if not d.summary]
    undocumented += [r.__name__ for r in every(Refusal) if not r.__doc__]
    assert not undocumented


def test_every_refusal_has_its_own_code_a_clause_and_both_titles():
    own = [r for r in every(Refusal) if r.__module__.startswith("ledger.")]
    assert own
    assert len({r.code for r in own}) == len(own)
    lacking = [
        r.__name__ for r in own if not (r.clause and r.title_sv != "Avslag" and r.title_en != "Refused")
    ]
    assert not lacking


def every(cls: type[Refusal]) -> Iterator[type[Refusal]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from every(sub)


def test_only_policy_data_holds_the_numbers_of_the_agreement():
    """Rules compare with resolved policy: no bare number above 2 stands in a decision outside examples."""
    found = []
    for path in sorted((ROOT / "ledger" / "decisions").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                found += [
                    f"{path.name}:{c.lineno}"
                    for c in ast.walk(node)
                    if isinstance(c, ast.Constant) and isinstance(c.value, int) and abs(c.value) > 2
                ]
    assert not found


@pytest.mark.docs
def test_the_documented_tree_is_the_one_on_disk():
    """Draw it again with `python -m tests.house_tree`."""
    text = house_tree.DOCUMENT.read_text(encoding="utf-8")
    assert text == house_tree.drawn(text)
    assert "| |" not in text.replace("| file | |", "").replace("| | touches |", "")


@pytest.mark.docs
def test_every_glossary_word_is_used():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| [^|]+ \| `([A-Za-z]+)` \|", text, re.MULTILINE)
    code = "\n".join(p.read_text(encoding="utf-8") for p in sources())
    assert len(words) > 30
    assert not [word for word in words if not re.search(pattern(word), code, re.IGNORECASE)]


def pattern(word: str) -> str:
    """CareUnit is found as CareUnit, care_unit, care-unit or care unit."""
    return r"[-_ ]?".join(re.findall(r"[A-Z][a-z]*|\d+", word))


@pytest.mark.docs
def test_what_the_documents_call_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        called = set(
            re.findall(r"(?:^|`)make ([a-z][a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert called <= targets, f"{path.name}: {called - targets}"


@pytest.mark.docs
def test_links_between_documents_lead_somewhere():
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


assert ledger.decisions
