"""What differs between two readings of the policy: two dates, or two regions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.policy.model import Book, Resolved, Scope


@dataclass(frozen=True, slots=True)
class Side:
    """One reading: a version of the book, on a date, in a scope."""

    book: Book
    on: date
    scope: Scope

    def value(self, term: str) -> Resolved | None:
        """What applies, or None where nothing does."""
        try:
            return self.book.resolve(term, self.on, self.scope)
        except LookupError:
            return None


@dataclass(frozen=True, slots=True)
class Difference:
    """A term whose row is another on either side; None where a side has no value of it."""

    term: str
    before: Resolved | None
    after: Resolved | None


def differences(one: Side, other: Side) -> Iterator[Difference]:
    """Each term that another row governs on the other side, in the order of topics and terms."""
    rows = (*one.book.published.rows, *other.book.published.rows)
    for _, term in sorted({(row.topic, row.term) for row in rows}):
        before, after = one.value(term), other.value(term)
        if (before and before.row) != (after and after.row):
            yield Difference(term, before, after)
