"""The program: a national ledger sealed, proofs and packages out of it, and appends beside a sealer."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.evidence import pages
from benchmarks.evidence.plan import Plan
from benchmarks.evidence.report import document
from benchmarks.evidence.stages import stages
from benchmarks.national import place
from benchmarks.national.report import show
from benchmarks.national.run import HOME, events, measured, write

OUTPUT, KEPT = Path("build/bench-evidence.json"), "evidence"


def main(argv: list[str]) -> int:
    """Run, and return the exit code: 0, 2 without the disk or while another runs, or what an error makes."""
    asked = _parser().parse_args(argv)
    console = Console(stderr=asked.json)
    plan = replace(Plan(), events=asked.events, seed=asked.seed)
    try:
        found = run(plan, asked.home, console, asked.url)
    except (place.NoSpaceError, place.BusyError) as error:
        console.print(str(error))
        return 2
    write(asked.output, found)
    show(found, console, "bench-evidence")
    console.print(f"written to {asked.output}")
    if asked.write_docs:
        console.print(f"written to {pages.write(found, asked.docs)}")
    if asked.json:
        sys.stdout.write(json.dumps({"output": str(asked.output), "floors": found["floors"]}) + "\n")
    return 0


def run(plan: Plan, home: Path, console: Console, url: str | None = None) -> dict[str, Any]:
    """Every stage that is not measured yet, on the server of a directory or that of ``url``."""
    facts, kept = measured(stages(), plan, home, console, url, KEPT)
    return document(kept.stages, plan, facts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench-evidence", description=__doc__)
    parser.add_argument(
        "--events", type=events, default=Plan().events, help="how long a ledger (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=Plan().seed, help="which one (%(default)s)")
    parser.add_argument("--home", type=Path, default=HOME, help="where it stays between runs (%(default)s)")
    parser.add_argument("--url", help="a server to measure on instead; its role may make databases and roles")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the document goes (%(default)s)")
    parser.add_argument("--write-docs", action="store_true", help="put the figures into the documents")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where those are (%(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON document as the last line of stdout")
    return parser
