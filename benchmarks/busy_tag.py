"""One type of a busy supplier's events: few matches among very many events with the tag."""

import time
from collections.abc import Callable
from statistics import quantiles

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from benchmarks.appends import Say
from benchmarks.contracts import BUSY
from benchmarks.place import Database
from benchmarks.plan import Plan
from benchmarks.preload import RARE
from benchmarks.sides.library_dcb import LibraryDcb
from benchmarks.sides.ours import Ours
from ledger.events.base import event_type
from ledger.events.measures import MeasureServed
from ledger.fold import Selector

_LIBRARY_QUERIES_MAX = 20


def measure(database: Database, plan: Plan, say: Say) -> dict[str, dict[str, float]]:
    """Milliseconds at the 50th and 99th percentile, by side. The library is asked less often."""
    wanted, tag = event_type(MeasureServed).stored, f"supplier:{BUSY}"
    ours, library = Ours(database, 1), LibraryDcb(database, 1)
    query = DCBQuery(items=[DCBQueryItem(types=[wanted], tags=[tag])])
    try:
        found = {
            "ours": _timed(lambda: len(ours.log.boundary([Selector((wanted,), tag)])[1]), plan.queries),
            "library-dcb": _timed(
                lambda: len(list(library.recorder.read(query))), min(plan.queries, _LIBRARY_QUERIES_MAX)
            ),
        }
    finally:
        ours.close()
        library.close()
    for side, times in found.items():
        say(f"busy tag: {side}: {times['p50_ms']:.2f} ms, {times['p99_ms']:.2f} ms at p99")
    return found


def _timed(ask: Callable[[], int], times: int) -> dict[str, float]:
    taken = []
    for _ in range(times + 2):
        begin = time.perf_counter()
        if ask() != RARE:
            raise ValueError("the query found something else than was recorded")
        taken.append((time.perf_counter() - begin) * 1000)
    cuts = quantiles(taken[2:], n=100, method="inclusive")
    return {"p50_ms": cuts[49], "p99_ms": cuts[98], "queries": times, "matches": RARE}
