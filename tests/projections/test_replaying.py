"""What makes a replay cheaper: the same events in the same order, the same errors, the process as it was."""

import gc
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from projections import replaying
from projections.replaying import GARBAGE_LEFT, GARBAGE_OF_A_PASS, ahead, collecting_seldom


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_reading_ahead_changes_nothing(size: int) -> None:
    assert list(ahead(range(10), size)) == list(range(10))
    assert list(ahead((), size)) == []


def test_what_reading_raises_comes_after_what_was_read() -> None:
    def broken() -> Iterator[int]:
        yield from range(4)
        raise ValueError("away")

    found = ahead(broken(), 2)
    assert [next(found) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="away"):
        next(found)


def test_who_stops_early_has_read_one_batch_too_many_at_most() -> None:
    read: list[int] = []

    def counted() -> Iterator[int]:
        for n in range(100):
            read.append(n)
            yield n

    with closing(ahead(counted(), 5)) as found:
        assert next(found) == 0
    assert len(read) <= 10


@pytest.fixture
def before() -> tuple[int, ...]:
    """The thresholds, with nothing left over from another test."""
    gc.collect()
    return gc.get_threshold()


def test_the_collector_is_as_it_was_after_the_next_collection(before: tuple[int, ...]) -> None:
    with collecting_seldom():
        pass
    assert gc.get_threshold() == (GARBAGE_LEFT, *before[1:])
    some = [[] for _ in range(GARBAGE_LEFT + before[0])]  # type: ignore[var-annotated]
    assert gc.get_threshold() == before
    assert len(some) > GARBAGE_LEFT


def test_the_collector_is_as_it_was_after_an_error(before: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="away"), collecting_seldom():
        raise ValueError("away")
    gc.collect()
    assert gc.get_threshold() == before


def test_the_collector_is_as_it_was_when_the_last_of_several_has_left(before: tuple[int, ...]) -> None:
    first, second = collecting_seldom(), collecting_seldom()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    gc.collect()
    assert gc.get_threshold()[0] > GARBAGE_LEFT
    second.__exit__(None, None, None)
    with collecting_seldom():
        gc.collect()
    gc.collect()
    assert gc.get_threshold() == before


def test_a_collector_that_is_off_stays_off(before: tuple[int, ...]) -> None:
    gc.set_threshold(0)
    try:
        with collecting_seldom():
            assert gc.get_threshold()[0] == 0
        assert gc.get_threshold()[0] == 0
    finally:
        gc.collect()
        gc.set_threshold(*before)


def test_of_several_who_ask_for_it_the_one_with_the_most_objects_has_its_way(before: tuple[int, ...]) -> None:
    with collecting_seldom(GARBAGE_OF_A_PASS), collecting_seldom():
        assert gc.get_threshold()[0] == GARBAGE_OF_A_PASS
    with collecting_seldom(), collecting_seldom(GARBAGE_OF_A_PASS):
        assert gc.get_threshold()[0] == GARBAGE_OF_A_PASS
    gc.collect()
    assert gc.get_threshold() == before


class Eager:
    """A collector that collects whenever it is asked or told anything, as another thread may make it do."""

    def __init__(self) -> None:
        self.callbacks: list[Any] = []
        self.thresholds: tuple[int, ...] = (700, 10, 10)

    def get_threshold(self) -> tuple[int, ...]:
        self.collect()
        return self.thresholds

    def set_threshold(self, *thresholds: int) -> None:
        first, *others = thresholds
        self.thresholds = (first, *others)
        self.collect()

    def collect(self) -> None:
        callbacks, self.callbacks = self.callbacks, []  # one that sets a threshold is not called again
        for one in callbacks:
            one("stop", {})
        self.callbacks += callbacks


def test_a_collection_at_any_moment_leaves_the_collector_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    eager = Eager()
    monkeypatch.setattr(replaying, "gc", eager)
    monkeypatch.setattr(replaying, "_SELDOM", replaying._Seldom())
    for _ in range(3):
        with collecting_seldom(), collecting_seldom():
            assert eager.thresholds[0] > GARBAGE_LEFT
        eager.collect()
        assert eager.thresholds == (700, 10, 10)
