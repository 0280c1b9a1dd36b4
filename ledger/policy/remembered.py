"""Pure functions of the same objects, remembered: policy values are made once and asked for often."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
A = TypeVar("A", bound=tuple[Any, ...])
REMEMBERED_MAX = 4_096


def remembered(function: Callable[[A], T], at_most: int = REMEMBERED_MAX) -> Callable[[A], T]:
    """The same function of a tuple of frozen objects; remembered for the very same objects.

    At most so many answers are kept: fewer where the objects are large and soon replaced.

    They are told apart by which they are, not by what they say, which costs less; they stay with the answer,
    so that no other takes their place. Nothing is remembered of a call that raises.
    """
    answers: dict[tuple[int, ...], tuple[A, T]] = {}

    @wraps(function)
    def answer(given: A) -> T:
        same = tuple(map(id, given))
        found = answers.get(same)
        if found is None:
            if len(answers) >= at_most:
                answers.clear()
            found = answers[same] = given, function(given)
        return found[1]

    return answer
