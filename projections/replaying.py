"""What makes a replay of the whole log cheaper without changing what comes out of it."""

import gc
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

BATCH = 2_048
_GARBAGE = 100_000


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


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cyclic garbage far more seldom.

    States hold no cycles, and are otherwise walked over and over while they grow. It is not switched off, for
    other threads of the process may make cycles meanwhile.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(_GARBAGE, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
