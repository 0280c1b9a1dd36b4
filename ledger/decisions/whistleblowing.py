"""Whistleblowing cases: received, acknowledged or not, and classified, by the officer alone."""

from dataclasses import dataclass
from typing import Any, Protocol

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate, require_past
from ledger.decisions.refusals import InstantAhead
from ledger.decisions.whistleblowing_refusals import (
    CaseReceivedAlready,
    CaseStepEarly,
    CaseStepTaken,
    CaseUnknown,
)
from ledger.errors import Refusal
from ledger.events.whistleblowing import (
    Classification,
    Omission,
    WhistleblowingAcknowledged,
    WhistleblowingAcknowledgementOmitted,
    WhistleblowingClassified,
    WhistleblowingReceived,
)
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import Recorded, positions_of
from ledger.facts.whistleblowing import Case, cases
from ledger.values import AgreementId, CaseId, Code, Instant, RegionId, RegistryNumber, Text

OFFICERS = frozenset({"whistleblowing-officer"})
STEP_REFUSALS: tuple[type[Refusal], ...] = (
    *MANDATE_REFUSALS, CaseUnknown, CaseStepTaken, CaseStepEarly, InstantAhead,
)  # fmt: skip


@command
class ReceiveWhistleblowing:
    """Record that a report came in over the channel; nothing of what it says, or of who made it."""

    case: CaseId
    agreement: AgreementId
    region: RegionId
    channel: Code
    reference: RegistryNumber
    received_at: Instant | None = None


@command
class AcknowledgeWhistleblowing:
    """Record that the receipt was acknowledged."""

    case: CaseId
    acknowledged_at: Instant | None = None


@command
class OmitAcknowledgement:
    """Decide that the receipt is not acknowledged: waived, or revealing."""

    case: CaseId
    why: Omission


@command
class ClassifyWhistleblowing:
    """Decide whether a report is whistleblowing."""

    case: CaseId
    classification: Classification
    reasons: Text


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The mandate, and the case as it stands."""

    mandate: Mandate
    case: Case


class Names(Protocol):
    """Any command about one case."""

    @property
    def case(self) -> str:
        """The case."""
        ...


def case_facts(command: Names, context: Context) -> Asking[CaseFacts]:
    """Facts: the mandate and the case."""
    mandate = yield from mandate_of(context)
    case = yield cases(command.case)
    return CaseFacts(mandate, case)


def require_case(facts: CaseFacts, name: str, context: Context) -> WhistleblowingReceived:
    """The receipt of a case, if the actor is its officer."""
    if facts.case.received is None:
        raise CaseUnknown(f"no case {name} was received", "case")
    received = facts.case.received.event
    place = (received.agreement, received.region, "")
    require_mandate(facts.mandate, context, OFFICERS, place, context.received_at)
    return received


def require_untaken(*steps: Recorded[Any] | None) -> None:
    """Refuse a step that was taken, or stands in place of one that was."""
    if any(steps):
        raise CaseStepTaken("it is recorded", "case", positions_of(*steps))


def step_at(at: int | None, after: int, context: Context, field: str, positions: tuple[int, ...]) -> int:
    """When a step was taken: now unless given; refuses what lies ahead or before the step it follows."""
    given = context.received_at if at is None else at
    require_past(given, context, field)
    if given < after:
        raise CaseStepEarly("the step it follows is later", field, positions)
    return given


@decides(
    ReceiveWhistleblowing,
    facts=case_facts,
    example={
        "case": "vb-1",
        "agreement": "hyr-2024",
        "region": "vastra-gotaland",
        "channel": "vgr-channel",
        "reference": "VB 2025-7",
    },
    raises=(*MANDATE_REFUSALS, CaseReceivedAlready, InstantAhead),
)
def receive_whistleblowing(command: ReceiveWhistleblowing, facts: CaseFacts, context: Context) -> Ruling:
    """A case is received once, by an officer, with the time at which the channel got it."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OFFICERS, place, context.received_at)
    if facts.case.received is not None:
        raise CaseReceivedAlready(f"{command.case} is received", "case", facts.case.positions())
    event = WhistleblowingReceived(
        case=command.case,
        agreement=command.agreement,
        region=command.region,
        channel=command.channel,
        reference=command.reference,
        received_at=step_at(command.received_at, 0, context, "received_at", ()),
    )
    return Ruling((event,))


@decides(AcknowledgeWhistleblowing, facts=case_facts, example={"case": "vb-1"}, raises=STEP_REFUSALS)
def acknowledge_whistleblowing(
    command: AcknowledgeWhistleblowing, facts: CaseFacts, context: Context
) -> Ruling:
    """The receipt is acknowledged once; too late is recorded all the same, and the clock says so."""
    received = require_case(facts, command.case, context)
    require_untaken(facts.case.acknowledged, facts.case.omitted)
    at = step_at(
        command.acknowledged_at, received.received_at, context, "acknowledged_at", facts.case.positions()
    )
    return Ruling((WhistleblowingAcknowledged(case=command.case, acknowledged_at=at),))


@decides(
    OmitAcknowledgement,
    facts=case_facts,
    example={"case": "vb-1", "why": "would-reveal"},
    raises=STEP_REFUSALS,
)
def omit_acknowledgement(command: OmitAcknowledgement, facts: CaseFacts, context: Context) -> Ruling:
    """Not acknowledging is decided, once, and never after an acknowledgement."""
    require_case(facts, command.case, context)
    require_untaken(facts.case.acknowledged, facts.case.omitted)
    event = WhistleblowingAcknowledgementOmitted(
        case=command.case, why=command.why, decided_at=context.decided_at
    )
    return Ruling((event,))


@decides(
    ClassifyWhistleblowing,
    facts=case_facts,
    example={"case": "vb-1", "classification": "whistleblowing", "reasons": "A breach of public interest"},
    raises=STEP_REFUSALS,
)
def classify_whistleblowing(command: ClassifyWhistleblowing, facts: CaseFacts, context: Context) -> Ruling:
    """The officer decides once what the report is; before that it is whistleblowing to everybody."""
    require_case(facts, command.case, context)
    require_untaken(facts.case.classified)
    event = WhistleblowingClassified(
        case=command.case,
        classification=command.classification,
        decided_at=context.decided_at,
        reasons=command.reasons,
    )
    return Ruling((event,))
