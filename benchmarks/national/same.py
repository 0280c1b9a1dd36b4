"""The same questions again, of projections that stand ever farther: whether finding an answer grows.

Every question is of a position within the first of the prefixes, so that its answer is one and the same from
each of them, which is held here too. Each prefix's projections have a database of their own, so that no index
is larger than the prefix makes it. They are asked in turn, another one first each time.
"""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from api.cli.progress import Told, telling
from benchmarks.library_views import FOUR
from benchmarks.national import latency
from benchmarks.national.plan import Plan
from benchmarks.place import OWNER, SERVE, Database, execute, settle
from ledger.clock import SimulatedClock
from ledger.store.postgres import PostgresLog
from projections.code import folding_version
from projections.migrate import migrate_projections
from projections.shelf_postgres import PostgresShelf
from projections.states import state_types
from replay.timeline import Timeline

AGAIN = "remove measured-*.json in the directory of the run, so that as_of_* are measured again"
_FOLLOWED = "FROM projections.follower f JOIN projections.history h USING (generation) WHERE f.code = %s"
_COPIED = {
    "follower": "SELECT * FROM projections.follower WHERE code = %s",
    "history": f"SELECT h.* {_FOLLOWED}",
}


def set_aside(database: Database, plan: Plan, events: int) -> None:
    """Copy the histories of a prefix to where they stay while those of longer ones take their place."""
    if events == plan.events:
        return
    aside = _aside(database, events)
    execute(database.admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(aside.name))
    execute(
        database.admin_url, "CREATE DATABASE {} OWNER {}", sql.Identifier(aside.name), sql.Identifier(OWNER)
    )
    migrate_projections(aside.owner_url, SERVE)
    with psycopg.connect(database.admin_url) as source, psycopg.connect(aside.admin_url) as target:
        for table, rows in _COPIED.items():
            out = source.cursor().copy(f"COPY ({rows}) TO STDOUT (FORMAT binary)", (folding_version(),))
            into = target.cursor().copy(f"COPY projections.{table} FROM STDIN (FORMAT binary)")
            with out as copied, into as kept:
                for part in copied:
                    kept.write(part)
    settle(aside)


def measure(database: Database, plan: Plan) -> dict[str, Any]:
    """Milliseconds by prefix and view, of the same keys at the same positions. Raises ValueError."""
    prefixes = plan.prefixes()
    places = {one: database if one == plan.events else _aside(database, one) for one in prefixes}
    _all_there(database, places)
    with ExitStack() as closed, telling() as told:
        log = closed.enter_context(closing(PostgresLog(database.serve_url, mode="simulated")))
        now, types = SimulatedClock(log.head().recorded_at), state_types(FOUR)
        timelines = {}
        for events, of in places.items():
            shelf = closed.enter_context(closing(PostgresShelf(of.serve_url)))
            if shelf.position() != events:
                raise ValueError(f"the projections do not stand at {events:,}: {AGAIN}")
            timelines[events] = Timeline(log, now, shelf, types)
        found = _measured(timelines, plan, told)
    return {"points": {str(events): {"views": views} for events, views in found.items()}}


def _measured(timelines: Mapping[int, Timeline], plan: Plan, told: Told) -> Mapping[int, dict[str, Any]]:
    prefixes, drawn = list(timelines), Random(plan.seed)  # noqa: S311  the same ones in each run
    first = timelines[prefixes[0]]
    positions = latency.positions(plan, prefixes[0], drawn)
    regions = latency.keys_of_regions(first, prefixes[0])
    found: dict[int, dict[str, Any]] = {events: {} for events in prefixes}
    for number, view in enumerate(FOUR):
        times = {events: latency.Times() for events in prefixes}
        for at, position in enumerate(positions):
            if asked := latency.asked_at(first, view, position, regions, drawn, plan.population):
                turn = at % len(prefixes)
                told_of = [
                    times[one].take(timelines[one], view, asked, plan.keys_each, position)
                    for one in (*prefixes[turn:], *prefixes[:turn])
                ]
                if any(one != told_of[0] for one in told_of):
                    raise ValueError(f"{view.name} as of {position} is another from a longer projection")
            told(number * len(positions) + at + 1, len(FOUR) * len(positions))
        for events in prefixes:
            found[events][view.name] = times[events].told(view)
    return found


def _all_there(database: Database, places: Mapping[int, Database]) -> None:
    """Raises ValueError when a copy is missing."""
    with psycopg.connect(database.admin_url) as connection:
        known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    if missing := [events for events, of in places.items() if of.name not in known]:
        raise ValueError(f"no projections are kept of {missing}: {AGAIN}")


def _aside(database: Database, events: int) -> Database:
    name = f"{database.name}_at_{events}"
    return Database(
        name, urlunsplit(urlsplit(database.admin_url)._replace(path=f"/{name}")), database.password
    )
