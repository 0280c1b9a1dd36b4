"""The shelf in memory: for fast tests, and for reading without a database."""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter

from projections.history import POSITION_MAX, Era, Name, Row
from projections.shelf import Building, Make, Shelved, Turn, itself


@dataclass(slots=True)
class _Generation:
    number: int = 1
    position: int = 0
    rows: dict[Name, list[Row]] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows.setdefault((row.kind, row.key), []).append(row)

    def era(self, name: Name, upto: int) -> Era | None:
        begun = [row for row in self.rows.get(name, ()) if row.position <= upto]
        since = max((row.since for row in begun), default=0)
        found = sorted((row for row in begun if row.since == since), key=attrgetter("position"))
        steps = tuple(row.steps for row in found if row.steps)
        return Era(since, found[0].state, steps) if found else None

    def eras(self, names: Iterable[Name], upto: int) -> dict[Name, Era]:
        return {name: era for name in names if (era := self.era(name, upto))}

    def keys(self, kind: str, upto: int) -> list[str]:
        begun = (
            (key, min(row.position for row in rows)) for (of, key), rows in self.rows.items() if of == kind
        )
        return sorted(key for key, position in begun if position <= upto)


@dataclass(frozen=True, slots=True)
class _MemoryTurn:
    held: _Generation
    added: list[Row] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)

    @property
    def generation(self) -> int:
        return self.held.number

    @property
    def position(self) -> int:
        return self.held.position

    def load(self, names: Collection[Name]) -> Mapping[Name, Era]:
        return self.held.eras(names, POSITION_MAX)

    def keep(self, rows: Collection[Row], position: int) -> None:
        self.added.extend(rows)
        self.reached.append(position)


@dataclass(frozen=True, slots=True)
class _MemoryBuilding:
    shelf: "MemoryShelf"
    fresh: _Generation = field(default_factory=_Generation)

    def keep(self, rows: Iterable[Row]) -> None:
        self.fresh.add(rows)

    def switch(self, position: int) -> None:
        self.fresh.position = position
        self.shelf.put(self.fresh)


class MemoryShelf:
    """The twin in memory."""

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

    @contextmanager
    def building(self) -> Iterator[Building]:
        """See Shelf."""
        yield _MemoryBuilding(self)

    def put(self, fresh: _Generation) -> None:
        """Put a generation in place of the kept one."""
        with self._leading, self._reading:
            fresh.number = self._now.number + 1
            self._now = fresh

    def position(self) -> int:
        """See Shelf."""
        with self._reading:
            return self._now.position

    def read(self, names: Collection[Name], upto: int, make: Make = itself) -> Shelved:
        """See Shelf."""
        with self._reading:
            position, eras = self._now.position, self._now.eras(names, upto)
        return Shelved(position, {name: make(name, era) for name, era in eras.items()})

    def keys(self, kind: str, *, upto: int, limit: int, after: str = "") -> tuple[int, tuple[str, ...]]:
        """See Shelf."""
        with self._reading:
            found = [key for key in self._now.keys(kind, upto) if key > after]
            return self._now.position, tuple(found[:limit])

    @contextmanager
    def every(self, kind: str, upto: int) -> Iterator[tuple[int, Iterator[tuple[str, Era]]]]:
        """See Shelf."""
        with self._reading:
            position, keys = self._now.position, self._now.keys(kind, upto)
            eras = self._now.eras(((kind, key) for key in keys), upto)
        yield position, iter([(key, eras[kind, key]) for key in keys])

    def close(self) -> None:
        """Nothing to release."""

    def _commit(self, turn: _MemoryTurn) -> None:
        with self._reading:
            self._now.add(turn.added)
            self._now.position = turn.reached[-1] if turn.reached else self._now.position
