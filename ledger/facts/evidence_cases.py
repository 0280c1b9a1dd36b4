"""One evidence case: what it pins, and what has been put in it."""

from dataclasses import dataclass, replace

from ledger.events.evidence_cases import (
    EvidenceAwardAdded,
    EvidenceCaseClosed,
    EvidenceCaseOpened,
    EvidenceQuestionAdded,
    EvidenceRecordsAdded,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class EvidenceCase:
    """One case; what is in it stands in the order in which it was added."""

    opened: Recorded[EvidenceCaseOpened] | None = None
    questions: tuple[Recorded[EvidenceQuestionAdded], ...] = ()
    awards: tuple[Recorded[EvidenceAwardAdded], ...] = ()
    records: tuple[Recorded[EvidenceRecordsAdded], ...] = ()
    closed: Recorded[EvidenceCaseClosed] | None = None

    @property
    def pinned(self) -> int:
        """The position up to which the case knows the log; 0 before it is opened.

        Never beyond the opening: what had not been recorded then is not in the case.
        """
        if self.opened is None:
            return 0
        before = self.opened.position - 1
        known_at = self.opened.event.known_at
        return before if known_at is None else min(known_at, before)

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(self.opened, *self.questions, *self.awards, *self.records, self.closed)


evidence_cases: FoldKind[EvidenceCase] = FoldKind("evidence-cases", "evidence-case", EvidenceCase())


@evidence_cases.on(EvidenceCaseOpened)
def _opened(state: EvidenceCase, e: EvidenceCaseOpened, position: int) -> EvidenceCase:
    return replace(state, opened=Recorded(position, e))


@evidence_cases.on(EvidenceQuestionAdded)
def _asked(state: EvidenceCase, e: EvidenceQuestionAdded, position: int) -> EvidenceCase:
    return replace(state, questions=(*state.questions, Recorded(position, e)))


@evidence_cases.on(EvidenceAwardAdded)
def _award(state: EvidenceCase, e: EvidenceAwardAdded, position: int) -> EvidenceCase:
    return replace(state, awards=(*state.awards, Recorded(position, e)))


@evidence_cases.on(EvidenceRecordsAdded)
def _records(state: EvidenceCase, e: EvidenceRecordsAdded, position: int) -> EvidenceCase:
    return replace(state, records=(*state.records, Recorded(position, e)))


@evidence_cases.on(EvidenceCaseClosed)
def _closed(state: EvidenceCase, e: EvidenceCaseClosed, position: int) -> EvidenceCase:
    return replace(state, closed=Recorded(position, e))
