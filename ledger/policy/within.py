"""A policy book in one scope: asked by term and date alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.policy.model import Book, Resolved, Scope


@dataclass(frozen=True, slots=True)
class Within:
    """The values of a book that apply in a scope."""

    book: Book
    scope: Scope

    def __call__(self, term: str, on: date) -> Resolved:
        """The value of a term on a date. Raises what the book raises."""
        return self.book.resolve(term, on, self.scope)

    def values(self, terms: Iterable[str], on: date) -> Mapping[str, Resolved]:
        """The values of several terms on a date, by term. Raises what the book raises."""
        return self.book.values(terms, on, self.scope)
