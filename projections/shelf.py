"""The shelf: where folded states are kept between batches. A port with two implementations and one contract.

A shelf belongs to one version of the code that folds. What stands on it is derived from the log and may be
thrown away at any time; a reader without a shelf folds the log itself and gets the same answer, later.
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

Name = tuple[str, str]  # fold kind, key


@dataclass(frozen=True, slots=True)
class Kept:
    """A state as kept: canonical bytes, and the positions of the first and the last event that reached it."""

    first: int
    last: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Shelved:
    """States read in one snapshot, all complete up to one position."""

    position: int
    states: Mapping[Name, Kept]


class Turn(Protocol):
    """One follower's turn: a transaction that nobody else's turn overlaps.

    Leaving it by an exception undoes it.
    """

    @property
    def generation(self) -> int:
        """Which building of the states this is; a rebuild begins another."""
        ...

    @property
    def position(self) -> int:
        """The position up to which the states are complete."""
        ...

    def load(self, names: Collection[Name]) -> Mapping[Name, Kept]:
        """The kept states of these names; those without one are left out."""
        ...

    def keep(self, changed: Mapping[Name, Kept], position: int) -> None:
        """Keep changed states and the position they are complete up to, together or not at all."""
        ...


class Shelf(Protocol):
    """Keeps states by (fold kind, key) and the position they are complete up to."""

    def turn(self) -> AbstractContextManager[Turn | None]:
        """Begin a turn; None while another follower has it."""
        ...

    def replace(self, states: Iterable[tuple[Name, Kept]], position: int) -> None:
        """Put a whole new generation in place of the kept one, at once: no reader sees a part of either."""
        ...

    def read(self, names: Collection[Name]) -> Shelved:
        """The kept states of these names in one snapshot; position 0 before anything was kept."""
        ...

    def keys(self, kind: str, *, upto: int, limit: int) -> tuple[int, tuple[str, ...]]:
        """(position, the smallest keys of a kind whose first event lies at or below ``upto``, sorted)."""
        ...

    def every(self, kind: str) -> AbstractContextManager[tuple[int, Iterator[tuple[str, bytes]]]]:
        """(position, all (key, state) of a kind sorted by key), in one snapshot and with bounded memory."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


@dataclass(slots=True)
class _Generation:
    number: int = 1
    position: int = 0
    states: dict[Name, Kept] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _MemoryTurn:
    held: _Generation
    kept: dict[Name, Kept] = field(default_factory=dict)
    reached: list[int] = field(default_factory=list)

    @property
    def generation(self) -> int:
        return self.held.number

    @property
    def position(self) -> int:
        return self.held.position

    def load(self, names: Collection[Name]) -> Mapping[Name, Kept]:
        return {name: self.held.states[name] for name in names if name in self.held.states}

    def keep(self, changed: Mapping[Name, Kept], position: int) -> None:
        self.kept.update(changed)
        self.reached.append(position)


class MemoryShelf:
    """The twin in memory, for fast tests and for reading without a database."""

    def __init__(self) -> None:
        self._now = _Generation()
        self._leading = threading.Lock()
        self._reading = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[Turn | None]:
        """See Shelf."""
        if not self._leading.acquire(blocking=False):
            yield None
            return
        try:
            mine = _MemoryTurn(self._now)
            yield mine
            self._commit(mine)
        finally:
            self._leading.release()

    def replace(self, states: Iterable[tuple[Name, Kept]], position: int) -> None:
        """See Shelf."""
        fresh = dict(states)
        with self._leading, self._reading:
            self._now = _Generation(self._now.number + 1, position, fresh)

    def read(self, names: Collection[Name]) -> Shelved:
        """See Shelf."""
        with self._reading:
            now = self._now
            return Shelved(now.position, {name: now.states[name] for name in names if name in now.states})

    def keys(self, kind: str, *, upto: int, limit: int) -> tuple[int, tuple[str, ...]]:
        """See Shelf."""
        with self._reading:
            states = self._now.states.items()
            found = sorted(key for (of, key), kept in states if of == kind and kept.first <= upto)
            return self._now.position, tuple(found[:limit])

    @contextmanager
    def every(self, kind: str) -> Iterator[tuple[int, Iterator[tuple[str, bytes]]]]:
        """See Shelf."""
        with self._reading:
            position = self._now.position
            found = [(key, kept.state) for (of, key), kept in self._now.states.items() if of == kind]
        yield position, iter(sorted(found))

    def close(self) -> None:
        """Nothing to release."""

    def _commit(self, turn: _MemoryTurn) -> None:
        with self._reading:
            self._now.states.update(turn.kept)
            self._now.position = turn.reached[-1] if turn.reached else self._now.position
