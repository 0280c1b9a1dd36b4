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
from projections.shelf import Kept, Shelf, Shelved
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
        return self.get_all({fold.name: fold})[fold.name]

    def get_all(self, folds: Mapping[str, Fold[Any]]) -> Mapping[str, Cached]:
        """The same for several folds by name, read from the shelf at once."""
        names = {name: (fold.kind.name, fold.key) for name, fold in folds.items() if self._keeps(fold)}
        shelved = self.shelf.read(tuple(names.values())) if self.shelf and names else Shelved(0, {})
        return {
            name: self._cached(fold, shelved, shelved.states.get(names[name]) if name in names else None)
            for name, fold in folds.items()
        }

    def _keeps(self, fold: Fold[Any]) -> bool:
        known = self.types.get(fold.kind.name)
        return self.shelf is not None and known is not None and known.kind is fold.kind

    def _cached(self, fold: Fold[Any], shelved: Shelved, kept: Kept | None) -> Cached:
        if kept is None or kept.last > self.upto:
            return Cached(0, fold.kind.initial)
        state = self.types[fold.kind.name].shape.restore(kept.state)
        return Cached(min(shelved.position, self.upto), state)
