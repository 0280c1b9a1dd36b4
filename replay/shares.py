"""Re-performance in several processes, and going on where an interrupted run had come to.

Every process reads the log up to the end of its own share, and makes the decisions of that again. What they
have come to is kept in a file now and then, so that a run that was stopped goes on.
"""

import os
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from ledger.store.canonical import encoded
from ledger.store.codec import leaf_of
from ledger.store.kept_file import KeptFile
from ledger.store.log import Log
from replay.parts import Tell, carried_out, end_if_alone
from replay.reperform import Scope, Share, reperformed
from replay.tally import Tally, merged

TELL_SECONDS = 1.0
OpenLog = Callable[[], Log]


class Progress(Struct):
    """What an interrupted run had come to: its scope, with the end it had then, and a tally a share.

    ``leaf`` is that of the event at that end, in hex; empty where nobody asked.
    """

    scope: Scope
    tallies: list[Tally]
    leaf: str = ""


class Kept(KeptFile):
    """The file in which a run keeps its progress: one for a ledger, code, scope and number of processes."""

    def __init__(self, folder: Path, ledger: str, code: str, scope: Scope, processes: int) -> None:
        self.scope, self.processes = scope, processes
        what = {"code": code, "ledger": ledger, "processes": processes, "scope": msgspec.to_builtins(scope)}
        super().__init__(folder / f"reperform-{sha256(encoded(what)).hexdigest()[:12]}.json")

    def load(self) -> Progress | None:
        """The progress of an interrupted run; None without one that can be read and is of this scope."""
        found: Progress | None = self.read(Progress)
        return found if found is not None and self._fits(found) else None

    def _fits(self, found: Progress) -> bool:
        upto = found.scope.upto if self.scope.upto is None else self.scope.upto
        asked = msgspec.structs.replace(self.scope, upto=upto)
        begun = all(one.position >= found.scope.after for one in found.tallies)
        return begun and found.scope == asked and len(found.tallies) == self.processes


def leaf_where_it_ends(log: Log, scope: Scope) -> str:
    """The leaf of the last event of a scope, in hex, by which a run knows its ledger again; else empty."""
    ends = [scope.upto] if scope.upto else []
    return "".join(leaf_of(found.record).hex() for found in log.records_at(ends))


def in_processes(open_log: OpenLog, progress: Progress, tell: Callable[[Sequence[Tally]], None]) -> Tally:
    """Go on with a run in as many processes as it has tallies; ``tell`` hears of all of them now and then.

    Raises PartFailedError.
    """
    tallies, scope = progress.tallies, progress.scope
    each = [
        (open_log, scope, Share(n, len(tallies)), msgspec.json.encode(one)) for n, one in enumerate(tallies)
    ]

    def hear(number: int, sent: bytes) -> None:
        tallies[number] = msgspec.json.decode(sent, type=Tally)
        tell(tallies)

    carried_out(_share, each, hear)
    return merged(tallies)


def _share(open_log: OpenLog, scope: Scope, share: Share, so_far: bytes, say: Tell) -> bytes:
    """What each process does."""
    told = time.monotonic()

    def tell(tally: Tally) -> None:
        nonlocal told
        end_if_alone()
        if time.monotonic() - told >= TELL_SECONDS:
            say(msgspec.json.encode(tally))
            told = time.monotonic()

    log = open_log()
    try:
        return msgspec.json.encode(
            reperformed(log, scope, share, msgspec.json.decode(so_far, type=Tally), tell)
        )
    finally:
        log.close()


def processes_for(events: int, wanted: int | None) -> int:
    """How many processes: as wanted; else one for each core, unless the log is too short to be worth it."""
    return wanted or (1 if events < 50_000 else len(os.sched_getaffinity(0)))
