"""Policy as an argument: a book of dated values, each with scope, unit and source, resolved purely."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from ledger.events.policy import PolicyCommunicated, PolicyPublished, PolicyRow
from ledger.policy.remembered import remembered
from ledger.policy.resolved import ASSUMPTION, Resolved, used_terms
from ledger.policy.rows import in_force, key_of
from ledger.policy.scopes import NATION, Place, Scope

__all__ = [
    "ASSUMPTION", "NATION", "Book", "Library", "Place", "Resolved", "Scope", "book_digest", "terms_digest",
    "used_terms",
]  # fmt: skip

T = TypeVar("T")
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
class _Known:
    """What a book was asked for already: between two dates on which rows of a term begin or end, it is one.

    Equal values are one object, and so are several together, whatever scope they were resolved in. ``days``
    are the answers by date.
    """

    days: dict[tuple[Any, date, Scope | None], Any] = field(default_factory=dict)
    rows: dict[str, tuple[PolicyRow, ...]] = field(default_factory=dict)
    turns: dict[tuple[str, ...], tuple[date, ...]] = field(default_factory=dict)
    single: dict[tuple[str, Scope, int], Resolved] = field(default_factory=dict)
    several: dict[tuple[tuple[str, ...], Scope, int], Mapping[str, Resolved]] = field(default_factory=dict)
    values: dict[tuple[int, ...], Resolved] = field(default_factory=dict)
    together: dict[tuple[int, ...], Mapping[str, Resolved]] = field(default_factory=dict)


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
        asked = term, on, scope
        found: Resolved | None = self.known.days.get(asked)
        if found is None:
            turn = term, scope or NATION, bisect_right(self._turns((term,)), on)
            found = self.known.single.get(turn)
            if found is None:
                found = _kept(self.known.single, turn, self._resolve(term, on, scope or NATION))
            _kept(self.known.days, asked, found)
        return found

    def values(self, terms: Iterable[str], on: date, scope: Scope | None = None) -> Mapping[str, Resolved]:
        """The values of several terms on a date in a scope, by term. Raises LookupError.

        They are remembered together; a kind of book with an answer of its own is asked for each every time.
        """
        names = tuple(terms)
        if self.__class__ is not Book:
            return {name: self.resolve(name, on, scope) for name in names}
        asked = names, on, scope
        found: Mapping[str, Resolved] | None = self.known.days.get(asked)
        if found is None:
            turn = names, scope or NATION, bisect_right(self._turns(names), on)
            found = self.known.several.get(turn)
            if found is None:
                resolved = {name: self.resolve(name, on, scope) for name in names}
                same = tuple(map(id, resolved.values()))
                found = self.known.together.setdefault(same, MappingProxyType(resolved))
                _kept(self.known.several, turn, found)
            _kept(self.known.days, asked, found)
        return found

    def _turns(self, terms: tuple[str, ...]) -> tuple[date, ...]:
        """The dates on which a row of any of these terms begins or ends, in order."""
        found = self.known.turns.get(terms)
        if found is None:
            rows = [row for term in terms for row in self._by_term().get(term, ())]
            turns = {day for row in rows for day in (row.valid_from, row.valid_until) if day is not None}
            found = _kept(self.known.turns, terms, tuple(sorted(turns)))
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
            found: dict[str, tuple[PolicyRow, ...]] = {}
            for row in self.published.rows:
                found[row.term] = (*found.get(row.term, ()), row)
            rows.update(found)  # all at once: another thread must never find some terms and miss others
        return rows


def _kept(known: dict[Any, T], asked: object, found: T) -> T:
    if len(known) >= KNOWN_MAX:
        known.clear()
    known[asked] = found
    return found


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
