"""What makes a replay cheaper: the same events in the same order, the same errors, the process as it was."""

import gc
from collections.abc import Iterator
from contextlib import closing

import pytest

from projections.replaying import GARBAGE_OF_A_PASS, ahead, collecting_seldom


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


def test_the_collector_is_as_it_was_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="away"), collecting_seldom():
        raise ValueError("away")
    assert gc.get_threshold() == before


def test_the_collector_is_as_it_was_when_the_last_of_several_has_left() -> None:
    before = gc.get_threshold()
    first, second = collecting_seldom(), collecting_seldom()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] > before[0]
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_of_several_who_ask_for_it_the_one_with_the_most_objects_has_its_way() -> None:
    before = gc.get_threshold()
    with collecting_seldom(GARBAGE_OF_A_PASS), collecting_seldom():
        assert gc.get_threshold()[0] == GARBAGE_OF_A_PASS
    with collecting_seldom(), collecting_seldom(GARBAGE_OF_A_PASS):
        assert gc.get_threshold()[0] == GARBAGE_OF_A_PASS
    assert gc.get_threshold() == before
