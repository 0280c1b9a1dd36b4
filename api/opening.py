"""Opens a ledger for use: finds or makes its genesis, and puts its parts together."""

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from typing import Literal

import psycopg

from api.announcing import name_first_key
from api.parts import Parts
from api.place import Place
from api.rebuilding import in_background
from api.sealing import read_key, sealing, signing_key_of
from api.settings import Settings
from api.work import Work
from ledger.clock import Clock, RealClock, SimulatedClock
from ledger.decisions.ledgers import OpenLedger
from ledger.errors import CommandReused, LedgerError, Refusal, Unsafe
from ledger.facts.genesis import THIS, Genesis, genesis
from ledger.handle.headers import LedgerIdentity, order_keys
from ledger.handle.reading import FoldCache, read_folds
from ledger.handle.shell import Envelope, Shell
from ledger.proof.note import SigningKey
from ledger.store.codec import header_of, parse_record
from ledger.store.draft import ensure_draft
from ledger.store.guard import ensure_safe
from ledger.store.log import Log
from ledger.store.migrate import check
from ledger.store.order_keys import OrderKeys
from ledger.store.postgres import PostgresLog
from ledger.store.sealing_tree import StoredTree
from ledger.store.vault import MasterKeyMissing, Vault
from ledger.store.vault_postgres import PostgresVault
from projections.code import code_version
from projections.follow import Follower
from projections.migrate import check_projections
from projections.shelf_postgres import PostgresShelf
from replay.timeline import Timeline

LOG = logging.getLogger("liggare")
Mode = Literal["real", "simulated"]
RETRY_SECONDS = 1.0
GENESIS = 1


@contextmanager
def opened(
    place: Place, settings: Settings, wanted: Mode | None = None, *, follow: bool = True, seal: bool = False
) -> Iterator[Parts]:
    """The parts of the ledger at a place, until the context ends.

    ``wanted`` is the mode of a ledger that has no genesis yet; ``follow`` keeps the views up meanwhile, and
    ``seal`` seals what is appended: for who serves the ledger itself, never for one who tries a copy.
    Raises Unsafe when the mode is missing or not this ledger's, and when the installation may not serve.
    """
    if place.master is None:
        raise MasterKeyMissing("LIGGARE_MASTER_KEY is not set; it holds base64 of 32 random bytes")
    ensure_safe(place.serve_url, durability=settings.durability)
    check_projections(place.serve_url)
    with ExitStack() as stack:
        mode = mode_of(place.serve_url, wanted)
        log = stack.enter_context(
            closing(PostgresLog(place.serve_url, mode=mode, patience=settings.patience_seconds))
        )
        vault = stack.enter_context(closing(PostgresVault(place.vault_url, place.master)))
        shelf = stack.enter_context(closing(PostgresShelf(place.serve_url)))
        clock = clock_of(log, mode, settings)
        ledger = identity_of(log) or begun(log, vault, clock, mode)
        shell = Shell(log, vault, clock, ledger, FoldCache())
        if settings.signing_key is not None and log.head().position == GENESIS and not log.tree().newest():
            _name_key(shell, read_key(settings.signing_key), clock)
        if follow:
            stack.enter_context(following(Follower(log, shelf, rebuild=in_background(place.serve_url))))
        key = signing_key_of(place, settings, ledger.ledger) if seal else None
        if seal:
            stack.enter_context(sealing(log, place.serve_url, key))
        work = stack.enter_context(closing(Work(settings.threads, seconds_max=2 * settings.patience_seconds)))
        timeline = Timeline(log, clock, shelf)
        probing = partial(probe, place.serve_url)
        yield Parts(log, clock, shell, ledger, work, timeline, probing, log.tree(), key)


def probe(serve_url: str) -> None:
    """Raise unless the database answers and has exactly this version's migrations."""
    check(serve_url)
    check_projections(serve_url)


def mode_of(serve_url: str, wanted: Mode | None) -> Mode:
    """The mode that the ledger has, or, before its genesis, the one wanted. Raises Unsafe."""
    with psycopg.connect(serve_url, connect_timeout=5) as connection:
        ensure_draft(connection)
        row = connection.execute("SELECT mode FROM liggare.ledger").fetchone()
    found = row[0] if row else None
    if found is None and wanted is None:
        raise Unsafe(
            "this ledger has no genesis yet: say whether its time is real or simulated (liggare init)"
        )
    if found is not None and wanted not in (None, found):
        raise Unsafe(f"this ledger is {found}, and stays so")
    return "simulated" if (found or wanted) == "simulated" else "real"


def ledger_at(serve_url: str) -> str:
    """The id of the ledger at an address, by its first record. Raises Unsafe before its genesis."""
    with psycopg.connect(serve_url, connect_timeout=5) as connection:
        ensure_draft(connection)
        row = connection.execute("SELECT record FROM liggare.events WHERE position = 1").fetchone()
    if row is None:
        raise Unsafe("this ledger has no genesis yet (liggare init)")
    return header_of(parse_record(row[0]).header).ledger


@contextmanager
def tree_at(serve_url: str) -> Iterator[StoredTree]:
    """The sealed tree of the ledger at an address, on a connection of its own."""
    with psycopg.connect(serve_url, autocommit=True, connect_timeout=5) as connection:
        yield StoredTree(lambda read: read(connection))


def order_keys_at(place: Place, ledger: LedgerIdentity | None) -> OrderKeys | None:
    """The keys of a ledger's orders where its vault is at hand; without, only what awards told is read."""
    if place.master is None or ledger is None:
        return None
    try:
        with closing(PostgresVault(place.vault_url, place.master)) as vault:
            return order_keys(ledger.ledger, vault)
    except (LedgerError, psycopg.Error):
        return None


def log_to_read(url: str, mode: Mode, keys: OrderKeys | None) -> PostgresLog:
    """A log that nobody appends to, for a process of one's own: all of this can be sent to it."""
    log = PostgresLog(url, mode=mode, flushers=0)
    if keys is not None:
        log.unlock(keys)
    return log


def identity_of(log: Log) -> LedgerIdentity | None:
    """Which ledger this is, by its genesis; None before it."""
    state: Genesis = read_folds(log, {THIS: genesis(THIS)})[1][THIS]
    opened = state.opened
    return None if opened is None else LedgerIdentity(opened.ledger, opened.mode, code_version())


def clock_of(log: Log, mode: Mode, settings: Settings) -> Clock:
    """The clock of the ledger's mode; a simulated one goes on where the record ends."""
    if mode == "real":
        return RealClock()
    return SimulatedClock(max(log.head().recorded_at, settings.simulated_start))


def begun(log: Log, vault: Vault, clock: Clock, mode: Mode) -> LedgerIdentity:
    """Append the genesis. Of several processes that try at once, one does, and all get its ledger."""
    ledger = LedgerIdentity(f"l-{secrets.token_hex(8)}", mode, code_version())
    command = OpenLedger(ledger=ledger.ledger, mode=mode)
    envelope = Envelope(command, "liggare-init", "genesis", "operator", None, clock.now())
    with suppress(Refusal, CommandReused):
        Shell(log, vault, clock, ledger, FoldCache()).handle(envelope)
    return identity_of(log) or ledger


def _name_key(shell: Shell, key: SigningKey, clock: Clock) -> None:
    """Name the configured key right after the genesis; of several processes that try at once, one does."""
    with suppress(Refusal, CommandReused):
        name_first_key(shell, key, "operator", clock.now(), "liggare-init")


@contextmanager
def following(follower: Follower) -> Iterator[None]:
    """Keep the views up with the log on a thread of its own, whatever happens to the database meanwhile."""
    stopping = threading.Event()
    thread = threading.Thread(target=_follow, args=(follower, stopping), name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=10)


def _follow(follower: Follower, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            follower.run(stopping)
        except (LedgerError, psycopg.Error, OSError) as error:  # no process for a rebuild can be had, say
            LOG.warning("the views wait for the database: %s", type(error).__name__)
            stopping.wait(RETRY_SECONDS)
