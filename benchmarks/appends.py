"""Conditional appends by so many callers: in every round each side in turn, on the same machine."""

from collections import defaultdict
from collections.abc import Callable, Iterator
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
Rounds = dict[str, dict[str, list[float]]]


def measure(database: Database, plan: Plan, say: Say) -> Rounds:
    """Appends a second by side and kind of caller, and by number of callers: one of each round."""
    found: Rounds = defaultdict(lambda: defaultdict(list))
    for round_ in range(plan.rounds):
        for side, callers_, rate in _round(database, plan):
            say(f"appends, round {round_ + 1}: {side}, {callers_}: {rate:,.0f}/s")
            found[side][callers_].append(rate)
    return {side: dict(by_callers) for side, by_callers in found.items()}


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
