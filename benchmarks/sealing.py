"""What sealing costs appends, and how long an event waits for its checkpoint."""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

import psycopg

from benchmarks import callers
from benchmarks.place import Database
from benchmarks.plan import Plan
from benchmarks.sides.ours import Ours
from benchmarks.sides.sealed import Sealed

SIDES: dict[str, Callable[[Database, int], Any]] = {"without": Ours, "with": Sealed}
WAITED = """
SELECT percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY c.sealed_at - e.recorded_at)
FROM liggare.events e
CROSS JOIN LATERAL (
    SELECT sealed_at FROM liggare.checkpoints WHERE size >= e.position ORDER BY size LIMIT 1
) c
WHERE e.position > %s
"""
Say = Callable[[str], None]
Rounds = dict[str, dict[str, list[float]]]


def measure(database: Database, plan: Plan, say: Say, counts: Collection[int] = ()) -> Rounds:
    """Appends a second with and without a sealer, and the wait (ms, p50 and p99) of what was sealed then."""
    found: Rounds = defaultdict(lambda: defaultdict(list))
    for round_ in range(plan.rounds):
        for count in sorted(counts or {min(64, max(plan.callers)), max(plan.callers)}):
            # The sides change places from round to round, so that what fades or grows meets both alike.
            for name in sorted(SIDES, reverse=bool(round_ % 2)):
                before = _head(database)
                rate = _rate(SIDES[name](database, count), count, plan)
                say(f"sealing, round {round_ + 1}: {name}, {count} callers: {rate:,.0f}/s")
                found[name][str(count)].append(rate)
                if name == "with":
                    _add_waits(found["wait ms"], _waited(database, before))
    return {side: dict(numbers) for side, numbers in found.items()}


def _rate(side: Any, count: int, plan: Plan) -> float:
    try:
        return callers.threads(lambda _: side.caller(), count, plan.warm_seconds, plan.seconds)
    finally:
        side.close()


def _head(database: Database) -> int:
    with psycopg.connect(database.serve_url) as connection:
        row = connection.execute("SELECT head FROM liggare.head()").fetchone()
    return int(row[0]) if row else 0


def _waited(database: Database, after: int) -> list[int]:
    """Microseconds from recording to checkpoint of the events after a position, p50 and p99."""
    with psycopg.connect(database.serve_url) as connection:
        row = connection.execute(WAITED, (after,)).fetchone()
    return row[0] if row and row[0] else []


def _add_waits(into: dict[str, list[float]], found: list[int]) -> None:
    for name, micros in zip(("p50", "p99"), found, strict=False):
        into[name].append(micros / 1000)
