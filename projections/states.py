"""The fold kinds behind views: each is folded and kept once, however many views present it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger.fold import FoldKind
from projections.base import View
from projections.shapes import Shape


@dataclass(frozen=True, slots=True)
class StateType:
    """A fold kind together with the shape of its states."""

    kind: FoldKind[Any]
    shape: Shape


def state_types(views: Iterable[View]) -> dict[str, StateType]:
    """The fold kinds behind these views by name. Raises TypeError when two different kinds have one name."""
    found: dict[str, StateType] = {}
    for view in views:
        known = found.setdefault(view.kind.name, StateType(view.kind, view.shape))
        if known.kind is not view.kind:
            raise TypeError(f"two fold kinds are named {view.kind.name}")
    return found
