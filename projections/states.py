"""The fold kinds behind views: each is folded and kept once, however many views present it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.fold import FoldKind
from projections.base import View
from projections.history import POSITION_MAX, Density, Era, Growing
from projections.shapes import Shape
from projections.steps import Steps


@dataclass(frozen=True, slots=True)
class StateType:
    """A fold kind together with the shape of its states, and how its kept steps are read."""

    kind: FoldKind[Any]
    shape: Shape
    steps: Steps = field(repr=False)

    @classmethod
    def of(cls, kind: FoldKind[Any], shape: Shape) -> "StateType":
        """The type of a kind's states, once all its handlers are registered."""
        return cls(kind, shape, Steps.of(kind))

    def density(self, density: Density) -> Density:
        """How often snapshots of this kind are taken, where others are taken so often."""
        if self.shape.oftener > 1:
            return density.oftener(self.shape.oftener)
        return density.lean() if self.kind.reads else density

    def growing(self, key: str, density: Density, era: Era | None = None) -> Growing:
        """The state of a key as it is followed from here: from nothing, or from what is kept of it."""
        density = self.density(density)
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
        return self.after(self._snapshot(era), era.steps, upto)

    def _snapshot(self, era: Era) -> Any:
        try:
            return self.kind.initial if era.state is None else self.shape.restore(era.state)
        except msgspec.MsgspecError as error:
            raise Corrupt(f"the kept {self.kind.name} at {era.since} cannot be read: {error}") from error

    def after(self, state: Any, rows: Iterable[bytes], upto: int = POSITION_MAX) -> Any:
        """A state after rows of kept steps, as far as a position. Raises Corrupt."""
        return self.steps.after(state, rows, upto)


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
