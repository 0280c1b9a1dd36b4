"""Answers as of random moments: one key, and a thousand keys together, from the histories up to a prefix.

What is timed is the whole answer in this process: what it asks for, the look-up, the states, the reading.
Keys are drawn among those known at the moment; a ladder's rung is of a supplier, a lot and a region. An order
alone is asked for with its rankings, a list of them without, as the door does (ADR 43).
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median
from typing import Any

from api.cli.progress import Told, telling
from api.demo.story.world import AGREEMENT, LOTS
from benchmarks.library_views import FOUR
from benchmarks.national.plan import Plan
from benchmarks.place import Database
from ledger.clock import SimulatedClock
from ledger.store.postgres import PostgresLog
from projections.base import View
from projections.shelf_postgres import PostgresShelf
from projections.states import state_types
from replay.known import AtPosition
from replay.lists import keys_at
from replay.population import Asked, answers
from replay.timeline import Answer, Timeline

LADDER, BOARD = "escalation-ladder", "order-board"


def measure(database: Database, plan: Plan, prefix: int) -> dict[str, Any]:
    """Milliseconds by view: of one key, and of a population."""
    log, shelf = PostgresLog(database.serve_url, mode="simulated"), PostgresShelf(database.serve_url)
    try:
        timeline = Timeline(log, SimulatedClock(log.head().recorded_at), shelf, state_types(FOUR))
        with telling() as told:
            return _measured(timeline, plan, prefix, told)
    finally:
        shelf.close()
        log.close()


def _measured(timeline: Timeline, plan: Plan, prefix: int, told: Told) -> dict[str, Any]:
    drawn = Random(plan.seed)  # noqa: S311  the same ones in each run
    moments = positions(plan, prefix, drawn)
    found, regions = {}, keys_of_regions(timeline, prefix)
    for number, view in enumerate(FOUR):
        times = Times()
        for at, position in enumerate(moments):
            if asked := asked_at(timeline, view, position, regions, drawn, plan.population):
                times.take(timeline, view, asked, plan.keys_each, position)
            told(number * len(moments) + at + 1, len(FOUR) * len(moments))
        found[view.name] = times.told(view)
    return found


def positions(plan: Plan, prefix: int, drawn: Random) -> list[int]:
    """The moments to ask about, as positions up to a prefix, ascending."""
    return sorted(drawn.randint(prefix // 20, prefix) for _ in range(plan.moments))


@dataclass(slots=True)
class Times:
    """What a view's answers took, in milliseconds."""

    one: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    evidence: list[float] = field(default_factory=list)
    unanswered: int = 0

    def take(
        self, timeline: Timeline, view: View, asked: list[Asked], singly: int, position: int
    ) -> list[Any]:
        """Ask and time: some of the keys one by one, then all together. The readings of all."""
        on = timeline.known(AtPosition(position)).on
        for single in asked[:singly]:
            self.one.append(_timed(timeline, view, [_alone(view, single)], position, on)[0])
        milliseconds, readings = _timed(timeline, view, asked, position, on)
        self.together.append(milliseconds)
        self.unanswered += len(asked) - len(readings)
        self.sizes.append(len(asked))
        self.evidence.append(sum(len(one.evidence) for one in readings) / len(asked))
        return readings

    def told(self, view: View) -> dict[str, Any]:
        """What they come to. Raises ValueError when nothing could be asked."""
        if not self.one:
            raise ValueError(f"{view.name} knows nobody at any of the moments: the ledger is too short")
        return {
            "key": quantiles(self.one), "population": quantiles(self.together),
            "keys": {"least": min(self.sizes), "most": max(self.sizes)}, "unanswered": self.unanswered,
            "evidence": round(median(self.evidence), 1),
        }  # fmt: skip


def keys_of_regions(timeline: Timeline, position: int) -> list[str]:
    """The regions that orders were published for, as far as the first of them tell."""
    orders = keys_at(timeline, FOUR[-1], position, 2_000)
    states = timeline.states(position)({key: FOUR[-1].kind(key) for key in orders})
    return sorted({one.published.event.region for one in states.values() if one.published})


def asked_at(
    timeline: Timeline, view: View, position: int, regions: Sequence[str], drawn: Random, most: int
) -> list[Asked]:
    """So many of the keys known at a position, with what is asked about each."""
    keys = keys_at(timeline, view, position, None)
    asked = list(_each(view, keys, regions))
    return drawn.sample(asked, min(most, len(asked)))


def _each(view: View, keys: Iterable[str], regions: Sequence[str]) -> Iterable[Asked]:
    if view.name == LADDER:
        params = [view.params(agreement=AGREEMENT, lot=lot, region=one) for lot in LOTS for one in regions]
        return [(key, one) for key in keys for one in params]
    one = view.params(rankings=False) if view.name == BOARD else view.params(agreement=AGREEMENT)
    return [(key, one) for key in keys]


def _alone(view: View, asked: Asked) -> Asked:
    """What is asked about one key: an order shows its rankings, which a list leaves out."""
    return (asked[0], view.params(rankings=True)) if view.name == BOARD else asked


def _timed(
    timeline: Timeline, view: View, asked: list[Asked], position: int, on: Any
) -> tuple[float, list[Any]]:
    """Milliseconds of an answer, and the readings of what was asked that has any."""
    began = time.perf_counter()
    told = list(answers(timeline, view, asked, position, on))
    milliseconds = (time.perf_counter() - began) * 1_000
    return milliseconds, [one.reading for one in told if isinstance(one, Answer)]


def quantiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """The median, the 99th of a hundred and the slowest, and of how many."""
    ordered = sorted(milliseconds)
    p50, p99 = (round(ordered[(len(ordered) - 1) * percent // 100], 3) for percent in (50, 99))
    return {"p50": p50, "p99": p99, "max": round(ordered[-1], 3), "answers": len(ordered)}
