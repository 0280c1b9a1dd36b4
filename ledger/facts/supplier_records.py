"""What stands about one supplier: statuses, turnover, capacity, subcontractors, assignments."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.parties import SupplierAdmitted
from ledger.events.supplier_status import (
    CapacityEnded,
    CapacityReliedUpon,
    RunningAssignmentsDecided,
    SubcontractorRegistered,
    SupplierStatusRecorded,
    TurnoverReported,
)
from ledger.facts.assignments import Assignment
from ledger.facts.recorded import Recorded
from ledger.facts.supplier_status import CapacityHeld, StatusFact
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """One supplier's record, of every agreement; each reading says of which one it speaks."""

    admissions: tuple[Recorded[SupplierAdmitted], ...] = ()
    statuses: tuple[StatusFact, ...] = ()
    turnover: tuple[Recorded[TurnoverReported], ...] = ()
    capacities: Mapping[str, CapacityHeld] = field(default_factory=dict)
    subcontractors: tuple[Recorded[SubcontractorRegistered], ...] = ()
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    decided: tuple[Recorded[RunningAssignmentsDecided], ...] = ()

    def capacity(self, agreement: str, purpose: str, on: date) -> tuple[CapacityHeld, ...]:
        """The capacity of other firms that is there on a date for a requirement of an agreement."""
        return tuple(
            held
            for held in self.capacities.values()
            if held.relied.event.agreement == agreement
            and held.relied.event.purpose == purpose
            and held.there(on)
        )

    def running(self, agreement: str, on: date) -> tuple[Assignment, ...]:
        """The assignments under an agreement that run on a date or begin later and are not cancelled.

        In the order of their contracts, which a kept state does not remember by itself.
        """
        return tuple(
            sorted((one for one in self.assignments.values() if _runs(one, agreement, on)), key=_concluded_at)
        )


def _concluded_at(one: Assignment) -> int:
    return one.concluded.position if one.concluded else 0


def _runs(one: Assignment, agreement: str, on: date) -> bool:
    if one.concluded is None or one.concluded.event.agreement != agreement:
        return False
    cancelled = one.cancelled is not None and one.cancelled.event.from_on <= max(
        on, one.concluded.event.from_on
    )
    return on < one.concluded.event.until_on and not cancelled


supplier_records: FoldKind[SupplierRecord] = FoldKind("supplier-records", "supplier", SupplierRecord())


@supplier_records.on(SupplierAdmitted)
def _admitted(state: SupplierRecord, e: SupplierAdmitted, position: int) -> SupplierRecord:
    return replace(state, admissions=(*state.admissions, Recorded(position, e)))


@supplier_records.on(SupplierStatusRecorded)
def _status(state: SupplierRecord, e: SupplierStatusRecorded, position: int) -> SupplierRecord:
    return replace(state, statuses=(*state.statuses, Recorded(position, e)))


@supplier_records.on(TurnoverReported)
def _turnover(state: SupplierRecord, e: TurnoverReported, position: int) -> SupplierRecord:
    return replace(state, turnover=(*state.turnover, Recorded(position, e)))


@supplier_records.on(CapacityReliedUpon)
def _relied(state: SupplierRecord, e: CapacityReliedUpon, position: int) -> SupplierRecord:
    held = CapacityHeld(Recorded(position, e))
    return replace(state, capacities={**state.capacities, e.capacity: held})


@supplier_records.on(CapacityEnded)
def _ended(state: SupplierRecord, e: CapacityEnded, position: int) -> SupplierRecord:
    held = replace(state.capacities[e.capacity], ended=Recorded(position, e))
    return replace(state, capacities={**state.capacities, e.capacity: held})


@supplier_records.on(SubcontractorRegistered)
def _subcontractor(state: SupplierRecord, e: SubcontractorRegistered, position: int) -> SupplierRecord:
    return replace(state, subcontractors=(*state.subcontractors, Recorded(position, e)))


@supplier_records.on(ContractConcluded)
def _concluded(state: SupplierRecord, e: ContractConcluded, position: int) -> SupplierRecord:
    made = Assignment(Recorded(position, e))
    return replace(state, assignments={**state.assignments, e.assignment: made})


@supplier_records.on(AssignmentCancelled)
def _cancelled(state: SupplierRecord, e: AssignmentCancelled, position: int) -> SupplierRecord:
    held = replace(state.assignments.get(e.assignment, Assignment()), cancelled=Recorded(position, e))
    return replace(state, assignments={**state.assignments, e.assignment: held})


@supplier_records.on(RunningAssignmentsDecided)
def _decided(state: SupplierRecord, e: RunningAssignmentsDecided, position: int) -> SupplierRecord:
    return replace(state, decided=(*state.decided, Recorded(position, e)))
