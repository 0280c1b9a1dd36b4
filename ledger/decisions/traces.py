"""Traces that may tell of shadow booking: what ties a consultant to a unit, and work that no order covers.

Whoever records one gives its source. A trace accuses nobody (domain 6, shadow booking).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate, require_past
from ledger.decisions.refusals import InstantAhead
from ledger.errors import Refusal
from ledger.events.parties import CareUnitRegistered
from ledger.events.traces import BookingTraceRecorded, UnorderedWorkReported
from ledger.facts.consultants import Registered, registrations
from ledger.facts.mandates import Mandate
from ledger.facts.parties import units
from ledger.facts.recorded import Recorded
from ledger.values import (
    AgreementId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    LotId,
    Minutes,
    Remark,
    SupplierId,
    Text,
    UnitId,
    local_date,
)

WATCHERS = frozenset({"contract-owner", "central-contract-management", "supplier", "attester"})
CLAUSE = "domain 6: shadow booking, an indicator lists its evidence and never accuses"


class TraceUnitUnknown(Refusal):
    """The care unit was never registered."""

    code = "trace-unit-unknown"
    clause = CLAUSE
    title_sv = "Enheten finns inte"
    title_en = "Care unit not found"


class TraceConsultantUnknown(Refusal):
    """The consultant was never registered."""

    code = "trace-consultant-unknown"
    clause = CLAUSE
    title_sv = "Konsulten finns inte"
    title_en = "Consultant not found"


class TracePeriodWrong(Refusal):
    """The period is empty, or the work lies in the future."""

    code = "trace-period-wrong"
    clause = CLAUSE
    title_sv = "Tiden är inte möjlig"
    title_en = "Dates are impossible"


@command
class RecordBookingTrace:
    """Record that something outside the ledger ties a consultant to a unit for a half-open period."""

    trace: Code
    agreement: AgreementId
    consultant: ConsultantId
    unit: UnitId
    kind: Literal["schedule", "message", "access", "introduction"]
    from_on: LocalDate
    until_on: LocalDate
    tied_at: Instant
    source: Text
    description: Remark = ""


@command
class ReportUnorderedWork:
    """Report that time was worked or invoiced at a unit without any order being named for it."""

    report: Code
    agreement: AgreementId
    consultant: ConsultantId
    supplier: SupplierId
    unit: UnitId
    lot: LotId
    on: LocalDate
    worked_minutes: Annotated[Minutes, Field(ge=1)]
    told_by: Literal["time-report", "invoice", "schedule", "observation"]
    source: Text


@dataclass(frozen=True, slots=True)
class TraceFacts:
    """The mandate, the unit and the consultant."""

    mandate: Mandate
    unit: Recorded[CareUnitRegistered] | None
    consultant: Registered


def _facts(command: RecordBookingTrace | ReportUnorderedWork, context: Context) -> Asking[TraceFacts]:
    mandate = yield from mandate_of(context)
    unit = yield units(command.unit)
    consultant = yield registrations(command.consultant)
    return TraceFacts(mandate, unit, consultant)


def _unit(
    command: RecordBookingTrace | ReportUnorderedWork, facts: TraceFacts, context: Context
) -> CareUnitRegistered:
    """The unit, if it and the consultant are known and the actor may watch it."""
    if facts.unit is None:
        raise TraceUnitUnknown(f"no unit {command.unit} is registered", "unit")
    place = (command.agreement, facts.unit.event.region, command.unit)
    require_mandate(facts.mandate, context, WATCHERS, place, context.received_at)
    if facts.consultant is None:
        raise TraceConsultantUnknown(f"no consultant {command.consultant} is registered", "consultant")
    return facts.unit.event


@decides(
    RecordBookingTrace,
    facts=_facts,
    example={
        "trace": "tr-1",
        "agreement": "hyr-2024",
        "consultant": "k-1",
        "unit": "u-1",
        "kind": "schedule",
        "from_on": "2025-04-07",
        "until_on": "2025-06-30",
        "tied_at": "2025-02-20T10:00:00+01:00",
        "source": "Schedule of the ward, print of 20 February",
    },
    raises=(
        *MANDATE_REFUSALS,
        TraceUnitUnknown,
        TraceConsultantUnknown,
        TracePeriodWrong,
        InstantAhead,
    ),
)
def record_trace(command: RecordBookingTrace, facts: TraceFacts, context: Context) -> Ruling:
    """A trace has a known unit and consultant, a period, a source, and an instant that has passed."""
    unit = _unit(command, facts, context)
    require_past(command.tied_at, context, "tied_at")
    if command.until_on <= command.from_on:
        raise TracePeriodWrong(f"{command.from_on} until {command.until_on}", "until_on")
    event = BookingTraceRecorded(
        trace=command.trace,
        agreement=command.agreement,
        consultant=command.consultant,
        unit=command.unit,
        region=unit.region,
        kind=command.kind,
        from_on=command.from_on,
        until_on=command.until_on,
        tied_at=command.tied_at,
        source=command.source,
        recorded_by=context.actor,
        description=command.description,
    )
    return Ruling((event,), unit.authority)


@decides(
    ReportUnorderedWork,
    facts=_facts,
    example={
        "report": "uw-1",
        "agreement": "hyr-2024",
        "consultant": "k-1",
        "supplier": "s-exempel-ett",
        "unit": "u-1",
        "lot": "nurses",
        "on": "2025-03-01",
        "worked_minutes": 480,
        "told_by": "invoice",
        "source": "Invoice 4711, line 3",
    },
    raises=(*MANDATE_REFUSALS, TraceUnitUnknown, TraceConsultantUnknown, TracePeriodWrong),
)
def report_unordered(command: ReportUnorderedWork, facts: TraceFacts, context: Context) -> Ruling:
    """Work without an order is reported with its source, not before its date."""
    unit = _unit(command, facts, context)
    if command.on > local_date(context.received_at):
        raise TracePeriodWrong(f"{command.on} has not been", "on")
    event = UnorderedWorkReported(
        report=command.report,
        agreement=command.agreement,
        consultant=command.consultant,
        supplier=command.supplier,
        unit=command.unit,
        region=unit.region,
        lot=command.lot,
        on=command.on,
        worked_minutes=command.worked_minutes,
        told_by=command.told_by,
        source=command.source,
        reported_at=context.received_at,
    )
    return Ruling((event,), unit.authority)
