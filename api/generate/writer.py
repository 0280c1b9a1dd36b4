"""The process that seals and writes: it gets decided commands, and copies them into the ledger in stretches.

While one stretch is written, which is waiting for the database, the next one is sealed. When the sending end
goes away without a word, the last stretch is left unwritten: what stands ends with a whole stretch, and
generating it again goes on from there.
"""

import gc
import queue
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import msgspec
import psycopg

from api.generate.keys import SeededVault
from ledger.errors import LedgerError, Unavailable
from ledger.handle.chance import SeededChance
from ledger.handle.making import Parted
from ledger.store.bulk import Stretch, Written, write
from ledger.store.canonical import NotCanonicalError
from ledger.store.helpers import deaf_to_interrupts

BATCH_EVENTS, STRETCH_EVENTS, BATCHES_WAITING = 2_000, 20_000, 8
SWITCH_SECONDS = 0.001  # who writes asks for the interpreter after each piece that the database has taken
END = b""
AWAY = (
    "the database went away while it was written to; see that its server runs and that its disk has room, "
    "then generate the same again: it goes on"
)
_PACK = msgspec.msgpack.Encoder(order="deterministic").encode


class Told(msgspec.Struct, frozen=True, array_like=True):
    """How far the writer has come: the last position committed and its leaf, or what went wrong."""

    last: int = 0
    leaf: bytes = b""
    problem: str = ""


@dataclass(slots=True)
class Writer:
    """The near end: takes commands, keeps at most a few batches waiting, and tells how far the far end is.

    A ``stretch`` has so many events or a few more; each is a transaction.
    """

    url: str
    chance: SeededChance
    stretch: int = STRETCH_EVENTS
    told: Told = field(default_factory=Told)
    _batch: list[Parted] = field(default_factory=list)
    _events: int = 0
    _waiting: "queue.Queue[bytes]" = field(default_factory=lambda: queue.Queue(BATCHES_WAITING))
    _near: Any = None
    _process: Any = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the process and the thread that feeds it."""
        context = get_context("spawn")
        self._near, far = context.Pipe()
        self._process = context.Process(
            target=far_end, args=(self.url, far, self.chance, self.stretch), name="writer", daemon=True
        )
        with deaf_to_interrupts():
            self._process.start()
        far.close()
        self._thread = threading.Thread(target=self._feed, name="feeder", daemon=True)
        self._thread.start()

    def add(self, command: Parted) -> None:
        """Hand over a command. Raises LedgerError when the far end has stopped."""
        self._batch.append(command)
        self._events += len(command.parts)
        if self._events >= BATCH_EVENTS:
            self._hand_over()

    def finish(self) -> Told:
        """Have everything written; how far it came. Raises LedgerError."""
        self._hand_over()
        self._put(END)
        while self._hear():
            pass
        self._process.join()
        if self._process.exitcode:
            raise Unavailable("the writer stopped")
        return self.told

    def stop(self) -> None:
        """Give up what is not written."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _hand_over(self) -> None:
        if self._batch:
            self._put(_PACK(self._batch))
            self._batch, self._events = [], 0
        self._hear_all()

    def _hear_all(self) -> None:
        while self._near.poll():
            if not self._hear():
                raise Unavailable("the writer stopped")

    def _put(self, batch: bytes) -> None:
        while True:
            try:
                self._waiting.put(batch, timeout=1)
            except queue.Full:
                self._hear_all()
            else:
                return

    def _hear(self) -> bool:
        """Wait for what the far end says; whether it said anything before it ended. Raises LedgerError."""
        try:
            told = msgspec.msgpack.decode(self._near.recv_bytes(), type=Told)
        except (EOFError, OSError):
            return False
        if told.problem:
            raise LedgerError(told.problem)
        self.told = told
        return True

    def _feed(self) -> None:
        while True:
            batch = self._waiting.get()
            try:
                self._near.send_bytes(batch)
            except (BrokenPipeError, OSError):
                return
            if batch == END:
                return


def far_end(url: str, pipe: Connection, chance: SeededChance, stretch: int) -> None:
    """The process: write what comes until the end is told, or the other end is gone."""
    gc.disable()  # what comes and goes here has no cycles
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            _write_all(connection, pipe, chance, stretch)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the other end is gone
    except psycopg.OperationalError as error:
        pipe.send_bytes(msgspec.msgpack.encode(Told(problem=f"{AWAY} ({type(error).__name__})")))
    except (LedgerError, NotCanonicalError, psycopg.Error) as error:
        pipe.send_bytes(msgspec.msgpack.encode(Told(problem=f"{type(error).__name__}: {error}")))


def _write_all(
    connection: psycopg.Connection[Any], pipe: Connection, chance: SeededChance, events: int
) -> None:
    decode = msgspec.msgpack.Decoder(list[Parted]).decode
    stretch, vault = Stretch(), SeededVault(chance.seed)
    sys.setswitchinterval(SWITCH_SECONDS)
    with ThreadPoolExecutor(1) as thread:
        beside = Beside(connection, pipe, thread)
        while (batch := pipe.recv_bytes()) != END:
            for command in decode(batch):
                stretch.add(written(command, chance, vault))
            if stretch.last - stretch.first >= events:
                beside.write(stretch)
                stretch = Stretch()
        if stretch.last:
            beside.write(stretch)
        beside.settle()


def written(command: Parted, chance: SeededChance, vault: SeededVault) -> Written:
    """A command as it is written: sealed, with what an append would have given it."""
    shared, (mac, events) = command.header, command.sealed(chance, vault)
    return Written(shared.client, shared.command_id, mac, command.first, command.recorded_at, tuple(events))


@dataclass(slots=True)
class Beside:
    """Writes one stretch at a time in a thread, in their order, and tells the near end of each."""

    connection: psycopg.Connection[Any]
    pipe: Connection
    thread: ThreadPoolExecutor
    _writing: "Future[None] | None" = None

    def write(self, stretch: Stretch) -> None:
        """Write a stretch once the one before is written. Raises what that one met."""
        self.settle()
        self._writing = self.thread.submit(self._write, stretch)

    def settle(self) -> None:
        """Wait until all is written. Raises what the last one met: LedgerError, psycopg's, OSError."""
        if self._writing is not None:
            self._writing.result()

    def _write(self, stretch: Stretch) -> None:
        write(self.connection, stretch)
        self.pipe.send_bytes(msgspec.msgpack.encode(Told(stretch.last, stretch.leaf)))
