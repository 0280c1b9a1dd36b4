"""A stage in a process of its own, so that the memory it needed at most is its own too."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any


class StageError(Exception):
    """A stage ended without its measurements."""


def apart(work: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """What a stage measured, with its seconds and the memory of its processes. Raises StageError."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(there, work, args))
    process.start()
    there.close()
    try:
        found: dict[str, Any] = here.recv()
    except EOFError:
        raise StageError("a stage ended without its measurements") from None
    finally:
        process.join()
    return found


def _work(line: Any, work: Callable[..., dict[str, Any]], args: tuple[Any, ...]) -> None:
    began = time.monotonic()
    found = work(*args)
    found["seconds"] = round(time.monotonic() - began, 1)
    found["memory_mib"] = {
        "main": _peak(resource.RUSAGE_SELF),
        "largest other": _peak(resource.RUSAGE_CHILDREN),
    }
    line.send(found)


def _peak(whose: int) -> int:
    return resource.getrusage(whose).ru_maxrss // 1024
