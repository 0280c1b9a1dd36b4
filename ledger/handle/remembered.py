"""Folded states of a history that one process makes alone: kept in memory, advanced only when asked for.

Events are kept by tag, as far as some fold of a decision reads them: until nobody asks any more how things
stood before them (``settle``), then as states alone. What a history is done with (an order, a consultant) it
forgets. So memory follows what is going on and not what has been.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from ledger.errors import LedgerError
from ledger.fold import Fold, FoldKind

MANY = 24
"""So many events of a tag are kept before it is looked at whether they are needed."""
FRESH = 1 << 16


class DoneWithError(LedgerError):
    """A decision asks for what was forgotten: its answer would be wrong, so it is not made."""


@dataclass(slots=True)
class Kept:
    """What is kept of a tag: events, and by kind the state before them and the state now, with its events.

    ``position`` is that of the last event that is in the states before; ``only`` are the kinds that can be
    asked for, where not all can, and ``read`` the events that these read.
    """

    events: list[tuple[int, Any]] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    states: dict[str, tuple[int, Any]] = field(default_factory=dict)
    position: int = 0
    only: frozenset[str] | None = None
    read: frozenset[type[Any]] | None = None

    def now(self, kind: FoldKind[Any]) -> Any:
        """The state of a kind over everything noted."""
        found = self.states.get(kind.name)
        done, state = (0, self.before.get(kind.name, kind.initial)) if found is None else found
        if found is None or done < len(self.events):
            state = _over(kind, state, self.events[done:])
            self.states[kind.name] = len(self.events), state
        return state

    def at(self, kind: FoldKind[Any], position: int) -> Any:
        """The state of a kind as it was at a position. Raises LedgerError when that is not kept."""
        if self.position > position:
            raise LedgerError(f"a decision asks for {kind.name} as of {position}, which this history settled")
        if not self.events or self.events[-1][0] <= position:
            return self.now(kind)
        earlier = (one for one in self.events if one[0] <= position)
        return _over(kind, self.before.get(kind.name, kind.initial), earlier)

    def fold_away(self, kinds: Iterable[FoldKind[Any]]) -> None:
        """Keep the states of all these kinds in place of the events."""
        self.before = {kind.name: self.now(kind) for kind in kinds}
        self.position = self.events[-1][0]
        self.events, self.states = [], {}


class Remembered:
    """What has happened, by tag, for decisions that read these kinds of fold and no other."""

    def __init__(self, kinds: Sequence[FoldKind[Any]]) -> None:
        self._kinds: dict[str, list[FoldKind[Any]]] = defaultdict(list)
        for kind in kinds:
            self._kinds[kind.prefix].append(kind)
        self._names = frozenset(kind.name for kind in kinds)
        self._read = frozenset((kind.prefix, cls) for kind in kinds for cls in kind.handlers)
        self._known: dict[tuple[type[Any], str], bool] = {}
        self._by_tag: dict[str, Kept] = {}
        self._narrowed: dict[tuple[str, ...], tuple[frozenset[str], frozenset[type[Any]]]] = {}
        self._gone = Gone()
        self._settled = 0

    def note(self, position: int, happened: Any, tags: Iterable[str]) -> None:
        """Keep an event under those of its tags by which a decision may read it."""
        cls = type(happened)
        for tag in tags:
            prefix = tag[: tag.index(":")]
            if self._is_read(cls, prefix):
                kept = self._by_tag.get(tag)
                if kept is None:
                    if tag in self._gone:
                        continue
                    kept = self._by_tag[tag] = Kept()
                elif kept.read is not None and cls not in kept.read:
                    continue
                elif len(kept.events) >= MANY and kept.events[-1][0] <= self._settled:
                    kept.fold_away([k for k in self._kinds[prefix] if not kept.only or k.name in kept.only])
                kept.events.append((position, happened))

    def answer(self, folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
        """The state of each fold by name, over everything noted. Raises LedgerError for what is gone."""
        return {name: self._state(fold) for name, fold in folds.items()}

    def settle(self, position: int) -> None:
        """From now on no decision asks how things stood at an earlier position than this one."""
        self._settled = position

    def forget(self, tag: str) -> None:
        """Drop what carries a tag. A decision that asks for it afterwards fails instead of being wrong."""
        self._by_tag.pop(tag, None)
        self._gone.add(tag)

    def keep_only(self, tag: str, kinds: Sequence[FoldKind[Any]]) -> None:
        """Drop what carries a tag but for these kinds; others fail afterwards, as if it were forgotten."""
        kept = self._by_tag[tag]
        kept.fold_away(kinds)
        names = tuple(kind.name for kind in kinds)
        if names not in self._narrowed:
            read = frozenset(cls for kind in kinds for cls in kind.handlers)
            self._narrowed[names] = frozenset(names), read
        kept.only, kept.read = self._narrowed[names]

    def _is_read(self, cls: type[Any], prefix: str) -> bool:
        known = self._known.get((cls, prefix))
        if known is None:
            known = self._known[cls, prefix] = (prefix, cls) in self._read
        return known

    def _state(self, fold: Fold[Any]) -> Any:
        tag = fold.tag
        kind, position = fold.kind.blind or (fold.kind, None)
        if kind.name not in self._names:
            raise LedgerError(f"a decision asks for {fold.name}, a kind that this history does not keep")
        kept = self._by_tag.get(tag)
        if kept is None:
            if tag in self._gone:
                raise DoneWithError(f"a decision asks for {fold.name}, which this history was done with")
            return kind.initial
        if kept.only is not None and kind.name not in kept.only:
            raise DoneWithError(f"a decision asks for {fold.name}, which this history was done with")
        return kept.now(kind) if position is None else kept.at(kind, position)


class Gone:
    """Tags that were forgotten, by their hashes, eight bytes each."""

    def __init__(self) -> None:
        self._fresh: set[int] = set()
        self._sorted = array("q")

    def add(self, tag: str) -> None:
        """Add one."""
        self._fresh.add(hash(tag))
        if len(self._fresh) >= FRESH:
            self._sorted = array("q", merge(self._sorted, sorted(self._fresh)))
            self._fresh = set()

    def __contains__(self, tag: str) -> bool:
        wanted = hash(tag)
        if wanted in self._fresh:
            return True
        at = bisect_left(self._sorted, wanted)
        return at < len(self._sorted) and self._sorted[at] == wanted


def _over(kind: FoldKind[Any], state: Any, events: Iterable[tuple[int, Any]]) -> Any:
    handlers = kind.handlers
    for position, happened in events:
        handler = handlers.get(type(happened))
        if handler is not None:
            state = handler(state, happened, position)
    return state
