"""Processes that fold a partition of the keys each, and the one that reads the log for all of them.

Every event is read once and its keys alone are decoded; its undecoded steps go to the partitions that hold
those keys, a batch at a time. A pipe that is full makes the reader wait.
"""

import gc
import multiprocessing
import multiprocessing.connection
import resource
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Line
from multiprocessing.process import BaseProcess
from queue import Queue
from typing import Any
from zlib import crc32

import msgspec

from ledger.errors import Corrupt, LedgerError
from ledger.store.helpers import deaf_to_interrupts
from projections.history import Name
from projections.keyed import Keyed

WAITING_MAX = 2  # batches that a partition holds beside the one it folds
STOP_SECONDS = 5.0


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """What a stretch of the log does to one partition: each state's undecoded steps, in order."""

    after: int
    upto: int
    steps: list[tuple[str, str, list[bytes]]]  # kind, key, steps


class Reached(msgspec.Struct, frozen=True):
    """How far a partition has come, and the most memory that its process has had."""

    position: int
    peak_kib: int = msgspec.field(default_factory=lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


Answer = Callable[[Any], None]
Work = Callable[..., None]  # of the batches that come, a way to answer, and what else it was started with
_decoded = msgspec.msgpack.Decoder(Batch).decode
_encoded = msgspec.msgpack.Encoder().encode


class PartitionStoppedError(LedgerError):
    """A process of a partition ended before its work; what it kept stays, and another run goes on there."""


def part_of(name: Name, parts: int) -> int:
    """The partition that a state belongs to, the same on every machine."""
    return crc32(f"{name[0]}/{name[1]}".encode()) % parts


def batches(steps: Iterable[Keyed], after: int, upto: int, parts: int) -> list[Batch]:
    """The steps of a stretch by partition and state, a batch a partition."""
    made: list[Batch] = [Batch(after, upto, []) for _ in range(parts)]
    by_name: dict[Name, list[bytes]] = {}
    for name, step in steps:
        known = by_name.get(name)
        if known is None:
            known = by_name[name] = []
            made[part_of(name, parts)].steps.append((*name, known))
        known.append(step)
    return made


@dataclass(slots=True)
class Partition:
    """One process, as seen from the one that reads."""

    process: BaseProcess
    line: Line
    reached: int = 0
    peak_kib: int = 0  # of its memory
    answers: list[Any] = field(default_factory=list)

    def send(self, batch: Batch) -> None:
        """Send a batch. Raises PartitionStoppedError, Corrupt."""
        try:
            self.line.send_bytes(_encoded(batch))
        except OSError as error:
            self.hear()
            raise PartitionStoppedError("a process of a partition has ended") from error

    def hear(self) -> None:
        """Take every answer that is there. Raises PartitionStoppedError, Corrupt."""
        try:
            while self.line.poll():
                self._take(self.line.recv())
        except (EOFError, OSError) as error:
            raise PartitionStoppedError("a process of a partition has ended") from error

    def next_answer(self) -> Any:
        """The next answer that is no position, waited for. Raises PartitionStoppedError, Corrupt."""
        try:
            while not self.answers:
                self._take(self.line.recv())
        except (EOFError, OSError) as error:
            raise PartitionStoppedError("a process of a partition has ended") from error
        return self.answers.pop(0)

    def _take(self, answer: Any) -> None:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Reached):
            self.reached, self.peak_kib = answer.position, answer.peak_kib
        else:
            self.answers.append(answer)


def hear(partitions: Sequence[Partition], *, seconds: float | None = 0) -> None:
    """Take the answers that are there; wait for one so long if there is none (None: as long as it takes)."""
    multiprocessing.connection.wait([one.line for one in partitions], seconds)
    for one in partitions:
        one.hear()


@contextmanager
def running(work: Work, each: Sequence[tuple[Any, ...]]) -> Iterator[list[Partition]]:
    """Processes that do this work, one for each tuple of arguments; they end with the context."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["projections.rebuilding"])  # the code is imported once for all of them
    started: list[Partition] = []
    try:
        for arguments in each:
            here, there = context.Pipe()
            process = context.Process(target=_main, args=(there, work, arguments), daemon=True)
            with deaf_to_interrupts():
                process.start()
            there.close()
            started.append(Partition(process, here))
        yield started
    finally:
        for one in started:
            one.line.close()  # which tells it to end, after the batch it commits
        for one in started:
            one.process.join(STOP_SECONDS)
            one.process.kill()


def _main(line: Line, work: Work, arguments: tuple[Any, ...]) -> None:
    """A partition's process. It makes no cycles worth looking for, and its states are many objects."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the reader stops, and with it the partitions
    gc.freeze()
    gc.disable()
    coming: Queue[Batch | None] = Queue(WAITING_MAX)
    threading.Thread(target=_receive, args=(line, coming), daemon=True).start()
    try:
        work(iter(coming.get, None), line.send, *arguments)
    except (BrokenPipeError, ConnectionResetError):
        return  # whoever reads the log is gone
    except Corrupt as error:
        line.send(error)
    except Exception as error:  # noqa: BLE001  the reader raises it
        line.send(PartitionStoppedError(f"a process of a partition failed: {type(error).__name__}: {error}"))


def _receive(line: Line, coming: "Queue[Batch | None]") -> None:
    try:
        while True:
            coming.put(_decoded(line.recv_bytes()))
    except (EOFError, OSError):
        coming.put(None)
