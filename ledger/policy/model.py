"""Policy as an argument: a book of dated values, each with scope, unit and source, resolved purely."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import msgspec

from ledger.events.policy import PlainValue, PolicyCommunicated, PolicyPublished, PolicyRow, TermUsed
from ledger.policy.remembered import remembered
from ledger.policy.rows import in_force, key_of
from ledger.policy.scopes import NATION, Place, Scope

__all__ = [
    "ASSUMPTION", "NATION", "Book", "Library", "Place", "Resolved", "Scope", "book_digest", "terms_digest",
    "used_terms",
]  # fmt: skip

ASSUMPTION = "assumption"
KNOWN_MAX = 20_000
_ENCODER = msgspec.json.Encoder(order="sorted")
_WEIGHT = {"nation": 0, "lot": 1, "region": 2, "legal-person": 3}
_FORCE = {"interpretation": 0, "guidance": 1, "recommendation": 2, "term": 3}


def book_digest(rows: Iterable[PolicyRow]) -> str:
    """SHA-256 in hex over the canonical JSON of the rows, sorted by term, scope, force and date."""
    ordered = sorted(rows, key=lambda r: (r.topic, *key_of(r)))
    return hashlib.sha256(_ENCODER.encode(ordered)).hexdigest()


def terms_digest(rows: Iterable[PolicyRow]) -> str:
    """SHA-256 in hex over just the rows a decision resolved: its policy, independent of the rest of the book.

    Decisions of a kind resolve the same rows again and again: of the same objects the digest is remembered.
    """
    return _digest_of(tuple(rows))


@remembered
def _digest_of(rows: tuple[PolicyRow, ...]) -> str:
    return book_digest(dict.fromkeys(rows))


@dataclass(frozen=True, slots=True)
class Resolved:
    """One value as it applied: the row it came from and the position of the book that holds it.

    ``beside`` are the rows that gave way since their force is weaker: recommendations, guidance and
    interpretations that hold there on the same date.
    """

    row: PolicyRow
    position: int
    beside: tuple[PolicyRow, ...] = ()

    @property
    def value(self) -> PlainValue:
        """The value itself, in the row's unit."""
        return self.row.value

    @property
    def number(self) -> int:
        """The value as a whole number. Raises TypeError for anything else."""
        if isinstance(self.row.value, bool) or not isinstance(self.row.value, int):
            msg = f"{self.row.term} is not a whole number"
            raise TypeError(msg)
        return self.row.value

    @property
    def text(self) -> str:
        """The value as text. Raises TypeError for anything else."""
        if not isinstance(self.row.value, str):
            msg = f"{self.row.term} is not text"
            raise TypeError(msg)
        return self.row.value

    @property
    def truth(self) -> bool:
        """The value as yes or no. Raises TypeError for anything else."""
        if not isinstance(self.row.value, bool):
            msg = f"{self.row.term} is not yes or no"
            raise TypeError(msg)
        return self.row.value

    @property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words. Raises TypeError for anything else."""
        if not isinstance(self.row.value, tuple) or not all(isinstance(w, str) for w in self.row.value):
            msg = f"{self.row.term} is not a list of words"
            raise TypeError(msg)
        return tuple(str(w) for w in self.row.value)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The value as a list of whole numbers. Raises TypeError for anything else."""
        if not isinstance(self.row.value, tuple) or not all(isinstance(n, int) for n in self.row.value):
            msg = f"{self.row.term} is not a list of whole numbers"
            raise TypeError(msg)
        return tuple(n for n in self.row.value if isinstance(n, int))

    @property
    def table(self) -> Mapping[str, int]:
        """The value as whole numbers by text. Raises TypeError for anything else."""
        if not isinstance(self.row.value, tuple) or not all(isinstance(p, tuple) for p in self.row.value):
            msg = f"{self.row.term} is not a table"
            raise TypeError(msg)
        return MappingProxyType(dict(pair for pair in self.row.value if isinstance(pair, tuple)))

    @property
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What a book was asked for already: between two dates on which rows of a term begin or end, it is one.

    Equal values are one object, whatever scope they were resolved in.
    """

    rows: dict[str, tuple[PolicyRow, ...]] = field(default_factory=dict)
    turns: dict[tuple[str, ...], tuple[date, ...]] = field(default_factory=dict)
    single: dict[tuple[str, Scope, int], Resolved] = field(default_factory=dict)
    several: dict[tuple[tuple[str, ...], Scope, int], Mapping[str, Resolved]] = field(default_factory=dict)
    values: dict[tuple[int, ...], Resolved] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """One published version of the policy."""

    published: PolicyPublished
    position: int
    known: _Known = field(default_factory=_Known, init=False, repr=False, compare=False)

    @property
    def version(self) -> int:
        """The version an order pins."""
        return self.published.version

    @property
    def digest(self) -> str:
        """The digest of all its rows, SHA-256 in hex."""
        return self.published.book_digest

    def resolve(self, term: str, on: date, scope: Scope | None = None) -> Resolved:
        """The value of a term on a date in a scope.

        Rows of one level, scope and force replace each other: the latest start holds. Of what holds then a
        term of the agreement beats every document of weaker force, whatever their scopes; next the narrowest
        scope prevails (legal person, region, lot, nation), then the greater force (term, recommendation,
        guidance, interpretation). A national value that nobody has published is no term in this: it gives way
        to any document. What was weaker stands beside. Raises LookupError.
        """
        known = self.known.single
        asked = term, scope or NATION, bisect_right(self._turns((term,)), on)
        found = known.get(asked)
        if found is None:
            if len(known) >= KNOWN_MAX:
                known.clear()
            found = known[asked] = self._resolve(term, on, scope or NATION)
        return found

    def values(self, terms: Iterable[str], on: date, scope: Scope | None = None) -> Mapping[str, Resolved]:
        """The values of several terms on a date in a scope, by term. Raises LookupError.

        They are remembered together; a kind of book with an answer of its own is asked for each every time.
        """
        known, names = self.known.several, tuple(terms)
        if self.__class__ is not Book:
            return {name: self.resolve(name, on, scope) for name in names}
        asked = names, scope or NATION, bisect_right(self._turns(names), on)
        found = known.get(asked)
        if found is None:
            if len(known) >= KNOWN_MAX:
                known.clear()
            resolved = {name: self.resolve(name, on, scope) for name in names}
            found = known[asked] = MappingProxyType(resolved)
        return found

    def _turns(self, terms: tuple[str, ...]) -> tuple[date, ...]:
        """The dates on which a row of any of these terms begins or ends, in order."""
        found = self.known.turns.get(terms)
        if found is None:
            if len(self.known.turns) >= KNOWN_MAX:
                self.known.turns.clear()
            rows = [row for term in terms for row in self._by_term().get(term, ())]
            turns = {day for row in rows for day in (row.valid_from, row.valid_until) if day is not None}
            found = self.known.turns[terms] = tuple(sorted(turns))
        return found

    def _resolve(self, term: str, on: date, scope: Scope) -> Resolved:
        holding = self._holding(term, on, scope)
        if not holding:
            msg = f"policy version {self.version} has no value of {term} on {on}"
            raise LookupError(msg)
        first, *others = sorted(holding, key=_strength, reverse=True)
        beside = tuple(row for row in others if row.force != "term")
        same = tuple(map(id, (first, *beside)))
        return self.known.values.setdefault(same, Resolved(first, self.position, beside))

    def _holding(self, term: str, on: date, scope: Scope) -> tuple[PolicyRow, ...]:
        held = [row for row in self._by_term().get(term, ()) if in_force(row, on) and scope.holds(row)]
        latest = {(row.level, row.scope, row.force): row for row in sorted(held, key=_start)}
        return tuple(latest.values())

    def _by_term(self) -> Mapping[str, tuple[PolicyRow, ...]]:
        rows = self.known.rows
        if not rows:
            for row in self.published.rows:
                rows[row.term] = (*rows.get(row.term, ()), row)
        return rows


def _start(row: PolicyRow) -> date:
    return row.valid_from


def _strength(row: PolicyRow) -> tuple[bool, int, bool, int]:
    """What prevails has more: a published term or not, scope, published in the nation or not, force."""
    unpublished = row.source == ASSUMPTION and row.level == "nation"
    return (
        row.force == "term" and not unpublished,
        _WEIGHT[row.level],
        not unpublished,
        _FORCE[row.force],
    )


@dataclass(frozen=True, slots=True)
class Library:
    """Every published version of one agreement's policy, oldest first, and what was communicated since.

    Communications are pairs of position and event, oldest first.
    """

    books: tuple[Book, ...] = ()
    communications: tuple[tuple[int, PolicyCommunicated], ...] = ()

    def with_book(self, book: Book) -> "Library":
        """The library after another publication."""
        return replace(self, books=(*self.books, book))

    def with_communication(self, position: int, told: PolicyCommunicated) -> "Library":
        """The library after somebody was told of a value."""
        return replace(self, communications=(*self.communications, (position, told)))

    def communications_of(self, row: PolicyRow) -> tuple[tuple[int, PolicyCommunicated], ...]:
        """What is recorded about who was told of a row, beside what the row says itself."""
        return tuple(one for one in self.communications if key_of(one[1]) == key_of(row))

    def latest(self) -> Book | None:
        """The version now in force, or None before any publication."""
        return self.books[-1] if self.books else None

    def first_with(self, row: PolicyRow) -> Book:
        """The version that first had a row of this name. Raises LookupError."""
        for book in self.books:
            if any(key_of(held) == key_of(row) for held in book.published.rows):
                return book
        msg = f"{row.term} was never published so"
        raise LookupError(msg)

    def version(self, number: int) -> Book:
        """One version. Raises LookupError."""
        for book in self.books:
            if book.version == number:
                return book
        msg = f"policy version {number} was never published"
        raise LookupError(msg)
