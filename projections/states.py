"""The fold kinds behind views: each is folded and kept once, however many views present it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.fold import FoldKind
from projections.base import View
from projections.history import POSITION_MAX, Density, Era, Growing, Unpacked, unpacked
from projections.routes import facts_readers
from projections.shapes import Shape


@dataclass(frozen=True, slots=True)
class StateType:
    """A fold kind together with the shape of its states.

    ``readers`` tell by stored type how an event's open facts are read, and what they do to the state.
    """

    kind: FoldKind[Any]
    shape: Shape
    readers: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any, Any, int], Any]]] = field(repr=False)

    @classmethod
    def of(cls, kind: FoldKind[Any], shape: Shape) -> "StateType":
        """The type of a kind's states, once all its handlers are registered."""
        return cls(kind, shape, facts_readers(kind))

    def growing(self, key: str, density: Density, era: Era | None = None) -> Growing:
        """The state of a key as it is followed from here: from nothing, or from what is kept of it."""
        if era is None:
            return Growing(
                self.kind.name, key, self.kind.initial, self.shape.encode, density, density.due(None)
            )
        weight = sum(map(len, era.steps))
        state, due = self.state(era, POSITION_MAX), density.due(era.state)
        encode = self.shape.encode
        return Growing(
            self.kind.name, key, state, encode, density, due, weight=weight, since=era.since, begins=False
        )

    def state(self, era: Era, upto: int) -> Any:
        """The state at a position from the era that holds it. Raises Corrupt."""
        return self.after(self._snapshot(era), unpacked(era, upto))

    def _snapshot(self, era: Era) -> Any:
        try:
            return self.kind.initial if era.state is None else self.shape.restore(era.state)
        except msgspec.MsgspecError as error:
            raise Corrupt(f"the kept {self.kind.name} at {era.since} cannot be read: {error}") from error

    def after(self, state: Any, steps: Iterable[Unpacked]) -> Any:
        """A state after kept steps. Raises Corrupt."""
        for position, stored, facts in steps:
            try:
                read, handler = self.readers[stored]
                happened = read(facts)
            except (KeyError, msgspec.MsgspecError) as error:
                raise Corrupt(f"a kept {stored} cannot be read: {error}", position) from error
            state = handler(state, happened, position)
        return state


def state_types(views: Iterable[View]) -> dict[str, StateType]:
    """The fold kinds kept for these views by name: what they present, and what they ask for beside it.

    Raises TypeError when two different kinds have one name.
    """
    found: dict[str, StateType] = {}
    for kind, shape in (kept for view in views for kept in ((view.kind, view.shape), *view.beside)):
        known = found.get(kind.name)
        if known is None:
            found[kind.name] = StateType.of(kind, shape)
        elif known.kind is not kind:
            raise TypeError(f"two fold kinds are named {kind.name}")
    return found
