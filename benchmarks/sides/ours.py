"""Our ledger: the whole record is made within the call, by threads or by tasks."""

from collections.abc import Awaitable, Callable
from itertools import cycle

from benchmarks.contracts import append, keys
from benchmarks.place import Database
from ledger.store.log import Outcome
from ledger.store.postgres import PostgresLog

SUPPLIERS = tuple(f"s-{n:03d}" for n in range(100))


class Ours:
    """The log behind the serving role."""

    def __init__(self, database: Database, _callers: int) -> None:
        self.log = PostgresLog(database.serve_url, mode="real")
        self._start = self.log.head().position

    def caller(self) -> Callable[[], Outcome]:
        """Append from a thread; the condition holds from this caller's last event on."""
        key, supplier, after = keys(), cycle(SUPPLIERS), self._start

        def call() -> Outcome:
            nonlocal after
            outcome = self.log.append(append(key(), next(supplier), after))
            after = outcome.last
            return outcome

        return call

    def task(self) -> Callable[[], Awaitable[Outcome]]:
        """The same from a task."""
        key, supplier, after = keys(), cycle(SUPPLIERS), self._start

        async def call() -> Outcome:
            nonlocal after
            outcome = await self.log.submit(append(key(), next(supplier), after))
            after = outcome.last
            return outcome

        return call

    def close(self) -> None:
        """Release the log."""
        self.log.close()
