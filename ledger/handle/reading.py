"""Folded states read from the log: cold, or from cached states advanced by their tail.

Sharing a cached state is safe because states are frozen. A state may be newer than the head of a read; then
the append's condition is merely stricter than needed.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from ledger.events.base import decode, tags_of
from ledger.fold import Fold, together
from ledger.store.codec import fields_json
from ledger.store.log import Bounded, Sealed, Stored
from ledger.store.order_keys import OrderKeys


class Cached(Struct, frozen=True):
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

    def get_all(self, folds: Mapping[str, Fold[Any]]) -> Mapping[str, Cached]:
        """The same for several folds by name."""
        return {name: self.get(fold) for name, fold in folds.items()}

    def warm(self, folds: Mapping[str, Fold[Any]]) -> Mapping[str, Cached] | None:
        """The cached states of these folds as they are, or None if one of them has none."""
        found = self.get_all(folds)
        return found if all(cached.position for cached in found.values()) else None

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
    log: Bounded, folds: Mapping[str, Fold[Any]], cache: FoldCache = NO_CACHE, *, upto: int | None = None
) -> tuple[int, Mapping[str, Any]]:
    """(head, the state of each fold by name), all at one head; ``upto`` fixes it at an earlier position.

    Reading the past (``upto`` before a cached position) never uses the cache's newer states.
    """
    known = cache.get_all(folds)
    starts = {name: _start(known[name], fold, upto) for name, fold in folds.items()}
    head = upto
    states = {name: start for name, start in starts.items() if start.position == upto}  # complete already
    for group in _by_warmth({name: fold for name, fold in folds.items() if name not in states}, starts):
        reached, part = _advance(log, group, starts, head)
        head = reached if head is None else head
        states.update(part)
    cache.put(states)
    return (log.head().position if head is None else head), {name: states[name].state for name in folds}


def fold_own(
    cache: FoldCache,
    folds: Mapping[str, Fold[Any]],
    states: Mapping[str, Any],
    first: int,
    own: Iterable[Sealed],
    keys: OrderKeys,
) -> None:
    """Remember states with a decision's own events folded in, the first of which stands at ``first``.

    The append's condition held, so nothing else reached these folds in between: the states are complete.
    """
    if not cache.size_max or not folds:
        return
    known, last = {name: states[name] for name in folds}, first
    for last, one in enumerate(own, start=first):
        happened = decode(one.type, fields_json(keys.unlocked(one.body)))
        for name, fold in folds.items():
            if fold.tag in one.tags:
                known[name] = fold.kind.step(known[name], happened, last)
    cache.put({name: Cached(last, known[name]) for name in folds})


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
    log: Bounded, folds: Mapping[str, Fold[Any]], starts: Mapping[str, Cached], upto: int | None
) -> tuple[int, dict[str, Cached]]:
    after = min(starts[name].position for name in folds)
    selectors = together(folds)
    head, stored = log.boundary(selectors, after=after, upto=upto)
    states = {name: starts[name].state for name in folds}
    _fold(folds, states, ((one.position, event_of(one), one.type) for one in stored), starts)
    return head, {name: Cached(max(head, starts[name].position), states[name]) for name in folds}


def _fold(
    folds: Mapping[str, Fold[Any]],
    states: dict[str, Any],
    happenings: Iterable[tuple[int, Any, str]],
    starts: Mapping[str, Cached],
) -> None:
    """Step the states over (position, event, stored type), each into the folds whose boundary holds it."""
    reached = _legs(folds) if len(folds) > 1 else None  # to a fold alone the log gave just what it asked for
    everybody = list(folds)
    for position, happened, stored_type in happenings:
        names = everybody
        if reached is not None:
            names = [n for tag in tags_of(happened) for n in reached.get((stored_type, tag), ())]
        for name in names:
            if position > starts[name].position:
                states[name] = folds[name].kind.step(states[name], happened, position)


def _legs(folds: Mapping[str, Fold[Any]]) -> Mapping[tuple[str, str], list[str]]:
    """The names of the folds that an event reaches, by its stored type and each of its tags."""
    legs: dict[tuple[str, str], list[str]] = {}
    for name, fold in folds.items():
        tag = fold.tag
        for stored_type in fold.kind.types():
            legs.setdefault((stored_type, tag), []).append(name)
    return legs
