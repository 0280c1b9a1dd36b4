"""A supplier's assignments that run at a date, and what somebody has decided about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.supplier_status import RunningAssignmentsDecided
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class RunningContract:
    """One assignment: its place, its half-open period, any cancellation, the position of any decision."""

    agreement: str
    lot: str
    region: str
    from_on: date
    until_on: date
    position: int
    cancelled_from: date | None = None
    decided: int | None = None

    def runs(self, at: date) -> bool:
        """Whether work under it goes on, or is still to begin, at a local date."""
        return at < self.until_on and (self.cancelled_from is None or at < self.cancelled_from)


@dataclass(frozen=True, slots=True)
class RunningContracts:
    """Every assignment of one supplier by id."""

    by_assignment: Mapping[str, RunningContract] = field(default_factory=dict)

    def undecided(self, place: tuple[str, str, str | None], at: date) -> tuple[str, ...]:
        """Those that run in a place (agreement, lot, region or None for all) that nobody has decided on."""
        agreement, lot, region = place
        return tuple(
            name
            for name, one in sorted(self.by_assignment.items())
            if (one.agreement, one.lot) == (agreement, lot) and region in (None, one.region)
            if one.runs(at) and one.decided is None
        )

    def with_one(
        self, assignment: str, change: Callable[[RunningContract], RunningContract]
    ) -> "RunningContracts":
        """The same with one assignment changed; one that was never concluded changes nothing."""
        held = self.by_assignment.get(assignment)
        if held is None:
            return self
        return RunningContracts({**self.by_assignment, assignment: change(held)})


running_contracts: FoldKind[RunningContracts] = FoldKind("running-contracts", "supplier", RunningContracts())


@running_contracts.on(ContractConcluded)
def _concluded(state: RunningContracts, e: ContractConcluded, position: int) -> RunningContracts:
    held = RunningContract(e.agreement, e.lot, e.region, e.from_on, e.until_on, position)
    return RunningContracts({**state.by_assignment, e.assignment: held})


@running_contracts.on(AssignmentCancelled)
def _cancelled(state: RunningContracts, e: AssignmentCancelled, _position: int) -> RunningContracts:
    return state.with_one(e.assignment, lambda held: replace(held, cancelled_from=e.from_on))


@running_contracts.on(RunningAssignmentsDecided)
def _decided(state: RunningContracts, e: RunningAssignmentsDecided, position: int) -> RunningContracts:
    for assignment in e.assignments:
        state = state.with_one(assignment, lambda held: replace(held, decided=position))
    return state
