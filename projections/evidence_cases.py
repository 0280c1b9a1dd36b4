"""One evidence case: what it pins, and what was put in it, never who asked for it."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.events.evidence_cases import AskedWith, EvidenceCaseOpened
from ledger.facts.evidence_cases import EvidenceCase, evidence_cases
from ledger.policy.model import Resolved
from ledger.values import Instant, local_date
from projections.base import UnknownKeyError, evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParams:
    """The view takes no more than the case."""


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question of the case, with its parameters as text."""

    question: str
    params: tuple[AskedWith, ...]
    why: str
    position: int


@dataclass(frozen=True, slots=True)
class AwardShown:
    """An award of the case; ``awarded`` is where it stands in the log."""

    order: str
    number: int
    awarded: int
    why: str
    position: int


@dataclass(frozen=True, slots=True)
class RecordsShown:
    """Single records of the case."""

    positions: tuple[int, ...]
    why: str
    position: int


@dataclass(frozen=True, slots=True)
class EvidenceCases:
    """One case as far as it had come on the date: ``pinned`` is the position up to which it knows the log."""

    case: str
    kind: str
    subject: str
    registry_number: str
    agreement: str
    region: str | None
    pinned: int
    valid_on: date
    opened_at: Instant
    closed: bool
    questions: tuple[QuestionShown, ...]
    awards: tuple[AwardShown, ...]
    records: tuple[RecordsShown, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the reading rests on."""

    opened: EvidenceCaseOpened
    state: EvidenceCase


def asks(case: str, at: date, _: CaseParams) -> Asking[CaseFacts]:
    """The case, which must have been opened by the date."""
    state: EvidenceCase = yield evidence_cases(case)
    if state.opened is None or local_date(state.opened.event.opened_at) > at:
        raise UnknownKeyError(f"no case {case} was opened")
    return CaseFacts(state.opened.event, state)


@view(
    "evidence-cases",
    titles=("Bevisärenden", "Evidence cases"),
    kind=evidence_cases,
    shape=plain(EvidenceCase),
    params=CaseParams,
    asks=asks,
)
def read(facts: CaseFacts, at: date) -> EvidenceCases:
    """What a case pins and what was put in it."""
    held, opened = as_of(facts.state, at), facts.opened
    return EvidenceCases(
        case=opened.case, kind=opened.kind, subject=opened.subject, registry_number=opened.registry_number,
        agreement=opened.agreement, region=opened.region, pinned=held.pinned, valid_on=opened.valid_on,
        opened_at=opened.opened_at, closed=held.closed is not None,
        questions=tuple(
            QuestionShown(one.event.question, one.event.params, one.event.why, one.position)
            for one in held.questions
        ),
        awards=tuple(
            AwardShown(
                one.event.order, one.event.position, one.event.awarded, one.event.why, one.position
            )
            for one in held.awards
        ),
        records=tuple(
            RecordsShown(one.event.positions, one.event.why, one.position) for one in held.records
        ),
        evidence=evidence_of(held.positions()), terms=(),
    )  # fmt: skip


def as_of(case: EvidenceCase, at: date) -> EvidenceCase:
    """A case as far as it had come on a local date."""
    closed = case.closed if case.closed and local_date(case.closed.event.closed_at) <= at else None
    return EvidenceCase(
        case.opened,
        tuple(one for one in case.questions if local_date(one.event.added_at) <= at),
        tuple(one for one in case.awards if local_date(one.event.added_at) <= at),
        tuple(one for one in case.records if local_date(one.event.added_at) <= at),
        closed,
    )
