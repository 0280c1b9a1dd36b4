"""The rebuild in several processes: every history anew, beside what is followed, and switched to at once.

This process reads the log and sends each partition its steps; each partition keeps its own rows and how far
it has come. Whatever is killed, the next run goes on where each partition's last commit ended.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from ledger.store import copied
from projections import generations, shelf_queries
from projections.base import VIEWS, View
from projections.code import folding_version
from projections.generations import Generation
from projections.history import DENSITY, Density, Name, Row
from projections.keyed import KeyRoutes
from projections.partitions import Answer, Batch, Partition, Reached, batches, hear, running
from projections.states import StateType, state_types
from projections.waiting import Waiting

BATCH_MAX = 100_000
NEAR_EVENTS_MAX = 2_000  # what is left to the follower after the switch, if it came meanwhile
HELD_BYTES_MAX = 256 * 2**20  # of newest eras, in one process
_LOOK_SECONDS = 0.5  # at whether to stop

Told = Callable[[int, int], None]  # events that every partition has kept, events in all
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a rebuild goes: of which views, to where, for which code version, by how many processes."""

    views: tuple[str, ...] = field(default_factory=lambda: tuple(VIEWS))
    code: str = field(default_factory=folding_version)
    processes: int = field(default_factory=lambda: os.cpu_count() or 1)
    upto: int | None = None
    density: Density = DENSITY
    batch_max: int = BATCH_MAX
    held_bytes_max: int = HELD_BYTES_MAX


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to: the position it is complete to, and the one it went on from.

    ``peak_mib`` is the most memory that one of its processes had.
    """

    position: int
    before: int
    processes: int
    peak_mib: int = field(default=0, compare=False)


def rebuild_beside(
    url: str, plan: Plan, *, told: Told = lambda _done, _all: None, stopping: threading.Event | None = None
) -> Rebuilt | None:
    """Rebuild and switch. None when another run does it already, or when it was told to stop.

    Raises PartitionStoppedError, Corrupt, Conflict, psycopg.Error; what was kept stays for the next run.
    """
    with copied.connected(url) as connection, generations.alone(connection, plan.code) as free:
        if not free:
            return None
        kinds = state_types(_views(plan.views))
        head = _head(connection) if plan.upto is None else plan.upto
        built = generations.begun(connection, plan.code, kinds, plan.processes, head)
        each = [(url, plan, built, part) for part in range(len(built.positions))]
        with running(keep_partition, each) as partitions:
            for one, position in zip(partitions, built.positions, strict=True):
                one.reached = position
            routes = KeyRoutes.of(kind.kind for kind in kinds.values())
            reader = _Reader(connection, routes, plan, partitions, told, stopping or threading.Event())
            reached = reader.read_all(min(built.positions), head)
        if reached is None:
            return None
        generations.switch(connection, built, reached)
        generations.sweep(connection, plan.code)
        peak_mib = max(Reached(reached).peak_kib, *(one.peak_kib for one in partitions)) // 1024
        return Rebuilt(reached, min(built.positions), len(built.positions), peak_mib)


@dataclass(frozen=True, slots=True)
class _Reader:
    connection: Connection
    routes: KeyRoutes
    plan: Plan
    partitions: list[Partition]
    told: Told
    stopping: threading.Event

    def read_all(self, after: int, head: int) -> int | None:
        """Read to the end of the log, or the planned position; None when told to stop."""
        while True:
            for upto in _stretches(
                after, head, self.plan.batch_max, [one.reached for one in self.partitions]
            ):
                if self.stopping.is_set():
                    return None
                self._send(after, upto)
                after = upto
                hear(self.partitions)
                self.told(min(one.reached for one in self.partitions), head)
            if self.plan.upto is not None or (newer := _head(self.connection)) - head <= NEAR_EVENTS_MAX:
                break
            head = newer
        while any(one.reached < head for one in self.partitions) and not self.stopping.is_set():
            hear(self.partitions, seconds=_LOOK_SECONDS)
            self.told(min(one.reached for one in self.partitions), head)
        return None if self.stopping.is_set() else head

    def _send(self, after: int, upto: int) -> None:
        rows = copied.copied(self.connection, after, upto, self.routes.types)
        made = batches(self.routes.steps(rows), after, upto, len(self.partitions))
        for one, batch in zip(self.partitions, made, strict=True):
            if one.reached <= after:  # else an earlier run has kept it
                one.send(batch)


def keep_partition(
    coming: Iterator[Batch], answer: Answer, url: str, plan: Plan, built: Generation, part: int
) -> None:
    """Keep the rows of one partition as its batches come: the work of one process."""
    types = state_types(_views(plan.views))
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        for name, value in shelf_queries.SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        # A batch's rows and position are lost together, and the switch waits for the disk (generations).
        connection.execute("SET synchronous_commit = off")
        held = _Held(types, plan, known=built.positions[part] == 0)
        for batch in coming:
            with connection.transaction():
                if unknown := held.unknown(batch):
                    held.learn(generations.load(connection, built, unknown), plan.density)
                rows = held.grow(batch)
                generations.keep(connection, built, part, rows, batch.after, batch.upto)
            answer(Reached(batch.upto))
            held.forget()


@dataclass(slots=True)
class _Held:
    """The newest eras of a partition's states, the longest unused of them forgotten when they weigh much."""

    types: Mapping[str, StateType]
    plan: Plan
    known: bool  # whether nothing is kept that is not held
    eras: "OrderedDict[Name, Waiting]" = field(default_factory=OrderedDict)
    size: int = 0

    def unknown(self, batch: Batch) -> list[Name]:
        names = () if self.known else ((kind, key) for kind, key, _ in batch.steps)
        return [name for name in names if name not in self.eras]

    def learn(self, eras: Mapping[Name, Any], density: Density) -> None:
        for (kind, key), era in eras.items():
            self.eras[kind, key] = waiting = Waiting.kept(self.types[kind], key, density, era)
            self.size += waiting.size

    def grow(self, batch: Batch) -> Iterator[Row]:
        for kind, key, steps in batch.steps:
            waiting = self.eras.get((kind, key))
            if waiting is None:
                waiting = self._new(kind, key)
            else:
                self.eras.move_to_end((kind, key))
            before = waiting.size
            yield from waiting.take(steps)
            self.size += waiting.size - before

    def forget(self) -> None:
        while self.size > self.plan.held_bytes_max:
            self.known = False
            self.size -= self.eras.popitem(last=False)[1].size

    def _new(self, kind: str, key: str) -> Waiting:
        of = self.types[kind]
        density = of.density(self.plan.density)
        made = self.eras[kind, key] = Waiting(of, key, density, density.due(None))
        return made


def _stretches(after: int, head: int, size: int, reached: list[int]) -> Iterator[int]:
    """The ends of the stretches to read; none holds a position that only some partitions have kept."""
    while after < head:
        ends = [position for position in reached if position > after]
        after = min(after + size, head, *ends)
        yield after


def _views(names: Iterable[str]) -> list[View]:
    return [VIEWS[name] for name in names]


def _head(connection: Connection) -> int:
    row = connection.execute("SELECT head FROM liggare.head()").fetchone()
    return int(row[0]) if row else 0
