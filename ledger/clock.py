"""The clock is injected: a real one, or a simulated one that a real ledger refuses.

Instants in microseconds.
"""

import threading
import time
from typing import Literal, Protocol


class Clock(Protocol):
    """Where now comes from."""

    mode: Literal["real", "simulated"]

    def now(self) -> int:
        """Microseconds since the epoch."""
        ...


class RealClock:
    """The machine's clock."""

    mode: Literal["real", "simulated"] = "real"

    def now(self) -> int:
        """Microseconds since the epoch, by the machine."""
        return time.time_ns() // 1000


class SimulatedClock:
    """A clock somebody sets; it never goes back. Everything made from it says that it is simulated."""

    mode: Literal["real", "simulated"] = "simulated"

    def __init__(self, at: int) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> int:
        """The instant it was last set to."""
        return self._at

    def advance_to(self, at: int) -> None:
        """Move the clock to an instant; an earlier one is ignored."""
        with self._lock:
            self._at = max(self._at, at)
