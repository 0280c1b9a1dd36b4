"""How a whistleblowing case ends: feedback, closing, and the disposal of its personal data."""

from ledger.decisions.base import Context, Ruling, command, decides
from ledger.decisions.whistleblowing import (
    STEP_REFUSALS,
    CaseFacts,
    case_facts,
    require_case,
    require_untaken,
    step_at,
)
from ledger.decisions.whistleblowing_refusals import CaseStepEarly, CaseUnclassified
from ledger.events.whistleblowing import (
    WhistleblowingClosed,
    WhistleblowingDataDisposed,
    WhistleblowingFeedbackGiven,
)
from ledger.values import CaseId, Code, Instant, RegistryNumber


@command
class GiveWhistleblowingFeedback:
    """Record that whoever reported was told what comes of it."""

    case: CaseId
    given_at: Instant | None = None


@command
class CloseWhistleblowing:
    """Close the follow-up of a case."""

    case: CaseId
    outcome: Code


@command
class DisposeWhistleblowingData:
    """Record that the channel no longer processes the personal data of a closed case."""

    case: CaseId
    registry_number: RegistryNumber
    disposed_at: Instant | None = None


@decides(GiveWhistleblowingFeedback, facts=case_facts, example={"case": "vb-1"}, raises=STEP_REFUSALS)
def give_whistleblowing_feedback(
    command: GiveWhistleblowingFeedback, facts: CaseFacts, context: Context
) -> Ruling:
    """Feedback is given once, after any acknowledgement; too late is recorded all the same."""
    received = require_case(facts, command.case, context)
    require_untaken(facts.case.feedback)
    acknowledged = facts.case.acknowledged
    after = acknowledged.event.acknowledged_at if acknowledged else received.received_at
    at = step_at(command.given_at, after, context, "given_at", facts.case.positions())
    return Ruling((WhistleblowingFeedbackGiven(case=command.case, given_at=at),))


@decides(
    CloseWhistleblowing,
    facts=case_facts,
    example={"case": "vb-1", "outcome": "remedied"},
    raises=(*STEP_REFUSALS, CaseUnclassified),
)
def close_whistleblowing(command: CloseWhistleblowing, facts: CaseFacts, context: Context) -> Ruling:
    """A classified case is closed once."""
    require_case(facts, command.case, context)
    require_untaken(facts.case.closed)
    if facts.case.classified is None:
        raise CaseUnclassified(f"nobody has decided what {command.case} is", "case", facts.case.positions())
    event = WhistleblowingClosed(case=command.case, closed_at=context.decided_at, outcome=command.outcome)
    return Ruling((event,))


@decides(
    DisposeWhistleblowingData,
    facts=case_facts,
    example={"case": "vb-1", "registry_number": "VB 2025-7-3"},
    raises=STEP_REFUSALS,
)
def dispose_whistleblowing_data(
    command: DisposeWhistleblowingData, facts: CaseFacts, context: Context
) -> Ruling:
    """Personal data is disposed of once, after the case was closed; the ledger holds none of it."""
    require_case(facts, command.case, context)
    require_untaken(facts.case.disposed)
    if facts.case.closed is None:
        raise CaseStepEarly(f"{command.case} is not closed", "case", facts.case.positions())
    at = step_at(
        command.disposed_at, facts.case.closed.event.closed_at, context, "disposed_at", facts.case.positions()
    )
    event = WhistleblowingDataDisposed(
        case=command.case, disposed_at=at, registry_number=command.registry_number
    )
    return Ruling((event,))
