"""Has checkpoints confirmed by others while a ledger is served: cosigned by witnesses, and time-stamped.

It follows sealing on a thread of its own, and nothing waits for it: who does not answer is asked again in the
next round. One process at a time asks for one ledger.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg

from api.others import Authority, Others
from api.outgoing import NoAnswer
from api.stamping import NotStamped, stamped
from api.witness.asking import AskedWitness, NotCosigned, WitnessObjects, cosigned_by, read_witnesses
from ledger.errors import LedgerError
from ledger.proof.paths import consistency_path
from ledger.store.confirmed import cosigned_size, keep_cosignature, keep_stamp, newest_stamp
from ledger.store.sealing import connected
from ledger.store.sealing_tree import Connection, SealedNote, newest, tiles_of

LOG = logging.getLogger("liggare.confirming")
FIRST_SECONDS = 1.0
STOP_SECONDS_MAX = 2
_ALONE = "SELECT pg_try_advisory_lock(x'6c696767'::int, 4)"
_NOT_ALONE = "SELECT pg_advisory_unlock(x'6c696767'::int, 4)"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of asking somebody: ``objects`` when a witness holds what contradicts the checkpoint."""

    who: str
    what: str
    fine: bool = True
    objects: bool = False


@contextmanager
def confirming(serve_url: str, others: Others) -> Iterator[None]:
    """Ask others every so often until the context ends; nobody where nobody is configured.

    Raises SettingsError where the file of witnesses cannot be used.
    """
    witnesses = read_witnesses(others.witnesses_file)
    if not witnesses and others.authority is None:
        yield
        return
    stopping = threading.Event()
    rounds = _Rounds(serve_url, others, witnesses, stopping)
    thread = threading.Thread(target=rounds.run, name="confirmer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=STOP_SECONDS_MAX)


def confirm_newest(
    connection: Connection, witnesses: Sequence[AskedWitness], authority: Authority | None
) -> list[Told]:
    """Have the newest checkpoint cosigned and stamped by whoever has not yet; what came of it, one by one.

    Nobody is asked while another process asks. Raises psycopg.Error, Corrupt.
    """
    sealed = newest(connection)
    if sealed is None or not _row(connection, _ALONE):
        return []
    try:
        told = [_cosigned(connection, sealed, witness) for witness in witnesses]
        if authority is not None:
            told.append(_stamped(connection, sealed, authority))
        return [one for one in told if one is not None]
    finally:
        connection.execute(_NOT_ALONE)


def _cosigned(connection: Connection, sealed: SealedNote, witness: AskedWitness) -> Told | None:
    held = cosigned_size(connection, witness.key)
    if held >= sealed.size:
        return None
    try:
        made = cosigned_by(witness, sealed.note, held, lambda old: _proof(connection, old, sealed.size))
    except (NoAnswer, NotCosigned) as error:
        return Told(witness.key.name, str(error), fine=False, objects=isinstance(error, WitnessObjects))
    keep_cosignature(connection, sealed.size, witness.key, made)
    return Told(witness.key.name, f"cosigned the checkpoint of {sealed.size}")


def _stamped(connection: Connection, sealed: SealedNote, authority: Authority) -> Told | None:
    last = newest_stamp(connection)
    if last and last[0] >= sealed.size:
        return None
    try:
        stamp = stamped(sealed.note, authority)
    except (NoAnswer, NotStamped) as error:
        return Told("time stamp", str(error), fine=False)
    keep_stamp(connection, sealed.size, stamp)
    return Told("time stamp", f"{stamp.authority} stamped the checkpoint of {sealed.size}")


def _proof(connection: Connection, old: int, size: int) -> list[bytes]:
    return consistency_path(old, size, partial(tiles_of, connection))


@dataclass(slots=True)
class _Rounds:
    """The thread's work: a round every so often, each failure said once until it changes."""

    serve_url: str
    others: Others
    witnesses: Sequence[AskedWitness]
    stopping: threading.Event
    _said: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        pause = FIRST_SECONDS
        while not self.stopping.wait(pause):
            self._round()
            pause = self._every()

    def _every(self) -> float:
        stamping = self.others.stamp_every_seconds
        return self.others.witness_every_seconds if self.witnesses else min(stamping, 60)

    def _round(self) -> None:
        """Whatever goes wrong, the next round tries again."""
        try:
            with closing(connected(self.serve_url)) as connection:
                authority = self.others.authority if self._stamp_is_due(connection) else None
                for told in confirm_newest(connection, self.witnesses, authority):
                    self._say(told)
        except psycopg.Error as error:
            self._say(Told("the database", f"did not answer ({type(error).__name__})", fine=False))
        except (LedgerError, ValueError) as error:
            self._say(Told("the ledger", str(error), fine=False, objects=True))

    def _stamp_is_due(self, connection: Connection) -> bool:
        last = newest_stamp(connection)
        every = timedelta(seconds=self.others.stamp_every_seconds)
        return last is None or datetime.now(UTC) - last[1] >= every

    def _say(self, told: Told) -> None:
        if told.fine:
            self._said.pop(told.who, None)
        elif self._said.get(told.who) != told.what:
            self._said[told.who] = told.what
            LOG.log(logging.ERROR if told.objects else logging.WARNING, "not confirmed: %s", told.what)


def _row(connection: Connection, statement: str) -> object:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None
