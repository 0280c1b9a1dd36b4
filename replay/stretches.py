"""Where to cut a log for several processes that each decide on a stretch, such that all take equally long.

Whoever begins later adds what is before to its past first, and decides on longer histories. Both are taken as
measured on the first million of ten million generated events; elsewhere the stretches may be less even, which
costs time and changes nothing else.
"""

from functools import lru_cache
from math import sqrt

ADDING = 0.1  # what adding an event to the past costs, beside deciding on one where the log begins
GROWTH = 0.45  # how much more deciding costs where it ends
_HALVINGS = 60


@lru_cache(maxsize=64)
def cuts(after: int, upto: int, of: int) -> tuple[int, ...]:
    """Positions from ``after`` to ``upto``, between which the stretches of so many processes lie."""
    begin = after / max(upto, 1)
    little, much = 0.0, 1 + ADDING + GROWTH
    for _ in range(_HALVINGS):
        each = (little + much) / 2
        little, much = (each, much) if _ends(begin, each, of)[-1] < 1 else (little, each)
    inside = [min(max(after, round(end * upto)), upto) for end in _ends(begin, much, of)[:-1]]
    return (after, *inside, upto)


def _ends(begin: float, each: float, of: int) -> list[float]:
    """Where stretches end that cost so much each, as parts of the log."""
    ends: list[float] = []
    for _ in range(of):
        left = max(0.0, each - ADDING * begin)
        begin = (sqrt((1 + GROWTH * begin) ** 2 + 2 * GROWTH * left) - 1) / GROWTH
        ends.append(begin)
    return ends
