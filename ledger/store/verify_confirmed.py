"""Verify what others confirmed: every cosignature and every time stamp against the checkpoint that it is of.

Whoever writes history anew and signs it again has the ledger's key, but not those of the witnesses and of the
authority: what they signed is then over other bytes than the checkpoint that stands there.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

import psycopg
from cryptography.x509 import Certificate

from ledger.proof.cosignature import WitnessKey, cosignatures
from ledger.proof.note import NoteError, parsed_note
from ledger.proof.stamp import StampError, check_stamped_bytes, kept_stamp, unverified_time
from ledger.store.verify_examination import FINDINGS_MAX, Found
from ledger.store.verify_processes import begin

_ROWS = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COSIGNATURES = (
    "SELECT c.size, c.witness, c.key_id, c.cosigned_at, c.line, k.note FROM liggare.cosignatures c"
    " LEFT JOIN liggare.checkpoints k USING (size) ORDER BY c.size, c.witness, c.key_id"
)
_CLOCK = """
WITH said AS (
    SELECT size, max(at) AS at FROM (
        SELECT size, cosigned_at::numeric * 1000000 AS at FROM liggare.cosignatures
        UNION ALL SELECT size, stamped_at FROM liggare.stamps
    ) s GROUP BY size
)
SELECT k.size, round((k.before - k.sealed_at) / 1000000) FROM (
    SELECT size, sealed_at, max(said.at) OVER (
        ORDER BY size ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS before
    FROM liggare.checkpoints LEFT JOIN said USING (size)
) k
WHERE k.before > k.sealed_at + %s ORDER BY k.size LIMIT 1
"""
APART_MAX_US = 300_000_000
"""How far the ledger's clock may be behind those of others before it counts as set back."""
_STAMPS = (
    "SELECT s.size, s.stamped_at, s.answer, k.note FROM liggare.stamps s"
    " LEFT JOIN liggare.checkpoints k USING (size) ORDER BY s.size, s.digest"
)


@dataclass(slots=True)
class ConfirmedReport:
    """What verifying came to: how many there are, and how many a known key or root verified."""

    cosignatures: int = 0
    cosignatures_verified: int = 0
    stamps: int = 0
    stamps_verified: int = 0
    findings: tuple[Found, ...] = field(default=())


def verify_confirmed(
    url: str, witnesses: Sequence[WitnessKey] = (), roots: Sequence[Certificate] = ()
) -> ConfirmedReport:
    """Verify what is kept of others' confirmations; signatures by these keys and roots. Raises psycopg.Error.

    Without a key or a root, the form is looked at, and of a stamp also which bytes it is over.
    """
    report = ConfirmedReport()
    with psycopg.connect(url) as connection:
        begin(connection)
        there = connection.execute("SELECT to_regclass('liggare.stamps') IS NOT NULL").fetchone()
        if there and there[0]:
            keys = {(key.name, key.id): key for key in witnesses}
            found = chain(
                _cosigned(connection, keys, report),
                _stamped(connection, roots, report),
                _set_back(connection),
            )
            report.findings = tuple(sorted(islice(found, FINDINGS_MAX)))
    return report


def _cosigned(
    connection: psycopg.Connection[Any], keys: dict[tuple[str, bytes], WitnessKey], report: ConfirmedReport
) -> Iterator[Found]:
    for size, witness, key_id, at, line, note in _rows(connection, "cosignatures", _COSIGNATURES):
        report.cosignatures += 1
        try:
            _check_cosignature(witness, bytes(key_id), at, line, note, keys.get((witness, bytes(key_id))))
            report.cosignatures_verified += (witness, bytes(key_id)) in keys
        except NoteError as error:
            yield size, f"cosignature of {witness} on the checkpoint of {size}: {error}"


def _check_cosignature(
    witness: str, key_id: bytes, at: int, line: str, note: bytes | None, key: WitnessKey | None
) -> None:
    """Raise NoteError unless the line is what its row says, and by the key if that is known."""
    if note is None:
        raise NoteError("there is no such checkpoint")
    whole = note + line.encode()
    last = parsed_note(whole).signatures[-1]
    if (last.name, last.key_id, int.from_bytes(last.signature[:8])) != (witness, key_id, at):
        raise NoteError("its row says other than its line")
    if key is not None:
        cosignatures(whole, [key])


def _stamped(
    connection: psycopg.Connection[Any], roots: Sequence[Certificate], report: ConfirmedReport
) -> Iterator[Found]:
    for size, at, answer, note in _rows(connection, "stamps", _STAMPS):
        report.stamps += 1
        try:
            _check_stamp(at, answer, note, roots)
            report.stamps_verified += bool(roots)
        except StampError as error:
            yield size, f"time stamp on the checkpoint of {size}: {error}"


def _check_stamp(at: int, answer: bytes, note: bytes | None, roots: Sequence[Certificate]) -> None:
    """Raise StampError unless the answer is over the note, of its row's time, and by the roots."""
    if note is None:
        raise StampError("there is no such checkpoint")
    check_stamped_bytes(note, answer)
    if (unverified_time(answer) - _EPOCH) // timedelta(microseconds=1) != at:
        raise StampError("its row says another time")
    if roots:
        kept_stamp(note, answer, roots)


def _set_back(connection: psycopg.Connection[Any]) -> Iterator[Found]:
    """The first checkpoint that was sealed, by the ledger's clock, before others confirmed a smaller one."""
    for size, seconds in connection.execute(_CLOCK, (APART_MAX_US,)):
        told = f"sealed {seconds} s before others, by their clocks, confirmed a smaller one"
        yield size, f"checkpoint of {size}: {told}: the clock was set back"


def _rows(connection: psycopg.Connection[Any], name: str, statement: str) -> Iterator[Any]:
    with closing(connection.cursor(name, binary=True)) as cursor:
        cursor.itersize = _ROWS
        cursor.execute(statement)
        yield from cursor
