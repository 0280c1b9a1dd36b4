"""The projections' own migrations: numbered SQL files with recorded hashes, apart from the ledger's.

They are apart so that the ledger starts without them: what they hold can always be made again from the log.
"""

from hashlib import sha256
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import Unsafe

_BOOT = """
CREATE SCHEMA IF NOT EXISTS projections;
CREATE TABLE IF NOT EXISTS projections.migrations (
    name text COLLATE "C" PRIMARY KEY,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(x'6c696767'::int, 3)"

Connection = psycopg.Connection[Any]


def migrate_projections(owner_url: str, serve_role: str) -> tuple[str, ...]:
    """Bring a database to this code's projections and give the serving role its rights.

    The names of what was applied.

    One transaction. Raises Unsafe, psycopg.Error.
    """
    with psycopg.connect(owner_url) as connection:
        connection.execute(_ONE_AT_A_TIME)
        connection.execute(_BOOT)
        missing = _missing(connection)
        for name, text in missing.items():
            connection.execute(text)
            connection.execute(
                "INSERT INTO projections.migrations (name, sha256) VALUES (%s, %s)", (name, _digest(text))
            )
        grants = files("projections").joinpath("serving_role.sql").read_text("utf-8")
        connection.execute(sql.SQL(grants).format(role=sql.Identifier(serve_role)))
    return tuple(missing)


def check_projections(serve_url: str) -> None:
    """Raise Unsafe unless the database has exactly this code's migrations of the projections."""
    with psycopg.connect(serve_url) as connection:
        if connection.execute("SELECT to_regclass('projections.migrations')").fetchone() == (None,):
            raise Unsafe("the database has no projections: run the migrations first")
        if missing := _missing(connection):
            raise Unsafe(f"migrations of the projections are not applied: {', '.join(missing)}")


def _missing(connection: Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sha256 FROM projections.migrations").fetchall()
    applied = {name: bytes(digest) for name, digest in rows}
    folder = files("projections").joinpath("migrations")
    known = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".sql")}
    if unknown := sorted(applied.keys() - known.keys()):
        raise Unsafe(
            f"the database has migrations of the projections that this version does not know: {unknown}"
        )
    if changed := sorted(n for n, d in applied.items() if d != _digest(known[n])):
        raise Unsafe(f"migrations of the projections were changed after they were applied: {changed}")
    return {name: known[name] for name in sorted(known.keys() - applied.keys())}


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
