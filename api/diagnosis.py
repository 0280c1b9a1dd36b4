"""What a doctor looks at: role, durability, schema, clock, keys, disk, views, versions."""

import platform
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

import psycopg

from api.opening import ledger_at
from api.place import DEMO_KEY_FILE, Place
from api.sealing import keys_at, signing_key_of
from api.settings import Settings, SettingsError
from api.witness.asking import read_witnesses
from ledger.clock import RealClock
from ledger.errors import LedgerError, Unsafe
from ledger.proof.note import SigningKey
from ledger.store.confirmed import cosigned_size, newest_stamp
from ledger.store.guard import Finding, findings
from ledger.store.sealing_tree import newest
from ledger.store.vault_postgres import PostgresVault
from ledger.values import instant_text
from projections.code import code_version, folding_version
from projections.migrate import check_projections

State = Literal["ok", "warn", "fail"]
DISK_BYTES_WARN = 5 * 1024**3
DISK_BYTES_FAIL = 500 * 1024**2
LAG_WARN = 5_000
ADVICE = {
    "superuser": "give LIGGARE_SERVE_URL the serving role",
    "owner": "give LIGGARE_SERVE_URL the serving role, not the owner",
    "write": "run liggare init as the owner: it sets the rights anew; take other roles from the serving one",
    "create": "take these rights from the serving role",
    "fsync": "set fsync = on",
    "full_page_writes": "set full_page_writes = on",
    "synchronous_commit": "set synchronous_commit = on",
    "version": "use PostgreSQL 15 or newer",
    "encoding": "make the database with encoding UTF8",
    "migrations": "run liggare init",
    "append-only triggers": "find out who switched them off, verify, then put them back as migrated",
    "tables and functions": "find out who changed them, verify, then put them back as migrated",
    "clock": "let both machines follow the same time servers",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing looked at: how it is, what was found, and what to do about it."""

    name: str
    state: State
    found: str
    advice: str = ""


def diagnosed(place: Place, settings: Settings) -> Iterator[Row]:
    """Every row. Raises psycopg.OperationalError when the database does not answer at all."""
    for finding in findings(place.serve_url, now=RealClock().now()):
        yield _row_of(finding)
    yield _tried("views' schema", lambda: _views_schema(place), "run liggare init")
    yield _tried("ledger", lambda: _ledger(place), "run liggare init")
    yield _tried("views", lambda: _lag(place), "liggare serve keeps them up; answers are right meanwhile")
    yield _tried("sealing", lambda: _sealing(place), "liggare serve seals a moment after each append")
    yield _tried("confirmed", lambda: _confirmed(place, settings), "liggare checkpoint --confirm")
    yield _key(place, settings)
    yield _tried("signing key", lambda: _signing_key(place, settings), "liggare keys new")
    yield _tried("vault", lambda: _vault(place), "give LIGGARE_MASTER_KEY the key that made this vault")
    yield _disk(settings)
    yield Row("versions", "ok", f"liggare {version('avropsliggaren')}, code {code_version()}, {_python()}")


def _row_of(finding: Finding) -> Row:
    return Row(
        finding.name, "ok" if finding.safe else "fail", finding.detail,
        "" if finding.safe else ADVICE.get(finding.name, ""),
    )  # fmt: skip


def _tried(name: str, look: Callable[[], "str | Row"], advice: str) -> Row:
    try:
        found = look()
    except psycopg.Error as error:
        return Row(name, "fail", f"the database refuses ({type(error).__name__})", advice)
    except LedgerError as error:
        return Row(name, "fail", str(error), advice)
    return found if isinstance(found, Row) else Row(name, "ok", found)


def _views_schema(place: Place) -> str:
    check_projections(place.serve_url)
    return "this version's"


def _ledger(place: Place) -> "str | Row":
    """The mode, the end of the record, and how it stands to this machine's clock."""
    with psycopg.connect(place.serve_url) as connection:
        mode = _one(connection, "SELECT mode FROM liggare.ledger")
        head = _one(connection, "SELECT head FROM liggare.head()")
        last = _one(connection, "SELECT head_recorded_at FROM liggare.head()") or 0
    if mode is None:
        return Row("ledger", "warn", "no genesis yet", "run liggare init")
    text = f"{mode} time, {head} events, the last recorded at {instant_text(int(str(last)))}"
    if mode == "real" and int(str(last)) > time.time_ns() // 1000:
        return Row(
            "ledger", "fail", text, "this machine's clock is behind the record: set it right before serving"
        )
    return text


def _lag(place: Place) -> "str | Row":
    with psycopg.connect(place.serve_url) as connection:
        head = int(str(_one(connection, "SELECT head FROM liggare.head()")))
        where = "SELECT position FROM projections.follower WHERE code = %s"
        row = connection.execute(where, (folding_version(),)).fetchone()
    if row is None:
        return Row(
            "views", "warn", "not kept yet by this version", "liggare serve builds them; answers are right"
        )
    lag = max(0, head - row[0])
    state: State = "warn" if lag > LAG_WARN else "ok"
    return Row(
        "views", state, f"{lag} events behind", "liggare serve keeps them up" if lag > LAG_WARN else ""
    )


def _sealing(place: Place) -> "str | Row":
    """How far the checkpoints reach."""
    with psycopg.connect(place.serve_url) as connection:
        sealed = newest(connection)  # first: more may be appended and sealed meanwhile
        head = int(str(_one(connection, "SELECT head FROM liggare.head()")))
    reach = sealed.size if sealed else 0
    if reach > head:
        found = f"sealed up to p{reach} of {head}: the end was cut off"
        return Row(
            "sealing", "fail", found, "keep the checkpoint elsewhere; liggare verify tells what differs"
        )
    if head - reach > LAG_WARN:
        advice = "liggare serve seals what is appended; by hand: liggare seal"
        return Row("sealing", "warn", f"sealed up to p{reach}, {head - reach} events are not", advice)
    return f"sealed up to p{reach} of {head}"


def _confirmed(place: Place, settings: Settings) -> Row:
    """How far the checkpoints are confirmed by each of the others that are configured."""
    try:
        witnesses = read_witnesses(settings.others.witnesses_file)
    except SettingsError as error:
        return Row("confirmed", "fail", str(error), "mend the file")
    with psycopg.connect(place.serve_url) as connection:
        sealed = newest(connection)
        reach = {one.key.name: cosigned_size(connection, one.key) for one in witnesses}
        if settings.others.authority is not None:
            reach["time stamp"] = (newest_stamp(connection) or (0, None))[0]
    if not reach:
        advice = "name witnesses and an authority: LIGGARE_WITNESSES, LIGGARE_STAMP_URL"
        return Row("confirmed", "warn", "by nobody: who has the key can write another history", advice)
    found = ", ".join(f"{who} up to p{size}" for who, size in reach.items())
    behind = (sealed.size if sealed else 0) - min(reach.values())
    state: State = "warn" if behind > LAG_WARN else "ok"
    return Row("confirmed", state, found, "see why: liggare checkpoint --confirm" if state == "warn" else "")


def _signing_key(place: Place, settings: Settings) -> Row:
    try:
        key = signing_key_of(place, settings, ledger_at(place.serve_url), make=False)
    except SettingsError as error:
        return Row("signing key", "fail", str(error), "liggare keys new; then tell everybody its public half")
    except Unsafe as error:
        return Row("signing key", "warn", str(error), "run liggare init")
    if key is None:
        advice = "liggare keys new, then set LIGGARE_SIGNING_KEY; a lost one is put back, not made anew"
        return Row("signing key", "warn", "there is none here: nothing is sealed", advice)
    if settings.signing_key is None:
        advice = "for demonstration only: keep a key apart from the data, in LIGGARE_SIGNING_KEY"
        return Row("signing key", "warn", f"beside the data, of {key.name}", advice)
    return _in_force(place, key)


def _in_force(place: Place, key: SigningKey) -> Row:
    """How the configured key stands to the one that the log says is in force."""
    last = keys_at(place.serve_url).last
    named = f"of {key.name}, id {key.verifier.id.hex()}"
    if last is not None and last.key != key.verifier:
        text = f"{named}; the log says that {last.key.id.hex()} signs since p{last.announced}"
        return Row(
            "signing key", "fail", text, "set LIGGARE_SIGNING_KEY to that key's file; liggare keys list"
        )
    if last is None:
        return Row("signing key", "ok", f"{named}; the log does not name it", "liggare keys name")
    return Row("signing key", "ok", f"{named}, named at p{last.announced}")


def _key(place: Place, settings: Settings) -> Row:
    if place.master is None:
        return Row(
            "master key", "fail", "LIGGARE_MASTER_KEY is not set", "set it to the key that made the vault"
        )
    if not place.demonstration_key:
        return Row("master key", "ok", f"from the environment, id {place.master.id}")
    where = settings.state_dir / DEMO_KEY_FILE
    advice = "for demonstration only: keep the key apart from the data, in LIGGARE_MASTER_KEY"
    if where.stat().st_mode & 0o077:
        return Row("master key", "fail", f"{where} can be read by others", "chmod 600, then rotate the key")
    return Row("master key", "warn", f"beside the data, in {where}, id {place.master.id}", advice)


def _vault(place: Place) -> str:
    if place.master is None:
        return "not opened"
    with closing(PostgresVault(place.vault_url, place.master)):
        return "opens with this master key, served by a role that cannot rewrite it"


def _disk(settings: Settings) -> Row:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.state_dir).free
    found = f"{free / 1024**3:.1f} GiB free where the state is"
    if free < DISK_BYTES_WARN:
        return Row("disk", "fail" if free < DISK_BYTES_FAIL else "warn", found, "make room before it is full")
    return Row("disk", "ok", found)


def _python() -> str:
    libpq = psycopg.pq.version() // 10000
    return f"Python {platform.python_version()}, psycopg {version('psycopg')}, libpq {libpq}"


def _one(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> object:
    row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None
