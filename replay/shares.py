"""Re-performance in several processes, and going on where an interrupted run had come to.

Every process reads the log up to the end of its own share, and makes the decisions of that again. What they
have come to is kept in a file now and then, so that a run that was stopped goes on.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from multiprocessing.connection import Connection as Line
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec
from msgspec import Struct

from ledger.errors import LedgerError
from ledger.store.canonical import encoded
from ledger.store.log import Log
from replay.reperform import Scope, Share, reperformed
from replay.tally import Tally, merged

TELL_SECONDS = 1.0
OpenLog = Callable[[], Log]
Message = tuple[bytes, str, bool]  # tally, what went wrong, whether it ended


class ShareFailedError(LedgerError):
    """A process of a re-performance ended without its result; the message says why, if it could."""


class Progress(Struct):
    """What an interrupted run had come to: its scope, with the end it had then, and a tally a share."""

    scope: Scope
    tallies: list[Tally]


class Kept:
    """The file in which a run keeps its progress: one for a ledger, code, scope and number of processes."""

    def __init__(self, folder: Path, ledger: str, code: str, scope: Scope, processes: int) -> None:
        what = {"code": code, "ledger": ledger, "processes": processes, "scope": msgspec.to_builtins(scope)}
        self.path = folder / f"reperform-{sha256(encoded(what)).hexdigest()[:12]}.json"

    def load(self) -> Progress | None:
        """The progress of an interrupted run; None without one that can be read."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Progress)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def save(self, progress: Progress) -> None:
        """Keep the progress; a crash leaves the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(progress))
        beside.replace(self.path)

    def forget(self) -> None:
        """The run came to its end."""
        self.path.unlink(missing_ok=True)


def in_processes(open_log: OpenLog, progress: Progress, tell: Callable[[Sequence[Tally]], None]) -> Tally:
    """Go on with a run in as many processes as it has tallies; ``tell`` hears of all of them now and then.

    Raises ShareFailedError.
    """
    tallies = progress.tallies
    started = [
        _started(open_log, progress.scope, Share(n, len(tallies)), one) for n, one in enumerate(tallies)
    ]
    try:
        _listen([line for _, line in started], tallies, tell)
    finally:
        for process, _ in started:
            process.terminate()
        for process, line in started:
            process.join()
            line.close()
    return merged(tallies)


def _started(open_log: OpenLog, scope: Scope, share: Share, so_far: Tally) -> tuple[BaseProcess, Line]:
    """A process, and the pipe it alone tells by: one that is killed closes it, whatever it was writing."""
    context = multiprocessing.get_context("spawn")
    line, its_end = context.Pipe(duplex=False)
    arguments = (open_log, scope, share, msgspec.json.encode(so_far), its_end)
    process = context.Process(target=_work, args=arguments, daemon=True)
    process.start()
    its_end.close()
    return process, line


def _listen(lines: list[Line], tallies: list[Tally], tell: Callable[[Sequence[Tally]], None]) -> None:
    running = dict(enumerate(lines))
    while running:
        ready = wait(running.values())
        for number in [number for number, line in running.items() if line in ready]:
            sent, problem, ended = _heard(running[number])
            if problem:
                raise ShareFailedError(problem)
            tallies[number] = msgspec.json.decode(sent, type=Tally)
            if ended:
                del running[number]
            tell(tallies)


def _heard(line: Line) -> Message:
    try:
        said: Message = line.recv()
    except (EOFError, OSError) as error:
        raise ShareFailedError("a process ended without its result") from error
    return said


def _work(open_log: OpenLog, scope: Scope, share: Share, so_far: bytes, line: Line) -> None:
    """What each process does."""
    told, parent = time.monotonic(), multiprocessing.parent_process()

    def tell(tally: Tally) -> None:
        nonlocal told
        if parent is not None and not parent.is_alive():
            raise SystemExit(1)  # nobody would hear of it
        if time.monotonic() - told >= TELL_SECONDS:
            line.send((msgspec.json.encode(tally), "", False))
            told = time.monotonic()

    try:
        log = open_log()
        tally = reperformed(log, scope, share, msgspec.json.decode(so_far, type=Tally), tell)
        line.send((msgspec.json.encode(tally), "", True))
        log.close()
    except BrokenPipeError:
        return  # nobody would hear of it
    except LedgerError as error:
        line.send((b"", str(error) or type(error).__name__, True))


def processes_for(events: int, wanted: int | None) -> int:
    """How many processes: as wanted; else one for each core, unless the log is too short to be worth it."""
    return wanted or (1 if events < 50_000 else len(os.sched_getaffinity(0)))
