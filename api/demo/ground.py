"""The ground the story is played on: a ledger of its own that says so and may be thrown away.

A database is thrown away only if an earlier demonstration made it (its comment says so) or if nothing but a
genesis stands in it. Any other ledger is left alone, and the demonstration asks for another name.
"""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.opening import clock_of, identity_of
from api.place import Place, place_of
from api.settings import Settings
from ledger.decisions.ledgers import OpenLedger
from ledger.errors import Unsafe
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import FoldCache
from ledger.handle.shell import Envelope, Shell
from ledger.store.embedded import running
from ledger.store.postgres import PostgresLog
from ledger.store.vault_postgres import PostgresVault

MARK = "avropsliggaren: demonstration, may be thrown away"

__all__ = ["MARK", "demo_ground"]


@contextmanager
def demo_ground(settings: Settings, *, keep: bool) -> Iterator[Place]:
    """The place of the demonstration's ledger: new, or with ``keep`` the one there is. Raises Unsafe."""
    if settings.serve_url:
        raise Unsafe(
            "the demonstration makes a ledger of its own: unset LIGGARE_SERVE_URL and LIGGARE_VAULT_URL"
        )
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with _server(settings) as admin_url:
        if not keep:
            _clear(admin_url, settings.database_name)
        with place_of(settings) as place:
            _begin(place, settings, admin_url)
            yield place


@contextmanager
def _server(settings: Settings) -> Iterator[str]:
    """The address of the server, before anything is made on it."""
    if settings.database_url:
        yield settings.database_url
    else:
        with running(settings.state_dir / "postgres") as server:
            yield server.url()


def _clear(admin_url: str, name: str) -> None:
    """Drop the ledger and the vault of an earlier demonstration. Raises Unsafe for any other ledger."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,)
        ).fetchone()
        if row is None:
            return
        if row[0] != MARK and not _is_empty(admin_url, name):
            raise Unsafe(
                f"the database {name} holds a ledger that no demonstration made; "
                "choose another with LIGGARE_DATABASE_NAME"
            )
        for database in (name, f"{name}_vault"):
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            )


def _is_empty(admin_url: str, name: str) -> bool:
    """Whether a database has no events beyond a genesis."""
    with psycopg.connect(make_conninfo(admin_url, dbname=name)) as connection:
        there = connection.execute("SELECT to_regclass('liggare.events')").fetchone()
        if there is None or there[0] is None:
            tables = connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
            return tables is not None and tables[0] == 0
        found = connection.execute("SELECT 1 FROM liggare.events LIMIT 2").fetchall()
        return len(found) < 2


def _begin(place: Place, settings: Settings, admin_url: str) -> None:
    """Append the genesis of a simulated ledger whose id says so, unless one is there. Raises Unsafe."""
    if place.master is None:
        raise Unsafe("LIGGARE_MASTER_KEY is not usable")
    with (
        closing(PostgresLog(place.serve_url, mode="simulated")) as log,
        closing(PostgresVault(place.vault_url, place.master)) as vault,
    ):
        found = identity_of(log)
        if found is not None:
            if found.mode != "simulated":
                raise Unsafe("this ledger has real time; a story on a simulated clock does not belong in it")
            return
        ledger = LedgerIdentity(f"demo-{secrets.token_hex(4)}", "simulated")
        clock = clock_of(log, "simulated", settings)
        command = OpenLedger(ledger=ledger.ledger, mode="simulated")
        envelope = Envelope(command, "liggare-demo", "genesis", "operator", None, clock.now())
        Shell(log, vault, clock, ledger, FoldCache()).handle(envelope)
    _mark(admin_url, settings.database_name)


def _mark(admin_url: str, name: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(comment.format(sql.Identifier(name), sql.Literal(MARK)))
