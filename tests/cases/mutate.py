"""Changes each single policy value, one at a time, and demands that a case notices.

Every element of a list and every entry of a table is a value of its own. Only the cases that read the row are
played again, each until the first that fails.
"""

import multiprocessing
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

from ledger.events.policy import PolicyRow
from ledger.policy.book import flaws
from tests.cases.run import Ran, run
from tests.cases.story import Case, cases
from tests.cases.world import BOOK

WORD = re.compile("[a-z]+")
_SEEN: dict[int, list[Case]] = {}


@dataclass(frozen=True)
class Mutant:
    """One row of the book (by its place) with another value."""

    place: int
    value: Any

    def __str__(self) -> str:
        row = BOOK[self.place]
        return f"{row.term} ({row.level} {row.scope}, {row.valid_from}): {row.value!r} → {self.value!r}"

    def book(self) -> tuple[PolicyRow, ...]:
        """The book with this value instead."""
        changed = replace(BOOK[self.place], value=self.value)
        return (*BOOK[: self.place], changed, *BOOK[self.place + 1 :])


def mutants() -> Iterator[Mutant]:
    """Every other value that the book would accept, next to each that it has."""
    for place, row in enumerate(BOOK):
        for value in _others(row):
            mutant = Mutant(place, value)
            if not flaws(mutant.book()):
                yield mutant


def _others(row: PolicyRow) -> Iterator[Any]:
    """Values next to a row's own: one more, one less, another word, the other answer, one left out."""
    value, kind = row.value, row.kind
    if isinstance(value, tuple):
        for n, one in enumerate(value):
            yield (*value[:n], *value[n + 1 :])
            yield from ((*value[:n], other, *value[n + 1 :]) for other in _beside(one, ()))
        if kind.kind == "words":
            yield from ((*value, word) for word in kind.allowed if word not in value)
    else:
        yield from _beside(value, kind.allowed)


def _beside(value: Any, allowed: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield from [word for word in allowed or (f"{value}-x",) if word != value]
    else:
        name, number = value
        yield from ((name, number + 1), (name, number - 1))


def survivors(of_row: list[Mutant]) -> list[Mutant]:
    """Those of one row's mutants that no case notices; who noticed one is asked first about the next."""
    asked = list(_SEEN.get(of_row[0].place, ()))
    left = []
    for mutant in of_row:
        book = mutant.book()
        noticing = next((case for case in asked if run(case, book).wrong), None)
        if noticing is None:
            left.append(mutant)
        else:
            asked.remove(noticing)
            asked.insert(0, noticing)
    return left


def read_by_cases() -> None:
    """Find out which cases read each row; who is most likely about it is asked first."""
    readers: dict[PolicyRow, list[Ran]] = defaultdict(list)
    for one in map(run, cases()):
        for row in one.read:
            readers[row].append(one)
    for place, row in enumerate(BOOK):
        likely = sorted(readers[row], key=partial(_beside_the_point, row))
        _SEEN[place] = [one.case for one in likely]


def _beside_the_point(row: PolicyRow, ran: Ran) -> tuple[bool, int, int, int]:
    """How unlikely a case is about a row: read before its last step only, named otherwise, much else read."""
    shared = set(WORD.findall(row.term)) & set(WORD.findall(ran.case.rule))
    return row not in ran.read_at_last, -len(shared), len(ran.read_at_last), len(ran.read)


def main(words: list[str]) -> int:
    """Play every mutant, or those of terms that hold a word; print those that no case notices."""
    read_by_cases()
    chosen = [one for one in mutants() if not words or any(word in str(one) for word in words)]
    by_row = [list(of_row) for _, of_row in groupby(chosen, lambda one: one.place)]
    with multiprocessing.get_context("fork").Pool() as pool:
        left = [mutant for found in pool.imap(survivors, by_row) for mutant in found]
    for mutant in left:
        print(f"no case notices {mutant}")
    print(f"{len(chosen)} changed values, {len(left)} unnoticed")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
