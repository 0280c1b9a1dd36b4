"""Rebuilds: the four main views with their history, every projection, and the library's runner beside."""

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import psycopg

from api.cli.progress import telling
from benchmarks import library_views
from benchmarks.national.place import first
from benchmarks.national.plan import Plan
from benchmarks.place import Database, execute
from ledger.clock import SimulatedClock
from ledger.fold import Fold
from ledger.store import copied
from ledger.store.body import facts_json
from ledger.store.postgres import PostgresLog
from projections.base import VIEWS, View
from projections.partitions import Answer, hear, running
from projections.rebuilding import Plan as RebuildPlan
from projections.rebuilding import rebuild_beside
from projections.routes import Routes
from projections.shelf_postgres import PostgresShelf
from projections.states import state_types
from replay.folding import folded_apart
from replay.timeline import Timeline

FOUR = library_views.FOUR
PLACES = (0, 25, 50, 75, 95)
"""After how many hundredths of the ledger the library's runner is measured."""


def four(database: Database, plan: Plan, events: int) -> dict[str, Any]:
    """The four views of the main job with their history, up to a prefix."""
    return _rebuilt(database, plan, FOUR, first(database, events))


def every_projection(database: Database, plan: Plan) -> dict[str, Any]:
    """All there are, up to a bounded prefix."""
    return _rebuilt(database, plan, tuple(VIEWS.values()), first(database, plan.all_events))


def library(database: Database, plan: Plan) -> dict[str, Any]:
    """The library's runner, which commits each event with the states it changes.

    It follows stretches of the same length from places spread over the ledger, each with the states as they
    are there: it writes whole states, and those grow.
    """
    each = plan.library_events // len(PLACES)
    log, shelf = PostgresLog(database.serve_url, mode="simulated"), PostgresShelf(database.serve_url)
    try:
        timeline = Timeline(log, SimulatedClock(log.head().recorded_at), shelf, state_types(FOUR))
        rates = [_library_from(database, timeline, plan.events * part // 100, each) for part in PLACES]
    finally:
        shelf.close()
        log.close()
    return {
        "events": each * len(PLACES), "rate": round(len(rates) / sum(1 / rate for rate in rates)),
        "from": [plan.events * part // 100 for part in PLACES], "rates": [round(rate) for rate in rates],
    }  # fmt: skip


def _library_from(database: Database, timeline: Timeline, after: int, events: int) -> float:
    """Events a second from a position on."""
    stored, types = list(timeline.log.tail(after=after, upto=after + events)), timeline.types
    folds = {"/".join(name): types[name[0]].kind(name[1]) for name in library_views.reached(stored)}
    states = {(fold.kind.name, fold.key): state for fold, state in _states(timeline, folds, after)}
    execute(database.owner_url, "DROP SCHEMA IF EXISTS library_views CASCADE")
    library_views.prepare(database, stored)
    seconds = library_views.replay(database, len(stored), library_views.Begin(after, states))
    execute(database.owner_url, "DROP SCHEMA library_views CASCADE")
    return len(stored) / seconds


def _states(timeline: Timeline, folds: Mapping[str, Fold[Any]], after: int) -> list[tuple[Fold[Any], Any]]:
    found = timeline.states(after)(folds) if after else {}
    return [(fold, found[name]) for name, fold in folds.items() if name in found]


def fold(database: Database, plan: Plan) -> dict[str, Any]:
    """The four views folded, nothing kept, beside the same events copied and decoded by as many processes."""
    events, views = first(database, plan.fold_events), tuple(view.name for view in FOUR)
    began = time.monotonic()
    with folded_apart(database.serve_url, views, events, plan.processes) as folded:
        while any(one.reached < events for one in folded.partitions):
            hear(folded.partitions, seconds=None)
        seconds = time.monotonic() - began
        peak = max(one.peak_kib for one in folded.partitions) // 1024
    began = time.monotonic()
    ends = [events * part // plan.processes for part in range(plan.processes + 1)]
    with running(_decode, [(database.serve_url, views, *part) for part in pairwise(ends)]) as processes:
        decoded = sum(one.next_answer()["decoded"] for one in processes)
        plain = time.monotonic() - began
    return {
        "events": events, "of_these_views": decoded, "rate": round(events / seconds),
        "fold_rate": round(events / seconds), "copy_decode_rate": round(events / plain),
        "peak_mib": peak,
    }  # fmt: skip


def _decode(_coming: Any, answer: Answer, url: str, views: tuple[str, ...], after: int, upto: int) -> None:
    """One process's part: each event that these views handle, out of the database and made an object."""
    routes = Routes.of(kind.kind for kind in state_types(VIEWS[name] for name in views).values())
    read = {stored.encode(): route[0] for stored, route in routes.by_type.items()}
    with copied.connected(url) as connection:
        decoded = 0
        for _, stored, body in copied.copied(connection, after, upto, routes.types):
            read[stored](facts_json(body))
            decoded += 1
    answer({"decoded": decoded})


def _rebuilt(database: Database, plan: Plan, views: Sequence[View], events: int) -> dict[str, Any]:
    _emptied(database)
    began = time.monotonic()
    names = tuple(view.name for view in views)
    with telling() as told:
        done = rebuild_beside(
            database.serve_url, RebuildPlan(names, processes=plan.processes, upto=events), told=told
        )
    seconds = time.monotonic() - began
    if done is None or done.before:
        raise ValueError("this rebuild went on from another one, so that its time says nothing: begin again")
    return {
        "events": events, "rate": round(events / seconds), "peak_mib": done.peak_mib,
        "bytes_an_event": _settled(database) // events,
    }  # fmt: skip


def _emptied(database: Database) -> None:
    """No histories: those of another length or code would be counted with these, and swept in their time."""
    execute(database.admin_url, "TRUNCATE projections.history, projections.follower, projections.building")


def _settled(database: Database) -> int:
    """Statistics and a checkpoint, so that nothing measured begins with other work; the histories' bytes."""
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) projections.history")
        connection.execute("CHECKPOINT")
        row = connection.execute("SELECT pg_total_relation_size('projections.history')").fetchone()
    return int(row[0]) if row else 0
