"""Many askings in step: what all of them want in one round is read at once, each fold only once.

An asking is a generator that yields folds (or mappings of folds) and gets their states back. A thousand keys
of a view take as many rounds as one of them does, not a thousand times as many.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.decisions.base import Asked, Asking
from ledger.fold import Fold
from projections.base import UnanswerableError

States = Callable[[Mapping[str, Fold[Any]]], Mapping[str, Any]]


@dataclass(slots=True)
class _Running:
    """One asking, the folds it waits for, and at the end what it came to."""

    asking: Asking[Any]
    asked: Asked | None = None
    found: Any = None

    def go_on(self, reply: Any) -> bool:
        """Hand it the states it asked for; whether it asks for more."""
        try:
            self.asked = self.asking.send(reply)
        except StopIteration as done:
            self.asked, self.found = None, done.value
        except UnanswerableError as error:
            self.asked, self.found = None, error
        return self.asked is not None


@dataclass(slots=True)
class _Round:
    """What is known so far, and what this round asks for beyond it."""

    states: dict[str, Any] = field(default_factory=dict)
    wanted: dict[str, Fold[Any]] = field(default_factory=dict)

    def want(self, asked: Asked | None) -> None:
        for fold in (asked,) if isinstance(asked, Fold) else asked.values() if asked else ():
            name = fold.name
            if name not in self.states:
                self.wanted[name] = fold

    def read(self, states: States) -> None:
        if self.wanted:
            self.states.update(states(self.wanted))
            self.wanted = {}

    def reply(self, asked: Asked | None) -> Any:
        if isinstance(asked, Fold):
            return self.states[asked.name]
        return {key: self.states[fold.name] for key, fold in (asked or {}).items()}


def gather_all(askings: Sequence[Asking[Any]], states: States) -> list[Any]:
    """What each asking came to, in their order: its facts, or the UnanswerableError it ended in."""
    everyone = [_Running(asking) for asking in askings]
    running = [one for one in everyone if one.go_on(None)]
    now = _Round()
    while running:
        for one in running:
            now.want(one.asked)
        now.read(states)
        running = [one for one in running if one.go_on(now.reply(one.asked))]
    return [one.found for one in everyone]
