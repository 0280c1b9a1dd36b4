"""How a view is declared: a keyed fold, the facts it asks for, and a pure reading at a local date.

``asks`` is a generator like a decision's facts: it yields folds and gets their states back, all at one
position of the log. ``read`` makes the reading from what ``asks`` returned. Neither sees a clock or a store,
so the answer depends on position, date and parameters alone. A view is one file: declare it with ``@view``
and it has a route, time travel, rebuild and digest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, TypeVar, get_type_hints

from ledger.decisions.base import Asking
from ledger.errors import LedgerError
from ledger.fold import FoldKind
from ledger.policy.model import Book, Library, Resolved, Scope
from ledger.policy.remembered import remembered
from projections.shapes import Shape

F = TypeVar("F")
R = TypeVar("R", bound="Reading")


LISTED = "listed"
"""The metadata of a parameter whose default in a list is another than for one key."""
Beside = tuple[FoldKind[Any], Shape]


class Reading(Protocol):
    """What every reading says beside its own values.

    The positions it rests on and the policy values it used.
    """

    @property
    def evidence(self) -> tuple[int, ...]:
        """Positions of the events it rests on, ascending."""
        ...

    @property
    def terms(self) -> tuple[Resolved, ...]:
        """The policy values it used, each with unit, source (``assumption`` included) and position."""
        ...


@dataclass(frozen=True)
class View:
    """A declared view: ``kind`` is the fold it presents, ``shape`` how that fold's states are kept.

    ``beside`` are other folds it asks for that are kept too, with their shapes: those that grow without end
    or that every key asks for. ``params`` is a frozen dataclass of what else the question takes, ``reading``
    the type of the answer.
    """

    name: str
    title_sv: str
    title_en: str
    summary: str
    kind: FoldKind[Any]
    shape: Shape
    params: type[Any]
    reading: type[Any]
    asks: Callable[[str, date, Any], Asking[Any]] = field(repr=False)
    read: Callable[[Any, date], Any] = field(repr=False)
    beside: tuple[Beside, ...] = field(default=(), repr=False)

    @property
    def listed(self) -> Mapping[str, str]:
        """What a list is asked with unless told otherwise, as text."""
        told = {one.name: one.metadata.get(LISTED) for one in fields(self.params)}
        return {name: text for name, text in told.items() if text is not None}


class UnanswerableError(LedgerError, LookupError):
    """A view cannot answer with what was known at the position: no such key, or no policy yet.

    The message says which.
    """

    code: ClassVar[str] = "unanswerable"


class UnknownKeyError(UnanswerableError):
    """Nothing is recorded about the key at the position."""

    code: ClassVar[str] = "unknown-key"


_BY_NAME: dict[str, View] = {}

VIEWS: Mapping[str, View] = MappingProxyType(_BY_NAME)


def view(
    name: str,
    *,
    titles: tuple[str, str],
    kind: FoldKind[Any],
    shape: Shape,
    params: type[Any],
    asks: Callable[[str, date, Any], Asking[F]],
    beside: tuple[Beside, ...] = (),
) -> Callable[[Callable[[F, date], R]], Callable[[F, date], R]]:
    """Register the pure reading of a view under a kebab-case name; ``titles`` are Swedish and English."""

    def register(read: Callable[[F, date], R]) -> Callable[[F, date], R]:
        if name in _BY_NAME:
            raise TypeError(f"the view {name} is declared already")
        shown = get_type_hints(read)["return"]
        summary = (read.__doc__ or "").strip().split("\n")[0]
        _BY_NAME[name] = View(name, *titles, summary, kind, shape, params, shown, asks, read, beside)
        return read

    return register


@dataclass(frozen=True)
class Terms(Book):
    """A policy book that remembers which values were asked of it, so that a reading cannot forget to say.

    ``book`` is the one that resolves them: it is shared by all readings, and knows what others asked.
    """

    book: Book
    asked: dict[int, Resolved | Mapping[str, Resolved]] = field(default_factory=dict)
    known: Any = field(default=None, init=False, repr=False, compare=False)  # the book has that

    @classmethod
    def over(cls, book: Book) -> "Terms":
        """The values of a book, none of them asked for yet."""
        return cls(book.published, book.position, book)

    @classmethod
    def of(cls, library: Library, agreement: str) -> "Terms":
        """The policy in force at the position. Raises UnanswerableError before any publication."""
        book = library.latest()
        if book is None:
            raise UnanswerableError(f"no policy of agreement {agreement} was published yet")
        return cls.over(book)

    def resolve(self, term: str, on: date, scope: Scope | None = None) -> Resolved:
        """One value on a date, remembered. Raises UnanswerableError if the book has none."""
        try:
            found = self.book.resolve(term, on, scope)
        except LookupError as error:
            raise UnanswerableError(str(error)) from error
        self.asked[id(found)] = found  # equal values of a book are one object
        return found

    def values(self, terms: Iterable[str], on: date, scope: Scope | None = None) -> Mapping[str, Resolved]:
        """Several values at once, remembered. Raises UnanswerableError if the book lacks one."""
        try:
            found = self.book.values(terms, on, scope)
        except LookupError as error:
            raise UnanswerableError(str(error)) from error
        self.asked[id(found)] = found  # the book has them together
        return found

    def all(self) -> tuple[Resolved, ...]:
        """Every value used, ordered by term, scope and start."""
        return _in_order(tuple(self.asked.values()))


@remembered
def _in_order(asked: tuple[Resolved | Mapping[str, Resolved], ...]) -> tuple[Resolved, ...]:
    used: dict[int, Resolved] = {}
    for found in asked:
        used.update((id(one), one) for one in ([found] if isinstance(found, Resolved) else found.values()))
    return _same(
        tuple(sorted(used.values(), key=lambda r: (r.row.term, r.row.level, r.row.scope, r.row.valid_from)))
    )


@remembered
def _same(terms: tuple[Resolved, ...]) -> tuple[Resolved, ...]:
    """The one tuple of these values, whatever they were asked for together with."""
    return terms


def evidence_of(*groups: Iterable[int]) -> tuple[int, ...]:
    """Positions as a reading lists them: ascending, each once."""
    return tuple(sorted(dict.fromkeys(chain.from_iterable(groups))))  # most are in order: they are merged


def evidence_apart(groups: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """The same of groups no two of which share a position: looking for that takes longer than the rest."""
    return tuple(sorted(chain.from_iterable(groups)))
