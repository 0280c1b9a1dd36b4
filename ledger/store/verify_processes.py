"""The shares of a verification in processes of their own, all reading one snapshot."""

import os
from collections.abc import Callable, Sequence
from multiprocessing import connection as pipes
from multiprocessing import get_context
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import LedgerError
from ledger.store.helpers import deaf_to_interrupts, end
from ledger.store.verify_share import Outcome, Share, carried_out

SHORT = 50_000  # events; below, starting processes takes longer than they save


class VerificationError(LedgerError):
    """A process of a verification ended without its result."""


def processes_for(events: int, wanted: int | None) -> int:
    """How many processes: as wanted; else one for each core, unless the ledger is short."""
    return wanted or (1 if events < SHORT else len(os.sched_getaffinity(0)))


def in_processes(
    url: str,
    snapshot: str,
    dealt: Sequence[Sequence[Share]],
    tell: Callable[[int], None],
    carried: Callable[[Share, Outcome], None],
) -> None:
    """Carry out the shares that were dealt to each process, one after the other.

    ``carried`` is told what each came to, as soon as it is. Raises VerificationError.
    """
    context = get_context("spawn")
    started, lines = [], []
    try:
        for mine in dealt:
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(url, snapshot, mine, there), daemon=True)
            with deaf_to_interrupts():
                process.start()
            there.close()
            started.append(process)
            lines.append(here)
        _listen(lines, tell, carried)
    finally:
        end(started)


def _listen(lines: list[Any], tell: Callable[[int], None], carried: Callable[[Share, Outcome], None]) -> None:
    while lines:
        for line in pipes.wait(lines):
            try:
                message: Any = line.recv()  # type: ignore[call-arg, union-attr]
            except (EOFError, OSError) as error:  # the second where it was killed while it wrote
                raise VerificationError("a process of the verification ended without its result") from error
            if message is None:
                lines.remove(line)
            elif isinstance(message, int):
                tell(message)
            elif isinstance(message, str):
                raise VerificationError(message)
            else:
                carried(*message)


def _work(url: str, snapshot: str, mine: Sequence[Share], line: Any) -> None:
    try:
        _carry_out(url, snapshot, mine, line)
    except (BrokenPipeError, ConnectionResetError):
        return  # nobody would hear of it
    except psycopg.Error as error:  # not its message, which may repeat the address
        line.send(f"a process of the verification ended without its result ({type(error).__name__})")


def _carry_out(url: str, snapshot: str, mine: Sequence[Share], line: Any) -> None:
    with psycopg.connect(url) as connection:
        begin(connection)
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        for share in mine:
            line.send((share, carried_out(connection, share, line.send)))
        line.send(None)


def begin(connection: psycopg.Connection[Any]) -> None:
    """A transaction that reads one snapshot, in UTF-8 whatever the environment or the role says."""
    connection.execute("SET client_encoding = 'UTF8'")
    connection.commit()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True


__all__ = ["VerificationError", "begin", "in_processes", "processes_for"]
