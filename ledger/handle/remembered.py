"""Folded states of a history that one process makes alone: kept in memory, advanced only when asked for.

Events are kept by tag, as far as some fold of a decision reads them: until nobody asks any more how things
stood before them (``settle``), then as states alone. What a history is done with (an order, a consultant) it
forgets. So memory follows what is going on and not what has been.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from typing import Any

from ledger.decisions.base import Asking, Gathered, gather_each
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
        name, events = kind.name, self.events
        found = self.states.get(name)
        done, state = (0, self.before.get(name, kind.initial)) if found is None else found
        if done < len(events) or found is None:
            state = _over(kind, state, events[done:])
            self.states[name] = len(events), state
        return state

    def at(self, kind: FoldKind[Any], position: int) -> Any:
        """The state of a kind as it was at a position. Raises LedgerError when that is not kept."""
        if self.position > position:
            raise LedgerError(f"a decision asks for {kind.name} as of {position}, which this history settled")
        if not self.events or self.events[-1][0] <= position:
            return self.now(kind)
        earlier = [one for one in self.events if one[0] <= position]
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
        self._prefixes: dict[type[Any], frozenset[str]] = {}
        self._by_tag: dict[str, Kept] = {}
        self._narrowed: dict[tuple[str, ...], tuple[frozenset[str], frozenset[type[Any]]]] = {}
        self._gone = Gone()
        self._settled = 0

    def note(self, position: int, happened: Any, tags: Iterable[str]) -> None:
        """Keep an event under those of its tags by which a decision may read it."""
        cls = type(happened)
        prefixes = self._prefixes.get(cls)
        if prefixes is None:
            prefixes = self._prefixes[cls] = frozenset(p for p, read in self._read if read is cls)
        for tag in tags:
            prefix = tag[: tag.index(":")]
            if prefix in prefixes:
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

    def gather(self, asking: Asking[Any]) -> Gathered:
        """What a decision asks, learnt here. Raises LedgerError for what is gone or never was kept."""
        return gather_each(asking, self.state)

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

    def state(self, fold: Fold[Any]) -> Any:
        """The state of a fold over everything noted. Raises LedgerError for what is gone."""
        kind = fold.kind
        tag = f"{kind.prefix}:{fold.key}"
        kept = self._by_tag.get(tag)
        if kept is None:
            return self._unknown(fold, tag)
        found = kept.states.get(kind.name)
        if found is not None and found[0] == len(kept.events):
            return found[1]
        whole, position = kind.blind or (kind, None)
        if whole.name not in (self._names if kept.only is None else kept.only):
            raise self._refused(fold, whole)
        return kept.now(whole) if position is None else kept.at(whole, position)

    def _unknown(self, fold: Fold[Any], tag: str) -> Any:
        """The initial state of what nothing was ever noted of. Raises LedgerError for what is gone."""
        kind = fold.kind.blind[0] if fold.kind.blind else fold.kind
        if kind.name not in self._names or tag in self._gone:
            raise self._refused(fold, kind)
        return kind.initial

    def _refused(self, fold: Fold[Any], kind: FoldKind[Any]) -> LedgerError:
        if kind.name not in self._names:
            return LedgerError(f"a decision asks for {fold.name}, a kind that this history does not keep")
        return DoneWithError(f"a decision asks for {fold.name}, which this history was done with")


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


def _over(kind: FoldKind[Any], state: Any, events: Sequence[tuple[int, Any]]) -> Any:
    handlers = kind.handlers
    if kind.runs and len(events) > 1:
        handled = [one for one in events if type(one[1]) in handlers]
        for _, some in groupby(handled, _class_of):
            state = kind.in_run(state, list(some))
        return state
    for position, happened in events:
        handler = handlers.get(type(happened))
        if handler is not None:
            state = handler(state, happened, position)
    return state


def _class_of(placed: tuple[int, Any]) -> type[Any]:
    return type(placed[1])
