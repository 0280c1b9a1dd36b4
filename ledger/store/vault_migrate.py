"""Brings the vault's database to the newest schema, by the rules of `migrate` but with a history of its own.

The vault may share a server with the ledger, never its history: whoever migrates one needs no rights in the
other.
"""

from hashlib import sha256
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import Unsafe

FOLDER = files("ledger.store").joinpath("vault_migrations")
GRANTS = "serving_role.sql"
HISTORY = """
    SELECT pg_advisory_xact_lock(x'7661756c'::int, 1);
    CREATE SCHEMA IF NOT EXISTS vault;
    CREATE TABLE IF NOT EXISTS vault.migrations (
        name text COLLATE "C" PRIMARY KEY,
        sha256 bytea NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
"""


def migrate_vault(owner_url: str, serve_role: str) -> tuple[str, ...]:
    """Apply what is missing, all or nothing, and grant the serving role its rights; give the names applied.

    Raises Unsafe when the database's history is not this code's, psycopg.Error when it cannot be reached or
    changed.
    """
    known = _known()
    with psycopg.connect(owner_url) as connection:
        connection.execute(HISTORY)
        missing = _missing(connection, known)
        for name in missing:
            connection.execute(known[name].decode())
            digest = sha256(known[name]).digest()
            connection.execute("INSERT INTO vault.migrations (name, sha256) VALUES (%s, %s)", (name, digest))
        grants = FOLDER.joinpath(GRANTS).read_text("utf-8")
        connection.execute(sql.SQL(grants).format(role=sql.Identifier(serve_role)))
    return missing


def refuse_drift(connection: psycopg.Connection[Any]) -> None:
    """Raise Unsafe unless the database has exactly this code's migrations."""
    if connection.execute("SELECT to_regclass('vault.migrations')").fetchone() == (None,):
        raise Unsafe("the vault's database is not migrated")
    if missing := _missing(connection, _known()):
        raise Unsafe(f"the vault's database lacks migration {missing[0]}")


def _known() -> dict[str, bytes]:
    names = sorted(
        file.name for file in FOLDER.iterdir() if file.name.endswith(".sql") and file.name != GRANTS
    )
    return {name: FOLDER.joinpath(name).read_bytes() for name in names}


def _missing(connection: psycopg.Connection[Any], known: dict[str, bytes]) -> tuple[str, ...]:
    rows = connection.execute("SELECT name, sha256 FROM vault.migrations ORDER BY name").fetchall()
    for name, digest in rows:
        if name not in known:
            raise Unsafe(f"the vault's database has migration {name}, which this version does not know")
        if sha256(known[name]).digest() != digest:
            raise Unsafe(f"the vault's migration {name} was changed after it was applied")
    missing = tuple(name for name in known if name not in dict(rows))
    if missing and rows and missing[0] < rows[-1][0]:
        raise Unsafe(f"the vault's migration {missing[0]} is missing below {rows[-1][0]}, which was applied")
    return missing
