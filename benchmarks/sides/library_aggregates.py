"""The library's aggregates: a new one a contract, saved through an Application into PostgreSQL."""

from collections.abc import Callable
from itertools import cycle
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.contracts import contract, keys
from benchmarks.place import Database
from benchmarks.sides.library_dcb import POOL_MAX
from benchmarks.sides.ours import SUPPLIERS
from ledger.store.canonical import encoded

SCHEMA = "library_aggregates"


class Contract(Aggregate):
    """A contract with its 512 bytes as one value."""

    @event("Concluded")
    def __init__(self, facts: str) -> None:
        self.facts = facts


class Contracts(Application[UUID]):
    """The application that keeps them."""

    name = "contracts"


class LibraryAggregates:
    """The application as the library configures it from its environment."""

    def __init__(self, database: Database, callers: int, *, create: bool = False) -> None:
        env = database.library_env(SCHEMA, min(callers, POOL_MAX), create=create)
        self.application = Contracts(env)

    def caller(self) -> Callable[[], object]:
        """Save one new aggregate."""
        key, supplier = keys(), cycle(SUPPLIERS)

        def call() -> object:
            facts = encoded(contract(key(), next(supplier)))
            return self.application.save(Contract(facts=facts.decode()))

        return call

    def close(self) -> None:
        """Release its connections."""
        self.application.close()
