"""Events that may tell of shadow booking or of bias: traces of bookings, work without an order, interests.

Each is somebody's observation with its source. None accuses anybody (domain 6, shadow booking).
"""

from typing import Literal

from ledger.events.base import Group, event
from ledger.values import (
    ActorId,
    AgreementId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    Minutes,
    RegionId,
    SupplierId,
    Text,
    UnitId,
)


@event(
    "booking-trace-recorded", tags=("consultant", "unit"), groups=(Group("text", "secret", ("description",)),)
)
class BookingTraceRecorded:
    """Something outside the ledger ties a consultant to a unit for a half-open period; when is a claim."""

    trace: Code
    agreement: AgreementId
    consultant: ConsultantId
    unit: UnitId
    region: RegionId
    kind: Literal["schedule", "message", "access", "introduction"]
    from_on: LocalDate
    until_on: LocalDate
    tied_at: Instant
    source: Text
    recorded_by: ActorId
    description: str = ""


@event("unordered-work-reported", tags=("consultant", "supplier", "unit"))
class UnorderedWorkReported:
    """Time was worked or invoiced at a unit and no order is named for it. In minutes, without breaks."""

    report: Code
    agreement: AgreementId
    consultant: ConsultantId
    supplier: SupplierId
    unit: UnitId
    region: RegionId
    lot: Code
    on: LocalDate
    worked_minutes: Minutes
    told_by: Literal["time-report", "invoice", "schedule", "observation"]
    source: Text
    reported_at: Instant


@event("interest-declared", tags=("actor",), groups=(Group("text", "secret", ("description",)),))
class InterestDeclared:
    """Somebody who acts for a region has an interest in a supplier, during a half-open period (open end)."""

    actor: ActorId
    supplier: SupplierId
    kind: Literal["employment", "ownership", "family", "other"]
    from_on: LocalDate
    until_on: LocalDate | None
    declared_by: ActorId
    declared_at: Instant
    description: str = ""
