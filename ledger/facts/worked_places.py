"""Where one human worked: the scopes in which continuity is kept, and the assignments that lie in each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Literal

from msgspec import Struct, field

from ledger.events.shape import shaped
from ledger.facts.worked_shifts import AssignmentTime, WorkedTime

Level = Literal["unit", "operating-unit", "region"]
PLACES: Mapping[Level, Callable[[AssignmentTime], str]] = {
    "unit": attrgetter("unit"),
    "operating-unit": attrgetter("operating_unit"),
    "region": attrgetter("region"),
}
Named = tuple[str, AssignmentTime]  # with its id


@shaped
class ContinuityScope:
    """The key of a streak beside the consultant: a place and, when not None, the one supplier."""

    level: Level
    key: str
    supplier: str | None = None

    def holds(self, held: AssignmentTime) -> bool:
        """Whether an assignment lies in the scope."""
        return PLACES[self.level](held) == self.key and self.supplier in (None, held.supplier)

    def inside(self, states: Iterable[WorkedTime]) -> Sequence[Named]:
        """The assignments of these states that lie in the scope: for one scope alone."""
        place, key = PLACES[self.level], self.key
        return self.of(
            [pair for held in states for pair in held.assignments.items() if place(pair[1]) == key]
        )

    def of(self, there: Sequence[Named]) -> Sequence[Named]:
        """Those at its place that lie in the scope."""
        if self.supplier is None:
            return there
        return [named for named in there if named[1].supplier == self.supplier]


class ByPlace(Struct):
    """The assignments of one human, by place: looked through once for every scope that is asked about.

    The states are those of all the human's ids.
    """

    states: Sequence[WorkedTime]
    levels: dict[Level, dict[str, list[Named]]] = field(default_factory=dict)

    def at(self, level: Level, key: str) -> Sequence[Named]:
        """Those at one place."""
        found = self.levels.get(level)
        if found is None:
            found = self.levels[level] = self._level(PLACES[level])
        return found.get(key, ())

    def inside(self, where: ContinuityScope) -> Sequence[Named]:
        """Those that lie in a scope."""
        return where.of(self.at(where.level, where.key))

    def _level(self, place: Callable[[AssignmentTime], str]) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for state in self.states:
            for named in state.assignments.items():
                found.setdefault(place(named[1]), []).append(named)
        return found
