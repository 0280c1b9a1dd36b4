"""Group commit: callers queue appends, two flushers take turns sending what gathered (docs/adr/0002).

While one flush is committed by the database, the callers of the other prepare their next appends. Appends are
serialised by the database, so several sequencers on one database are safe.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread

from ledger.errors import LedgerError, Unavailable
from ledger.store.admission import Admission
from ledger.store.flush import Flusher, fail
from ledger.store.log import Append, Outcome
from ledger.store.tickets import TaskTicket, ThreadTicket, Ticket, release
from ledger.store.wire import COMMANDS_MAX

BATCH_BYTES_MAX = 16 * 2**20


class Sequencer:
    """Takes appends from threads and tasks and flushes them in order of arrival, many at a time.

    ``patience`` is how many seconds an append may take before it ends with Unavailable; ``committed`` is
    told the last position of each flush.
    """

    def __init__(
        self,
        flushers: Sequence[Flusher],
        committed: Callable[[int], None],
        *,
        patience: float,
        batch_max: int,
    ) -> None:
        self._patience = patience
        self._batch_max = min(batch_max, COMMANDS_MAX)
        self._committed = committed
        self._queue: deque[Ticket] = deque()
        self._changed = Condition()
        self._idle = 0
        self._in_flight = 0
        self._closing = False
        self._threads = [
            Thread(target=self._run, args=(flusher,), name=f"ledger-flush-{n}", daemon=True)
            for n, flusher in enumerate(flushers)
        ]
        for thread in self._threads:
            thread.start()

    def append(self, append: Append) -> Outcome:
        """Append and block until the outcome. Raises what it came to."""
        ticket = ThreadTicket(append, self._patience)
        self._enqueue(ticket)
        return ticket.wait()

    def submit(self, append: Append) -> asyncio.Future[Outcome]:
        """Append from a task: a future of the running loop."""
        ticket = TaskTicket(append, self._patience, asyncio.get_running_loop())
        self._enqueue(ticket)
        return ticket.future

    def close(self) -> None:
        """Stop; what is still queued ends with Unavailable."""
        with self._changed:
            self._closing = True
            left = list(self._queue)
            self._queue.clear()
            self._changed.notify_all()
        for ticket in left:
            ticket.error = Unavailable("the ledger was closed")
        release(left)
        for thread in self._threads:
            thread.join(self._patience)

    def _enqueue(self, ticket: Ticket) -> None:
        with self._changed:
            if self._closing:
                raise Unavailable("the ledger was closed")
            self._queue.append(ticket)
            if self._idle and self._worth_it():
                self._changed.notify()

    def _run(self, flusher: Flusher) -> None:
        while batch := self._take():
            head = _flushed(flusher, batch)
            with self._changed:
                self._in_flight -= len(batch)
                if self._queue and self._idle:
                    self._changed.notify()
            if head:
                self._committed(head)
        flusher.close()

    def _take(self) -> list[Ticket]:
        with self._changed:
            while not self._worth_it():
                if self._closing:
                    return []
                self._idle += 1
                self._changed.wait()
                self._idle -= 1
            batch = self._admitted()
            self._in_flight += len(batch)
            return batch

    def _worth_it(self) -> bool:
        """Whether a flush should start: an early one would be small and only take the lock from the next."""
        return len(self._queue) > self._in_flight

    def _admitted(self) -> list[Ticket]:
        admission = Admission()
        batch: list[Ticket] = []
        waiting: list[Ticket] = []
        size = 0
        while self._queue and len(batch) < self._batch_max and size < BATCH_BYTES_MAX:
            ticket = self._queue.popleft()
            (batch if admission.admit(ticket.append) else waiting).append(ticket)
            size += ticket.packed.size
        self._queue.extendleft(reversed(waiting))
        return batch


def _flushed(flusher: Flusher, batch: list[Ticket]) -> int:
    try:
        return flusher.flush(batch)
    except Exception as error:  # noqa: BLE001  whatever happens, nobody may be left waiting
        unsettled = [ticket for ticket in batch if ticket.outcome is None and ticket.error is None]
        fail(unsettled, LedgerError(f"the append failed: {error!r}"))
        return 0
