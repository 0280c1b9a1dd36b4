"""What others confirmed of checkpoints, as stored: cosignatures of witnesses, stamps of an authority.

All functions read or add on the connection they are given; what was added is never changed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledger.proof.cosignature import Cosignature, WitnessKey
from ledger.proof.stamp import TimeStamp
from ledger.store.sealing_tree import Connection, SealedNote

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COSIGNED = "SELECT max(size) FROM liggare.cosignatures WHERE witness = %s AND key_id = %s"
_STAMPED = "SELECT size, stamped_at FROM liggare.stamps ORDER BY size DESC, stamped_at DESC LIMIT 1"
_LINES = "SELECT line FROM liggare.cosignatures WHERE size = %s ORDER BY witness, key_id"
_ANSWERS = "SELECT answer FROM liggare.stamps WHERE size = %s ORDER BY stamped_at, digest"
_KEEP_COSIGNATURE = "SELECT liggare.keep_cosignature(%s, %s, %s, %s, %s)"
_KEEP_STAMP = "SELECT liggare.keep_stamp(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A checkpoint and what others confirmed of it: lines of cosignatures, answers of an authority (DER)."""

    sealed: SealedNote
    cosignatures: tuple[str, ...]
    stamps: tuple[bytes, ...]

    @property
    def note(self) -> bytes:
        """The signed note with the cosignatures under it. A stamp is over the note without them."""
        return self.sealed.note + "".join(self.cosignatures).encode()


def confirmed(connection: Connection, sealed: SealedNote) -> Confirmed:
    """What others confirmed of a checkpoint so far."""
    lines = connection.execute(_LINES, (sealed.size,)).fetchall()
    answers = connection.execute(_ANSWERS, (sealed.size,)).fetchall()
    return Confirmed(sealed, tuple(row[0] for row in lines), tuple(bytes(row[0]) for row in answers))


def cosigned_size(connection: Connection, witness: WitnessKey) -> int:
    """The size of the largest checkpoint that this key of a witness cosigned and that is kept; 0 before."""
    row = connection.execute(_COSIGNED, (witness.name, witness.id)).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def newest_stamp(connection: Connection) -> tuple[int, datetime] | None:
    """The size of the largest checkpoint that was stamped, and when; None before the first."""
    row = connection.execute(_STAMPED).fetchone()
    return row and (int(row[0]), _EPOCH + timedelta(microseconds=row[1]))


def keep_cosignature(connection: Connection, size: int, key: WitnessKey, made: Cosignature) -> bool:
    """Keep a verified cosignature; whether it was new: of each key and checkpoint the first is kept."""
    values = (key.name, key.id, size, made.cosigned_at, made.line)
    return bool(_one(connection, _KEEP_COSIGNATURE, values))


def keep_stamp(connection: Connection, size: int, stamp: TimeStamp) -> bool:
    """Keep a verified time stamp, byte for byte; whether it was new."""
    at = (stamp.stamped_at - _EPOCH) // timedelta(microseconds=1)
    return bool(_one(connection, _KEEP_STAMP, (size, at, stamp.der)))


def _one(connection: Connection, statement: str, values: tuple[object, ...]) -> object:
    row = connection.execute(statement, values).fetchone()
    return row[0] if row else None
