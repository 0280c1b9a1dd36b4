"""The two ways to wait for an append: a thread at a gate, a task on a future of its loop."""

import asyncio
from collections.abc import Iterable
from threading import Lock
from time import monotonic

from ledger.errors import LedgerError, Unavailable
from ledger.store.log import Append, Outcome
from ledger.store.wire import Packed, packed

_GRACE_SECONDS = 2.0


class Ticket:
    """One append on its way: packed by its caller, settled once by whoever flushes it."""

    __slots__ = ("append", "deadline", "error", "outcome", "packed")

    def __init__(self, append: Append, patience: float) -> None:
        self.append = append
        self.packed: Packed = packed(append)
        self.deadline = monotonic() + patience
        self.outcome: Outcome | None = None
        self.error: LedgerError | None = None


class ThreadTicket(Ticket):
    """A thread waits at a gate."""

    __slots__ = ("_gate",)

    def __init__(self, append: Append, patience: float) -> None:
        super().__init__(append, patience)
        self._gate = Lock()
        self._gate.acquire()

    def open(self) -> None:
        """Let the waiting thread go on."""
        self._gate.release()

    def wait(self) -> Outcome:
        """Block until settled. Raises what the append came to, or Unavailable."""
        if not self._gate.acquire(timeout=max(0.0, self.deadline - monotonic()) + _GRACE_SECONDS):
            raise Unavailable("the ledger did not answer in time")
        if self.error is not None:
            raise self.error
        assert self.outcome is not None  # noqa: S101  a ticket is settled before its gate opens
        return self.outcome


class TaskTicket(Ticket):
    """A task awaits a future of its own loop."""

    __slots__ = ("future", "loop")

    def __init__(self, append: Append, patience: float, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(append, patience)
        self.loop = loop
        self.future: asyncio.Future[Outcome] = loop.create_future()

    def resolve(self) -> None:
        """Resolve the future; runs on its loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        elif self.outcome is not None:
            self.future.set_result(self.outcome)


def release(tickets: Iterable[Ticket]) -> None:
    """Wake everybody whose ticket is settled: threads at once, tasks with one call into each loop."""
    loops: dict[asyncio.AbstractEventLoop, list[TaskTicket]] = {}
    for ticket in tickets:
        if isinstance(ticket, ThreadTicket):
            ticket.open()
        elif isinstance(ticket, TaskTicket):
            loops.setdefault(ticket.loop, []).append(ticket)
    for loop, mine in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve_all, mine)


def _resolve_all(tickets: list[TaskTicket]) -> None:
    for ticket in tickets:
        ticket.resolve()
