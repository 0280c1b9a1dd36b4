"""Which recorded events concern a supplier: the positions that a report about it may point to.

Another event with the supplier's or the assignment's tag joins by one line here.
"""

from typing import Any

from ledger.events.assignments import AssignmentCancelled, CancellationConsequenceDecided, ContractConcluded
from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationCommunicated,
    DeviationDecided,
    DeviationReplied,
    DeviationReported,
    DeviationWithdrawn,
)
from ledger.events.invoices import AssignmentInvoiced, InvoiceLineMismatched, InvoiceRecorded
from ledger.events.measures import MeasureDecided, MeasureReleased, MeasureReviewed, MeasureServed
from ledger.events.parties import SupplierAdmitted, SupplierRegistered
from ledger.events.schedules import ScheduleRecorded
from ledger.events.shifts import (
    ShiftApproved,
    ShiftCorrected,
    ShiftReported,
    ShiftVoided,
    WorkedByAnother,
)
from ledger.events.spot_checks import PensionCheckConcluded, PensionEvidenceRecorded
from ledger.events.substitutions import (
    ConsultantReplaced,
    SubstitutionAccepted,
    SubstitutionProposed,
    SubstitutionRefused,
)
from ledger.events.supplier_status import SupplierStatusRecorded, TurnoverReported
from ledger.facts.orders import OrderHeld
from ledger.facts.recorded import positions_of
from ledger.fold import FoldKind

Positions = tuple[int, ...]
supplier_evidence: FoldKind[Positions] = FoldKind("supplier-evidence", "supplier", ())
assignment_evidence: FoldKind[Positions] = FoldKind("assignment-evidence", "assignment", ())


@supplier_evidence.on(SupplierRegistered, SupplierAdmitted, ContractConcluded, AssignmentCancelled)
@supplier_evidence.on(DeviationReported, DeviationCommunicated, DeviationReplied, DeviationDecided)
@supplier_evidence.on(DeviationWithdrawn, BreachNoticeServed)
@supplier_evidence.on(MeasureDecided, MeasureServed, MeasureReviewed, MeasureReleased)
@supplier_evidence.on(
    PensionEvidenceRecorded, PensionCheckConcluded, SupplierStatusRecorded, TurnoverReported
)
@supplier_evidence.on(InvoiceRecorded, InvoiceLineMismatched, WorkedByAnother)
@assignment_evidence.on(ContractConcluded, AssignmentCancelled, CancellationConsequenceDecided)
@assignment_evidence.on(ShiftReported, ShiftCorrected, ShiftVoided, ShiftApproved, WorkedByAnother)
@assignment_evidence.on(SubstitutionProposed, SubstitutionAccepted, SubstitutionRefused, ConsultantReplaced)
@assignment_evidence.on(ScheduleRecorded, AssignmentInvoiced, InvoiceLineMismatched)
def _noted(state: Positions, _e: Any, position: int) -> Positions:
    return (*state, position)


def part_in_order(order: OrderHeld, supplier: str) -> Positions:
    """The positions of an order's own events, and of those about one supplier's part in it."""
    offers = [
        p for held in order.offers.values() if held.latest.supplier == supplier for p in held.positions()
    ]
    awards = [p for held in order.awards if held.awarded.event.supplier == supplier for p in held.positions()]
    own = positions_of(
        order.published, order.withdrawn, order.recipients.get(supplier), order.exclusions.get(supplier)
    )
    return (*own, *offers, *awards)
