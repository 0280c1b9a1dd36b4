"""The history of a state: the steps that reached it, and now and then a snapshot of it.

The state at a position is the newest snapshot at or below it and the steps after that up to it. A snapshot is
due when the steps since the last one weigh a given part of that snapshot (``DENSITY``). So all snapshots
together weigh a multiple of all steps that does not grow, however long a state does, and reading a state of
the past weighs little more than the state.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from projections.steps import packed

POSITION_MAX = 2**63 - 1
LEAN = 4  # what of an event is kept where a fold sees a part of it, at most: a quarter of its bytes

Name = tuple[str, str]  # fold kind, key


class Density(Struct, frozen=True):
    """How often a snapshot is taken: when the steps weigh ``ratio`` times the last one, in bytes.

    A higher ratio makes rebuilds cheaper (fewer snapshots) and reading the past dearer (more steps). Steps
    that weigh less than ``bytes_min`` together are folded in some fifty microseconds, and a rebuild that
    takes no snapshot of them need not decode them: most orders end before they have one (ADR 35).
    """

    ratio: float = 0.5
    bytes_min: int = 24_576

    def lean(self) -> "Density":
        """The same for steps that hold a part of their events: they weigh less, and each takes as long."""
        return replace(self, bytes_min=self.bytes_min // LEAN)

    def due(self, snapshot: bytes | None) -> float:
        """The weight of steps (bytes) at which the next snapshot is due."""
        return max(self.bytes_min, self.ratio * len(snapshot or b""))

    def oftener(self, times: int) -> "Density":
        """So many times as often."""
        return Density(self.ratio / times, self.bytes_min // times)


DENSITY = Density()  # the one density: what rebuilds and answers are measured with


class Row(Struct, frozen=True):
    """A stretch of one state's history: a snapshot, or steps, or a snapshot and steps after it.

    ``since`` is the position of the snapshot that an era begins with; 0 is the initial state, which needs
    none. ``position`` is where the row itself begins: at the snapshot, or at its first step. ``begins`` marks
    the first row of all.
    """

    kind: str
    key: str
    since: int
    position: int
    begins: bool
    state: bytes | None
    steps: bytes | None


class Era(Struct, frozen=True):
    """A snapshot and what followed: all it takes to make the state at a position.

    ``state`` is None for the initial one; the last steps may lie after the position that was asked for.
    """

    since: int
    state: bytes | None
    steps: tuple[bytes, ...]


class Growing(Struct):
    """A state that is being followed, and what of its history is not kept yet.

    ``weight`` is what the steps since the last snapshot weigh (bytes), ``due`` the weight that calls for the
    next one; ``first`` is the position of the first step in ``steps``.
    """

    kind: str
    key: str
    state: Any
    encode: Callable[[Any], bytes]
    density: Density
    due: float
    weight: int = 0
    since: int = 0
    begins: bool = True
    snapshot: bytes | None = None
    first: int = 0
    steps: list[bytes] = field(default_factory=list)
    closed: list[Row] = field(default_factory=list)

    def take(
        self, handler: Callable[[Any, Any, int], Any], happened: Any, position: int, step: bytes
    ) -> None:
        """Fold one event in, and remember the step; take a snapshot where one is due."""
        self.state = handler(self.state, happened, position)
        if not self.steps:
            self.first = position
        self.steps.append(step)
        self.weight += len(step) + 1
        if self.weight >= self.due:
            self._snap(position)

    def drain(self) -> list[Row]:
        """The rows that are to be kept now; afterwards they count as kept."""
        if self.steps or self.snapshot is not None:
            self._close()
        rows, self.closed = self.closed, []
        return rows

    def _snap(self, position: int) -> None:
        self._close()
        self.snapshot = self.encode(self.state)
        self.since, self.weight, self.due = position, 0, self.density.due(self.snapshot)

    def _close(self) -> None:
        at = self.first if self.snapshot is None else self.since
        steps = packed(self.steps) if self.steps else None
        self.closed.append(Row(self.kind, self.key, self.since, at, self.begins, self.snapshot, steps))
        self.begins, self.snapshot, self.steps = False, None, []
