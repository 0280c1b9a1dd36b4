"""The unit's answer to a proposed substitution: accepted, or refused with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import ORDERERS, AssignmentUnknown, require_concluded
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.decisions.refusals import PolicyTermMissing
from ledger.decisions.substitute_checks import (
    SubstituteFacts,
    SubstituteUnsuitable,
    require_suitable,
    substitute_facts,
    tested,
)
from ledger.decisions.substitution_refusals import (
    SubstitutionDateWrong,
    SubstitutionNotProposed,
    SubstitutionWorked,
)
from ledger.events.assignments import ContractConcluded
from ledger.events.substitutions import (
    ConsultantReplaced,
    SubstitutionAccepted,
    SubstitutionProposed,
    SubstitutionRefused,
)
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import Recorded
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.values import AssignmentId, Text


@command
class AcceptSubstitution:
    """Accept the proposed substitute: from the proposal's date on, that is the consultant agreed."""

    assignment: AssignmentId


@command
class RefuseSubstitution:
    """Refuse the proposed substitute, with a reason; the consultant agreed stays the same."""

    assignment: AssignmentId
    reason: Text


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """The mandate, the assignment, what the consultants agreed so far have worked, and the substitute."""

    mandate: Mandate
    assignment: Assignment
    worked: Mapping[str, WorkedTime]
    substitute: SubstituteFacts


def _facts(command: AcceptSubstitution | RefuseSubstitution, context: Context) -> Asking[AnswerFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    worked: Mapping[str, WorkedTime] = {}
    substitute = SubstituteFacts()
    if assignment.concluded is not None and isinstance(command, AcceptSubstitution):
        worked = yield {one: worked_time(one) for one in assignment.consultants()}
        for told in assignment.substitutions[-1:]:
            contract, proposed = assignment.concluded.event, told.proposed.event
            substitute = yield from substitute_facts(contract, proposed.consultant)
    return AnswerFacts(mandate, assignment, worked, substitute)


def _waiting(
    facts: AnswerFacts, name: str, context: Context
) -> tuple[ContractConcluded, Recorded[SubstitutionProposed]]:
    """The contract that the actor may act for, and the proposal that waits."""
    contract = require_concluded(facts.assignment, name)
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(facts.mandate, context, ORDERERS, place, context.received_at)
    proposals = facts.assignment.substitutions
    if not proposals or not proposals[-1].open:
        answered = proposals[-1].positions() if proposals else ()
        raise SubstitutionNotProposed(f"nothing is proposed for {name}", "assignment", answered)
    return contract, proposals[-1].proposed


@decides(
    AcceptSubstitution,
    facts=_facts,
    example={"assignment": "a-1001"},
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        SubstitutionNotProposed,
        SubstitutionDateWrong,
        SubstitutionWorked,
        SubstituteUnsuitable,
        PolicyTermMissing,
    ),
)
def accept_substitution(command: AcceptSubstitution, facts: AnswerFacts, context: Context) -> Ruling:
    """The unit accepts; the contract goes on with the substitute, whose continuity is its own."""
    contract, fact = _waiting(facts, command.assignment, context)
    proposed = fact.event
    if not facts.assignment.holds(proposed.from_on):
        detail = f"{proposed.from_on} is no longer in the assignment"
        raise SubstitutionDateWrong(detail, "assignment", (*facts.assignment.positions(), fact.position))
    former = facts.assignment.agreed_on(proposed.from_on)
    if worked := _worked(facts.worked[former], proposed):
        raise SubstitutionWorked(f"{former} worked from {proposed.from_on} on", "assignment", worked)
    found = tested(contract, proposed, facts.substitute)
    require_suitable(found)
    accepted = SubstitutionAccepted(
        assignment=command.assignment,
        supplier=contract.supplier,
        number=proposed.number,
        consultant=proposed.consultant,
        replaces=former,
        order=contract.order,
        region=contract.region,
        unit=contract.unit,
        operating_unit=contract.operating_unit,
        lot=contract.lot,
        from_on=proposed.from_on,
        until_on=contract.until_on,
        follows=contract.follows,
        decided_by=context.actor,
        decided_at=context.decided_at,
        checks=found,
    )
    replaced = ConsultantReplaced(
        assignment=command.assignment,
        consultant=former,
        by=proposed.consultant,
        from_on=proposed.from_on,
    )
    return Ruling((accepted, replaced), contract.authority)


def _worked(worked: WorkedTime, proposed: SubstitutionProposed) -> tuple[int, ...]:
    held = worked.assignments.get(proposed.assignment)
    shifts = held.shifts.values() if held else ()
    return tuple(sorted(s.position for s in shifts if s.voided is None and s.on >= proposed.from_on))


@decides(
    RefuseSubstitution,
    facts=_facts,
    example={"assignment": "a-1001", "reason": "The unit needs somebody who knows its patients"},
    raises=(*MANDATE_REFUSALS, AssignmentUnknown, SubstitutionNotProposed),
)
def refuse_substitution(command: RefuseSubstitution, facts: AnswerFacts, context: Context) -> Ruling:
    """The unit refuses, with a reason; whether the supplier then delivers is its own question."""
    contract, fact = _waiting(facts, command.assignment, context)
    event = SubstitutionRefused(
        assignment=command.assignment,
        supplier=contract.supplier,
        number=fact.event.number,
        reason=command.reason,
        decided_by=context.actor,
        decided_at=context.decided_at,
    )
    return Ruling((event,), contract.authority)
