"""Where a ledger lives: the databases and roles behind it, made by this program unless they are configured.

Whoever has the address of a role that may make databases migrates; a process with only the serving addresses never does.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.settings import Settings
from ledger.errors import Unsafe
from ledger.store.embedded import running
from ledger.store.migrate import migrate
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_migrate import migrate_vault
from projections.migrate import migrate_projections

ROLES = ("owner", "serve")
DEMO_KEY_FILE = "master.key"


@dataclass(frozen=True, slots=True)
class Place:
    """The addresses of one ledger. ``origin`` says who runs the server; ``admin_url`` is None where serving is all."""

    origin: str
    serve_url: str = field(repr=False)
    vault_url: str = field(repr=False)
    master: MasterKey = field(repr=False)
    admin_url: str | None = field(default=None, repr=False)
    owner_url: str | None = field(default=None, repr=False)
    demonstration_key: bool = False


@contextmanager
def place_of(settings: Settings) -> Iterator[Place]:
    """The place that the settings name, with a server of our own running if it needs one. Raises Unsafe."""
    if settings.serve_url and settings.vault_url:
        yield Place("configured", settings.serve_url, settings.vault_url, _master(settings, may_make=False))
    elif settings.serve_url or settings.vault_url:
        raise Unsafe("LIGGARE_SERVE_URL and LIGGARE_VAULT_URL go together")
    elif settings.database_url:
        yield made_on(settings.database_url, settings, "server of LIGGARE_DATABASE_URL")
    else:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        with running(settings.state_dir / "postgres") as server:
            yield made_on(server.url(), settings, f"embedded PostgreSQL {server.version}")


def made_on(admin_url: str, settings: Settings, origin: str) -> Place:
    """Make what is missing on a server (two databases, two roles, the newest schemas) and give its addresses."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    name = settings.database_name
    passwords = _passwords(settings.state_dir / f"{name}-roles.json")
    databases = (name, f"{name}_vault")
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(x'6c696767'::int, 9)")
        for role in ROLES:
            _make_role(connection, f"{name}_{role}", passwords[role])
        for database in databases:
            _make_database(connection, database, f"{name}_owner", f"{name}_serve")
        urls = {
            (database, role): make_conninfo(
                admin_url, dbname=database, user=f"{name}_{role}", password=passwords[role]
            )
            for database in databases
            for role in ROLES
        }
        _migrate_all(urls[name, "owner"], urls[f"{name}_vault", "owner"], f"{name}_serve")
    return Place(
        origin, urls[name, "serve"], urls[f"{name}_vault", "serve"], _master(settings, may_make=True),
        admin_url, urls[name, "owner"], settings.master_key is None,
    )  # fmt: skip


def _migrate_all(ledger_url: str, vault_url: str, serve_role: str) -> None:
    migrate(ledger_url, serve_role)
    migrate_projections(ledger_url, serve_role)
    migrate_vault(vault_url, serve_role)


def _make_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )


def _make_database(connection: psycopg.Connection[tuple[object, ...]], name: str, owner: str, serve: str) -> None:
    """Only a member may give a database away, and the role that makes it need not be a superuser."""
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None:
        return
    names = {"name": sql.Identifier(name), "owner": sql.Identifier(owner), "serve": sql.Identifier(serve)}
    for statement in (
        "GRANT {owner} TO CURRENT_USER",
        "CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'",
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {name} TO {serve}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def _passwords(file: Path) -> dict[str, str]:
    """The passwords of the roles this program made, kept where only it can read them."""
    if not file.exists():
        _write_secret(file, json.dumps({role: secrets.token_hex(24) for role in ROLES}))
    found: dict[str, str] = json.loads(file.read_text("ascii"))
    return found


def _master(settings: Settings, *, may_make: bool) -> MasterKey:
    """The master key of the environment, or, for a demonstration, one in the state directory."""
    file = settings.state_dir / DEMO_KEY_FILE
    if settings.master_key or not may_make:
        return MasterKey.from_environment({"LIGGARE_MASTER_KEY": settings.master_key or ""})
    if not file.exists():
        _write_secret(file, MasterKey.generate().exported())
    return MasterKey.from_environment({"LIGGARE_MASTER_KEY": file.read_text("ascii")})


def _write_secret(file: Path, content: str) -> None:
    """Whole or not at all, readable by nobody else; of two that write at once the first wins."""
    work = file.with_name(f".{file.name}-{secrets.token_hex(6)}")
    work.touch(mode=0o600, exist_ok=False)
    work.write_text(content, "ascii")
    try:
        file.hardlink_to(work)
    except FileExistsError:
        return
    finally:
        work.unlink()
