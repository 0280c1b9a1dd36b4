"""Many askings in step: what all of them want in one round is read at once, each fold only once.

An asking is a generator that yields folds (or mappings of folds) and gets their states back. A thousand keys
of a view take as many rounds as one of them does, not a thousand times as many.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledger.decisions.base import Asked, Asking
from ledger.fold import Fold
from projections.base import UnanswerableError

States = Callable[[Mapping[str, Fold[Any]]], Mapping[str, Any]]


_Names = str | Mapping[Any, str] | None
"""The names of the folds that an asking waits for, as it asked for them; None before it has begun."""


def gather_all(askings: Sequence[Asking[Any]], states: States) -> list[Any]:
    """What each asking came to, in their order: its facts, or the UnanswerableError it ended in."""
    found: list[Any] = [None] * len(askings)
    running: list[tuple[int, Asking[Any], _Names]] = [(nr, one, None) for nr, one in enumerate(askings)]
    known: dict[str, Any] = {}
    while running:
        waiting = []
        wanted: dict[str, Fold[Any]] = {}
        for nr, asking, names in running:
            try:
                asked = asking.send(_reply(names, known))
            except StopIteration as done:
                found[nr] = done.value
            except UnanswerableError as error:
                found[nr] = error
            else:
                waiting.append((nr, asking, _named(asked, known, wanted)))
        if wanted:
            known.update(states(wanted))
        running = waiting
    return found


def _named(asked: Asked, known: Mapping[str, Any], wanted: dict[str, Fold[Any]]) -> _Names:
    """The names of what is asked for; what of it is not known is wanted."""
    if isinstance(asked, Fold):
        name = asked.name
        if name not in known:
            wanted[name] = asked
        return name
    names = {}
    for key, fold in asked.items():
        name = names[key] = fold.name
        if name not in known:
            wanted[name] = fold
    return names


def _reply(names: _Names, known: Mapping[str, Any]) -> Any:
    """The states that were asked for."""
    if names is None:
        return None
    if isinstance(names, str):
        return known[names]
    return {key: known[name] for key, name in names.items()}
