"""Who a supplier delivered: assignments, substitutions, shifts worked by others, work without an order.

Hours are without an order when somebody reports so, or when they are invoiced for no assignment there is.
"""

from dataclasses import dataclass
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.assignments import ContractConcluded
from ledger.events.invoices import InvoiceLineMismatched
from ledger.events.shifts import WorkedByAnother
from ledger.events.substitutions import SubstitutionAccepted
from ledger.events.traces import UnorderedWorkReported
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class StandIn:
    """Another consultant than the one awarded: agreed (a substitution) or not, from or on a date."""

    assignment: str
    agreed: str
    worked: str
    on: date
    accepted: bool
    position: int


@dataclass(frozen=True, slots=True)
class InvoicedTime:
    """Minutes invoiced for a date of an assignment that nobody had concluded when the invoice came."""

    assignment: str
    agreement: str
    on: date
    minutes: int
    position: int


class Staffing(Struct, frozen=True):
    """One supplier. ``assignments`` are (assignment, agreement, region, lot, position) as concluded."""

    assignments: tuple[tuple[str, str, str, str, int], ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    unordered: tuple[tuple[date, int, int], ...] = ()
    invoiced: tuple[InvoicedTime, ...] = ()


staffing: FoldKind[Staffing] = FoldKind("staffing", "supplier", Staffing())


@staffing.on(ContractConcluded)
def _concluded(state: Staffing, e: ContractConcluded, position: int) -> Staffing:
    row = (e.assignment, e.agreement, e.region, e.lot, position)
    return replace(state, assignments=(*state.assignments, row))


@staffing.on(SubstitutionAccepted)
def _substituted(state: Staffing, e: SubstitutionAccepted, position: int) -> Staffing:
    one = StandIn(e.assignment, e.replaces, e.consultant, e.from_on, True, position)
    return replace(state, stand_ins=(*state.stand_ins, one))


@staffing.on(WorkedByAnother)
def _by_another(state: Staffing, e: WorkedByAnother, position: int) -> Staffing:
    one = StandIn(e.assignment, e.agreed, e.consultant, e.on, False, position)
    return replace(state, stand_ins=(*state.stand_ins, one))


@staffing.on(UnorderedWorkReported)
def _unordered(state: Staffing, e: UnorderedWorkReported, position: int) -> Staffing:
    return replace(state, unordered=(*state.unordered, (e.on, e.worked_minutes, position)))


@staffing.on(InvoiceLineMismatched)
def _invoiced(state: Staffing, e: InvoiceLineMismatched, position: int) -> Staffing:
    if (e.code, e.kind) != ("assignment-unknown", "time"):
        return state
    one = InvoicedTime(e.assignment, e.agreement, e.on, e.quantity, position)
    return replace(state, invoiced=(*state.invoiced, one))
