"""The event that makes policy a recorded fact: the whole book, every value with unit, source and dates."""

from dataclasses import dataclass
from typing import Literal

from ledger.events.base import event
from ledger.events.shape import shaped
from ledger.values import AgreementId, Code, Instant, LocalDate, Remark, Text

Force = Literal["term", "recommendation", "guidance", "interpretation"]
ScopeLevel = Literal["nation", "region", "legal-person", "lot"]
PlainValue = int | Remark | bool | tuple[int | Remark | tuple[Remark, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueKind:
    """What values a term may have: whole numbers, words, yes or no, or a table of whole numbers by text.

    ``least`` and ``most`` bound each number: bounds of sense, never those of the agreement. ``allowed`` names
    the words that are understood, all where it is empty. ``many`` asks for a list, ``empty`` allows none.
    """

    kind: Literal["whole", "words", "truth", "table"]
    least: int = 0
    most: int = 0
    allowed: tuple[str, ...] = ()
    many: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """One dated value of one term in one scope.

    ``source`` is a public document or clause, or ``assumption``: then ``assumed`` says what is assumed and
    why. ``permitted_by`` is the clause that permits an overlay, ``UNKNOWN`` when nobody has published one,
    empty nationally. Who decided the value, who was told, and when, stands as far as it is known (domain 5).
    ``kind`` is recorded too, so that whoever replays can check it. A table is pairs in order of text.
    """

    topic: int
    term: Code
    level: ScopeLevel
    scope: Remark
    value: PlainValue
    unit: Text
    kind: ValueKind
    valid_from: LocalDate
    valid_until: LocalDate | None = None
    source: Text
    assumed: Remark
    force: Force
    permitted_by: Remark
    decided_on: LocalDate | None = None
    decided_by: Remark = "UNKNOWN"
    communicated_on: LocalDate | None = None
    communicated_to: Remark = "UNKNOWN"


@shaped
class TermUsed:
    """A policy value an answer rests on, with its source; ``assumption`` stays visible for ever."""

    term: Code
    scope: str
    value: str
    source: Text
    permitted_by: str


@event("policy-published", tags=("agreement",))
class PolicyPublished:
    """A version of the policy book is in force for what is published from now on; orders pin its version."""

    agreement: AgreementId
    version: int
    book_digest: Code
    rows: tuple[PolicyRow, ...]
    decided_on: LocalDate
    decided_by: Text
    communicated_at: Instant
    communicated_to: tuple[Text, ...]


@event("policy-communicated", tags=("agreement",))
class PolicyCommunicated:
    """Somebody was told of a published value, which its row could not say yet.

    The value is named by its term, level, scope, force and start.
    """

    agreement: AgreementId
    term: Code
    level: ScopeLevel
    scope: str
    force: Force
    valid_from: LocalDate
    communicated_on: LocalDate
    communicated_to: Text
    how: Text
