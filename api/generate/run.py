"""Generates a ledger: one process decides, another seals and writes; what a killed run left is gone on with.

Going on means deciding again from the beginning, without sealing, up to where the ledger ends, and comparing
its last leaf: a ledger that other rules or another seed made is not gone on with.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from api.generate.engine import Carried
from api.generate.ground import SETUP
from api.generate.history import History
from api.generate.keys import SeededVault
from api.generate.kinds import KINDS
from api.generate.writer import STRETCH_EVENTS, Writer, written
from ledger.decisions.ledgers import OpenLedger
from ledger.errors import Unsafe
from ledger.fold import FoldKind
from ledger.handle.chance import SeededChance, generated_id
from ledger.handle.headers import LedgerIdentity
from ledger.handle.making import Maker, Ruled
from ledger.handle.remembered import Remembered
from ledger.handle.shell import Envelope
from ledger.store.bulk import simulated_only
from ledger.store.codec import header_of, leaf_of, parse_record, record_of
from ledger.store.draft import ensure_draft
from ledger.values import local_instant

CLIENT = "liggare-generate"
TELL_EVERY_SECONDS = 0.5
Progress = Callable[[int, int], None]
"""Told how many events are decided, and how many of them are committed."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a ledger ends: its last position, leaf and instant, and its id; zeros where it is empty."""

    position: int = 0
    leaf: bytes = b""
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class Generated:
    """What generating came to. ``before`` is what a former run had left; ``seconds`` are of this run."""

    ledger: str
    events: int
    commands: int
    last_leaf: bytes
    recorded_at: int
    before: int
    seconds: float


@dataclass(slots=True)
class Generation:
    """One run: carries out every command, and hands on what is not in the ledger yet."""

    maker: Maker
    writer: Writer
    before: End
    progress: Progress
    told_at: float = 0.0
    commands: int = 0

    def carry(self, envelope: Envelope) -> Carried:
        """Decide a command; seal it and hand it on unless it is written. Raises Unsafe, LedgerError."""
        ruled = self.maker.decide(envelope)
        self.commands += 1
        if ruled.first > self.before.position:
            self.writer.add(self.maker.parted(ruled))
        elif ruled.last >= self.before.position:
            self._require_own(ruled)
        if (now := time.monotonic()) - self.told_at > TELL_EVERY_SECONDS:
            self.told_at = now
            self.progress(ruled.last, max(self.before.position, self.writer.told.last))
        return ruled.first, ruled.events

    def require_whole(self) -> None:
        """Nothing stands beyond what was made here. Raises Unsafe."""
        if self.before.position > self.maker.head:
            raise Unsafe(
                f"this ledger ends at event {self.before.position}, what its seed makes at {self.maker.head}:"
                " somebody else has used it; generate into a new one"
            )

    def _require_own(self, ruled: Ruled) -> None:
        """The last command that stands in the ledger must be, to the byte, the one made again here."""
        chance, vault = self.writer.chance, SeededVault(self.writer.chance.seed)
        last = written(self.maker.parted(ruled), chance, vault).events[-1]
        leaf = leaf_of(record_of(ruled.last, ruled.recorded_at, last.content))
        if (ruled.last, leaf) != (self.before.position, self.before.leaf):
            raise Unsafe(
                f"event {self.before.position} of this ledger is not what this version makes from its seed;"
                " generate into a new one"
            )


def generate(
    owner_url: str, events: int, seed: int, progress: Progress, stretch: int = STRETCH_EVENTS
) -> Generated:
    """Generate a ledger at its owner's address, or go on with it. Raises Unsafe, LedgerError, psycopg's."""
    ledger = generated_id(events, seed)
    before, began = _end_of(owner_url, ledger), time.monotonic()
    writer = Writer(owner_url, SeededChance(ledger, seed), stretch)
    generation = Generation(maker_of(ledger, seed), writer, before, progress)
    writer.start()
    try:
        with without_collection():
            tell(generation.carry, generation.maker, events, seed)
        generation.require_whole()
        told = writer.finish()
    finally:
        writer.stop()
    _analyse(owner_url)
    return Generated(
        ledger, generation.maker.head, generation.commands, told.leaf or before.leaf,
        generation.maker.recorded_at, before.position, time.monotonic() - began,
    )  # fmt: skip


def maker_of(ledger: str, seed: int) -> Maker:
    """A maker of the ledger of a seed, before its genesis."""
    return Maker(LedgerIdentity(ledger, "simulated"), SeededVault(seed), Remembered(KINDS))


def tell(carry: Callable[[Envelope], Carried], maker: Maker | None, events: int, seed: int) -> History:
    """Tell the whole history of a seed, genesis first, through ``carry``."""
    opens = local_instant(SETUP, 6 * 60)
    opening = OpenLedger(ledger=generated_id(events, seed), mode="simulated")
    carry(Envelope(opening, CLIENT, "genesis", "operator", None, opens))
    history = History.of(events, seed, carry, maker.remembered if maker else Everything())
    history.run(events)
    return history


class Everything:
    """The memory of a log, which forgets nothing."""

    def forget(self, tag: str) -> None:
        """Nothing."""

    def keep_only(self, tag: str, kinds: Sequence[FoldKind[Any]]) -> None:
        """Nothing."""

    def settle(self, position: int) -> None:
        """Nothing."""


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for cycles meanwhile: frozen states have none, and there are millions of them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _end_of(owner_url: str, ledger: str) -> End:
    """Where the ledger ends. Raises Unsafe unless it is empty or of this id."""
    with psycopg.connect(owner_url) as connection:
        simulated_only(connection)
        ensure_draft(connection)
        first = connection.execute("SELECT record FROM liggare.events WHERE position = 1").fetchone()
        if first is None:
            return End()
        found = header_of(parse_record(first[0]).header).ledger
        if found != ledger:
            raise Unsafe(f"there is a ledger {found} here already; {ledger} needs an empty one")
        row: Any = connection.execute(
            "SELECT position, leaf FROM liggare.events ORDER BY position DESC LIMIT 1"
        ).fetchone()
        return End(row[0], row[1], found)


def _analyse(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("ANALYZE liggare.events, liggare.tags, liggare.commands")
