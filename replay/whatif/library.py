"""Published policy with other values in it, and a note of which of them somebody read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ledger.events.policy import PolicyRow
from ledger.fold import Fold
from ledger.policy.model import Book, Library, Resolved, Scope, book_digest
from ledger.policy.rows import key_of

Otherwise = tuple[Resolved | None, Resolved | None]


@dataclass(slots=True)
class Watch:
    """What one decision or reading has read of what is changed.

    ``read`` are changed terms that were asked for, ``terms`` those that had another value, as recorded and
    instead; ``folds`` those that hold what is changed, by name; ``library`` says that policy was handed out.
    ``unknown`` are tags read of which not everything can be known, by how far off the cause is.
    """

    read: set[str] = field(default_factory=set)
    terms: dict[str, Otherwise] = field(default_factory=dict)
    folds: dict[str, Fold[Any]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    library: bool = False

    def clear(self) -> None:
        """Forget what was read."""
        self.read.clear()
        self.terms.clear()
        self.folds.clear()
        self.unknown.clear()
        self.library = False

    def note(self, term: str, recorded: Resolved | None, instead: Resolved | None) -> None:
        """A changed term was asked for."""
        self.read.add(term)
        if recorded != instead:
            self.terms.setdefault(term, (recorded, instead))

    @property
    def otherwise(self) -> bool:
        """Whether anything that was read is not as it was recorded."""
        return bool(self.terms or self.folds)


@dataclass(frozen=True, slots=True)
class ChangedBook(Book):
    """A published book with other values in it; it notes when one of their terms is asked for."""

    recorded: Book = field(compare=False)
    terms: frozenset[str] = field(compare=False)
    watch: Watch = field(compare=False)

    def resolve(self, term: str, on: date, scope: Scope | None = None) -> Resolved:
        """The value as changed. Raises LookupError."""
        if term not in self.terms:
            return self.recorded.resolve(term, on, scope)
        recorded = _held(self.recorded, term, on, scope)
        try:
            instead = Book.resolve(self, term, on, scope)
        except LookupError:
            self.watch.note(term, recorded, None)
            raise
        self.watch.note(term, recorded, instead)
        return instead


def _held(book: Book, term: str, on: date, scope: Scope | None) -> Resolved | None:
    try:
        return book.resolve(term, on, scope)
    except LookupError:
        return None


@dataclass(slots=True)
class Bookshelf:
    """Gives every published library as it would be with the changed rows; a book is changed once."""

    rows: tuple[PolicyRow, ...]
    watch: Watch
    terms: frozenset[str] = field(init=False)
    _books: dict[int, ChangedBook] = field(default_factory=dict)
    _libraries: dict[int, tuple[Library, Library]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.terms = frozenset(row.term for row in self.rows)

    def changed(self, library: Library) -> Library:
        """The library with the changed values in every version that has their terms."""
        held = self._libraries.get(id(library))
        if held is None:
            books = tuple(self._book(book) for book in library.books)
            held = self._libraries[id(library)] = library, replace(library, books=books)
        return held[1]

    def _book(self, book: Book) -> Book:
        found = self._books.get(book.position)
        if found is None:
            own = {row.term for row in book.published.rows}
            rows = with_rows(book.published.rows, (row for row in self.rows if row.term in own))
            published = replace(book.published, rows=rows, book_digest=book_digest(rows))
            found = ChangedBook(published, book.position, book, self.terms, self.watch)
            self._books[book.position] = found
        return found


def with_rows(published: Iterable[PolicyRow], given: Iterable[PolicyRow]) -> tuple[PolicyRow, ...]:
    """The rows of a book with others in place of their namesakes or beside them, in the book's order."""
    held: Mapping[object, PolicyRow] = {key_of(row): row for row in (*published, *given)}
    return tuple(sorted(held.values(), key=lambda row: (row.topic, *key_of(row))))
