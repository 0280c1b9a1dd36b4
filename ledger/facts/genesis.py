"""Whether this ledger has been opened, and as what."""

from dataclasses import dataclass

from ledger.events.ledger import LedgerOpened
from ledger.fold import FoldKind

THIS = "this"


@dataclass(frozen=True, slots=True)
class Genesis:
    """What the first event says, and its position; None before it."""

    opened: LedgerOpened | None = None
    position: int = 0


genesis: FoldKind[Genesis] = FoldKind("genesis", "ledger", Genesis())


@genesis.on(LedgerOpened)
def _opened(_: Genesis, e: LedgerOpened, position: int) -> Genesis:
    return Genesis(e, position)
