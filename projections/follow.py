"""The follower.

Tails the log in batches and keeps the histories of the states it changes, exactly once, in any number of
processes.

Rows of histories are added, and the position they are complete up to changes, in one transaction that one
follower at a time holds, so a crash at any point loses nothing and repeats nothing. Between turns the
follower remembers decoded states, which are good only as long as nobody else took a turn.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.fold import FoldKind
from ledger.store.log import Log, Stored
from projections.base import VIEWS, View
from projections.growing import Histories, steps_of
from projections.history import DENSITY, Density, Name
from projections.rebuild import rebuild
from projections.replaying import ahead
from projections.routes import Routes
from projections.shelf import Shelf, Turn
from projections.states import state_types

BATCH_MAX = 2_000
REMEMBERED_MAX = 20_000
REBUILD_EVENTS_MIN = 20_000
POLL_SECONDS = 1.0


@dataclass(slots=True)
class Follower:
    """Keeps a shelf up with a log for some views (all, unless told).

    ``rebuild`` is how to rebuild from nothing when far behind, until told to stop: the position, or None if
    another process does it. Without it this process rebuilds by itself.
    """

    log: Log
    shelf: Shelf
    views: Iterable[View] = field(default_factory=lambda: tuple(VIEWS.values()))
    batch_max: int = BATCH_MAX
    density: Density = DENSITY
    rebuild: Callable[[threading.Event], int | None] | None = None
    _routes: Routes = field(init=False, repr=False)
    _histories: Histories = field(init=False, repr=False)
    _stand: tuple[int, int] = field(init=False, repr=False, default=(0, 0))

    def __post_init__(self) -> None:
        self.views = tuple(self.views)
        self._histories = Histories(state_types(self.views), self.density)
        self._routes = Routes.of(kept.kind for kept in self._histories.types.values())

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

    def catch_up(self, stopping: threading.Event | None = None) -> int | None:
        """Take turns until nothing is left or another follower leads.

        From nothing and far behind, rebuild.
        """
        if self._far_behind():
            if self.rebuild is not None:
                return self.rebuild(stopping or threading.Event())
            return rebuild(self.log, self.shelf, self.views, density=self.density)
        while (reached := self.turn()) is not None and reached < self.log.head().position:
            pass
        return reached

    def run(self, stopping: threading.Event, poll_seconds: float = POLL_SECONDS) -> None:
        """Follow until told to stop. Raises what the log and the shelf raise.

        Run again to go on where it was.
        """
        while not stopping.is_set():
            reached = self.catch_up(stopping)
            if reached is None:
                stopping.wait(poll_seconds)
            else:
                self.log.wait(reached, poll_seconds)

    def _far_behind(self) -> bool:
        return self.shelf.position() == 0 and self.log.head().position >= REBUILD_EVENTS_MIN

    def _fold_next(self, turn: Turn) -> int:
        held = self._histories.held
        if (turn.generation, turn.position) != self._stand or len(held) > REMEMBERED_MAX:
            held.clear()
        self._stand = (0, 0)  # until this turn is known to be kept
        upto = min(self.log.head().position, turn.position + self.batch_max)
        if upto <= turn.position:
            return turn.position
        stored = self.log.tail(after=turn.position, upto=upto, types=self._routes.types)
        steps = steps_of(self._routes.happenings(stored))
        self._histories.learn(turn.load(self._histories.unknown(steps)))
        turn.keep(self._histories.grow(steps), upto)
        return upto


def folded(kinds: Iterable[FoldKind[Any]], stored: Iterable[Stored]) -> dict[Name, Any]:
    """Every state of these kinds after one pass over the log, by (kind, key).

    The replay that all else must equal.
    """
    chosen = {kind.name: kind for kind in kinds}
    by_kind: dict[str, dict[str, Any]] = {name: {} for name in chosen}
    initial = {name: kind.initial for name, kind in chosen.items()}
    for kind, key, handler, happened, position in Routes.of(chosen.values()).steps(ahead(stored)):
        held = by_kind[kind]
        held[key] = handler(held.get(key, initial[kind]), happened, position)
    return {(kind, key): state for kind, states in by_kind.items() for key, state in states.items()}
