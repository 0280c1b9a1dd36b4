"""The one idea: state is a left fold over recorded events.

A ``FoldKind`` says how events of one tag prefix build a state; called with a key it is a ``Fold``, whose
boundary (which types, which tag) is derived from its handlers and cannot drift from them. What a decision
must know, a view, and a moment in the past are the same fold over different stretches of the log. Handlers
are pure: they get a state, an event and its position, and return a new state; they never change the one they
got.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar

from msgspec import Struct, convert

from ledger.events.base import declared, stored_types
from ledger.values import Tag

S = TypeVar("S")
Handler = Callable[[S, Any, int], S]
Run = Callable[[S, Sequence[tuple[int, Any]]], S]


class Selector(Struct, frozen=True):
    """Events of any of these stored types that carry this tag."""

    types: tuple[str, ...]
    tag: str


@dataclass(frozen=True)
class FoldKind(Generic[S]):
    """How the events that carry a tag with this prefix build a state, declared once.

    ``blind`` is the kind this one repeats, and the position after which it sees nothing (``until``).
    ``reads`` says of an event class what its handler sees of it, where that is less than the whole event.
    ``runs`` fold several of one class that follow each other, as the handler would one by one.
    """

    name: str
    prefix: str
    initial: S
    handlers: dict[type[Any], Handler[S]] = field(default_factory=dict)
    blind: "tuple[FoldKind[S], int] | None" = None
    reads: dict[type[Any], type[Struct]] = field(default_factory=dict)
    runs: dict[type[Any], Run[S]] = field(default_factory=dict)
    _types: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def on(self, *events: type[Any], reads: type[Struct] | None = None) -> Callable[[Handler[S]], Handler[S]]:
        """Register the handler of these event classes; a second one for the same class is an error.

        With ``reads``, an array-like Struct of some of the event's fields, the handler is given that instead,
        and what is kept for it of the event is no more than that.
        """

        def register(handler: Handler[S]) -> Handler[S]:
            for cls in events:
                if cls in self.handlers:
                    msg = f"{self.name} handles {cls.__name__} already"
                    raise TypeError(msg)
                self.handlers[cls] = handler if reads is None else _reading(reads, handler)
                if reads is not None:
                    self.reads[cls] = reads
            return handler

        return register

    def in_a_row(self, event: type[Any]) -> Callable[[Run[S]], Run[S]]:
        """Register how several of an event are folded at once: positions, and what its handler sees of each.

        It is the same as one after the other, where nobody looks at the states between them.
        """

        def register(run: Run[S]) -> Run[S]:
            self.runs[event] = run
            return run

        return register

    def __call__(self, key: str) -> "Fold[S]":
        """The fold of one key."""
        return Fold(self, key)

    def types(self) -> tuple[str, ...]:
        """Every stored type this fold understands, older versions included."""
        until = len(self.handlers), declared()
        if until not in self._types:
            self._types[until] = tuple(sorted(name for cls in self.handlers for name in stored_types(cls)))
        return self._types[until]

    def step(self, state: S, event: Any, position: int) -> S:
        """The state after one event; one without a handler, or beyond what is seen, changes nothing."""
        if self.blind is not None and position > self.blind[1]:
            return state
        handler = self.handlers.get(type(event))
        return state if handler is None else handler(state, event, position)

    def in_run(self, state: S, placed: Sequence[tuple[int, Any]]) -> S:
        """The state after several events of one class, each with its position; nothing is blind to them."""
        cls = placed[0][1].__class__
        run, seen = self.runs.get(cls), self.reads.get(cls)
        if run is None or not placed[1:]:
            for position, event in placed:
                state = self.handlers[cls](state, event, position)
            return state
        if seen is not None:
            placed = [(position, convert(event, seen, from_attributes=True)) for position, event in placed]
        return run(state, placed)


class Fold(Struct, Generic[S], frozen=True):
    """One state of one key: a kind and the key whose tag bounds it."""

    kind: FoldKind[S]
    key: str

    @property
    def tag(self) -> str:
        """The tag that bounds this fold."""
        return Tag(self.kind.prefix).of(self.key)

    @property
    def name(self) -> str:
        """A name for caches and reports: the kind and the key."""
        return f"{self.kind.name}/{self.key}"

    def selector(self) -> Selector:
        """The boundary, derived from the handlers."""
        return Selector(self.kind.types(), self.tag)

    def over(self, events: Iterable[tuple[int, Any]]) -> S:
        """The state after these (position, event) pairs, all of which lie inside the boundary."""
        return self.from_state(self.kind.initial, events)

    def from_state(self, state: S, events: Iterable[tuple[int, Any]]) -> S:
        """The state after these events, starting from an earlier state."""
        for position, happened in events:
            state = self.kind.step(state, happened, position)
        return state


def until(kind: FoldKind[S], position: int) -> FoldKind[S]:
    """The same fold, blind to what came after a position: what was known then, beside what is known now."""
    whole, last = kind.blind or (kind, position)
    seen = min(last, position)
    name = f"{whole.name}-until-{seen}"
    return FoldKind(name, whole.prefix, whole.initial, whole.handlers, (whole, seen), _types=whole._types)  # noqa: SLF001


def _reading(reads: type[Struct], handler: Handler[S]) -> Handler[S]:
    """The handler of events of which it sees some fields; whoever has only those hands them over."""

    @wraps(handler)
    def read(state: S, happened: Any, position: int) -> S:
        seen = happened if happened.__class__ is reads else convert(happened, reads, from_attributes=True)
        return handler(state, seen, position)

    return read


def together(folds: Mapping[str, Fold[Any]]) -> tuple[Selector, ...]:
    """The boundary of several folds as one: what a decision that knows them all depends on."""
    return tuple(dict.fromkeys(fold.selector() for fold in folds.values()))
