"""Where national ledgers stand between runs: a server of their own, a database for each size and seed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.national.plan import Plan
from benchmarks.place import OWNER, SERVE, Database, Place, execute, with_roles
from ledger.store.embedded import Settings, running
from ledger.store.migrate import migrate
from ledger.store.places import server_home
from projections.migrate import migrate_projections

SPARE_BYTES = 8 * 2**30  # write-ahead log and what sorts spill
WAL_MIB_MAX = 4_096  # with less there are more checkpoints, and after each all pages are logged whole once


class NoSpaceError(Exception):
    """The disk has less than a run needs; the message says how much."""


class BusyError(Exception):
    """Another run is measuring in the same directory."""


def needed(plan: Plan) -> int:
    """Bytes of disk that a run needs."""
    return plan.events * plan.bytes_an_event + SPARE_BYTES


@contextmanager
def server(home: Path) -> Iterator[Place]:
    """The server of this directory, made if it is not there, with the two roles; its data stays.

    Raises BusyError: what two runs measure at once says nothing.
    """
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    with alone(home), running(home, settings=settings()) as found:
        yield with_roles(Place(found.url()))


def settings() -> Settings:
    """A quarter of the machine's memory for pages, as PostgreSQL's manual begins with."""
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return Settings(shared_buffers_mib=memory_mib // 4, options=(("max_wal_size", f"{WAL_MIB_MAX}MB"),))


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """While nobody else measures in this directory. Raises BusyError."""
    with (home / "measuring").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"another run measures in {home}: wait for it, or give another --home") from error
        yield


def ledger(at: Place, plan: Plan) -> Database:
    """The database of a plan's ledger, made if it is not there, and migrated."""
    name = f"national_{plan.events}_{plan.seed}"
    with psycopg.connect(at.admin_url) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if known is None:
        execute(at.admin_url, "CREATE DATABASE {} OWNER {}", sql.Identifier(name), sql.Identifier(OWNER))
    found = Database(name, urlunsplit(urlsplit(at.admin_url)._replace(path=f"/{name}")), at.password)
    migrate(found.owner_url, SERVE)
    migrate_projections(found.owner_url, SERVE)
    return found


def room(home: Path, database: Database, plan: Plan) -> str:
    """What a run needs and what there is, in words. Raises NoSpaceError."""
    with psycopg.connect(database.admin_url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    there = int(row[0]) if row else 0
    want, free = needed(plan), shutil.disk_usage(server_home(home)).free
    said = (
        f"{want / 1e9:.0f} GB disk needed for {plan.events:,} events, {there / 1e9:.1f} GB of it there,"
        f" {free / 1e9:.0f} GB free"
    )
    if free + there < want:
        raise NoSpaceError(f"{said}: take fewer events, or make room")
    return said


def first(database: Database, events: int) -> int:
    """So many first events, or as many as the ledger has."""
    with psycopg.connect(database.admin_url) as connection:
        row = connection.execute("SELECT head FROM liggare.head()").fetchone()
    return min(events, int(row[0]) if row else 0)


def remove(home: Path) -> None:
    """Remove the server of a directory with its data, and the directory."""
    shutil.rmtree(server_home(home), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
