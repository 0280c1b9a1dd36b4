"""Callers that do one thing again and again: threads, tasks of one loop, or threads spread over processes.

Each measurement counts what ends within a window that begins after a warm-up; opening and closing do not.
"""

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Call = Callable[[], object]
READY_SECONDS = 60
_LEAD_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Window:
    """When counting begins and ends, on the machine's monotonic clock, which processes share."""

    begin: float
    end: float

    @classmethod
    def from_now(cls, warm: float, seconds: float) -> "Window":
        """A window after a warm-up from now on."""
        begin = time.monotonic() + _LEAD_SECONDS + warm
        return cls(begin, begin + seconds)

    def rate(self, done: int) -> float:
        """So many done in it, but at least one, as a rate a second."""
        return max(done, 1) / (self.end - self.begin)


def threads(make: Callable[[int], Call], callers: int, warm: float, seconds: float) -> float:
    """Calls a second by so many threads; ``make`` gives each its own call."""
    calls = [make(n) for n in range(callers)]
    window = Window.from_now(warm, seconds)
    return window.rate(_counted(calls, window))


def tasks(
    make: Callable[[int], Callable[[], Awaitable[object]]], callers: int, warm: float, seconds: float
) -> float:
    """Calls a second by so many tasks of one event loop."""
    return asyncio.run(_tasks(make, callers, warm, seconds))


def processes(
    open_side: Callable[..., Any], arguments: tuple[Any, ...], plan: tuple[int, int, float, float]
) -> float:
    """Calls a second by threads in several processes, each with a side of its own.

    ``plan`` is (processes, callers in all, warm-up and window in seconds); the other arguments are pickled.
    """
    count, callers, warm, seconds = plan
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(count)]
    workers = [
        context.Process(target=_work, args=(there, open_side, arguments, callers // count), daemon=True)
        for _, there in pipes
    ]
    for worker in workers:
        worker.start()
    for here, _ in pipes:
        _answer(here)
    window = Window.from_now(warm, seconds)
    for here, _ in pipes:
        here.send(window)
    done = sum(_answer(here, warm + seconds) for here, _ in pipes)
    for worker in workers:
        worker.join(READY_SECONDS)
    return window.rate(done)


def _counted(calls: list[Call], window: Window) -> int:
    counts = [0] * len(calls)
    errors: list[BaseException] = []

    def run(n: int, call: Call) -> None:
        try:
            counts[n] = _repeat(call, window)
        except BaseException as error:  # noqa: BLE001  raised again below, where it is seen
            errors.append(error)

    started = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts)


def _repeat(call: Call, window: Window) -> int:
    now, done = time.monotonic, 0
    while True:
        call()
        at = now()
        if at >= window.end:
            return done
        done += at >= window.begin


async def _tasks(
    make: Callable[[int], Callable[[], Awaitable[object]]], callers: int, warm: float, seconds: float
) -> float:
    calls = [make(n) for n in range(callers)]
    window = Window.from_now(warm, seconds)
    return window.rate(sum(await asyncio.gather(*(_repeat_task(call, window) for call in calls))))


async def _repeat_task(call: Callable[[], Awaitable[object]], window: Window) -> int:
    now, done = time.monotonic, 0
    while True:
        await call()
        at = now()
        if at >= window.end:
            return done
        done += at >= window.begin


def _work(pipe: Any, open_side: Callable[..., Any], arguments: tuple[Any, ...], callers: int) -> None:
    side = open_side(*arguments)
    try:
        calls = [side.caller() for _ in range(callers)]
        pipe.send(0)
        pipe.send(_counted(calls, pipe.recv()))
    finally:
        side.close()


def _answer(pipe: Any, seconds: float = 0) -> int:
    if not pipe.poll(READY_SECONDS + seconds):
        raise TimeoutError("a process of the benchmark did not answer")
    return int(pipe.recv())
