"""What differs between derived rows that were found and those that are expected: of many, a few or none."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

from msgspec import Struct, field

from ledger.errors import Corrupt

UNMATCHED_MAX = 100_000
Row = tuple[Any, ...]
Columns = list[list[Any]]
"""The same number of rows, each column by itself; position first."""


class Unmatched(Struct):
    """Rows that were found and not expected, and the other way round; what is in both is in its place."""

    extra: list[Row] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)

    def positions(self) -> set[int]:
        """Where rows differ in the end."""
        extra, missing = Counter(self.extra), Counter(self.missing)
        return {row[0] for row in (*(extra - missing), *(missing - extra))}


class Differing:
    """The same while rows are compared: what was missing may still be found, and the other way round."""

    def __init__(self) -> None:
        self.extra = Counter[Row]()
        self.missing = set[Row]()

    def compare(self, found: list[Row], expected: list[Row]) -> None:
        """Keep what differs between rows, whatever their order, and before. Raises Corrupt: too many."""
        rows, wanted = set(found), set(expected)
        again = (Counter(found) - Counter(rows)).elements() if len(rows) < len(found) else ()
        for row in chain(rows - wanted, again):
            if row in self.missing:
                self.missing.remove(row)
            else:
                self.extra[row] += 1
        for row in wanted - rows:
            if row not in self.extra:
                self.missing.add(row)
            elif self.extra[row] > 1:
                self.extra[row] -= 1
            else:
                del self.extra[row]
        if len(self.extra) + len(self.missing) > UNMATCHED_MAX:
            raise Corrupt("rows do not lie in the order of appends")


def apart(found: Columns, expected: Columns) -> tuple[list[Row], list[Row]]:
    """The rows of both, but for those at the beginning and at the end that are the same."""
    for _ in range(2):
        same = min(map(_alike, found, expected))
        found, expected = ([column[same:][::-1] for column in some] for some in (found, expected))
    return rows_of(found), rows_of(expected)


def _alike(one: list[Any], other: list[Any]) -> int:
    """How many values at the beginning are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def rows_of(columns: Columns) -> list[Row]:
    """The rows that columns hold."""
    return list(zip(*columns, strict=True))


def columns_of(rows: list[Row], width: int) -> Columns:
    """The same the other way round."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def together(parts: Iterable[Unmatched]) -> Unmatched:
    """What differs in several parts of one table."""
    whole = Unmatched()
    for part in parts:
        whole.extra += part.extra
        whole.missing += part.missing
    return whole
