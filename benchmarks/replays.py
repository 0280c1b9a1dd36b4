"""Replay of four projections together on both sides, of all of ours, and verification of the same log."""

import time
from collections import defaultdict
from collections.abc import Callable

from benchmarks import library_views
from benchmarks.appends import Say
from benchmarks.assignments import happened
from benchmarks.loading import load, sealed_plainly
from benchmarks.place import SERVE, Database, Place, settle
from benchmarks.plan import Plan
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from projections.base import VIEWS
from projections.migrate import migrate_projections
from projections.rebuild import rebuild
from projections.shelf_postgres import PostgresShelf


def measure(at: Place, plan: Plan, say: Say) -> dict[str, list[float]]:
    """Events a second by side, one of each round; the library's runner gets a shorter stretch."""
    database = at.database("bench_replay")
    migrate_projections(database.owner_url, SERVE)
    load(database, ((f"c-{n}", sealed_plainly(one, str(n))) for n, one in enumerate(happened(plan.replayed))))
    log = PostgresLog(database.serve_url, mode="real")
    shelf = PostgresShelf(database.serve_url)
    found: dict[str, list[float]] = defaultdict(list)
    try:
        library_views.prepare(database, list(log.tail(upto=plan.replayed_slowly)))
        settle(database)
        for _ in range(plan.rounds):
            found["ours"].append(_rate(lambda: rebuild(log, shelf, library_views.FOUR), plan.replayed))
            every = _rate(lambda: rebuild(log, shelf, VIEWS.values()), plan.replayed)
            found["ours, every view"].append(every)
            found["library-runner"].append(_library(database, plan))
            found["verify"].append(_verified(database, plan))
            for side, rates in found.items():
                say(f"replay: {side}: {rates[-1]:,.0f} events/s")
    finally:
        shelf.close()
        log.close()
    at.drop(database)
    return dict(found)


def _library(database: Database, plan: Plan) -> float:
    return plan.replayed_slowly / library_views.replay(database, plan.replayed_slowly)


def _verified(database: Database, plan: Plan) -> float:
    def check() -> None:
        if findings := verify(database.serve_url).findings:
            raise ValueError(f"the loaded log is not what the ledger would have written: {findings[0]}")

    return _rate(check, plan.replayed)


def _rate(run: Callable[[], object], events: int) -> float:
    begin = time.perf_counter()
    run()
    return events / (time.perf_counter() - begin)
