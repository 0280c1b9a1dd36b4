"""What comes of a cancellation: a consequence is indicated by policy, and decided by somebody."""

from dataclasses import dataclass
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown, require_concluded
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.errors import Refusal
from ledger.events.assignments import CancellationConsequenceDecided
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import positions_of
from ledger.values import AssignmentId, Text

DECIDERS = frozenset({"contract-owner", "central-contract-management"})


class NotCancelled(Refusal):
    """The assignment was not cancelled, so nothing follows."""

    code = "assignment-not-cancelled"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Uppdraget är inte avbokat"
    title_en = "Assignment not cancelled"


class ConsequenceDecidedAlready(Refusal):
    """What follows from the cancellation was decided before."""

    code = "consequence-decided"
    clause = "domain 6: nothing with legal effect happens by a clock"
    title_sv = "Följden av avbokningen är redan beslutad"
    title_en = "Consequence decided already"


@command
class DecideCancellationConsequence:
    """Decide what follows from a cancellation, as indicated or otherwise, with reasons."""

    assignment: AssignmentId
    consequence: Literal["none", "pay-planned-shifts", "deviation"]
    reasons: Text


@dataclass(frozen=True, slots=True)
class ConsequenceFacts:
    """The mandate and the assignment."""

    mandate: Mandate
    assignment: Assignment


def _facts(command: DecideCancellationConsequence, context: Context) -> Asking[ConsequenceFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    return ConsequenceFacts(mandate, assignment)


@decides(
    DecideCancellationConsequence,
    facts=_facts,
    example={
        "assignment": "a-1001",
        "consequence": "pay-planned-shifts",
        "reasons": "Cancelled four days before; the supplier could not place the consultant elsewhere",
    },
    raises=(*MANDATE_REFUSALS, AssignmentUnknown, NotCancelled, ConsequenceDecidedAlready),
)
def decide_consequence(
    command: DecideCancellationConsequence, facts: ConsequenceFacts, context: Context
) -> Ruling:
    """Whoever owns the contract decides once; the indication stands beside the decision."""
    held = facts.assignment
    contract = require_concluded(held, command.assignment)
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(facts.mandate, context, DECIDERS, place, context.received_at)
    if held.cancelled is None:
        raise NotCancelled(f"{command.assignment} runs", "assignment", held.positions())
    if held.consequence is not None:
        raise ConsequenceDecidedAlready("it is decided", "assignment", positions_of(held.consequence))
    event = CancellationConsequenceDecided(
        assignment=command.assignment,
        supplier=contract.supplier,
        cancellation=held.cancelled.position,
        consequence=command.consequence,
        indicated=held.cancelled.event.consequence,
        reasons=command.reasons,
        decided_by=context.actor,
        decided_at=context.decided_at,
    )
    return Ruling((event,), contract.authority)
