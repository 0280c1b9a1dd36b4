"""Where a run takes place: databases on one PostgreSQL with fsync on, and what the figures depend on."""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from ledger.store.embedded import Settings, running
from ledger.store.migrate import migrate

OWNER, SERVE = "bench_owner", "bench_serve"
# The raw INSERTs use a connection a caller: what 256 of them need beyond the default, nothing else is tuned.
SETTINGS = Settings(connections_max=320)
_COMMITS = 200
_THERE = (
    psycopg.errors.DuplicateObject,
    psycopg.errors.UniqueViolation,
)  # already, or this moment
_SHOWN = (
    "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_wal_size",
    "max_connections", "autovacuum",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Database:
    """One migrated database of the run; ``host`` and ``port`` are None where the URL says nothing of them."""

    name: str
    admin_url: str
    password: str

    @property
    def owner_url(self) -> str:
        """The address for the role that owns every schema, the library's and the raw rows' included."""
        return self._as(OWNER)

    @property
    def serve_url(self) -> str:
        """The address for the role that serves the ledger."""
        return self._as(SERVE)

    def _as(self, role: str) -> str:
        parts = urlsplit(self.admin_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{role}:{quote(self.password)}@{host}"))

    def library_env(self, schema: str, pool: int, *, create: bool = False) -> dict[str, str]:
        """The library's configuration for this database; ``create`` makes its tables."""
        info = psycopg.conninfo.conninfo_to_dict(self.owner_url)
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(info["dbname"]),
            "POSTGRES_HOST": str(info.get("host", "")),
            "POSTGRES_PORT": str(info.get("port", "5432")),
            "POSTGRES_USER": OWNER,
            "POSTGRES_PASSWORD": self.password,
            "POSTGRES_SCHEMA": schema,
            "CREATE_TABLE": "yes" if create else "no",
            "POSTGRES_POOL_SIZE": str(pool),
            "POSTGRES_MAX_OVERFLOW": "0",
            "POSTGRES_POOL_TIMEOUT": "60",
            "POSTGRES_CONN_MAX_AGE": "3600",
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A server for one run, addressed by whoever may make databases and roles."""

    admin_url: str
    password: str = "bench"  # noqa: S105  roles of a server that nobody else reaches

    def database(self, name: str) -> Database:
        """A fresh, migrated database."""
        execute(self.admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(name))
        execute(self.admin_url, "CREATE DATABASE {} OWNER {}", sql.Identifier(name), sql.Identifier(OWNER))
        made = Database(name, urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{name}")), self.password)
        migrate(made.owner_url, SERVE)
        return made

    def drop(self, database: Database) -> None:
        """Remove a database of the run."""
        execute(self.admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(database.name))


@contextmanager
def place(url: str | None = None) -> Iterator[Place]:
    """An embedded server of the run's own, or a configured one, with the two roles."""
    if url is not None:
        yield with_roles(Place(url))
        return
    with tempfile.TemporaryDirectory(prefix="liggare-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with running(Path(name), settings=SETTINGS) as server:
            yield with_roles(Place(server.url()))


def environment(at: Place) -> dict[str, Any]:
    """What the figures were measured on."""
    with psycopg.connect(at.admin_url) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in _SHOWN}
        server = connection.info.parameter_status("server_version")
        waits = sorted(_commit(connection) for _ in range(_COMMITS))
    settings = {name: row[0] if row else None for name, row in shown.items()}
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load_before": os.getloadavg()[0],
        "machine": platform.machine(),
        "python": sys.version.split()[0],
        "postgresql": server,
        "fsync": settings["fsync"],
        "commit_us": {"p50": round(waits[_COMMITS // 2]), "p99": round(waits[_COMMITS * 99 // 100])},
        "settings": settings,
        "packages": {name: version(name) for name in ("eventsourcing", "psycopg", "msgspec")},
    }


def _commit(connection: psycopg.Connection[Any]) -> float:
    """Microseconds that one commit of almost nothing takes: mostly the disk's answer to a flush."""
    connection.commit()
    begin = time.perf_counter()
    connection.execute("SELECT pg_logical_emit_message(true, 'bench', 'x')")
    connection.commit()
    return (time.perf_counter() - begin) * 1_000_000


def execute(url: str, statement: str, *parts: sql.Composable) -> None:
    """One statement on a connection of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*parts))


def settle(database: Database) -> None:
    """Statistics, visibility maps and a checkpoint, so that no side starts with another's work waiting."""
    execute(database.admin_url, "VACUUM (ANALYZE)")
    execute(database.admin_url, "CHECKPOINT")


def with_roles(at: Place) -> Place:
    """The same place, with the owner's and the serving role in it."""
    with psycopg.connect(at.admin_url, autocommit=True) as connection:
        for role in (OWNER, SERVE):
            make = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            with suppress(*_THERE):
                connection.execute(make.format(sql.Identifier(role), sql.Literal(at.password)))
    return at
