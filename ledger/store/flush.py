"""One flush: a batch of commands in one call and one transaction, and what became of each."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import psycopg

from ledger.errors import ClockStopped, CommandReused, Conflict, LedgerError, Unavailable, Unsafe
from ledger.store import wire
from ledger.store.log import Append, Outcome
from ledger.store.prepared import Prepared
from ledger.store.queries import query
from ledger.store.tickets import Ticket, release

Connection = psycopg.Connection[Any]
Lookup = Callable[[Connection, Append], Outcome]
Watch = Callable[[Connection], AbstractContextManager[None]]

_APPEND = Prepared(query("append"))
_ACCEPTED, _REPEATED = 0, 1
_LEAF_BYTES = 32
_BACKOFF_SECONDS = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0)
# Lost connections, roll-backs, resources, locks, shutdowns and time-outs, the system, and a standby that
# only reads.
_PASSING = ("08", "40", "53", "55", "57", "58", "25006")
_REFUSALS: dict[int, tuple[type[LedgerError], str]] = {
    2: (CommandReused, "the command id was used before with other content"),
    3: (Conflict, "something this decision rests on was recorded in the meantime"),
    4: (ClockStopped, "the clock runs ahead of the database's"),
    5: (ClockStopped, "the clock jumped ahead of the last event; an operator has to accept that"),
    6: (ClockStopped, "the clock's mode is not the ledger's"),
}


class Flusher:
    """Sends batches over a connection of its own, and again over a new one when that is lost.

    ``lookup`` finds the outcome of a command that was recorded before; ``watch`` cuts a connection that stays
    silent.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        mode: str,
        lookup: Lookup,
        watch: Watch = lambda _: nullcontext(),
    ) -> None:
        self._connect = connect
        self._mode = mode
        self._lookup = lookup
        self._watch = watch
        self._connection: Connection | None = None

    def flush(self, batch: Sequence[Ticket]) -> int:
        """Settle and release every ticket of the batch; the last position it recorded, or 0."""
        attempt = 0
        while batch:
            try:
                head = self.send(batch)
            except psycopg.Error as error:
                if not _may_pass(error):
                    return self._one_by_one(batch, error)
                self._disconnect()
                batch = _still_patient(batch, error)
                time.sleep(_BACKOFF_SECONDS[min(attempt, len(_BACKOFF_SECONDS) - 1)])
                attempt += 1
            else:
                release(batch)
                return head
        return 0

    def send(self, batch: Sequence[Ticket]) -> int:
        """Send the batch once and settle its tickets without releasing them. Raises psycopg.Error."""
        if self._connection is None:
            self._connection = self._connect()
        arguments = wire.arguments([ticket.packed for ticket in batch])
        with self._watch(self._connection):
            answer = _APPEND.ask(self._connection, [self._mode.encode(), *arguments])
            verdicts, first, last, recorded, leaves = (
                answer.get_value(0, column) or b"" for column in range(5)
            )
            return self._settle(
                batch, wire.int4s(verdicts), wire.int8s(first), wire.int8s(last), wire.int8s(recorded), leaves
            )

    def close(self) -> None:
        """Release the connection."""
        self._disconnect()

    def _settle(
        self, batch: Sequence[Ticket], verdicts: list[int], first: list[int], last: list[int], recorded:
        list[int], leaves: bytes | None,
    ) -> int:  # fmt: skip
        start = head = 0
        for k, ticket in enumerate(batch):
            if verdicts[k] == _ACCEPTED:
                ids = tuple([event.event_id for event in ticket.append.events])
                end = start + _LEAF_BYTES * len(ids)
                mine = (
                    tuple([leaves[at : at + _LEAF_BYTES] for at in range(start, end, _LEAF_BYTES)])
                    if leaves
                    else ()
                )
                ticket.outcome = Outcome(first[k], last[k], recorded[k], ids, mine)
                start, head = end, last[k]
            else:
                self._answer(ticket, verdicts[k])
        return head

    def _answer(self, ticket: Ticket, verdict: int) -> None:
        if verdict == _REPEATED and self._connection is not None:
            try:
                ticket.outcome = self._lookup(self._connection, ticket.append)
            except LedgerError as error:
                ticket.error = error
        else:
            kind, message = _REFUSALS[verdict]
            ticket.error = kind(message)

    def _one_by_one(self, batch: Sequence[Ticket], error: psycopg.Error) -> int:
        if len(batch) > 1:
            return max(self.flush([ticket]) for ticket in batch)
        fail(batch, _explained(error))
        return 0

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()


def _may_pass(error: psycopg.Error) -> bool:
    """Whether the same call may succeed later: the connection or the server is at fault, not the batch."""
    if error.sqlstate is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return error.sqlstate.startswith(_PASSING)


def _still_patient(batch: Sequence[Ticket], error: psycopg.Error) -> list[Ticket]:
    now = time.monotonic()
    late = [ticket for ticket in batch if ticket.deadline <= now]
    fail(late, Unavailable(f"the database could not be reached in time: {type(error).__name__}"))
    return [ticket for ticket in batch if ticket.deadline > now]


def _explained(error: psycopg.Error) -> LedgerError:
    kind = Unsafe if error.sqlstate in ("LG002", "42501") else LedgerError
    explained = kind(f"the database refused the append: {error.diag.message_primary or error}")
    explained.__cause__ = error
    return explained


def fail(tickets: Sequence[Ticket], error: LedgerError) -> None:
    """Settle tickets with an error and release them."""
    for ticket in tickets:
        ticket.error = error
    release(tickets)
