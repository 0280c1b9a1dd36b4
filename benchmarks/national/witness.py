"""Decisions made again: as recorded, and all awards under another policy value."""

import time
from dataclasses import replace
from functools import partial
from typing import Any

from api.cli.progress import telling
from benchmarks.fifteen_offers import awards_a_second
from benchmarks.national.place import first
from benchmarks.national.plan import Plan
from benchmarks.place import Database
from ledger.policy.book import load
from ledger.store.postgres import PostgresLog
from replay.reperform import Scope
from replay.shares import Progress, in_processes
from replay.tally import Tally, merged
from replay.whatif.shares import policy_over_awards

TERM, OTHERWISE = "competence.clinical-months-min", 36


def reperform(database: Database, plan: Plan) -> dict[str, Any]:
    """Every decision of the first events, by all processes. Raises ValueError where one differs."""
    upto = first(database, plan.reperform_events)
    progress = Progress(Scope(0, upto), [Tally(0) for _ in range(plan.processes)])
    began = time.monotonic()
    with telling() as told:
        tally = in_processes(
            partial(PostgresLog, database.serve_url, mode="simulated"), progress,
            lambda tallies: told(merged(tallies).position, upto),
        )  # fmt: skip
    seconds, total = time.monotonic() - began, tally.total()
    if total.same != total.decisions:
        raise ValueError(f"decisions are not the same made again: {tally.findings[:1]}")
    return {
        "events": upto, "decisions": total.decisions, "same": total.same, "took": round(seconds, 3),
        "rate": round(total.decisions / seconds), "events_rate": round(upto / seconds),
    }  # fmt: skip


def awards(_database: Database, plan: Plan) -> dict[str, Any]:
    """Awards of fifteen offers, of a history of their own; by the processor time of the slowest process."""
    return {"awards": plan.awards, "rate": round(awards_a_second(plan.awards, plan.processes, plan.seed))}


def what_if(database: Database, plan: Plan) -> dict[str, Any]:
    """Every award of the same events under another value of a term that each of them reads."""
    upto = first(database, plan.reperform_events)
    rows = tuple(replace(row, value=OTHERWISE) for row in load() if row.term == TERM)
    open_log = partial(PostgresLog, database.serve_url, mode="simulated")
    began = time.monotonic()
    found = policy_over_awards(open_log, rows, Scope(0, upto), plan.processes)
    seconds = time.monotonic() - began
    if not found.again or found.cannot_count:
        raise ValueError(f"no award was made again under another {TERM}, or some cannot be")
    return {
        "events": upto, "awards": found.decisions, "again": found.again, "differ": found.differ,
        "took": round(seconds, 3), "rate": round(found.again / seconds), "term": TERM, "value": OTHERWISE,
    }  # fmt: skip
