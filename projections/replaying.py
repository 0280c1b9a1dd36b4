"""What makes a replay of the whole log cheaper without changing what comes out of it."""

import gc
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")

BATCH = 2_048
GARBAGE = 500_000  # objects: more than a thousand answers are made of
GARBAGE_LEFT = 100_000  # objects: several times what a thousand answers leave, while somebody looks at them
GARBAGE_OF_A_PASS = 5_000_000  # what a pass over the log holds grows to some millions, and has no cycles


def ahead(found: Iterable[T], size: int = BATCH) -> Generator[T, None, None]:
    """The same in the same order, one batch read before it is asked for. Raises what reading raises.

    While one batch is folded, another thread waits for the database to send the next.
    """
    source = iter(found)
    with ThreadPoolExecutor(1, "ahead") as reader:
        coming = reader.submit(_batch, source, size)
        while batch := coming.result():
            coming = reader.submit(_batch, source, size)
            yield from batch


def _batch(source: Iterator[T], size: int) -> list[T]:
    return list(islice(source, size))


@dataclass(slots=True)
class _Seldom:
    """How many are within, and the thresholds from before the first of them until they are set back."""

    within: int = 0
    former: tuple[int, ...] = ()
    lock: Any = field(default_factory=threading.Lock)

    def enter(self, after: int) -> None:
        with self.lock:
            self.within += 1
            self.former = self.former or gc.get_threshold()
            gc.set_threshold(*_at_least(gc.get_threshold(), after))

    def leave(self) -> None:
        with self.lock:
            former = self.former or gc.get_threshold()
            self.within -= 1
            if self.within == 0:
                if self.collected not in gc.callbacks:
                    gc.callbacks.append(self.collected)
                gc.set_threshold(*_at_least(former, GARBAGE_LEFT))
                self.former = former  # last: a collection until here is not the one that is waited for

    def collected(self, phase: str, _info: Any) -> None:
        """The first collection after the last one has left: from here on it is as before."""
        former = self.former
        if phase == "stop" and self.within == 0 and former:
            self.former = ()
            gc.set_threshold(*former)


def _at_least(thresholds: tuple[int, ...], after: int) -> tuple[int, ...]:
    first, *others = thresholds
    return (max(after, first) if first else 0, *others)


_SELDOM = _Seldom()


@contextmanager
def collecting_seldom(after: int = GARBAGE) -> Iterator[None]:
    """Look for cyclic garbage far more seldom: after so many new objects.

    States hold no cycles, and are otherwise walked over and over while they grow. It is not switched off, for
    other threads of the process may make cycles meanwhile. Of several threads that ask for it at once, the
    one with the most objects has its way. When the last one has left, the next collection comes after
    ``GARBAGE_LEFT`` objects more than are freed, instead of at once: what was made would be walked through a
    moment before most of it is let go. After that one they come as often as before.
    """
    _SELDOM.enter(after)
    try:
        yield
    finally:
        _SELDOM.leave()
