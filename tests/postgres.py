"""The PostgreSQL that tests run on: one server a session, and a database a test, cloned from a template."""

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from ledger.store.embedded import Binaries, Server, Settings, find_binaries, running

MAJOR = int(os.environ.get("LIGGARE_TEST_PG", "18"))
CONFIGURED = os.environ.get("LIGGARE_DATABASE_URL")
SETTINGS = Settings(fsync=False, connections_max=300, shared_buffers_mib=128)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server: its address for whoever may make databases and roles, and the two roles of the tests."""

    admin_url: str
    owner_role: str
    serve_role: str
    password: str

    def url(self, dbname: str, role: str) -> str:
        """The address of one database for one of the two roles."""
        parts = urlsplit(self.admin_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{role}:{self.password}@{host}", path=f"/{quote(dbname)}"))


@dataclass(frozen=True, slots=True)
class Database:
    """One test's own database, addressed by the role that owns and migrates it and by the one that serves.

    All databases of a session share the two roles, so that a clone's owner and grants are right as they come.
    """

    name: str
    server: PostgresServer

    @property
    def owner_role(self) -> str:
        """The role that owns the database; it is no superuser."""
        return self.server.owner_role

    @property
    def serve_role(self) -> str:
        """The role that serves; it may log in, and otherwise what a migration grants it."""
        return self.server.serve_role

    @property
    def owner_url(self) -> str:
        """The address for migrating."""
        return self.server.url(self.name, self.owner_role)

    @property
    def serve_url(self) -> str:
        """The address for serving."""
        return self.server.url(self.name, self.serve_role)

    @property
    def admin_url(self) -> str:
        """The address with the rights of whoever runs the server, for tampering behind the ledger's back."""
        return urlunsplit(urlsplit(self.server.admin_url)._replace(path=f"/{self.name}"))


def session_binaries() -> Binaries:
    """The version this session tests: LIGGARE_TEST_PG, 18 unless it says otherwise."""
    return find_binaries(MAJOR)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A directory for a server; unlike pytest's own, one that root's unprivileged server can reach."""
    with tempfile.TemporaryDirectory(prefix="liggare-test-") as name:
        home = Path(name)
        home.chmod(0o755)
        yield home


@contextmanager
def session_server() -> Iterator[PostgresServer]:
    """The configured server, or one of our own without fsync; with two roles made for this session."""
    if CONFIGURED:
        with _roles(CONFIGURED) as server:
            yield server
        return
    with (
        temporary_home() as home,
        running(home, session_binaries(), SETTINGS) as own,
        _roles(own.url()) as server,
    ):
        yield server
    shutil.rmtree(own.home, ignore_errors=True)


@contextmanager
def fresh_database(server: PostgresServer, template: str = "template0") -> Iterator[Database]:
    """A database for one test, a clone of the template, dropped after the test."""
    database = Database(f"liggare_test_{secrets.token_hex(6)}", server)
    create = "CREATE DATABASE {} OWNER {} TEMPLATE {}"
    _execute(server.admin_url, create, database.name, server.owner_role, template)
    try:
        yield database
    finally:
        _execute(server.admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)


def kill(server: Server) -> None:
    """Kill a server's first process, and wait until it and those it started are gone.

    One of them may answer, and commit durably, in the moment before it notices that it is alone.
    """
    started = psutil.Process(server.pid).children(recursive=True)
    os.kill(server.pid or 0, signal.SIGKILL)
    while server.pid is not None:
        time.sleep(0.01)
    assert not psutil.wait_procs(started, timeout=30)[1]


def migrate(database: Database) -> None:
    """Bring a database to the newest schema, if there is a store yet that has one."""
    if find_spec("ledger.store.migrate"):
        import_module("ledger.store.migrate").migrate(database.owner_url, database.serve_role)


def header_line() -> str:
    """Say which PostgreSQL the tests run on."""
    if not CONFIGURED:
        chosen = session_binaries()
        return f"PostgreSQL {chosen.version} ({chosen.origin} binaries, own server)"
    with psycopg.connect(CONFIGURED) as connection:
        version = connection.info.parameter_status("server_version")
        return f"PostgreSQL {version} (server of LIGGARE_DATABASE_URL)"


@contextmanager
def _roles(admin_url: str) -> Iterator[PostgresServer]:
    stem = f"liggare_test_{secrets.token_hex(4)}"
    server = PostgresServer(admin_url, f"{stem}_owner", f"{stem}_serve", secrets.token_hex(16))
    for role in (server.owner_role, server.serve_role):
        _execute(admin_url, "CREATE ROLE {} LOGIN PASSWORD {}", role, sql.Literal(server.password))
    # Only a member may give a database away; a configured server's role need not be a superuser.
    _execute(admin_url, "GRANT {} TO CURRENT_USER", server.owner_role)
    try:
        yield server
    finally:
        for role in (server.serve_role, server.owner_role):
            _execute(admin_url, "DROP ROLE IF EXISTS {}", role)


def _execute(url: str, statement: str, *parts: str | sql.Composable) -> None:
    composed = (sql.Identifier(part) if isinstance(part, str) else part for part in parts)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*composed))
