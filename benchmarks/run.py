"""The program: measure everything on one server, write build/bench.json, print the tables."""

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import appends, busy_tag, decisions, replays, sealing
from benchmarks.place import Place, environment, place
from benchmarks.plan import FULL, QUICK, TINY, Plan
from benchmarks.preload import preload
from benchmarks.report import document, show

OUTPUT = Path("build/bench.json")


def main(argv: list[str]) -> int:
    """Run, and return the exit code: 0, or what an exception makes of it."""
    asked = _parser().parse_args(argv)
    plan = TINY if asked.tiny else QUICK if asked.quick else FULL
    plan = plan if asked.events is None else dataclasses.replace(plan, events=asked.events)
    console = Console(stderr=asked.json)
    found = run(plan, asked.url, console)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    show(found, console)
    console.print(f"written to {asked.output}")
    if asked.json:
        sys.stdout.write(json.dumps({"output": str(asked.output), "ratios": found["ratios"]}) + "\n")
    return 0


def run(plan: Plan, url: str | None, console: Console) -> dict[str, Any]:
    """Every measurement of a plan, on a server of its own or on the one of ``url``."""
    begin = time.monotonic()
    with place(url) as at:
        facts = environment(at)
        said = f"PostgreSQL {facts['postgresql']}, {facts['cores']} cores, fsync {facts['fsync']}"
        console.print(f"{said}, {facts['commit_us']['p50']} µs a commit")
        rates = _rates(at, plan, lambda text: console.print(text, style="dim"))
    facts["seconds"] = round(time.monotonic() - begin)
    return document(rates, plan, facts)


def _rates(at: Place, plan: Plan, say: appends.Say) -> dict[str, Any]:
    say(f"loading {plan.events:,} events for each side")
    database = at.database("bench_appends")
    preload(database, plan.events)
    found: dict[str, Any] = {"busy_tag": busy_tag.measure(database, plan, say)}
    found["appends"] = appends.measure(database, plan, say)
    found["sealing"] = sealing.measure(database, plan, say)
    at.drop(database)
    found["decisions"] = decisions.measure(at, plan, say)
    found["replay"] = replays.measure(at, plan, say)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="liggare bench", description=__doc__)
    parser.add_argument("--events", type=int, help="events in every store before anything is measured")
    parser.add_argument(
        "--quick", action="store_true", help="a minute instead of ten: one round of short windows"
    )
    parser.add_argument("--tiny", action="store_true", help="a few seconds: shows only that everything works")
    parser.add_argument(
        "--url", help="a server to measure on instead of an embedded one; its role may make databases"
    )
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the document goes (%(default)s)")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document as the last line, tables to stderr"
    )
    return parser
