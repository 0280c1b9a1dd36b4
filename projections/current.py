"""States for reading, at any position: what the shelf keeps of then, and the log's tail where it ends before.

Never stale, and whatever the age, an index look-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.fold import Fold
from ledger.handle.reading import Cached, FoldCache
from projections.history import Name
from projections.shelf import Shelf, Shelved
from projections.states import StateType


@dataclass(frozen=True, slots=True)
class ShelfCache(FoldCache):
    """Gives ``read_folds`` kept states as of one position of the log (``upto``), or the shelf's if earlier.

    It keeps none itself.
    """

    size_max: int = 0
    shelf: Shelf | None = None
    types: Mapping[str, StateType] = field(default_factory=dict)
    upto: int = 0

    def get(self, fold: Fold[Any]) -> Cached:
        """The kept state of a fold, or its initial state at position 0 if its kind is not kept."""
        return self.get_all({fold.name: fold})[fold.name]

    def get_all(self, folds: Mapping[str, Fold[Any]]) -> Mapping[str, Cached]:
        """The same for several folds by name, read from the shelf at once."""
        names = {name: (fold.kind.name, fold.key) for name, fold in folds.items() if self._keeps(fold)}
        wanted = tuple(dict.fromkeys(names.values()))
        shelved = self.shelf.read(wanted, self.upto) if self.shelf and wanted else Shelved(0, {})
        return {name: self._cached(fold, shelved, names.get(name)) for name, fold in folds.items()}

    def _keeps(self, fold: Fold[Any]) -> bool:
        known = self.types.get(fold.kind.name)
        return self.shelf is not None and known is not None and known.kind is fold.kind

    def _cached(self, fold: Fold[Any], shelved: Shelved, name: Name | None) -> Cached:
        if name is None:
            return Cached(0, fold.kind.initial)
        position = min(shelved.position, self.upto)
        era = shelved.eras.get(name)
        if era is None:  # nothing had reached it by then
            return Cached(position, fold.kind.initial)
        return Cached(position, self.types[name[0]].state(era, self.upto))
