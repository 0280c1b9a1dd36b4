"""Migrations: numbered SQL files, applied once each, their hashes recorded; anything else stops the start.

``migrate`` runs as the owner, ``check`` as the serving role. A migration that was changed after it ran, that
the database has and this code does not, or the other way round, raises Unsafe with its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import Unsafe
from ledger.store.draft import ensure_draft

_BOOT = """
CREATE SCHEMA IF NOT EXISTS liggare;
CREATE TABLE IF NOT EXISTS liggare.migrations (
    name text COLLATE "C" PRIMARY KEY,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(x'6c696767'::int, 2)"

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file: its name orders it, its hash pins it."""

    name: str
    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes."""
        return sha256(self.text.encode()).digest()


def migrations() -> tuple[Migration, ...]:
    """The migrations this code brings, in order."""
    folder = files("ledger.store").joinpath("migrations")
    found = (
        Migration(file.name, file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    )
    return tuple(sorted(found, key=lambda migration: migration.name))


def migrate(owner_url: str, serve_role: str) -> tuple[str, ...]:
    """Bring a database to this schema and give the serving role its rights; what was applied, by name.

    One transaction: a migration that fails leaves nothing behind. Raises Unsafe, psycopg.Error.
    """
    with psycopg.connect(owner_url) as connection:
        connection.execute(_ONE_AT_A_TIME)
        ensure_draft(connection)
        connection.execute(_BOOT)
        missing = _missing(connection)
        for migration in missing:
            _apply(connection, migration)
        grants = files("ledger.store").joinpath("serving_role.sql").read_text("utf-8")
        connection.execute(sql.SQL(grants).format(role=sql.Identifier(serve_role)))
    return tuple(migration.name for migration in missing)


def check(serve_url: str) -> None:
    """Raise Unsafe unless the database has exactly this code's migrations."""
    with psycopg.connect(serve_url) as connection:
        if problems := tuple(drift(connection)):
            raise Unsafe("; ".join(problems))


def drift(connection: Connection) -> Iterator[str]:
    """What keeps this code from running on that database, one sentence each."""
    if connection.execute("SELECT to_regclass('liggare.migrations')").fetchone() == (None,):
        yield "the database has no ledger: run the migrations first"
        return
    try:
        ensure_draft(connection)
        missing = _missing(connection)
    except Unsafe as problem:
        yield str(problem)
    else:
        yield from (f"migration {migration.name} has not been applied" for migration in missing)


def _missing(connection: Connection) -> tuple[Migration, ...]:
    rows = connection.execute("SELECT name, sha256 FROM liggare.migrations ORDER BY name").fetchall()
    applied = {name: bytes(digest) for name, digest in rows}
    known = migrations()
    for name in applied.keys() - {migration.name for migration in known}:
        raise Unsafe(f"the database has migration {name}, which this version does not know")
    for migration in known:
        if applied.get(migration.name, migration.digest) != migration.digest:
            raise Unsafe(f"migration {migration.name} was changed after it was applied")
    missing = tuple(migration for migration in known if migration.name not in applied)
    if missing and applied and missing[0].name < max(applied):
        raise Unsafe(f"migration {missing[0].name} is missing below {max(applied)}, which was applied")
    return missing


def _apply(connection: Connection, migration: Migration) -> None:
    connection.execute(migration.text)
    connection.execute(
        "INSERT INTO liggare.migrations (name, sha256) VALUES (%s, %s)", (migration.name, migration.digest)
    )
