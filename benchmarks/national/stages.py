"""What is measured, in order: each stage gets the database and the plan, and says what it measured.

A stage runs in a process of its own. What is a rate is of wall time, the database's work included.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg

from api.cli.progress import telling
from api.generate.run import generate
from benchmarks.national import latency, replaying, same, witness
from benchmarks.national.plan import Plan
from benchmarks.place import Database
from ledger.store.verify import verify

Work = Callable[[Database, Plan], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the name its measurements are kept under, what it does in words, and the work.

    ``again`` says whether it can be measured once more by itself.
    """

    name: str
    doing: str
    work: Work
    again: bool = True


def stages(plan: Plan) -> list[Stage]:
    """Every stage of a plan."""
    growth = [
        Stage(f"as_of_{events}", f"rebuild and as-of at {events:,} events", partial(as_of, events=events))
        for events in plan.prefixes()
    ]
    return [
        Stage("generate", "generera/generate", generated, again=False),
        Stage("verify_headers", "verify: headers", partial(verified, bodies=False)),
        Stage("verify_bodies", "verify: bodies", partial(verified, bodies=True)),
        *growth,
        Stage("same_questions", "the same questions of each of these", same.measure, again=False),
        Stage("library", "the library's runner", replaying.library),
        Stage("fold", "fold only, and COPY with decode", replaying.fold),
        Stage("all_projections", "rebuild: every projection", replaying.every_projection),
        Stage("reperform", "reperform", witness.reperform),
        Stage("awards", "reperform: awards of fifteen offers", witness.awards),
        Stage("what_if", "what-if over all awards", witness.what_if),
    ]


def generated(database: Database, plan: Plan) -> dict[str, Any]:
    """The ledger itself; what this run wrote counts for the rate. Raises ValueError where it is short."""
    with telling() as told:
        made = generate(
            database.owner_url, plan.events, plan.seed, lambda decided, _: told(decided, plan.events)
        )
    if made.events < plan.events:
        raise ValueError(f"the agreement ended after {made.events:,} events: too few orders are planned")
    new = made.events - made.before
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) liggare.events, liggare.tags, liggare.commands")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    size = int(row[0]) if row else 0
    rate = round(new / made.seconds) if new else None
    return {
        "events": made.events, "commands": made.commands, "written": new, "rate": rate,
        "bytes_an_event": round(size / made.events),
    }  # fmt: skip


def verified(database: Database, plan: Plan, *, bodies: bool) -> dict[str, Any]:
    """The whole ledger, by all processes. Raises ValueError where it is not intact."""
    began = time.monotonic()
    with telling() as told:
        report = verify(database.serve_url, told, processes=plan.processes, bodies=bodies)
    if report.findings:
        raise ValueError(f"the generated ledger is not intact: {report.findings[0]}")
    return {"events": report.events, "rate": round(report.events / (time.monotonic() - began))}


def as_of(database: Database, plan: Plan, *, events: int) -> dict[str, Any]:
    """The histories of the four views up to a prefix, and answers from them at random ages."""
    rebuilt = replaying.four(database, plan, events)
    views = latency.measure(database, plan, rebuilt["events"])
    same.set_aside(database, plan, events)
    return {"rebuild": rebuilt, "events": events, "views": views}
