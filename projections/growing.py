"""Histories as they grow: decoded states that are followed, and the rows of them that are to be kept."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from projections.history import DENSITY, Density, Era, Growing, Name, Row
from projections.routes import Happening, reached
from projections.states import StateType
from projections.steps import packed_step

Handler = Callable[[Any, Any, int], Any]
Step = tuple[Name, Handler, Any, int, bytes]  # state, handler, event, position, the step as it is kept


def steps_of(happenings: Iterable[Happening]) -> list[Step]:
    """What each event does to which state, in order."""
    found: list[Step] = []
    for one, facts, happened, legs in happenings:
        position = one.position
        whole = packed_step(position, one.type, facts)
        for kind, key, handler, keep in reached(legs, happened):
            step = whole if keep is None else packed_step(position, one.type, keep(facts))
            found.append(((kind, key), handler, happened, position, step))
    return found


@dataclass(slots=True)
class Histories:
    """The states that are followed, by (kind, key). What was never learned begins with nothing."""

    types: Mapping[str, StateType]
    density: Density = DENSITY
    held: dict[Name, Growing] = field(default_factory=dict)

    def unknown(self, steps: Iterable[Step]) -> set[Name]:
        """The states that these steps reach and that are not held."""
        return {step[0] for step in steps}.difference(self.held)

    def learn(self, eras: Mapping[Name, Era]) -> None:
        """Go on with states from what is kept of them."""
        for (kind, key), era in eras.items():
            self.held[kind, key] = self.types[kind].growing(key, self.density, era)

    def grow(self, steps: Collection[Step]) -> list[Row]:
        """Fold the steps in; the rows that are to be kept, each state's together."""
        held = self.held
        touched: dict[Name, Growing] = {}
        for name, handler, happened, position, step in steps:
            growing = held.get(name)
            if growing is None:
                growing = held[name] = self.types[name[0]].growing(name[1], self.density)
            growing.take(handler, happened, position, step)
            touched[name] = growing
        return [row for growing in touched.values() for row in growing.drain()]
