"""The shares of a verification in processes of their own, all reading one snapshot."""

import os
from collections.abc import Callable, Sequence
from multiprocessing import connection as pipes
from multiprocessing import get_context
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import LedgerError
from ledger.store.verify_share import Outcome, Share, carried_out

SHORT = 50_000  # events; below, starting processes takes longer than they save


class VerificationError(LedgerError):
    """A process of a verification ended without its result."""


def processes_for(events: int, wanted: int | None) -> int:
    """How many processes: as wanted; else one for each core, unless the ledger is short."""
    return wanted or (1 if events < SHORT else len(os.sched_getaffinity(0)))


def in_processes(
    url: str, snapshot: str, shares: Sequence[Share], tell: Callable[[int], None]
) -> list[Outcome]:
    """What each share came to, in order. Raises VerificationError."""
    context = get_context("spawn")
    started, lines = [], {}
    try:
        for number, share in enumerate(shares):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(url, snapshot, share, there), daemon=True)
            process.start()
            there.close()
            started.append(process)
            lines[here] = number
        return _listen(lines, tell)
    finally:
        for process in started:
            process.terminate()
            process.join()


def _listen(lines: dict[Any, int], tell: Callable[[int], None]) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    while lines:
        for line in pipes.wait(list(lines)):
            try:
                message: Any = line.recv()  # type: ignore[call-arg, union-attr]
            except EOFError:
                raise VerificationError("a process of the verification ended without its result") from None
            if isinstance(message, int):
                tell(message)
            else:
                outcomes[lines.pop(line)] = message
    return [outcomes[number] for number in sorted(outcomes)]


def _work(url: str, snapshot: str, share: Share, line: Any) -> None:
    with psycopg.connect(url) as connection:
        begin(connection)
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        line.send(carried_out(connection, share, line.send))


def begin(connection: psycopg.Connection[Any]) -> None:
    """A transaction that reads one snapshot."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True


__all__ = ["VerificationError", "begin", "in_processes", "processes_for"]
