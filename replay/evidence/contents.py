"""What a package holds, as plain data: what its report prints, and its verifier finds again in the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.facts.evidence_cases import EvidenceCase
from ledger.policy.model import Resolved
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.cosignature import WitnessKey
from ledger.proof.note import VerifierKey
from ledger.store.confirmed import Confirmed
from replay.evidence.award import AwardRecords
from replay.evidence.disclosure import Withheld
from replay.questions.asking import Answered


@dataclass(frozen=True, slots=True)
class AnswerHeld:
    """One question of a case as it was answered at the pin; ``position`` is where it was put to the case.

    ``answered`` is None where there is no answer, and ``unanswerable`` says why not. ``withheld`` is set
    where the answer is not shown: then nothing of it may be printed. ``content`` is the file, canonical JSON.
    """

    position: int
    question: str
    params: Mapping[str, str]
    why: str
    content: bytes = field(repr=False)
    answered: Answered | None = None
    unanswerable: str = ""
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class DecisionHeld:
    """A decision to re-perform, behind records of the package: ``position`` is the first of them.

    ``head`` is where the log ended when it was made, ``policy`` the digest of the values it read (hex), and
    ``terms`` those values; None, with ``cannot``, where the decision cannot be made again here.
    """

    position: int
    rule: str
    decided_at: int
    head: int
    policy: str
    terms: tuple[Resolved, ...] | None
    cannot: str = ""


@dataclass(frozen=True, slots=True)
class RecordHeld:
    """One record as it is shown: ``groups`` are those of its body by name, None for one that is not shown.

    ``header`` lacks what the links say where they are not shown.
    """

    position: int
    recorded_at: int
    header: Mapping[str, Any]
    groups: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a package but proofs: of one award, or of a case with several and its questions.

    Instants in µs; ``made_at`` is the package's time. ``case`` is None in a package of one award.
    ``receipts`` are the positions with a receipt. ``mode`` is real or simulated.
    """

    identifier: str
    ledger: str
    mode: str
    made_at: int
    case: EvidenceCase | None
    awards: tuple[AwardRecords, ...]
    answers: tuple[AnswerHeld, ...]
    records: tuple[RecordHeld, ...]
    withheld: tuple[Withheld, ...]
    decisions: tuple[DecisionHeld, ...]
    receipts: tuple[int, ...]
    checkpoint: Checkpoint
    confirmed: Confirmed
    keys: tuple[VerifierKey, ...]
    witnesses: tuple[WitnessKey, ...]

    def terms(self) -> tuple[Resolved, ...]:
        """The policy values that its decisions and answers read, each once, by name."""
        read = [term for one in self.decisions for term in one.terms or ()]
        for held in self.answers:
            if held.answered is not None and held.withheld is None:
                read += held.answered.answer.terms
        return tuple(sorted(dict.fromkeys(read), key=_name_of))


def _name_of(term: Resolved) -> tuple[str, str, str, int]:
    return term.row.term, term.row.scope, str(term.row.valid_from), term.position
