"""Whether it is safe to serve: the role, the settings that make a commit durable, the schema.

The findings are data, so that `serve` can refuse by them and `doctor` can print them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from ledger.errors import Unsafe
from ledger.store.migrate import drift, migrations
from ledger.store.queries import query

VERSION_MIN = 150000
CLOCK_APART_MAX_US = 2_000_000
TABLES_AND_FUNCTIONS = "tables and functions"
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, whether it is as it must be, and what was found."""

    name: str
    safe: bool
    detail: str


def findings(serve_url: str, *, now: int | None = None) -> tuple[Finding, ...]:
    """What there is to say about serving from this address; ``now`` is this machine's, in microseconds.

    Raises psycopg.OperationalError when nobody answers there.
    """
    with psycopg.connect(serve_url, autocommit=True) as connection:
        found = [*_role(connection), *_settings(connection), *schema(connection)]
        if now is not None:
            found.append(_clock(connection, now))
    return tuple(found)


def ensure_safe(serve_url: str, *, durability: bool = True) -> None:
    """Raise Unsafe with everything that speaks against serving from this address.

    ``durability=False`` overlooks settings that may lose commits in a crash: only for tests.
    """
    overlooked = () if durability else _DURABLE
    against = [
        finding for finding in findings(serve_url) if not finding.safe and finding.name not in overlooked
    ]
    if against:
        raise Unsafe("; ".join(f"{finding.name}: {finding.detail}" for finding in against))


def _role(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    role, superuser, owner, writes, creates = _one(connection, query("role"))
    being = "is, or may become, a" if superuser else "is no"
    yield Finding("superuser", not superuser, f"{role} {being} superuser")
    owning = f"{role} owns the ledger, or may become who does" if owner else f"{role} does not own the ledger"
    yield Finding("owner", not owner, owning)
    yield Finding("write", not writes, f"{role} may change {', '.join(writes) or 'no table of the ledger'}")
    creating = "may" if creates else "may not"
    yield Finding(
        "create", not creates, f"{role} {creating} make roles, replicate or reach the server's files"
    )


def _settings(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    for name in _DURABLE:
        value = _one(connection, "SELECT current_setting(%s)", (name,))[0]
        yield Finding(name, value != "off", f"{name} = {value}")
    version, text, encoding = _one(
        connection,
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
        " current_setting('server_encoding')",
    )
    yield Finding("version", version >= VERSION_MIN, f"PostgreSQL {text}")
    yield Finding("encoding", encoding == "UTF8", f"the database is encoded in {encoding}")


def schema(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Whether the migrations are this version's, and triggers, tables and functions as they made them."""
    problems = "; ".join(drift(connection))
    yield Finding("migrations", not problems, problems or "the schema is this version's")
    if not problems:
        disabled = _one(connection, query("triggers"))[0]
        detail = f"switched off, changed or missing on {', '.join(disabled)}" if disabled else "in force"
        yield Finding("append-only triggers", not disabled, detail)
        changed = [*_one(connection, query("tables"))[0], *_changed_functions(connection)]
        detail = f"not as they were made: {', '.join(changed)}" if changed else "as they were made"
        yield Finding(TABLES_AND_FUNCTIONS, not changed, detail)


def _changed_functions(connection: psycopg.Connection[Any]) -> list[str]:
    """The functions whose body no migration brings, that trust their caller's search path, or are gone."""
    text = "".join(migration.text for migration in migrations())
    found = connection.execute(query("functions")).fetchall()
    changed = {name for name, body, trusting in found if trusting or f"$${body}$$" not in text}
    missing = set(re.findall(r"CREATE FUNCTION liggare\.(\w+)", text)).difference(row[0] for row in found)
    return sorted(changed | missing)


def _clock(connection: psycopg.Connection[Any], now: int) -> Finding:
    theirs = _one(connection, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")[0]
    apart = abs(theirs - now)
    return Finding(
        "clock", apart <= CLOCK_APART_MAX_US, f"{apart / 1_000_000:.3f} s apart from the database's"
    )


def _one(connection: psycopg.Connection[Any], statement: Any, values: tuple[Any, ...] = ()) -> Any:
    row = connection.execute(statement, values or None).fetchone()
    if row is None:
        raise Unsafe("the database gave no answer about itself")
    return row
