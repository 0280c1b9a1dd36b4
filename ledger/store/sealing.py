"""Sealing: extends the stored tree over what was appended since, and signs a checkpoint over it.

It follows the log and never stands in an append's way. Tiles and checkpoint are written in one transaction,
so a crash leaves the last checkpoint with its whole tree, and sealing goes on from there (docs/adr/0046).
"""

import threading
from collections.abc import Callable
from typing import Any

import psycopg

from ledger.errors import Corrupt, Unsafe
from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint, unverified_checkpoint
from ledger.proof.note import NoteError, SigningKey
from ledger.proof.tree import EMPTY_ROOT, HASH_BYTES, Edge, Tile
from ledger.store.announced import announced_keys
from ledger.store.log import Log
from ledger.store.queries import query
from ledger.store.sealing_tree import Connection, SealedNote, edge_of, newest, root_at

STRETCH = 65_536
"""Leaves under one checkpoint at most: what a ledger that was never sealed costs in memory."""
PAUSE_SECONDS = 0.3
"""Between two checkpoints while appends go on: with the sealing itself, how long an event waits at most."""
_POLL_SECONDS = 1.0
_SEAL = "SELECT liggare.seal(%b, %b, %b, %b::int[], %b::bigint[], %b::bytea[])"


class Sealer:
    """Seals the ledger behind ``connect``, which opens an autocommit connection, with one signing key.

    The key's name is the origin; a ledger keeps the origin of its first checkpoint. Several may seal one
    ledger: each checkpoint is made once.
    """

    def __init__(self, connect: Callable[[], Connection], key: SigningKey, stretch: int = STRETCH) -> None:
        self._connect = connect
        self._key = key
        self._stretch = stretch
        self._connection: Connection | None = None
        self._edge: Edge | None = None
        self._signed = Checkpoint(key.name, 0, EMPTY_ROOT)
        self._note = b""  # of the checkpoint signed or found

    def seal(self) -> Checkpoint | None:
        """Seal the next stretch: the new checkpoint, or None when nothing was appended since the last.

        Raises psycopg.Error, Unsafe where the ledger has another origin or the log says that another key
        signs now, and Corrupt where what is stored no longer goes on from the last checkpoint: nothing is
        signed then.
        """
        connection = self._line()
        while True:
            edge = self._standing(connection)
            before = edge.size
            leaves = self._mine(connection, before, self._leaves(connection, before))
            if not leaves:
                return None
            self._edge = None  # until it is stored, nobody may go on from it
            tiles = edge.extend(leaves)
            checkpoint = Checkpoint(self._key.name, edge.size, edge.root())
            note = sealed_checkpoint(checkpoint, self._key)
            if self._store(connection, before, checkpoint.size, note, tiles):
                self._edge, self._signed, self._note = edge, checkpoint, note
                return checkpoint

    @property
    def signed(self) -> Checkpoint:
        """The last checkpoint that was signed here or found; of size 0 before any."""
        return self._signed

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _line(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection, self._edge = self._connect(), None
        return self._connection

    def _standing(self, connection: Connection) -> Edge:
        """The edge of the last checkpoint, kept from the last time unless somebody else sealed since."""
        last = newest(connection)
        size = last.size if last else 0
        if size < self._signed.size:
            raise Corrupt(
                f"the last checkpoint is that of {size}; one of {self._signed.size} was signed here"
            )
        if self._edge is None or (last is not None and last.note != self._note):
            edge = edge_of(connection, size)
            if last:
                stated = self._same(last, edge)
                self._goes_on(connection, size)
                self._signed, self._note = stated, last.note
            self._edge = edge
        return self._edge

    def _goes_on(self, connection: Connection, size: int) -> None:
        """What somebody else sealed must go on from what was signed here: else one history forks in two."""
        if self._signed.size and root_at(connection, self._signed.size) != self._signed.root:
            raise Corrupt(
                f"the checkpoint of {size} does not go on from the one of {self._signed.size} that was"
                " signed here"
            )

    def _same(self, last: SealedNote, edge: Edge) -> Checkpoint:
        """The last checkpoint, if it has this key's origin and the root of what is stored."""
        try:
            stated = unverified_checkpoint(last.note)
        except NoteError as error:
            raise Corrupt(f"the checkpoint of {last.size}: {error}") from error
        if stated.origin != self._key.name:
            raise Unsafe(
                f"this ledger's checkpoints are those of {stated.origin}; the signing key is that of"
                f" {self._key.name}"
            )
        if (stated.size, stated.root) != (last.size, edge.root()):
            raise Corrupt(f"the stored leaves do not have the root of the checkpoint of {last.size}")
        return stated

    def _mine(self, connection: Connection, before: int, leaves: bytes) -> bytes:
        """Those of the leaves that this key seals: up to the announcement of the next, which it still signs.

        The announcements are read after the leaves, so that none of them is missed.
        """
        in_force = announced_keys(connection).at(before + 1) if leaves else None
        if in_force is None:
            return leaves
        if in_force.key != self._key.verifier:
            raise Unsafe(
                f"the log says that from p{before + 1} on checkpoints are signed by {in_force.key.text}; the"
                f" signing key is {self._key.verifier.text}"
            )
        return leaves if in_force.upto is None else leaves[: (in_force.upto - before) * HASH_BYTES]

    def _leaves(self, connection: Connection, before: int) -> bytes:
        values = {"after": before, "most": self._stretch}
        leaves, count, head = _row(
            connection.execute(query("sealing_leaves"), values, prepare=True, binary=True)
        )
        if head < before:
            raise Corrupt(f"the ledger ends at {head}; a checkpoint was sealed over {before} events")
        if count != min(self._stretch, head - before) or len(leaves) != count * HASH_BYTES:
            raise Corrupt(f"events are missing between {before} and {head}")
        return bytes(leaves)

    def _store(self, connection: Connection, before: int, size: int, note: bytes, tiles: list[Tile]) -> bool:
        values = (
            before, size, note, [tile.level for tile in tiles], [tile.index for tile in tiles],
            [tile.root for tile in tiles],
        )  # fmt: skip
        return bool(_row(connection.execute(_SEAL, values, prepare=True, binary=True))[0])


def connected(url: str) -> Connection:
    """A connection to seal on, which does not wait for ever on a silent line. Raises psycopg.Error."""
    return psycopg.connect(
        url, autocommit=True, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=3,
        tcp_user_timeout=15_000, client_encoding="utf8",
    )  # fmt: skip


def keep_sealing(log: Log, sealer: Sealer, stopping: threading.Event, pause: float = PAUSE_SECONDS) -> None:
    """Seal what is appended, a moment after it, until told to stop. Raises what sealing raises."""
    reached = 0
    while not stopping.is_set():
        head = log.wait(reached, _POLL_SECONDS)
        while reached < head and not stopping.is_set():
            made = sealer.seal()
            reached = made.size if made else head
        stopping.wait(pause)


def _row(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    if row is None:
        raise Corrupt("the database gave no answer about the log")
    return row
