"""What the door is made of, put together once (api/opening.py) and read by every route."""

from collections.abc import Callable
from dataclasses import dataclass

from api.receipts import Receipts
from api.work import Work
from ledger.clock import Clock
from ledger.handle.headers import LedgerIdentity
from ledger.handle.shell import Shell
from ledger.proof.note import SigningKey
from ledger.store.log import Log
from ledger.store.sealing_tree import StoredTree
from replay.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts behind the routes.

    ``timeline`` answers views at a position and a date; ``probe`` asks the database whether it is there and
    as this version needs it, and raises what is wrong; ``tree`` is the sealed tree, None where the log has
    none; ``key`` the one that signs checkpoints and receipts, None where nothing is sealed here.
    """

    log: Log
    clock: Clock
    shell: Shell
    ledger: LedgerIdentity
    work: Work
    timeline: Timeline
    probe: Callable[[], None] = lambda: None
    tree: StoredTree | None = None
    key: SigningKey | None = None

    @property
    def simulated(self) -> bool:
        """Whether this ledger's time is simulated; then every answer says so."""
        return self.ledger.mode == "simulated"

    @property
    def receipts(self) -> Receipts:
        """Writes the answers to commands."""
        return Receipts(self.log, self.ledger, self.key)
