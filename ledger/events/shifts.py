"""Events about worked time: reports as files, shifts reported, corrected, voided, approved. In minutes."""

from ledger.events.base import event
from ledger.events.shape import shaped
from ledger.values import (
    ActorId,
    AgreementId,
    AssignmentId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    LotId,
    Minutes,
    OperatingUnitId,
    OrderId,
    RegionId,
    ReportId,
    ShiftId,
    SupplierId,
    Text,
    UnitId,
)


@shaped
class LineLeftOut:
    """A line of a report that became no event, and why: broken, a duplicate, refused. No cell content.

    ``facts`` are the positions of what it repeats or collides with.
    """

    line: int
    code: Code
    field: str
    facts: tuple[int, ...]


@event("time-report-received", tags=("report", "region"))
class TimeReportReceived:
    """A time report arrived as one file: its digest, its channel, what became of its lines.

    ``assignments`` are those it brought shifts for, so that approving the report finds them.
    """

    report: ReportId
    agreement: AgreementId
    region: RegionId
    file_digest: Code
    system: Code
    encoding: Code
    lines: int
    reported: int
    corrected: int
    assignments: tuple[AssignmentId, ...]
    left_out: tuple[LineLeftOut, ...]
    received_at: Instant | None = None


@event("shift-reported", tags=("assignment", "consultant"))
class ShiftReported:
    """A worked shift was reported. It belongs to the local date of its start; minutes exclude breaks.

    ``system`` is the channel it came through, whose trust decides when channels differ.
    """

    shift: ShiftId
    assignment: AssignmentId
    consultant: ConsultantId
    order: OrderId
    supplier: SupplierId
    region: RegionId
    unit: UnitId
    operating_unit: OperatingUnitId
    lot: LotId
    on: LocalDate
    start_at: Instant
    end_at: Instant
    break_minutes: Minutes
    worked_minutes: Minutes
    article: Code
    report: ReportId
    line: int
    system: Code = "direct"
    received_at: Instant | None = None


@event("shift-corrected", tags=("assignment", "consultant"))
class ShiftCorrected:
    """A reported shift was corrected; the values replace the earlier ones, an approval must be given anew.

    By a line of a later report, or by itself (no report) with a reason.
    """

    shift: ShiftId
    assignment: AssignmentId
    consultant: ConsultantId
    on: LocalDate
    start_at: Instant
    end_at: Instant
    break_minutes: Minutes
    worked_minutes: Minutes
    article: Code
    replaces: int
    report: ReportId | None
    line: int | None
    reason: str
    system: Code = "direct"
    received_at: Instant | None = None


@event("shift-voided", tags=("assignment", "consultant"))
class ShiftVoided:
    """A reported shift turned out not to have been worked; it counts nowhere from here on."""

    shift: ShiftId
    assignment: AssignmentId
    consultant: ConsultantId
    replaces: int
    reason: Text
    voided_by: ActorId | None = None
    voided_at: Instant | None = None


@event("shift-approved", tags=("assignment", "consultant"))
class ShiftApproved:
    """Worked time was approved by an attester.

    Flags say if that person also placed the order, or had an interest in the supplier (positions of the
    declarations); they forbid nothing.
    """

    shift: ShiftId
    assignment: AssignmentId
    consultant: ConsultantId
    approves: int
    approved_by: ActorId
    approved_at: Instant
    ordered_it_too: bool
    interests: tuple[int, ...] = ()


@event("worked-by-another", tags=("assignment", "consultant", "supplier"))
class WorkedByAnother:
    """A shift was worked by another consultant than the one agreed, and no substitution was accepted."""

    assignment: AssignmentId
    shift: ShiftId
    consultant: ConsultantId
    agreed: ConsultantId
    supplier: SupplierId
    region: RegionId
    unit: UnitId
    lot: LotId
    on: LocalDate
    report: ReportId
