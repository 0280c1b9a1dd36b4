"""Folded states of a history that one process makes alone: kept in memory, advanced only when asked for.

Events are kept by tag, as far as some fold of a decision reads them. What a history is done with (an order,
a consultant) it forgets, so that memory follows what is going on and not what has been.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledger.errors import LedgerError
from ledger.fold import Fold, FoldKind

_BLIND = "-until-"  # a fold blind from a position on is asked for once, so its state is not worth keeping


class Remembered:
    """What has happened, by tag, for decisions that read these kinds of fold and no other."""

    def __init__(self, kinds: Sequence[FoldKind[Any]]) -> None:
        self._kinds = frozenset(kind.name for kind in kinds)
        self._read = frozenset((kind.prefix, cls) for kind in kinds for cls in kind.handlers)
        self._kept: dict[tuple[type[Any], str], bool] = {}
        self._by_tag: dict[str, list[tuple[int, Any]]] = {}
        self._states: dict[str, dict[str, tuple[int, Any]]] = {}
        self._gone: set[str] = set()

    def note(self, position: int, happened: Any, tags: Iterable[str]) -> None:
        """Keep an event under those of its tags by which a decision may read it."""
        cls = type(happened)
        for tag in tags:
            if self._is_read(cls, tag) and tag not in self._gone:
                kept = self._by_tag.get(tag)
                if kept is None:
                    self._by_tag[tag] = [(position, happened)]
                else:
                    kept.append((position, happened))

    def answer(self, folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
        """The state of each fold by name, over everything noted. Raises LedgerError for what is gone."""
        return {name: self._state(fold) for name, fold in folds.items()}

    def forget(self, tag: str) -> None:
        """Drop what carries a tag. A decision that asks for it afterwards fails instead of being wrong."""
        self._by_tag.pop(tag, None)
        self._states.pop(tag, None)
        self._gone.add(tag)

    def _is_read(self, cls: type[Any], tag: str) -> bool:
        prefix = tag[: tag.index(":")]
        known = self._kept.get((cls, prefix))
        if known is None:
            known = self._kept[cls, prefix] = (prefix, cls) in self._read
        return known

    def _state(self, fold: Fold[Any]) -> Any:
        tag, kind = fold.tag, fold.kind
        if tag in self._gone:
            raise LedgerError(f"a decision asks for {fold.name}, which this history was done with")
        if kind.name not in self._kinds and kind.name.partition(_BLIND)[0] not in self._kinds:
            raise LedgerError(
                f"a decision asks for {fold.name}, a kind of fold that this history does not keep"
            )
        events = self._by_tag.get(tag)
        if events is None:
            return kind.initial
        if _BLIND in kind.name:
            return fold.over(events)
        states = self._states.setdefault(tag, {})
        done, state = states.get(kind.name, (0, kind.initial))
        if done < len(events):
            handlers = kind.handlers
            for position, happened in events[done:]:
                handler = handlers.get(type(happened))
                if handler is not None:
                    state = handler(state, happened, position)
            states[kind.name] = len(events), state
        return state
