"""One assignment: its contract, who is agreed to work it when, and whether somebody cancelled it."""

from dataclasses import dataclass, replace
from datetime import date

from ledger.events.assignments import (
    AssignmentCancelled,
    CancellationConsequenceDecided,
    ContractConcluded,
)
from ledger.events.shifts import WorkedByAnother
from ledger.events.substitutions import SubstitutionAccepted, SubstitutionProposed, SubstitutionRefused
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class Substitution:
    """One proposal of another consultant, and the unit's answer, if any."""

    proposed: Recorded[SubstitutionProposed]
    accepted: Recorded[SubstitutionAccepted] | None = None
    refused: Recorded[SubstitutionRefused] | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.accepted is None and self.refused is None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(self.proposed, self.accepted, self.refused)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment: its contract once concluded, its substitutions by number, its cancellation, if any.

    ``others`` are shifts worked by a consultant who was not the one agreed.
    """

    concluded: Recorded[ContractConcluded] | None = None
    cancelled: Recorded[AssignmentCancelled] | None = None
    substitutions: tuple[Substitution, ...] = ()
    others: tuple[Recorded[WorkedByAnother], ...] = ()
    consequence: Recorded[CancellationConsequenceDecided] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its contract and its cancellation."""
        return positions_of(self.concluded, self.cancelled)

    def holds(self, day: date) -> bool:
        """Whether a local date lies in the contract's period and before any cancellation."""
        if self.concluded is None:
            return False
        contract = self.concluded.event
        inside = contract.from_on <= day < contract.until_on
        return inside and (self.cancelled is None or day < self.cancelled.event.from_on)

    def accepted(self) -> tuple[Recorded[SubstitutionAccepted], ...]:
        """The substitutions accepted, oldest first."""
        return tuple(one.accepted for one in self.substitutions if one.accepted is not None)

    def agreed_on(self, day: date) -> str:
        """The consultant agreed for a local date; empty before a contract."""
        if self.substitutions:
            later = [one.event for one in self.accepted() if one.event.from_on <= day]
            if later:
                return later[-1].consultant
        return self.concluded.event.consultant if self.concluded else ""

    def consultants(self) -> tuple[str, ...]:
        """Everybody who was agreed at some time or worked without being so, sorted."""
        if self.concluded and not self.substitutions and not self.others:
            return (self.concluded.event.consultant,)
        agreed = {one.event.consultant for one in self.accepted()}
        worked = {one.event.consultant for one in self.others}
        first = {self.concluded.event.consultant} if self.concluded else set()
        return tuple(sorted(first | agreed | worked))


assignments: FoldKind[Assignment] = FoldKind("assignments", "assignment", Assignment())


@assignments.on(ContractConcluded)
def _concluded(state: Assignment, e: ContractConcluded, position: int) -> Assignment:
    return replace(state, concluded=Recorded(position, e))


@assignments.on(AssignmentCancelled)
def _cancelled(state: Assignment, e: AssignmentCancelled, position: int) -> Assignment:
    return replace(state, cancelled=Recorded(position, e))


@assignments.on(CancellationConsequenceDecided)
def _consequence(state: Assignment, e: CancellationConsequenceDecided, position: int) -> Assignment:
    return replace(state, consequence=Recorded(position, e))


@assignments.on(WorkedByAnother)
def _by_another(state: Assignment, e: WorkedByAnother, position: int) -> Assignment:
    return replace(state, others=(*state.others, Recorded(position, e)))


@assignments.on(SubstitutionProposed)
def _proposed(state: Assignment, e: SubstitutionProposed, position: int) -> Assignment:
    return replace(state, substitutions=(*state.substitutions, Substitution(Recorded(position, e))))


@assignments.on(SubstitutionAccepted)
def _accepted(state: Assignment, e: SubstitutionAccepted, position: int) -> Assignment:
    last = replace(state.substitutions[-1], accepted=Recorded(position, e))
    return replace(state, substitutions=(*state.substitutions[:-1], last))


@assignments.on(SubstitutionRefused)
def _refused(state: Assignment, e: SubstitutionRefused, position: int) -> Assignment:
    last = replace(state.substitutions[-1], refused=Recorded(position, e))
    return replace(state, substitutions=(*state.substitutions[:-1], last))
