"""Processes that are started to do a share of the work of this one, and end with it."""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """What is started meanwhile never hears of Ctrl-C, which is for whoever started it and ends it.

    From its first instruction on: signals that are blocked stay so in a process that is started. Python's
    tracker of resources, which comes with the first, would lift the block when it has started.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end(processes: Iterable[BaseProcess]) -> None:
    """End processes that only read, and wait for them: at once, also one that was stopped (SIGSTOP)."""
    ending = list(processes)
    for process in ending:
        process.kill()
    for process in ending:
        process.join()
