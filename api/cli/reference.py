"""Makes `docs/cli.md` from the program's own help.

`python -m api.cli.reference` writes it, and a test holds them equal.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import typer.main

import api
from api.cli import PROGRAM
from api.cli.program import WIDTH
from api.settings import VARIABLES

FILE = Path(api.__file__).parent.parent / "docs" / "cli.md"


def reference() -> str:
    """The whole document."""
    return "\n".join(_lines()) + "\n"


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
