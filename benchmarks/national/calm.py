"""How fast the machine is just now: a fixed loop on every core at once, before and after each stage.

What the neighbours of a virtual machine do shows in no counter of its own, and changes within seconds; it
shows in how much processor time the same work takes.
"""

import json
import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from threading import Thread
from typing import Any

ROUNDS, CALM = 8, 1.15  # CALM: how much more than the least that was ever seen is still undisturbed


@dataclass(frozen=True, slots=True)
class Loop:
    """Milliseconds of processor time that the loop took: the slowest core's median, and the least of any."""

    median: float
    least: float


@dataclass(slots=True)
class Machine:
    """The machine of a run, asked between stages; ``least`` is the least that its loop has ever taken."""

    pool: ProcessPoolExecutor
    least: float

    def loop(self) -> Loop:
        """How long the loop takes now."""
        rounds = list(self.pool.map(_rounds, sorted(os.sched_getaffinity(0))))
        found = Loop(round(max(median(one) for one in rounds), 1), min(min(one) for one in rounds))
        self.least = min(self.least, found.least)
        return found

    def calm(self) -> bool:
        """Whether nobody else keeps it busy now."""
        return self.loop().median <= CALM * self.least

    def around(self, stage: Mapping[str, Any]) -> float:
        """How much more than the least the loop took around a stage: the worse of before and after."""
        loop = stage["loop_ms"]
        return float(max(loop["before"], loop["after"]) / self.least)


@contextmanager
def machine(stages: Mapping[str, Mapping[str, Any]]) -> Iterator[Machine]:
    """The machine, with what earlier stages have seen of it; its processes wait and take no time."""
    seen = [one["loop_ms"]["least"] for one in stages.values() if "loop_ms" in one]
    cores = len(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, mp_context=context, initializer=_end_with_parent) as pool:
        found = Machine(pool, min(seen, default=float("inf")))
        found.loop()  # starts the processes
        yield found


def _end_with_parent() -> None:
    """A run that is killed leaves no process: these would wait for its questions for ever."""
    Thread(target=_end_after, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _rounds(core: int) -> list[float]:
    os.sched_setaffinity(0, {core})
    return [_once() for _ in range(ROUNDS)]


def _once() -> float:
    began = time.process_time()
    seen: dict[str, int] = {}
    for number in range(600_000):
        seen[str(number % 5_000)] = number
    text = json.dumps(list(range(2_000)))
    for _ in range(300):
        json.loads(text)
    return round((time.process_time() - began) * 1_000, 1)
