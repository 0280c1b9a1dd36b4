"""A state as a rebuild follows it: its steps wait, undecoded, until a snapshot is due.

The rows are those that a follower would keep, and what comes after the last snapshot of a state is never
decoded at all. That is what makes a rebuild fast; an answer folds it when it is asked for.
"""

from typing import Any

from msgspec import Struct, field

from projections.history import POSITION_MAX, Density, Era, Row
from projections.states import StateType
from projections.steps import packed, position_of


class Waiting(Struct):
    """The newest era of one state.

    ``weight`` is what its steps weigh (bytes), ``due`` the weight that calls for the next snapshot.
    """

    of: StateType
    key: str
    density: Density
    due: float
    since: int = 0
    snapshot: bytes | None = None
    steps: list[bytes] = field(default_factory=list)
    weight: int = 0
    begins: bool = True

    @classmethod
    def kept(cls, of: StateType, key: str, density: Density, era: Era) -> "Waiting":
        """One that goes on from what is kept of it."""
        density, steps = of.density(density), [steps[1:-1] for steps in era.steps]
        weight, due = sum(map(len, steps)) + len(steps), density.due(era.state)
        return cls(of, key, density, due, era.since, era.state, steps, weight, begins=False)

    @property
    def size(self) -> int:
        """What it holds, in bytes."""
        return self.weight + len(self.snapshot or b"")

    def take(self, steps: list[bytes]) -> list[Row]:
        """Take more steps; the rows that are to be kept."""
        added = sum(map(len, steps)) + len(steps)
        if self.weight + added >= self.due:
            return self._take_each(steps)
        self.steps += steps
        self.weight += added
        return [self._row(None, steps)]

    def _take_each(self, steps: list[bytes]) -> list[Row]:
        rows: list[Row] = []
        fresh: bytes | None = None
        state: Any = None
        start = 0
        for at, step in enumerate(steps, 1):
            self.steps.append(step)
            self.weight += len(step) + 1
            if self.weight >= self.due:
                rows.append(self._row(fresh, steps[start:at]))
                state = self._folded(state if fresh else None)
                fresh, start = self._snap(state, position_of(step)), at
        if fresh or steps[start:]:
            rows.append(self._row(fresh, steps[start:]))
        return rows

    def _folded(self, state: Any) -> Any:
        """The state now; ``state`` is that of the snapshot, if it is at hand."""
        era = Era(self.since, self.snapshot, (packed(self.steps),))
        return self.of.state(era, POSITION_MAX) if state is None else self.of.after(state, era.steps)

    def _snap(self, state: Any, position: int) -> bytes:
        self.snapshot = self.of.shape.encode(state)
        self.since, self.steps, self.weight = position, [], 0
        self.due = self.density.due(self.snapshot)
        return self.snapshot

    def _row(self, fresh: bytes | None, steps: list[bytes]) -> Row:
        at = self.since if fresh is not None else position_of(steps[0])
        begins, self.begins = self.begins, False
        kept = packed(steps) if steps else None
        return Row(self.of.kind.name, self.key, self.since, at, begins, fresh, kept)
