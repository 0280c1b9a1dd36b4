"""The rebuild in the background of a server: processes of its own, while the server goes on answering."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

from ledger.store.helpers import deaf_to_interrupts
from projections.rebuilding import Plan, rebuild_beside

LOG = logging.getLogger("liggare")
LOOK_SECONDS = 0.5
BESIDE = 10  # how nice the processes are: whoever asks the server goes first


def in_background(serve_url: str) -> Callable[[threading.Event], int | None]:
    """How a server's follower rebuilds: a process that reads the log, and those it starts.

    Killed with the server or told to stop, it leaves what it kept to the next start.
    """

    def rebuild(stopping: threading.Event) -> int | None:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_rebuild, args=(serve_url, there), name="rebuild")
        with deaf_to_interrupts():
            process.start()
        there.close()
        while process.is_alive() and not stopping.is_set():
            process.join(LOOK_SECONDS)
        process.kill()  # one that stands still (SIGSTOP) would not hear of a gentler end
        process.join()
        return _answer(here) if here.poll() else None

    return rebuild


def _answer(line: "multiprocessing.connection.Connection") -> int | None:
    try:
        found = line.recv()
    except EOFError:
        return None
    if isinstance(found, str):
        LOG.warning("the views are not rebuilt yet: %s", found)
        return None
    return None if found is None else int(found)


def _rebuild(serve_url: str, line: "multiprocessing.connection.Connection") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server stops, and then this
    os.nice(BESIDE)
    try:
        done = rebuild_beside(serve_url, Plan())
    except Exception as error:  # noqa: BLE001  the server says it, and tries again
        line.send(f"{type(error).__name__}: {error}")
    else:
        line.send(None if done is None else done.position)
