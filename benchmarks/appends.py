"""Conditional appends by so many callers, side by side, sides taking turns within every round."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks import callers
from benchmarks.place import Database
from benchmarks.plan import Plan
from benchmarks.sides.inserts import Inserts
from benchmarks.sides.library_aggregates import LibraryAggregates
from benchmarks.sides.library_dcb import LibraryDcb
from benchmarks.sides.ours import Ours

SIDES: dict[str, Callable[[Database, int], Any]] = {
    "ours": Ours,
    "library-dcb": LibraryDcb,
    "library-aggregates": LibraryAggregates,
    "raw-insert": Inserts,
}
Say = Callable[[str], None]
Rates = dict[str, dict[str, float]]


def measure(database: Database, plan: Plan, say: Say) -> Rates:
    """Appends a second by (side and kind of caller) and number of callers; the median of the rounds."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for round_ in range(plan.rounds):
        for side, callers_, rate in _round(database, plan):
            say(f"appends, round {round_ + 1}: {side}, {callers_}: {rate:,.0f}/s")
            found[side, callers_].append(rate)
    return _nested({name: median(rates) for name, rates in found.items()})


def _round(database: Database, plan: Plan) -> Iterator[tuple[str, str, float]]:
    for count in plan.callers:
        for name, open_side in SIDES.items():
            yield f"{name}, threads", str(count), _threads(open_side(database, count), count, plan)
        yield "ours, tasks", str(count), _tasks(database, count, plan)
    spread = plan.processes, plan.process_callers, plan.warm_seconds, plan.seconds
    each = plan.process_callers // plan.processes
    for name, open_side in SIDES.items():
        rate = callers.processes(open_side, (database, each), spread)
        yield f"{name}, threads", f"{plan.process_callers} in {plan.processes} processes", rate


def _threads(side: Any, count: int, plan: Plan) -> float:
    try:
        return callers.threads(lambda _: side.caller(), count, plan.warm_seconds, plan.seconds)
    finally:
        side.close()


def _tasks(database: Database, count: int, plan: Plan) -> float:
    side = Ours(database, count)
    try:
        return callers.tasks(lambda _: side.task(), count, plan.warm_seconds, plan.seconds)
    finally:
        side.close()


def _nested(flat: dict[tuple[str, str], float]) -> Rates:
    nested: Rates = defaultdict(dict)
    for (side, callers_), rate in flat.items():
        nested[side][callers_] = rate
    return dict(nested)
