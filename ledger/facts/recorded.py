"""An event together with the position it was recorded at: what a decision points to when it says why."""

from typing import Any, Generic, TypeVar

from msgspec import Struct

E = TypeVar("E")


class Recorded(Struct, Generic[E], frozen=True, array_like=True, gc=False):
    """One recorded event and its position."""

    position: int
    event: E


def positions_of(*facts: Recorded[Any] | None) -> tuple[int, ...]:
    """The positions of those that are there, in order and without repeats."""
    return tuple(sorted({fact.position for fact in facts if fact is not None}))
