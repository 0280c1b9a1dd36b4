"""The concluded contract of one assignment, and whether somebody cancelled it."""

from dataclasses import dataclass, replace
from datetime import date

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment: its contract, once concluded, and its cancellation, if any."""

    concluded: Recorded[ContractConcluded] | None = None
    cancelled: Recorded[AssignmentCancelled] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(self.concluded, self.cancelled)

    def holds(self, day: date) -> bool:
        """Whether a local date lies in the contract's period and before any cancellation."""
        if self.concluded is None:
            return False
        contract = self.concluded.event
        inside = contract.from_on <= day < contract.until_on
        return inside and (self.cancelled is None or day < self.cancelled.event.from_on)


assignments: FoldKind[Assignment] = FoldKind("assignments", "assignment", Assignment())


@assignments.on(ContractConcluded)
def _concluded(state: Assignment, e: ContractConcluded, position: int) -> Assignment:
    return replace(state, concluded=Recorded(position, e))


@assignments.on(AssignmentCancelled)
def _cancelled(state: Assignment, e: AssignmentCancelled, position: int) -> Assignment:
    return replace(state, cancelled=Recorded(position, e))
