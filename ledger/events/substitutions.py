"""Events about substitution: the consultant agreed works, unless both sides agree on another."""

from ledger.events.base import Group, event
from ledger.events.checks import Check
from ledger.events.offers import Document
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AssignmentId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    LotId,
    OperatingUnitId,
    OrderId,
    RegionId,
    SupplierId,
    Text,
    UnitId,
)


@event(
    "substitution-proposed",
    tags=("assignment", "supplier"),
    groups=(Group("text", "secret", ("explanation",)),),
)
class SubstitutionProposed:
    """A supplier proposed another consultant for the rest of an assignment, with reason and documents.

    ``number`` counts the proposals of an assignment; ``missing`` is what the presentation lacks.
    """

    assignment: AssignmentId
    supplier: SupplierId
    number: int
    consultant: ConsultantId
    replaces: ConsultantId
    from_on: LocalDate
    reason: Code
    documents: tuple[Document, ...]
    missing: tuple[Code, ...]
    proposed_at: Instant
    terms: tuple[TermUsed, ...] = ()
    explanation: str = ""


@event(
    "substitution-accepted",
    tags=("assignment", "consultant", "supplier"),
    groups=(Group("checks", "person", ("checks",)),),
)
class SubstitutionAccepted:
    """The unit accepted the proposal: this consultant is the one agreed from a local date to the end.

    Continuity belongs to whoever works: the shifts from here on are the substitute's, not the former's.
    ``checks`` are the requirements on the substitute as they were tested.
    """

    assignment: AssignmentId
    supplier: SupplierId
    number: int
    consultant: ConsultantId
    replaces: ConsultantId
    order: OrderId
    region: RegionId
    unit: UnitId
    operating_unit: OperatingUnitId
    lot: LotId
    from_on: LocalDate
    until_on: LocalDate
    follows: OrderId | None
    decided_by: ActorId
    decided_at: Instant
    checks: tuple[Check, ...] = ()


@event("consultant-replaced", tags=("assignment", "consultant"))
class ConsultantReplaced:
    """The consultant agreed before is no longer the one agreed, from a local date on."""

    assignment: AssignmentId
    consultant: ConsultantId
    by: ConsultantId
    from_on: LocalDate


@event("substitution-refused", tags=("assignment", "supplier"))
class SubstitutionRefused:
    """The unit refused a proposed substitution, with its reason."""

    assignment: AssignmentId
    supplier: SupplierId
    number: int
    reason: Text
    decided_by: ActorId
    decided_at: Instant
