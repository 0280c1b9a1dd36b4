"""A fold of the whole log by several processes, each a partition of the keys; nothing is kept anywhere.

What comes out does not depend on how many there are: the states of a kind are merged in the order of their
keys. A process that holds much puts the states it used longest ago into a file of its own.
"""

import heapq
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from ledger.store import copied
from projections.base import VIEWS
from projections.history import Name
from projections.keyed import KeyRoutes
from projections.partitions import Answer, Batch, Partition, Reached, batches, hear, running
from projections.states import StateType, state_types
from projections.steps import packed

BATCH_MAX = 20_000
HELD_BYTES_MAX = 128 * 2**20  # of the steps behind decoded states, which take a few times as much
_CHUNK = 500

State = tuple[str, bytes]  # key, canonical state


@dataclass(frozen=True, slots=True)
class Folded:
    """States folded by several processes, still in them."""

    partitions: list[Partition]

    def states(self, kind: str) -> Iterator[State]:
        """Every state of a kind, sorted by key, with bounded memory."""
        for one in self.partitions:
            one.send(Batch(0, 0, [(kind, "", [])]))
        return heapq.merge(*(_chunks(one) for one in self.partitions))


@contextmanager
def folded_apart(
    url: str,
    views: Iterable[str],
    upto: int,
    processes: int,
    *,
    held_bytes_max: int = HELD_BYTES_MAX,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[Folded]:
    """The states behind these views at a position, folded from the log by so many processes.

    ``tell`` is told how far it has come, and how far it goes.
    Raises PartitionStoppedError, Corrupt, psycopg.Error.
    """
    names = tuple(views)
    routes = KeyRoutes.of(kind.kind for kind in state_types(VIEWS[name] for name in names).values())
    each = [(names, held_bytes_max)] * processes
    with running(_fold_partition, each) as partitions, copied.connected(url) as connection:
        for after in range(0, upto, BATCH_MAX):
            until = min(after + BATCH_MAX, upto)
            steps = routes.steps(copied.copied(connection, after, until, routes.types))
            for one, batch in zip(partitions, batches(steps, after, until, processes), strict=True):
                one.send(batch)
            hear(partitions)
            tell(until, upto)
        yield Folded(partitions)


def _chunks(partition: Partition) -> Iterator[State]:
    while chunk := partition.next_answer():
        yield from chunk


def _fold_partition(
    coming: Iterator[Batch], answer: Answer, views: tuple[str, ...], held_bytes_max: int
) -> None:
    """The work of one process: fold what comes, and tell the states of a kind when it is asked for."""
    with tempfile.TemporaryFile(prefix="liggare-fold-") as file:
        states = _States(state_types(VIEWS[name] for name in views), file, held_bytes_max)
        for batch in coming:
            if batch.upto:
                states.fold(batch)
                answer(Reached(batch.upto))
                continue
            ((kind, _, _),) = batch.steps
            keys = states.of(kind)
            for start in range(0, len(keys), _CHUNK):
                answer([(key, states.encoded(kind, key)) for key in keys[start : start + _CHUNK]])
            answer([])


@dataclass(slots=True)
class _States:
    types: dict[str, StateType]
    file: IO[bytes]
    held_bytes_max: int
    held: "OrderedDict[Name, tuple[Any, int]]" = field(default_factory=OrderedDict)  # and its weight
    put_away: dict[Name, tuple[int, int, int]] = field(default_factory=dict)  # where, length, weight
    size: int = 0

    def fold(self, batch: Batch) -> None:
        for kind, key, steps in batch.steps:
            state, weight = self._state((kind, key))
            state = self.types[kind].after(state, (packed(steps),))
            added = sum(map(len, steps))
            self.held[kind, key] = state, weight + added
            self.size += added
        while self.size > self.held_bytes_max:
            self._put_away(*self.held.popitem(last=False))

    def of(self, kind: str) -> list[str]:
        """The keys of a kind, sorted."""
        return sorted(key for held in (self.held, self.put_away) for of, key in held if of == kind)

    def encoded(self, kind: str, key: str) -> bytes:
        """One canonical state."""
        if (known := self.held.get((kind, key))) is not None:
            return self.types[kind].shape.encode(known[0])
        return self._read(*self.put_away[kind, key][:2])

    def _state(self, name: Name) -> tuple[Any, int]:
        if (known := self.held.get(name)) is not None:
            self.held.move_to_end(name)
            return known
        of = self.types[name[0]]
        if name not in self.put_away:
            return of.kind.initial, 0
        at, length, weight = self.put_away.pop(name)
        self.size += weight
        return of.shape.restore(self._read(at, length)), weight

    def _put_away(self, name: Name, held: tuple[Any, int]) -> None:
        state = self.types[name[0]].shape.encode(held[0])
        self.put_away[name] = self.file.seek(0, 2), len(state), held[1]
        self.file.write(state)
        self.size -= held[1]

    def _read(self, at: int, length: int) -> bytes:
        self.file.seek(at)
        return self.file.read(length)
