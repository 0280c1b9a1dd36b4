"""The library's `ProjectionRunner` with the same folds: a view in PostgreSQL, a commit an event."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from benchmarks.place import Database, execute
from ledger.store.log import Stored
from projections.base import VIEWS
from projections.history import Name
from projections.routes import Routes
from projections.states import state_types

SCHEMA = "library_views"
FOUR = tuple(
    VIEWS[name] for name in ("continuity-streaks", "eighteen-months", "escalation-ladder", "order-board")
)
_KEEP = SQL(
    "INSERT INTO library_views.kept (kind, key, state) VALUES (%s, %s, %s)"
    " ON CONFLICT (kind, key) DO UPDATE SET state = excluded.state"
)

_TABLE = (
    "CREATE TABLE IF NOT EXISTS library_views.kept"
    " (kind text, key text, state bytea, PRIMARY KEY (kind, key))"
)
_COPY = "COPY library_views.happenings_events (originator_id, originator_version, topic, state) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a replay begins: after a position of the ledger, with the states as they are there."""

    position: int = 0
    states: Mapping[Name, Any] = field(default_factory=dict)


class DomainMapper:
    """Hands over what is stored; the routes of our projections decode it, once for all folds."""

    def to_domain_event(self, stored: StoredEvent) -> StoredEvent:
        """The stored event of a notification."""
        return stored


class Happenings(Application[UUID]):
    """The application whose events the runner follows."""

    name = "happenings"

    def construct_mapper(self) -> Mapper[UUID]:
        """Ours."""
        return cast("Mapper[UUID]", DomainMapper())


class KeptStates(PostgresTrackingRecorder):
    """The materialised view: every state as bytes, changed in the transaction that tracks the event."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(SQL(_TABLE).format())

    def keep(self, changed: Mapping[Name, bytes], tracking: Tracking) -> None:
        """Keep what an event changed."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for name, state in changed.items():
                cursor.execute(_KEEP, (*name, state), prepare=True)


class Views(Projection[KeptStates]):
    """The four projections, kept by their three folds. Decoded states stay in memory, so it need not read."""

    name = "views"
    begin: ClassVar[Begin] = Begin()

    def __init__(self, view: KeptStates) -> None:
        super().__init__(view)
        self.types = state_types(FOUR)
        self.routes = Routes.of(one.kind for one in self.types.values())
        self.held: dict[Name, Any] = dict(self.begin.states)

    def process_event(self, domain_event: StoredEvent, tracking: Tracking) -> None:
        """Fold one event and keep what it changed."""
        position = self.begin.position + tracking.notification_id
        stored = Stored(position, domain_event.topic, 0, bytes(domain_event.state))
        changed: dict[Name, bytes] = {}
        for kind, key, handler, happened, at in self.routes.steps([stored]):
            of, name = self.types[kind], (kind, key)
            state = self.held[name] = handler(self.held.get(name, of.kind.initial), happened, at)
            changed[name] = of.shape.encode(state)
        self.view.keep(changed, tracking)


def prepare(database: Database, stored: list[Stored]) -> None:
    """The library's tables, and the same events in them."""
    execute(database.owner_url, "CREATE SCHEMA library_views")
    Happenings(database.library_env(SCHEMA, 2, create=True)).close()
    with psycopg.connect(database.owner_url) as connection, connection.cursor().copy(_COPY) as copy:
        for one in stored:
            copy.write_row((uuid4(), 1, one.type, one.body))


def reached(stored: Iterable[Stored]) -> set[Name]:
    """The states that these events change."""
    routes = Routes.of(one.kind for one in state_types(FOUR).values())
    return {(kind, key) for kind, key, *_ in routes.steps(stored)}


def replay(database: Database, events: int, begin: Begin = Begin()) -> float:
    """Seconds the runner takes for so many events; without ``begin`` from an empty view."""
    execute(database.owner_url, "DROP TABLE IF EXISTS library_views.kept, library_views.views_tracking")
    _put(database, begin)
    started = time.perf_counter()
    env = database.library_env(SCHEMA, 5, create=True)
    with ProjectionRunner(
        application_class=Happenings,
        projection_class=type("Views", (Views,), {"begin": begin}),
        view_class=KeptStates,
        env=env,
    ) as runner:
        runner.wait(events, timeout=600)
        return time.perf_counter() - started


def _put(database: Database, begin: Begin) -> None:
    """The states that there are already."""
    types = state_types(FOUR)
    with psycopg.connect(database.owner_url) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLE)
        for name, state in begin.states.items():
            cursor.execute(_KEEP, (*name, types[name[0]].shape.encode(state)))
