"""Where a ledger lives: the databases and roles behind it, made by this program unless they are configured.

Whoever has the address of a role that may make databases migrates; a process with only the serving addresses
never does.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.settings import Settings, SettingsError
from ledger.errors import Unsafe
from ledger.store.embedded import running
from ledger.store.migrate import migrate
from ledger.store.vault_keys import MASTER_KEY_VARIABLE, MasterKey
from ledger.store.vault_migrate import migrate_vault
from projections.migrate import migrate_projections

ROLES = ("owner", "serve")
DEMO_KEY_FILE = "master.key"


@dataclass(frozen=True, slots=True)
class Place:
    """The addresses of one ledger, and its master key, without which one can verify it but not open it.

    ``origin`` says who runs the server; the addresses of admin and owner are None where serving is all.
    """

    origin: str
    serve_url: str = field(repr=False)
    vault_url: str = field(repr=False)
    master: MasterKey | None = field(repr=False)
    admin_url: str | None = field(default=None, repr=False)
    owner_url: str | None = field(default=None, repr=False)
    vault_owner_url: str | None = field(default=None, repr=False)
    demonstration_key: bool = False


@contextmanager
def place_of(settings: Settings, *, make: bool = True) -> Iterator[Place]:
    """The place that the settings name, with a server of our own running if it needs one.

    Without ``make`` nothing is made or migrated. Raises Unsafe when there is no ledger to be found then,
    SettingsError when the settings name half a place.
    """
    if settings.serve_url and settings.vault_url:
        yield Place("configured", settings.serve_url, settings.vault_url, _master_of_environment(settings))
    elif settings.serve_url or settings.vault_url:
        raise SettingsError("LIGGARE_SERVE_URL and LIGGARE_VAULT_URL go together")
    elif settings.database_url:
        yield place_on(settings.database_url, settings, "the server of LIGGARE_DATABASE_URL", make=make)
    else:
        home = settings.state_dir / "postgres"
        if not make and not home.exists():
            raise Unsafe(f"there is no ledger in {settings.state_dir}; make one with: liggare init")
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        with running(home) as server:
            yield place_on(server.url(), settings, f"embedded PostgreSQL {server.version}", make=make)


def place_on(admin_url: str, settings: Settings, origin: str, *, make: bool = True) -> Place:
    """The place on a server; with ``make``, what is missing there (databases, roles, schemas) is made."""
    name = settings.database_name
    passwords = _passwords(settings.state_dir / f"{name}-roles.json", make=make)

    def url(database: str, role: str) -> str:
        return make_conninfo(admin_url, dbname=database, user=f"{name}_{role}", password=passwords[role])

    vault = f"{name}_vault"
    place = Place(
        origin, url(name, "serve"), url(vault, "serve"), _master(settings, make=make), admin_url,
        url(name, "owner"), url(vault, "owner"), settings.master_key is None,
    )  # fmt: skip
    if make:
        make_databases(admin_url, name, passwords)
        migrate_all(place, f"{name}_serve")
    return place


def make_databases(admin_url: str, name: str, passwords: Mapping[str, str]) -> None:
    """Make the two databases and the two roles that are not there; one process at a time does."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(x'6c696767'::int, 9)")
        for role in ROLES:
            _make_role(connection, f"{name}_{role}", passwords[role])
        for database in (name, f"{name}_vault"):
            _make_database(connection, database, f"{name}_owner", f"{name}_serve")


def migrate_all(place: Place, serve_role: str) -> None:
    """Bring ledger, projections and vault to this version's schemas, as their owner. Raises Unsafe."""
    if place.owner_url is None or place.vault_owner_url is None:
        raise Unsafe("only a process with the owner's address migrates")
    migrate(place.owner_url, serve_role)
    migrate_projections(place.owner_url, serve_role)
    migrate_vault(place.vault_owner_url, serve_role)


def _make_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )


def _make_database(
    connection: psycopg.Connection[tuple[object, ...]], name: str, owner: str, serve: str
) -> None:
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


def _passwords(file: Path, *, make: bool) -> dict[str, str]:
    """The passwords of the roles this program made, kept where only it can read them."""
    if not make and not file.exists():
        raise Unsafe(
            f"there is no ledger of this state directory ({file.parent}); make one with: liggare init"
        )
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_secret(file, json.dumps({role: secrets.token_hex(24) for role in ROLES}))
    found: dict[str, str] = json.loads(file.read_text("ascii"))
    return found


def _master(settings: Settings, *, make: bool) -> MasterKey | None:
    """The master key of the environment, or, for a demonstration, one in the state directory."""
    file = settings.state_dir / DEMO_KEY_FILE
    if settings.master_key is None and make and not file.exists():
        write_secret(file, MasterKey.generate().exported())
    if settings.master_key is None and file.exists():
        return MasterKey.from_environment({MASTER_KEY_VARIABLE: file.read_text("ascii")})
    return _master_of_environment(settings)


def _master_of_environment(settings: Settings) -> MasterKey | None:
    if settings.master_key is None:
        return None
    return MasterKey.from_environment({MASTER_KEY_VARIABLE: settings.master_key})


def write_secret(file: Path, content: str) -> None:
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
