"""One policy value as it applied: the row it came from, the position of its book, and how it is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import msgspec

from ledger.events.policy import PlainValue, PolicyRow, TermUsed
from ledger.policy.remembered import remembered

ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Resolved:
    """One value as it applied: the row it came from and the position of the book that holds it.

    ``beside`` are the rows that gave way since their force is weaker: recommendations, guidance and
    interpretations that hold there on the same date.
    """

    row: PolicyRow
    position: int
    beside: tuple[PolicyRow, ...] = ()

    def __hash__(self) -> int:
        """Cheap, since values are told apart by where they stand; those that are equal have the same."""
        return hash((self.row.term, self.row.scope, self.position))

    @property
    def value(self) -> PlainValue:
        """The value itself, in the row's unit."""
        return self.row.value

    @cached_property
    def number(self) -> int:
        """The value as a whole number. Raises TypeError for anything else."""
        if isinstance(self.row.value, bool) or not isinstance(self.row.value, int):
            msg = f"{self.row.term} is not a whole number"
            raise TypeError(msg)
        return self.row.value

    @cached_property
    def text(self) -> str:
        """The value as text. Raises TypeError for anything else."""
        if not isinstance(self.row.value, str):
            msg = f"{self.row.term} is not text"
            raise TypeError(msg)
        return self.row.value

    @cached_property
    def truth(self) -> bool:
        """The value as yes or no. Raises TypeError for anything else."""
        if not isinstance(self.row.value, bool):
            msg = f"{self.row.term} is not yes or no"
            raise TypeError(msg)
        return self.row.value

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words. Raises TypeError for anything else."""
        if not isinstance(self.row.value, tuple) or not all(isinstance(w, str) for w in self.row.value):
            msg = f"{self.row.term} is not a list of words"
            raise TypeError(msg)
        return tuple(str(w) for w in self.row.value)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The value as a list of whole numbers. Raises TypeError for anything else."""
        if not isinstance(self.row.value, tuple) or not all(isinstance(n, int) for n in self.row.value):
            msg = f"{self.row.term} is not a list of whole numbers"
            raise TypeError(msg)
        return tuple(n for n in self.row.value if isinstance(n, int))

    @cached_property
    def table(self) -> Mapping[str, int]:
        """The value as whole numbers by text. Raises TypeError for anything else."""
        if not isinstance(self.row.value, tuple) or not all(isinstance(p, tuple) for p in self.row.value):
            msg = f"{self.row.term} is not a table"
            raise TypeError(msg)
        return MappingProxyType(dict(pair for pair in self.row.value if isinstance(pair, tuple)))

    @cached_property
    def assumed(self) -> bool:
        """Whether nobody has published this value."""
        return self.row.source == ASSUMPTION

    def used(self) -> TermUsed:
        """How an award or an answer names this value."""
        scope = self.row.level if self.row.level == "nation" else f"{self.row.level}:{self.row.scope}"
        shown = msgspec.json.encode(self.row.value).decode()
        return TermUsed(
            term=self.row.term,
            scope=scope,
            value=shown,
            source=self.row.source,
            permitted_by=self.row.permitted_by,
        )


def used_terms(terms: Iterable[Resolved]) -> tuple[TermUsed, ...]:
    """How an award or an answer names these values, in their order."""
    return _used(tuple(terms))


@remembered
def _used(terms: tuple[Resolved, ...]) -> tuple[TermUsed, ...]:
    return tuple(term.used() for term in terms)
