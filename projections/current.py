"""States for reading: what the shelf keeps, advanced by the log's tail.

Never stale, and of the past where it can be.

A kept state whose last event lies at or below the position asked for is good for that position too: nothing
reached it in between. Otherwise the fold starts from the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.fold import Fold
from ledger.handle.reading import Cached, FoldCache
from projections.shelf import Shelf
from projections.states import StateType


@dataclass(frozen=True, slots=True)
class ShelfCache(FoldCache):
    """Gives ``read_folds`` kept states to start from, for reading at one position of the log.

    It keeps none itself.
    """

    size_max: int = 0
    shelf: Shelf | None = None
    types: Mapping[str, StateType] = field(default_factory=dict)
    upto: int = 0

    def get(self, fold: Fold[Any]) -> Cached:
        """The kept state of a fold if it holds at the position, otherwise its initial state at position 0."""
        known = self.types.get(fold.kind.name)
        if self.shelf is None or known is None or known.kind is not fold.kind:
            return Cached(0, fold.kind.initial)
        name = fold.kind.name, fold.key
        shelved = self.shelf.read((name,))
        kept = shelved.states.get(name)
        if kept is None or kept.last > self.upto:
            return Cached(0, fold.kind.initial)
        return Cached(min(shelved.position, self.upto), known.shape.restore(kept.state))
