"""Folds that change seldom and that nearly every answer asks for: all their states are remembered.

A policy changes a few times a year, and every key of every view reads it. Each of its states is kept with the
position it stands from, as far as the log was looked at; so any moment of the past is a look-up in memory,
and a later one asks the log only for what came since.
"""

import threading
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.facts.policies import calendars, policies
from ledger.fold import Fold, FoldKind
from ledger.handle.reading import event_of
from ledger.store.log import Bounded

SELDOM: Mapping[str, FoldKind[Any]] = {kind.name: kind for kind in (policies, calendars)}
REMEMBERED_MAX = 100  # agreements and calendars are few; beyond this, the one first met is forgotten


@dataclass(frozen=True, slots=True)
class _Known:
    """Every state of one fold up to a position, each with the position from which on it holds."""

    upto: int
    since: tuple[int, ...]
    states: tuple[Any, ...]

    def at(self, position: int) -> Any:
        return self.states[bisect_right(self.since, position) - 1]

    def after(self, log: Bounded, fold: Fold[Any], upto: int) -> "_Known":
        """The same with what the log has up to a later position."""
        _, stored = log.boundary((fold.selector(),), after=self.upto, upto=upto)
        since, states = list(self.since), list(self.states)
        for one in stored:
            since.append(one.position)
            states.append(fold.kind.step(states[-1], event_of(one), one.position))
        return _Known(upto, tuple(since), tuple(states))


@dataclass(frozen=True, slots=True)
class Seldom:
    """The states of such folds of one log, shared by every answer."""

    known: dict[str, _Known] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock, repr=False)

    def holds(self, fold: Fold[Any]) -> bool:
        """Whether a fold is of a kind that is remembered here."""
        return SELDOM.get(fold.kind.name) is fold.kind

    def states(self, log: Bounded, folds: Mapping[str, Fold[Any]], position: int) -> dict[str, Any]:
        """The state of each fold by name at a position of the log."""
        return {name: self._upto(log, fold, position).at(position) for name, fold in folds.items()}

    def _upto(self, log: Bounded, fold: Fold[Any], position: int) -> _Known:
        found = self.known.get(fold.name) or _Known(0, (0,), (fold.kind.initial,))
        if found.upto >= position:
            return found
        found = found.after(log, fold, position)
        with self.lock:
            kept = self.known.get(fold.name)
            if kept is None or kept.upto < found.upto:
                while len(self.known) >= REMEMBERED_MAX:
                    del self.known[next(iter(self.known))]
                self.known[fold.name] = found
        return found
