"""States for reading, at any position: what the shelf keeps of then, and the log's tail where it ends before.

Never stale, and whatever the age, an index look-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.fold import Fold
from ledger.handle.reading import Cached, FoldCache
from projections.history import Era, Name
from projections.shelf import Shelf
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
        found = {name: Cached(0, fold.kind.initial) for name, fold in folds.items()}
        names = {name: (fold.kind.name, fold.key) for name, fold in folds.items() if self._keeps(fold)}
        if self.shelf is not None and names:
            shelved = self.shelf.read(tuple(dict.fromkeys(names.values())), self.upto, self._made)
            position, states = min(shelved.position, self.upto), shelved.eras
            for name, known in names.items():  # what is not there had not begun by then
                found[name] = Cached(position, states.get(known, found[name].state))
        return found

    def _keeps(self, fold: Fold[Any]) -> bool:
        known = self.types.get(fold.kind.name)
        return self.shelf is not None and known is not None and known.kind is fold.kind

    def _made(self, name: Name, era: Era) -> Any:
        return self.types[name[0]].state(era, self.upto)
