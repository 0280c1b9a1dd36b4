"""The recorded past with something changed in it: other policy, events thought away, others thought in.

What the change does not reach is read from the recorded past as it is. A fold that it reaches is folded over
the recorded events without those that are gone and with those that were added, in the order of positions. An
event that cannot be taken without one that is gone, such as the approval of a shift, falls with it.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from ledger.events.base import event_type, tags_of
from ledger.facts.policies import policies
from ledger.fold import Fold
from replay.past import Past
from replay.whatif.library import Bookshelf, Watch
from replay.whatif.unknown import Unknowns

Placed = tuple[int, Any]


@dataclass(slots=True)
class _Reached:
    """What is changed under one tag: the stored types of it, and the events that were added, in order."""

    types: set[str] = field(default_factory=set)
    positions: set[int] = field(default_factory=set)
    added: list[Placed] = field(default_factory=list)


@dataclass(slots=True)
class ChangedPast:
    """A past that is thought to be otherwise; ``watch`` notes what is read of the change.

    ``gone`` are the positions thought away, ``fallen`` those that fell with them: no fold can take them.
    Changes are told in the order of positions, and states are asked for in that order too.
    """

    past: Past
    shelf: Bookshelf
    watch: Watch
    unknowns: Unknowns = field(default_factory=Unknowns)
    gone: set[int] = field(default_factory=set)
    fallen: set[int] = field(default_factory=set)
    _reached: dict[str, _Reached] = field(default_factory=dict)
    _states: dict[str, Placed] = field(default_factory=dict)

    def remove(self, position: int, stored: str, tags: Iterable[str]) -> None:
        """The recorded event at a position is thought away."""
        self.gone.add(position)
        for tag in tags:
            self._at(tag, stored, position)

    def add(self, position: int, event: Any) -> None:
        """An event is thought to have happened right after a position."""
        for tag in tags_of(event):
            insort(self._at(tag, event_type(event).stored, position).added, (position, event), key=_position)

    def _at(self, tag: str, stored: str, position: int) -> _Reached:
        reached = self._reached.setdefault(tag, _Reached())
        reached.types.add(stored)
        reached.positions.add(position)
        return reached

    def tags(self) -> Iterable[str]:
        """Every tag under which something is changed."""
        return self._reached.keys()

    def states(self, folds: Mapping[str, Fold[Any]], upto: int) -> dict[str, Any]:
        """The state of each fold by name after a position, as it would be. Raises UnreadableError."""
        return {name: self.state(fold, upto) for name, fold in folds.items()}

    def state(self, fold: Fold[Any], upto: int) -> Any:
        """The state of one fold after a position, as it would be. Raises UnreadableError."""
        if self.unknowns.known:
            self.unknowns.read(fold, self.watch)
        reached = self.reaches(fold)
        if reached:
            self.watch.folds[fold.name] = fold
        state = self._anew(fold, upto) if reached else self.past.state(fold, upto)
        if fold.kind.name == policies.name and self.shelf.rows:
            self.watch.library = True
            return self.shelf.changed(state)
        return state

    def reaches(self, fold: Fold[Any]) -> bool:
        """Whether something that is changed lies within the boundary of a fold."""
        reached = self._reached.get(fold.tag) if self._reached else None
        return reached is not None and not reached.types.isdisjoint(fold.kind.types())

    def behind(self, fold: Fold[Any]) -> tuple[int, ...]:
        """The positions of what is changed under the tag of a fold."""
        return tuple(sorted(self._reached[fold.tag].positions))

    def _anew(self, fold: Fold[Any], upto: int) -> Any:
        kind, last = fold.kind, upto
        while kind.blind is not None:
            kind, seen = kind.blind
            last = min(last, seen)
        known = kind is fold.kind
        after, state = self._states.get(fold.name, (0, kind.initial)) if known else (0, kind.initial)
        for position, event in self._happened(Fold(kind, fold.key), after, last):
            try:
                state = kind.step(state, event, position)
            except Exception:  # noqa: BLE001  it rests on what is gone, such as the approval of a shift that is
                self.fallen.add(position)
        if known:
            self._states[fold.name] = last, state
        return state

    def _happened(self, fold: Fold[Any], after: int, upto: int) -> Iterator[Placed]:
        recorded = (one for one in self.past.happened(fold, after, upto) if one[0] not in self.gone)
        added = self._reached[fold.tag].added
        inside = (one for one in added if after < one[0] <= upto and type(one[1]) in fold.kind.handlers)
        return merge(recorded, inside, key=_position)


def _position(placed: Placed) -> int:
    return placed[0]
