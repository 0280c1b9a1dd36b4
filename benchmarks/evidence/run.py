"""The program: a national ledger sealed, proofs and packages out of it, and appends beside a sealer."""

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
from benchmarks.national.run import measured, parser_of, write

OUTPUT, KEPT = Path("build/bench-evidence.json"), "evidence"


def main(argv: list[str]) -> int:
    """Run, and return the exit code: 0, 2 without the disk or while another runs, or what an error makes."""
    asked = parser_of("make bench-evidence", __doc__, OUTPUT).parse_args(argv)
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
