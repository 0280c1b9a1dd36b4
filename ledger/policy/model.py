"""Policy as an argument: a book of dated values, each with scope, unit and source, resolved purely."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Protocol

import msgspec

from ledger.events.policy import PlainValue, PolicyCommunicated, PolicyPublished, PolicyRow, TermUsed
from ledger.policy.rows import in_force, key_of

ASSUMPTION = "assumption"
KNOWN_MAX = 20_000
DIGESTS_MAX = 4_096
_DIGESTS: dict[tuple[int, ...], tuple[tuple[PolicyRow, ...], str]] = {}
_ENCODER = msgspec.json.Encoder(order="sorted")
_WEIGHT = {"nation": 0, "lot": 1, "region": 2, "legal-person": 3}
_FORCE = {"interpretation": 0, "guidance": 1, "recommendation": 2, "term": 3}


def book_digest(rows: Iterable[PolicyRow]) -> str:
    """SHA-256 in hex over the canonical JSON of the rows, sorted by term, scope, force and date."""
    ordered = sorted(rows, key=lambda r: (r.topic, *key_of(r)))
    return hashlib.sha256(_ENCODER.encode(ordered)).hexdigest()


def terms_digest(rows: Iterable[PolicyRow]) -> str:
    """SHA-256 in hex over just the rows a decision resolved.

    Its policy, independent of the rest of the book. Decisions of a kind resolve the same rows again and
    again, so the digest of the same objects is remembered, together with them.
    """
    used = tuple(rows)
    same = tuple(map(id, used))
    found = _DIGESTS.get(same)
    if found is None:
        if len(_DIGESTS) >= DIGESTS_MAX:
            _DIGESTS.clear()
        found = _DIGESTS[same] = used, book_digest(dict.fromkeys(used))
    return found[1]


class Place(Protocol):
    """Whatever lies in a region and a lot, under a legal person (its organisation number) if known."""

    @property
    def region(self) -> str:
        """The region."""
        ...

    @property
    def lot(self) -> str:
        """The lot."""
        ...

    @property
    def legal_person(self) -> str | None:
        """The organisation number."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a value is asked for: any of region, legal person and lot; None asks nationally."""

    region: str | None = None
    lot: str | None = None
    legal_person: str | None = None

    @classmethod
    def of(cls, place: "Place") -> "Scope":
        """The scope of an order, a contract or an assignment."""
        return cls(region=place.region, lot=place.lot, legal_person=place.legal_person)

    def holds(self, row: PolicyRow) -> bool:
        """Whether a row applies in this scope."""
        if row.level == "nation":
            return True
        wanted = {"region": self.region, "lot": self.lot, "legal-person": self.legal_person}[row.level]
        return wanted is not None and row.scope == wanted


NATION = Scope()


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


@dataclass(frozen=True, slots=True)
class Book:
    """One published version of the policy."""

    published: PolicyPublished
    position: int
    index: dict[str, tuple[PolicyRow, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    known: dict[tuple[str, date, Scope], Resolved] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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
        asked = term, on, scope or NATION
        found = self.known.get(asked)
        if found is None:
            if len(self.known) >= KNOWN_MAX:
                self.known.clear()
            found = self.known[asked] = self._resolve(*asked)
        return found

    def _resolve(self, term: str, on: date, scope: Scope) -> Resolved:
        holding = self._holding(term, on, scope)
        if not holding:
            msg = f"policy version {self.version} has no value of {term} on {on}"
            raise LookupError(msg)
        if len(holding) == 1:
            return Resolved(holding[0], self.position)
        first, *others = sorted(holding, key=_strength, reverse=True)
        return Resolved(first, self.position, tuple(row for row in others if row.force != "term"))

    def _holding(self, term: str, on: date, scope: Scope) -> tuple[PolicyRow, ...]:
        held = [row for row in self._by_term().get(term, ()) if in_force(row, on) and scope.holds(row)]
        latest = {(row.level, row.scope, row.force): row for row in sorted(held, key=_start)}
        return tuple(latest.values())

    def _by_term(self) -> Mapping[str, tuple[PolicyRow, ...]]:
        if not self.index:
            for row in self.published.rows:
                self.index[row.term] = (*self.index.get(row.term, ()), row)
        return self.index


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
