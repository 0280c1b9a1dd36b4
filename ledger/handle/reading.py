"""Folded states read from the log: cold, or from cached states advanced by their tail.

Sharing a cached state is safe because states are frozen. A state may be newer than the head of a read; then
the append's condition is merely stricter than needed.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.events.base import decode, tags_of
from ledger.fold import Fold
from ledger.store.codec import fields_json
from ledger.store.log import Log, Stored


@dataclass(frozen=True, slots=True)
class Cached:
    """A folded state and the position up to which it is complete."""

    position: int
    state: Any


@dataclass(frozen=True, slots=True)
class FoldCache:
    """The most recently used folded states by fold name; ``size_max`` 0 keeps none."""

    size_max: int = 50_000
    entries: "OrderedDict[str, Cached]" = field(default_factory=OrderedDict, repr=False)
    lock: Any = field(default_factory=threading.Lock, repr=False)

    def get(self, fold: Fold[Any]) -> Cached:
        """The cached state of a fold, or its initial state at position 0."""
        with self.lock:
            found = self.entries.get(fold.name)
            if found is not None:
                self.entries.move_to_end(fold.name)
        return found or Cached(0, fold.kind.initial)

    def put(self, states: Mapping[str, Cached]) -> None:
        """Remember states; an older one never replaces a newer one."""
        if not self.size_max:
            return
        with self.lock:
            for name, cached in states.items():
                known = self.entries.get(name)
                if known is None or known.position <= cached.position:
                    self.entries[name] = cached
                    self.entries.move_to_end(name)
            while len(self.entries) > self.size_max:
                self.entries.popitem(last=False)


NO_CACHE = FoldCache(size_max=0)


def event_of(stored: Stored) -> Any:
    """The event behind a stored row. Raises Corrupt."""
    return decode(stored.type, fields_json(stored.body))


def read_folds(
    log: Log, folds: Mapping[str, Fold[Any]], cache: FoldCache = NO_CACHE, *, upto: int | None = None
) -> tuple[int, Mapping[str, Any]]:
    """(head, the state of each fold by name), all at one head; ``upto`` fixes it at an earlier position.

    Reading the past (``upto`` before a cached position) never uses the cache's newer states.
    """
    starts = {name: _start(cache.get(fold), fold, upto) for name, fold in folds.items()}
    head = upto
    states: dict[str, Cached] = {}
    for group in _by_warmth(folds, starts):
        reached, part = _advance(log, group, starts, head)
        head = reached if head is None else head
        states.update(part)
    cache.put(states)
    return (log.head().position if head is None else head), {name: states[name].state for name in folds}


def _start(cached: Cached, fold: Fold[Any], upto: int | None) -> Cached:
    too_new = upto is not None and cached.position > upto
    return Cached(0, fold.kind.initial) if too_new else cached


def _by_warmth(
    folds: Mapping[str, Fold[Any]], starts: Mapping[str, Cached]
) -> Iterable[Mapping[str, Fold[Any]]]:
    cold = {name: fold for name, fold in folds.items() if starts[name].position == 0}
    warm = {name: fold for name, fold in folds.items() if starts[name].position > 0}
    return [group for group in (cold, warm) if group]


def _advance(
    log: Log, folds: Mapping[str, Fold[Any]], starts: Mapping[str, Cached], upto: int | None
) -> tuple[int, dict[str, Cached]]:
    after = min(starts[name].position for name in folds)
    selectors = tuple(dict.fromkeys(fold.selector() for fold in folds.values()))
    head, stored = log.boundary(selectors, after=after, upto=upto)
    states = {name: starts[name].state for name in folds}
    by_tag: dict[str, list[str]] = {}
    for name, fold in folds.items():
        by_tag.setdefault(fold.tag, []).append(name)
    for one in stored:
        happened = event_of(one)
        for name in (name for tag in tags_of(happened) for name in by_tag.get(tag, ())):
            if one.position > starts[name].position:
                states[name] = folds[name].kind.step(states[name], happened, one.position)
    return head, {name: Cached(max(head, starts[name].position), states[name]) for name in folds}
