"""What becomes of running assignments when a supplier's status changes: somebody decides for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, OWNERS, mandate_of, require_mandate
from ledger.errors import Refusal
from ledger.events.supplier_status import RunningAssignmentsDecided
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.succession import Succession, successors
from ledger.values import (
    AgreementId,
    AssignmentId,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    local_date,
)

CLAUSE = "domain 5, topics 20 and 22: insolvency, wind-down, effect on running assignments"


class AssignmentNotRunning(Refusal):
    """An assignment is not the supplier's in that region under that agreement, or is over or cancelled."""

    code = "assignment-not-running"
    clause = CLAUSE
    title_sv = "Uppdraget pågår inte"
    title_en = "Assignment not running"


class SuccessorUnclear(Refusal):
    """Assignments go to a supplier only if it is recorded as the successor; otherwise none is named."""

    code = "successor-unclear"
    clause = CLAUSE
    title_sv = "Oklart vem som tar över uppdragen"
    title_en = "Unclear who takes over the assignments"


@command
class DecideRunningAssignments:
    """Decide what happens to a supplier's running assignments in a region; each step after it is its own."""

    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    assignments: tuple[AssignmentId, ...]
    choice: Literal["worked-to-end", "to-be-cancelled", "goes-to-successor"]
    successor: SupplierId | None = None
    reasons: Text
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class RunningFacts:
    """The mandate, the assignments named, and the supplier's successions."""

    mandate: Mandate
    assignments: Mapping[str, Assignment]
    succession: Succession


def _facts(command: DecideRunningAssignments, context: Context) -> Asking[RunningFacts]:
    mandate = yield from mandate_of(context)
    named = yield {one: assignments(one) for one in command.assignments}
    succession = yield successors(command.supplier)
    return RunningFacts(mandate, named, succession)


@decides(
    DecideRunningAssignments,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "region": "jamtland-harjedalen",
        "assignments": ["a-1"],
        "choice": "worked-to-end",
        "reasons": "The bankruptcy estate keeps the consultants employed through June",
        "registry_number": "RS/41/2025",
    },
    raises=(*MANDATE_REFUSALS, AssignmentNotRunning, SuccessorUnclear),
)
def decide_running_assignments(
    command: DecideRunningAssignments, facts: RunningFacts, context: Context
) -> Ruling:
    """The region's contract owner decides about assignments that run; nothing ends by this alone."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    _require_running(command, facts.assignments, context)
    followed = facts.succession.successors(command.supplier, local_date(context.received_at))
    goes = command.choice == "goes-to-successor"
    if goes != (command.successor is not None) or (goes and command.successor not in followed):
        detail = f"{command.choice} with successor {command.successor}"
        raise SuccessorUnclear(detail, "successor", facts.succession.positions())
    held = sorted({p for one in facts.assignments.values() for p in one.positions()})
    event = RunningAssignmentsDecided(
        agreement=command.agreement,
        supplier=command.supplier,
        region=command.region,
        assignments=command.assignments,
        choice=command.choice,
        successor=command.successor,
        reasons=command.reasons,
        decided_by=context.actor,
        registry_number=command.registry_number,
        facts=tuple(held),
    )
    return Ruling((event,))


def _require_running(
    command: DecideRunningAssignments, named: Mapping[str, Assignment], context: Context
) -> None:
    if not named:
        raise AssignmentNotRunning("no assignment is named", "assignments")
    today = local_date(context.received_at)
    for name, held in named.items():
        contract = held.concluded.event if held.concluded else None
        own = contract is not None and (contract.agreement, contract.supplier, contract.region) == (
            command.agreement, command.supplier, command.region
        )  # fmt: skip
        over = contract is not None and (contract.until_on <= today or held.cancelled is not None)
        if not own or over:
            detail = f"{name} is no running assignment of {command.supplier} in {command.region}"
            raise AssignmentNotRunning(detail, "assignments", held.positions())
