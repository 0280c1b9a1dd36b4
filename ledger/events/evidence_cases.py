"""Events of evidence cases: what somebody gathers to be shown to others, as it was known at one position.

A case holds no person's name or number: its subject is words about the matter, and whose matter it is stands
in the authority's own register. Secret, since that there is a case can be secret itself.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ledger.events.base import event
from ledger.values import (
    INSTANT_MAX,
    AgreementId,
    EvidenceCaseId,
    Impersonal,
    Instant,
    LocalDate,
    OrderId,
    RegionId,
    RegistryNumber,
    Text,
)

CaseKind = Literal["dispute", "judicial-review", "audit", "whistleblowing", "public-records-request"]
Place = Annotated[int, Field(ge=1, le=INSTANT_MAX)]
"""A position of the log."""
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
QuestionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,79}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWith:
    """One parameter of a question as text: an id, a date, a number, never a person's."""

    name: ParameterName
    value: Impersonal


@event("evidence-case-opened", tags=("case",), secrecy="secret")
class EvidenceCaseOpened:
    """A case was opened: everything in it is answered as known at a position and valid on a date.

    ``known_at`` is that position; None, or one that was not recorded yet, is everything before this event.
    """

    case: EvidenceCaseId
    agreement: AgreementId
    region: RegionId | None
    kind: CaseKind
    subject: Text
    registry_number: RegistryNumber
    known_at: Place | None
    valid_on: LocalDate
    opened_at: Instant


@event("evidence-question-added", tags=("case",), secrecy="secret")
class EvidenceQuestionAdded:
    """A question was put to the case, with its parameters by name, and why it matters there."""

    case: EvidenceCaseId
    question: QuestionName
    params: tuple[AskedWith, ...]
    why: Text
    added_at: Instant


@event("evidence-award-added", tags=("case",), secrecy="secret")
class EvidenceAwardAdded:
    """The award of a position of an order was put in the case: the latest one that the case knows of."""

    case: EvidenceCaseId
    order: OrderId
    position: int
    awarded: int
    why: Text
    added_at: Instant


@event("evidence-records-added", tags=("case",), secrecy="secret")
class EvidenceRecordsAdded:
    """Single records were put in the case by their positions."""

    case: EvidenceCaseId
    positions: tuple[Place, ...]
    why: Text
    added_at: Instant


@event("evidence-case-closed", tags=("case",), secrecy="secret")
class EvidenceCaseClosed:
    """Nothing is added to the case any more."""

    case: EvidenceCaseId
    closed_at: Instant
    outcome: Text
