"""The follower.

Tails the log in batches and keeps the states it changes, exactly once, in any number of processes.

States and the position they are complete up to change in one transaction that one follower at a time holds,
so a crash at any point loses nothing and repeats nothing. Between turns the follower remembers decoded
states, which are good only as long as nobody else took a turn.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.fold import FoldKind
from ledger.store.log import Log, Stored
from projections.base import VIEWS, View
from projections.replaying import ahead, collecting_seldom
from projections.routes import Routes, Step
from projections.shelf import Kept, Name, Shelf, Turn
from projections.states import StateType, state_types

BATCH_MAX = 2_000
REMEMBERED_MAX = 20_000
REBUILD_EVENTS_MIN = 20_000
POLL_SECONDS = 1.0

Held = tuple[int, int, Any]  # first position, last position, state


@dataclass(slots=True)
class Follower:
    """Keeps a shelf up with a log for some views (all, unless told)."""

    log: Log
    shelf: Shelf
    views: Iterable[View] = field(default_factory=lambda: tuple(VIEWS.values()))
    batch_max: int = BATCH_MAX
    _types: dict[str, StateType] = field(init=False, repr=False)
    _routes: Routes = field(init=False, repr=False)
    _known: dict[Name, Held] = field(init=False, repr=False, default_factory=dict)
    _stand: tuple[int, int] = field(init=False, repr=False, default=(0, 0))

    def __post_init__(self) -> None:
        self._types = state_types(self.views)
        self._routes = Routes.of(kept.kind for kept in self._types.values())

    def turn(self) -> int | None:
        """Fold the next batch and keep it.

        The position reached, or None while another follower has the turn.
        """
        with self.shelf.turn() as turn:
            if turn is None:
                return None
            reached = self._fold_next(turn)
            generation = turn.generation
        self._stand = generation, reached
        return reached

    def catch_up(self) -> int | None:
        """Take turns until nothing is left or another follower leads.

        From nothing and far behind, rebuild.
        """
        if self._far_behind():
            return rebuild(self.log, self.shelf, self.views)
        while (reached := self.turn()) is not None and reached < self.log.head().position:
            pass
        return reached

    def run(self, stopping: threading.Event, poll_seconds: float = POLL_SECONDS) -> None:
        """Follow until told to stop. Raises what the log and the shelf raise.

        Run again to go on where it was.
        """
        while not stopping.is_set():
            reached = self.catch_up()
            if reached is None:
                stopping.wait(poll_seconds)
            else:
                self.log.wait(reached, poll_seconds)

    def _far_behind(self) -> bool:
        return self.shelf.read(()).position == 0 and self.log.head().position >= REBUILD_EVENTS_MIN

    def _fold_next(self, turn: Turn) -> int:
        if (turn.generation, turn.position) != self._stand or len(self._known) > REMEMBERED_MAX:
            self._known.clear()
        self._stand = (0, 0)  # until this turn is known to be kept
        upto = min(self.log.head().position, turn.position + self.batch_max)
        if upto <= turn.position:
            return turn.position
        stored = self.log.tail(after=turn.position, upto=upto, types=self._routes.types)
        steps = list(self._routes.steps(stored))
        self._learn(turn, {step[:2] for step in steps})
        changed = advanced(self._types, self._known, steps)
        turn.keep({name: _kept(self._types[name[0]], self._known[name]) for name in changed}, upto)
        return upto

    def _learn(self, turn: Turn, names: Iterable[Name]) -> None:
        found = turn.load([name for name in names if name not in self._known])
        for name, kept in found.items():
            self._known[name] = kept.first, kept.last, self._types[name[0]].shape.restore(kept.state)


def advanced(types: Mapping[str, StateType], held: dict[Name, Held], steps: Iterable[Step]) -> set[Name]:
    """Apply steps to held states in place; the names of those they reached."""
    reached: set[Name] = set()
    for kind, key, handler, happened, position in steps:
        name = kind, key
        first, _, state = held.get(name) or (position, 0, types[kind].kind.initial)
        held[name] = first, position, handler(state, happened, position)
        reached.add(name)
    return reached


def folded(kinds: Iterable[FoldKind[Any]], stored: Iterable[Stored]) -> dict[Name, Held]:
    """Every state of these kinds after one pass over the log, by (kind, key).

    The replay that all else must equal.
    """
    chosen = {kind.name: kind for kind in kinds}
    by_kind: dict[str, dict[str, Held]] = {name: {} for name in chosen}
    unreached = {name: (0, 0, kind.initial) for name, kind in chosen.items()}
    for kind, key, handler, happened, position in Routes.of(chosen.values()).steps(ahead(stored)):
        held = by_kind[kind]
        first, _, state = held.get(key) or unreached[kind]
        held[key] = first or position, position, handler(state, happened, position)
    return {(kind, key): held for kind, states in by_kind.items() for key, held in states.items()}


def rebuild(log: Log, shelf: Shelf, views: Iterable[View], *, upto: int | None = None) -> int:
    """Fold the whole log beside what is kept and put the result in its place at once.

    The position it is complete to.

    Readers and the live follower go on meanwhile; after the switch the follower continues from the new
    position.
    """
    types = state_types(views)
    kinds = [kept.kind for kept in types.values()]
    position = log.head().position if upto is None else upto
    with collecting_seldom():
        states = folded(kinds, log.tail(upto=position, types=Routes.of(kinds).types))
        shelf.replace(((name, _kept(types[name[0]], held)) for name, held in states.items()), position)
    return position


def _kept(of: StateType, held: Held) -> Kept:
    first, last, state = held
    return Kept(first, last, of.shape.encode(state))
