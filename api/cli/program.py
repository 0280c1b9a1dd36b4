"""What every command of the program shares: its exit codes, its JSON, its words for what went wrong."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Annotated, Any, TextIO

import msgspec
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from api.cli import interrupted
from api.cli.commands import CODES, PROGRAM, WIDTH, Sorted
from api.cli.options import in_options
from api.cli.whole_words import WholeWords
from api.problems import ProblemError
from api.settings import SettingsError
from ledger.errors import Corrupt, LedgerError
from ledger.store.embedded import EmbeddedError
from replay.known import KnownAtError

__all__ = [
    "CODES", "DIFFERENT", "FINE", "NOT_CHECKED", "PROGRAM", "USAGE", "WIDTH", "Json", "Out", "Result",
    "Sorted", "StopError", "carry_out", "example", "table",
]  # fmt: skip

FINE, USAGE, DIFFERENT, NOT_CHECKED = 0, 2, 3, 4
AWAY = (
    "the database cannot be reached, went away or does not let this role in; "
    "see that its server runs and that address and password are right"
)
UNWILLING = "the database does not do what it was asked"


Json = Annotated[
    bool, typer.Option("--json", help="Write one JSON document as the last line of standard output.")
]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command came to: a JSON document, the same for people, and the exit code."""

    document: Mapping[str, Any]
    shown: Sequence[str | Table] = ()
    code: int = FINE


class StopError(Exception):
    """A command cannot go on; the message says why and what to do."""

    def __init__(self, message: str, code: int = NOT_CHECKED) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Out:
    """Where a command writes: progress to standard error, results to standard output."""

    as_json: bool
    stdout: TextIO = field(default_factory=lambda: sys.stdout)

    def progress(self, text: str) -> None:
        """Tell people what goes on."""
        print(text, file=sys.stderr, flush=True)

    def show(self, *parts: str | Table) -> None:
        """Show a result to people; never mixed with JSON."""
        console = Console(
            file=sys.stderr if self.as_json else self.stdout,
            highlight=False,
            markup=False,
            emoji=False,
            width=None if self.stdout.isatty() else WIDTH,
        )
        for part in parts:
            print(part, file=console.file, flush=True) if isinstance(part, str) else console.print(part)

    def document(self, document: Mapping[str, Any]) -> None:
        """Write the one JSON document."""
        print(msgspec.json.encode(document).decode(), file=self.stdout, flush=True)


def carry_out(as_json: bool, work: Callable[[Out], Result]) -> None:
    """Run a command's work, show what it came to, and exit with its code."""
    out = Out(as_json)
    with redirect_stdout(sys.stderr):
        result = _result_of(work, out)
    out.show(*result.shown)
    if as_json:
        out.document(result.document)
    raise typer.Exit(result.code)


def example(*lines: str) -> str:
    """The examples at the end of a help text."""
    return "Examples:\n\n\b\n" + "\n".join(f"  {line}" for line in lines)


def table(*headings: str) -> Table:
    """A plain table."""
    made = WholeWords(box=None, pad_edge=False, show_header=bool(headings))
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def _result_of(work: Callable[[Out], Result], out: Out) -> Result:
    try:
        return work(out)
    except KeyboardInterrupt:
        return _stopped(interrupted.SAID, interrupted.CODE)
    except (StopError, psycopg.Error, LedgerError, EmbeddedError, SettingsError) as error:
        if interrupted.heard():
            return _stopped(interrupted.SAID, interrupted.CODE)
        return _stopped(*_told(error))


def _told(error: Exception) -> tuple[str, int]:
    """What went wrong, in words, and the exit code."""
    match error:
        case StopError():
            return str(error), error.code
        case ProblemError():
            return in_options(error.problem), USAGE
        case SettingsError() | KnownAtError():
            return str(error), USAGE
        case Corrupt():
            return _corrupt(error), DIFFERENT
        case psycopg.Error():
            told = AWAY if isinstance(error, psycopg.OperationalError) else UNWILLING
            return f"{told} ({type(error).__name__})", NOT_CHECKED
    return str(error), NOT_CHECKED


def _corrupt(error: Corrupt) -> str:
    """What differs, where if it is known, and what tells the rest."""
    said, at = str(error), f"p{error.position}"
    where = "" if error.position is None or at in said else f"{at}: "
    return f"{where}{said} (liggare verify tells all that differs)"


def _stopped(message: str, code: int) -> Result:
    print(f"liggare: {message}", file=sys.stderr)
    return Result({"error": message, "exit_code": code}, (), code)
