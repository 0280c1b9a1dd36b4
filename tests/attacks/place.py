"""The ledger that is attacked: sealed, cosigned and stamped as it grew; and what others kept of it."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from cryptography.x509 import Certificate

from ledger.proof.checkpoint import Checkpoint, unverified_checkpoint
from ledger.proof.cosignature import cosigned, witness_key
from ledger.proof.note import SigningKey, parsed_note
from ledger.proof.receipt import signed_receipt
from ledger.proof.stamp import answered_stamp, parsed_roots, stamp_request
from ledger.store.confirmed import keep_cosignature, keep_stamp
from ledger.store.postgres import PostgresLog
from ledger.store.sealing import Sealer, connected
from ledger.store.sealing_tree import StoredTree, newest
from projections.base import VIEWS
from projections.migrate import migrate_projections
from projections.rebuild import rebuild
from projections.shelf_postgres import PostgresShelf
from tests.histories import START_ON, Story, record
from tests.postgres import Database, PostgresServer, fresh_database, migrate
from tests.proof.authority import Authority

SIZES = (100, 300, 400, 500, 600)
HEAD = 610  # the last ten are not sealed yet
BACKUP = 400
KEPT = (300, 500)
STAMPED = 300
VICTIM, SEALED_AT = (
    450,
    500,
)  # the event whose receipt is kept: a shift reported; and the tree of that receipt
ANSWERED = (VICTIM, 608)  # events whose leaves the answer to their commands named
VIEW = "continuity-streaks"

KEY = SigningKey("ledger.example/l-1", bytes(range(32)))
WITNESS = SigningKey("region.example/witness", bytes(range(32, 64)))
PUBLIC = witness_key(WITNESS)
TABLES = ("events", "tags", "commands", "tiles", "checkpoints", "cosignatures", "stamps", "ledger")


@dataclass(frozen=True)
class Ledger:
    """The ledger before any attack, its backup, and what is kept elsewhere."""

    whole: Database
    backup: Database
    kept: tuple[Checkpoint, ...]
    witnessed: Checkpoint
    receipt: bytes
    entry: bytes
    answered: Mapping[int, bytes]
    roots: Sequence[Certificate]

    @contextmanager
    def copy(self) -> Iterator["Scene"]:
        """A copy of it, to be attacked."""
        with fresh_database(self.whole.server, self.whole.name) as database:
            yield Scene(database, self)


@dataclass(frozen=True)
class Scene:
    """One attack's own copy of the ledger."""

    database: Database
    ledger: Ledger

    @contextmanager
    def behind_its_back(self) -> Iterator[psycopg.Connection[Any]]:
        """A superuser who switches the triggers off, and on again when he is done."""
        with psycopg.connect(self.database.admin_url) as connection:
            for table in TABLES:
                connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER ALL")
            yield connection
            for table in TABLES:
                connection.execute(f"ALTER TABLE liggare.{table} ENABLE ALWAYS TRIGGER append_only")

    def restore(self) -> None:
        """The database as the backup has it."""
        with psycopg.connect(self.ledger.whole.server.admin_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{self.database.name}" WITH (FORCE)')
            connection.execute(
                f'CREATE DATABASE "{self.database.name}" OWNER "{self.database.owner_role}"'
                f' TEMPLATE "{self.ledger.backup.name}"'
            )


@contextmanager
def ledger_on(server: PostgresServer, authority: Authority) -> Iterator[Ledger]:
    """A ledger of 610 events, for as long as somebody attacks copies of it."""
    events = history()
    roots = parsed_roots(authority.roots.read_bytes())
    with ExitStack() as stack:
        whole = stack.enter_context(fresh_database(server))
        migrate(whole)
        migrate_projections(whole.owner_url, whole.serve_role)
        for size in SIZES:
            grow(whole, events, size)
            confirm(whole, size, authority if size == STAMPED else None)
            if size == BACKUP:
                backup = stack.enter_context(fresh_database(server, whole.name))
        grow(whole, events, HEAD, seal=False)
        keep_view(whole)
        kept = {size: checkpoint(whole, size) for size in SIZES}
        yield Ledger(
            whole, backup, tuple(kept[size] for size in KEPT), kept[SIZES[-1]], *receipt_of(whole),
            {position: leaf(whole, position) for position in ANSWERED}, roots,
        )  # fmt: skip


def history() -> list[Any]:
    """Events of some consultants who work: a contract each, and shifts that are reported and approved."""
    story = Story().opened()
    for number in range(1, 6):
        consultant, assignment = f"k-{number}", f"a-{number}"
        story.contract(consultant, assignment)
        story.worked(consultant, assignment, START_ON + timedelta(days=1), 75)
    return story.events


def grow(database: Database, events: Sequence[Any], size: int, *, seal: bool = True) -> None:
    """Append up to a size, and seal."""
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        record(log, events[log.head().position : size])
    if seal:
        with closing(Sealer(lambda: connected(database.serve_url), KEY)) as sealer:
            sealer.seal()


def confirm(database: Database, size: int, authority: Authority | None) -> None:
    """The newest checkpoint cosigned by the witness, and stamped by the authority if it is given."""
    with closing(connected(database.serve_url)) as connection:
        sealed = newest(connection)
        assert sealed is not None
        assert sealed.size == size
        made = cosigned(parsed_note(sealed.note).text, WITNESS, int(time.time()))
        keep_cosignature(connection, size, PUBLIC, made)
        if authority:
            asked = stamp_request(sealed.note)
            der = authority.stamp(asked.der)
            roots = parsed_roots(authority.roots.read_bytes())
            keep_stamp(connection, size, answered_stamp(asked, der, roots))


def keep_view(database: Database) -> None:
    """The histories of a view, as a server keeps them."""
    with (
        closing(PostgresLog(database.serve_url, mode="simulated")) as log,
        closing(PostgresShelf(database.serve_url)) as shelf,
    ):
        rebuild(log, shelf, [VIEWS[VIEW]])


def checkpoint(database: Database, size: int) -> Checkpoint:
    """The checkpoint of a size."""
    with psycopg.connect(database.serve_url) as connection:
        row = connection.execute("SELECT note FROM liggare.checkpoints WHERE size = %s", (size,)).fetchone()
    assert row is not None
    return unverified_checkpoint(row[0])


def leaf(database: Database, position: int) -> bytes:
    """The leaf that the answer to a command named."""
    with psycopg.connect(database.serve_url) as connection:
        row = connection.execute(
            "SELECT leaf FROM liggare.events WHERE position = %s", (position,)
        ).fetchone()
    assert row is not None
    return bytes(row[0])


def receipt_of(database: Database) -> tuple[bytes, bytes]:
    """The receipt of the victim's command (RFC 9942), and the entry of its record."""
    with closing(connected(database.serve_url)) as connection:
        path = StoredTree(lambda ask: ask(connection)).inclusion(VICTIM, SEALED_AT).path
        row = connection.execute(
            "SELECT substr(record, 1, 81) FROM liggare.events WHERE position = %s", (VICTIM,)
        ).fetchone()
    assert row is not None
    root = checkpoint(database, SEALED_AT).root
    return signed_receipt(KEY, row[0], SEALED_AT, VICTIM - 1, path, root), row[0]


def stranger() -> SigningKey:
    """Another key of the same origin."""
    return SigningKey(KEY.name, secrets.token_bytes(32))
