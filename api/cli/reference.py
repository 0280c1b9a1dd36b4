"""Makes `docs/cli.md` from the program's own help, and `docs/verifier.sha256`, the digest of the verifier.

`python -m api.cli.reference` writes both, and tests hold them equal to what they are made from.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import typer.main

import api
from api.cli.commands import PROGRAM
from api.cli.program import WIDTH
from api.settings import VARIABLES
from replay.evidence.package import verifier_digest

DOCS = Path(api.__file__).parent.parent / "docs"
FILE, DIGEST_FILE = DOCS / "cli.md", DOCS / "verifier.sha256"


def reference() -> str:
    """The whole document."""
    return "\n".join(_lines()) + "\n"


def digest_line() -> str:
    """The verifier's digest as `sha256sum -c` reads it, beside a verify.py."""
    return f"{verifier_digest()}  verify.py\n"


def help_of(path: tuple[str, ...], command: Any) -> str:
    """The help of one command, as --help prints it."""
    context = typer.Context(command, info_name=" ".join(path), terminal_width=WIDTH, max_content_width=WIDTH)
    return str(command.get_help(context)).rstrip()


def _lines() -> Iterator[str]:
    yield "# The command line"
    yield ""
    yield "Made from `liggare --help` by `python -m api.cli.reference`; a test holds them equal."
    for path, command in _commands(("liggare",), typer.main.get_command(PROGRAM)):
        yield from ("", f"## {' '.join(path)}", "", "```", help_of(path, command), "```")
    yield from ("", "## Settings", "", "| Variable | What it says |", "|---|---|")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in VARIABLES.items())


def _commands(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    if hasattr(command, "commands"):
        context = typer.Context(command)
        for name in command.list_commands(context):
            yield from _commands((*path, name), command.get_command(context, name))


if __name__ == "__main__":
    FILE.write_text(reference(), "utf-8")
    DIGEST_FILE.write_text(digest_line(), "utf-8")
