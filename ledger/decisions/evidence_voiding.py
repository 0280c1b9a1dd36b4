"""Voiding a fact about a consultant that was wrong: licence, service, reference, employment, placement."""

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.records import (
    RECORD_REFUSALS,
    EvidenceNotOwn,
    RecordFacts,
    by_supplier,
    record_facts,
    require_recorder,
)
from ledger.errors import Refusal
from ledger.events.credentials import EvidenceVoided
from ledger.facts.recorded import positions_of
from ledger.values import ConsultantId, Text


class EvidenceUnknown(Refusal):
    """No fact about the consultant that still counts was recorded at this position."""

    code = "evidence-unknown"
    clause = "house rule 7: a mistake is corrected by another event"
    title_sv = "Uppgiften finns inte"
    title_en = "Evidence not found"


@command
class VoidEvidence:
    """Void a fact recorded about a consultant that was wrong, named by its position."""

    consultant: ConsultantId
    voided: int
    reason: Text


def _facts(command: VoidEvidence, context: Context) -> Asking[RecordFacts]:
    return (yield from record_facts(command.consultant, context))


@decides(
    VoidEvidence,
    facts=_facts,
    example={"consultant": "c-7f3a91", "voided": 412, "reason": "The certificate was another person's"},
    raises=(*RECORD_REFUSALS, EvidenceUnknown, EvidenceNotOwn),
)
def void_evidence(command: VoidEvidence, facts: RecordFacts, context: Context) -> Ruling:
    """A fact that stands is voided once; a supplier voids nothing that speaks against its consultant."""
    require_recorder(facts, command.consultant, context)
    if command.voided not in facts.profile.positions():
        detail = f"nothing that counts about {command.consultant} stands at position {command.voided}"
        raise EvidenceUnknown(detail, "voided")
    _require_own(command, facts)
    return Ruling(
        (EvidenceVoided(consultant=command.consultant, voided=command.voided, reason=command.reason),)
    )


def _require_own(command: VoidEvidence, facts: RecordFacts) -> None:
    profile = facts.profile
    lists = (profile.licence_changes, profile.employments, profile.earlier_placements, profile.settled)
    if by_supplier(facts) and any(command.voided in positions_of(*held) for held in lists):
        detail = f"position {command.voided} is for an owner of the agreement to void"
        raise EvidenceNotOwn(detail, "voided", (command.voided,))
