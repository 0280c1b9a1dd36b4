"""The tree of docs/architecture.md, drawn from docstrings; `python -m tests.house_tree` draws it again."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
ROOMS = ("ledger", "projections", "replay", "api", "benchmarks")
BEGIN, END = "<!-- tree -->\n", "<!-- /tree -->\n"


def summary(path: Path) -> str:
    """The first line of a module's docstring."""
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return doc.split("\n")[0]


def lines(folder: Path) -> list[str]:
    """A folder and what is in it, folders first, each with what it is for."""
    name = folder.relative_to(ROOT).as_posix() + "/"
    files = sorted(p for p in folder.glob("*.py") if not p.name.startswith("__"))
    found = [f"### `{name}`", "", summary(folder / "__init__.py"), ""]
    if files:
        found += ["| file | |", "|---|---|", *(f"| `{p.name}` | {summary(p)} |" for p in files), ""]
    for inner in sorted(p for p in folder.iterdir() if (p / "__init__.py").exists()):
        found += lines(inner)
    return found


def tree() -> str:
    """Every room."""
    return "\n".join(line for room in ROOMS for line in lines(ROOT / room))


def drawn(document: str) -> str:
    """The document with its tree as it is on disk now."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{tree()}\n{END}", document, flags=re.DOTALL)


if __name__ == "__main__":
    DOCUMENT.write_text(drawn(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
