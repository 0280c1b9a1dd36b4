"""Our ledger while it is sealed: the same appends, and a sealer on a thread of the same process."""

import threading
from functools import partial

from benchmarks.place import Database
from benchmarks.sides.ours import Ours
from ledger.proof.note import SigningKey
from ledger.store.sealing import Sealer, connected, keep_sealing

KEY = SigningKey("bench.invalid/ledger", bytes(32))


class Sealed(Ours):
    """The log behind the serving role, and who seals it; what was appended before is sealed before."""

    def __init__(self, database: Database, callers: int) -> None:
        super().__init__(database, callers)
        self._sealer = Sealer(partial(connected, database.serve_url), KEY)
        self._seal_all()
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=keep_sealing, args=(self.log, self._sealer, self._stopping), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Seal what came last, so that its wait counts too, and release the log."""
        self._stopping.set()
        self._thread.join(10)
        self._seal_all()
        self._sealer.close()
        super().close()

    def _seal_all(self) -> None:
        while self._sealer.seal() is not None:
            pass
