"""The program: a national ledger generated or gone on with, every stage measured once, and what they say."""

import argparse
import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from api.cli.generate import EVENTS_MAX
from benchmarks.national import pages, place
from benchmarks.national.calm import machine
from benchmarks.national.kept import Kept
from benchmarks.national.plan import SHORT, Plan
from benchmarks.national.report import document, show
from benchmarks.national.running import Running
from benchmarks.national.stages import Stage, stages
from benchmarks.place import Place, environment, with_roles

HOME, OUTPUT = Path("build/national"), Path("build/bench-national.json")


def main(argv: list[str]) -> int:
    """Run, and return the exit code: 0, 2 without the disk or while another runs, or what an error makes."""
    asked = _parser().parse_args(argv)
    console = Console(stderr=asked.json)
    if asked.clean:
        place.remove(asked.home)
        console.print(f"removed {asked.home}")
        return 0
    plan = replace(Plan(), events=asked.events, seed=asked.seed)
    try:
        found = run(plan, asked.home, console, asked.url, asked.calm)
    except (place.NoSpaceError, place.BusyError) as error:
        console.print(str(error))
        return 2
    write(asked.output, found)
    show(found, console)
    console.print(f"written to {asked.output}")
    if asked.write_docs:
        for path in pages.write(found, asked.docs):
            console.print(f"written to {path}")
    if asked.json:
        said = {"output": str(asked.output), "floors": found["floors"]}
        sys.stdout.write(json.dumps(said) + "\n")
    return 0


def run(plan: Plan, home: Path, console: Console, url: str | None = None, calm: int = 0) -> dict[str, Any]:
    """Every stage of a plan that is not measured yet, on the server of a directory or that of ``url``.

    For so many minutes (``calm``), stages that were disturbed are then measured again while nobody disturbs.
    """
    facts, kept = measured(stages(plan), plan, home, console, url, calm=calm)
    return document(kept.stages, plan, facts)


def measured(
    todo: list[Stage],
    plan: Plan,
    home: Path,
    console: Console,
    url: str | None,
    name: str = "measured",
    calm: int = 0,
) -> tuple[dict[str, Any], Kept]:
    """Where it was measured, and what: finished stages, kept under a name.

    ``calm`` are minutes. Raises NoSpaceError, BusyError.
    """
    home.mkdir(parents=True, exist_ok=True)
    with nullcontext(with_roles(Place(url))) if url else place.server(home) as at:
        database = place.ledger(at, plan)
        console.print(place.room(home, database, plan))
        facts, kept = environment(at), Kept.of(home, plan, name)
        said = f"PostgreSQL {facts['postgresql']}, {facts['cores']} cores, fsync {facts['fsync']}"
        console.print(f"{said}, {facts['commit_us']['p50']} µs a commit")
        with machine(kept.stages) as found:
            one_by_one = Running(found, kept, database, plan, console)
            one_by_one.each(todo)
            one_by_one.calmer([stage for stage in todo if stage.again], calm)
    return facts, kept


def write(path: Path, found: dict[str, Any]) -> None:
    """Write the document of a run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def events(text: str) -> int:
    """A ledger's length out of an argument."""
    try:
        found = int(text)
    except ValueError:
        found = 0
    if not SHORT <= found <= EVENTS_MAX:
        raise argparse.ArgumentTypeError(f"{text} is no whole number from {SHORT} to {EVENTS_MAX}")
    return found


def minutes(text: str) -> int:
    """Whole minutes out of an argument."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise argparse.ArgumentTypeError(f"{text} is no whole number of minutes from 0 to 9999")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = parser_of("make bench-national", __doc__, OUTPUT)
    parser.add_argument("--clean", action="store_true", help="remove the ledger and what was measured")
    again = "measure what neighbours disturbed again when they rest, for so many minutes (%(default)s)"
    parser.add_argument("--calm", type=minutes, default=0, metavar="MINUTES", help=again)
    return parser


def parser_of(prog: str, about: str | None, output: Path) -> argparse.ArgumentParser:
    """What every benchmark on the national ledger is told."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument(
        "--events", type=events, default=Plan().events, help="how long a ledger (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=Plan().seed, help="which one (%(default)s)")
    parser.add_argument("--home", type=Path, default=HOME, help="where it stays between runs (%(default)s)")
    parser.add_argument("--url", help="a server to measure on instead; its role may make databases and roles")
    parser.add_argument("--output", type=Path, default=output, help="where the document goes (%(default)s)")
    parser.add_argument("--write-docs", action="store_true", help="put figures and plots into the documents")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where those are (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON document as the last line of stdout")
    return parser
