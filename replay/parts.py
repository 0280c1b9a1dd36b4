"""Parts of one reading of the log in processes of their own, heard of over a pipe each.

One that is killed closes its pipe, whatever it was writing, and is noticed at once. One whose reader is gone
ends the next time it would tell.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection as Line
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from ledger.errors import LedgerError
from ledger.store.helpers import deaf_to_interrupts, end

Tell = Callable[[Any], None]
Work = Callable[..., Any]  # of the arguments of a part, and how to tell what it has come to
Hear = Callable[[int, Any], None]  # the number of a part, what it has come to
Message = tuple[Any, str, bool]  # what it came to, what went wrong, whether it ended


class PartFailedError(LedgerError):
    """A process ended without its result; the message says why, if it could."""


def carried_out(work: Work, each: Sequence[tuple[Any, ...]], hear: Hear) -> None:
    """Do the work of each tuple of arguments in a process; ``hear`` what it tells, and at last its result.

    Whatever happens here or there, no process is left. Raises PartFailedError.
    """
    started: list[tuple[BaseProcess, Line]] = []
    try:
        for arguments in each:
            started.append(_started(work, arguments))  # noqa: PERF401  those begun are ended
        listen([line for _, line in started], hear)
    finally:
        end(process for process, _ in started)
        for _, line in started:
            line.close()


def listen(lines: Sequence[Line], hear: Hear) -> None:
    """Hear every line until each has told its result. Raises PartFailedError."""
    running = dict(enumerate(lines))
    while running:
        ready = wait(running.values())
        for number in [number for number, line in running.items() if line in ready]:
            came, problem, ended = _heard(running[number])
            if problem:
                raise PartFailedError(problem)
            if ended:
                del running[number]
            hear(number, came)


def _started(work: Work, arguments: tuple[Any, ...]) -> tuple[BaseProcess, Line]:
    context = multiprocessing.get_context("spawn")
    line, its_end = context.Pipe(duplex=False)
    process = context.Process(target=_main, args=(work, arguments, its_end), daemon=True)
    with deaf_to_interrupts():
        process.start()
    its_end.close()
    return process, line


def _heard(line: Line) -> Message:
    try:
        said: Message = line.recv()
    except (EOFError, OSError) as error:
        raise PartFailedError("a process ended without its result") from error
    return said


def _main(work: Work, arguments: tuple[Any, ...], line: Line) -> None:
    """What each process does."""
    try:
        line.send((work(*arguments, lambda came: line.send((came, "", False))), "", True))
    except (BrokenPipeError, ConnectionResetError):
        return  # nobody would hear of it
    except LedgerError as error:
        line.send((None, str(error) or type(error).__name__, True))


def end_if_alone() -> None:
    """End this process if the one that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        raise SystemExit(1)
