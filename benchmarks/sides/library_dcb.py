"""The library's PostgreSQL DCB recorder: the event's 512 bytes and four tags, on a condition of two items."""

from collections.abc import Callable
from itertools import cycle

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.utils import Environment

from benchmarks.contracts import TYPE, contract, keys, selectors
from benchmarks.place import Database
from benchmarks.sides.ours import SUPPLIERS
from ledger.events.base import tags_of
from ledger.store.canonical import encoded

SCHEMA = "library_dcb"
NAME = "bench"
# Its appends hold a lock until they are committed; more connections than these only wait for it.
POOL_MAX = 16


class LibraryDcb:
    """The recorder as the library's own factory makes it."""

    def __init__(self, database: Database, callers: int, *, create: bool = False) -> None:
        env = database.library_env(SCHEMA, min(callers, POOL_MAX), create=create)
        env["PERSISTENCE_MODULE"] = "eventsourcing.dcb.postgres_tt"
        self.factory = DCBInfrastructureFactory.construct(Environment(NAME, env))
        self.recorder = self.factory.dcb_recorder()
        self._start = self.recorder.read(DCBQuery(items=[DCBQueryItem(tags=["none"])])).head

    def caller(self) -> Callable[[], int]:
        """Append on the condition that neither item matches anything after this caller's last event."""
        key, supplier, after = keys(), cycle(SUPPLIERS), self._start

        def call() -> int:
            nonlocal after
            made = contract(key(), next(supplier))
            items = [DCBQueryItem(types=list(one.types), tags=[one.tag]) for one in selectors(made)]
            event = DCBEvent(type=TYPE, data=encoded(made), tags=list(tags_of(made)))
            after = self.recorder.append([event], DCBAppendCondition(DCBQuery(items=items), after))
            return after

        return call

    def close(self) -> None:
        """Release its connections."""
        self.factory.close()
