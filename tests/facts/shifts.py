"""Contracts and shifts for tests, made of dates and clock times."""

from dataclasses import replace
from datetime import date

from ledger.decisions.shift_times import shift_id, shift_times
from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.shifts import ShiftApproved, ShiftCorrected, ShiftReported, ShiftVoided
from ledger.events.substitutions import ConsultantReplaced, SubstitutionAccepted, SubstitutionProposed
from tests.decisions.background import AGREEMENT, REGION_ID
from tests.given import at

CONCLUDED_AT = at("2025-03-06T10:00:00+01:00")

CONTRACT = ContractConcluded(
    assignment="a-1",
    agreement=AGREEMENT,
    order="o-1",
    offer="f-1",
    supplier="s-1",
    consultant="k-1",
    region=REGION_ID,
    authority="jh-rs",
    unit="u-1",
    operating_unit="site-1",
    lot="nurses",
    ordered_by="orderer-1",
    article="ssk-1",
    from_on=date(2025, 3, 1),
    until_on=date(2025, 7, 1),
    planned_shifts=48,
    follows=None,
    concluded_at=CONCLUDED_AT,
    how="Confirmed in the supplier's channel",
    notice_sent_at=None,
)


def contract(**changes: object) -> ContractConcluded:
    return replace(CONTRACT, **changes)


def cancelled(by: str, from_on: date, of: ContractConcluded = CONTRACT) -> AssignmentCancelled:
    return AssignmentCancelled(
        assignment=of.assignment,
        order=of.order,
        consultant=of.consultant,
        supplier=of.supplier,
        by=by,
        cancelled_at=CONCLUDED_AT,
        from_on=from_on,
        cause="Ward closed",
    )


def reported(
    row: str,
    on: date,
    start: int = 7 * 60,
    end: int = 16 * 60,
    pause: int = 60,
    of: ContractConcluded = CONTRACT,
    **changes: object,
) -> ShiftReported:
    times = shift_times(on, start, end, pause)
    event = ShiftReported(
        shift=shift_id(of.assignment, row),
        assignment=of.assignment,
        consultant=of.consultant,
        order=of.order,
        supplier=of.supplier,
        region=of.region,
        unit=of.unit,
        operating_unit=of.operating_unit,
        lot=of.lot,
        on=times.on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=times.break_minutes,
        worked_minutes=times.worked_minutes,
        article=of.article,
        report="r-1",
        line=2,
    )
    return replace(event, **changes)


def corrected(
    shift: ShiftReported, replaces: int, on: date, start: int = 480, end: int = 960
) -> ShiftCorrected:
    times = shift_times(on, start, end, 30)
    return ShiftCorrected(
        shift=shift.shift,
        assignment=shift.assignment,
        consultant=shift.consultant,
        on=on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=30,
        worked_minutes=times.worked_minutes,
        article=shift.article,
        replaces=replaces,
        report="r-2",
        line=2,
        reason="",
    )


def approved(shift: ShiftReported, approves: int) -> ShiftApproved:
    return ShiftApproved(
        shift=shift.shift,
        assignment=shift.assignment,
        consultant=shift.consultant,
        approves=approves,
        approved_by="attester-1",
        approved_at=at("2026-12-01T08:00:00Z"),
        ordered_it_too=False,
    )


def voided(shift: ShiftReported, replaces: int) -> ShiftVoided:
    return ShiftVoided(
        shift=shift.shift,
        assignment=shift.assignment,
        consultant=shift.consultant,
        replaces=replaces,
        reason="Reported on the wrong assignment",
    )


def proposed(
    consultant: str, from_on: date, of: ContractConcluded = CONTRACT, number: int = 1
) -> SubstitutionProposed:
    return SubstitutionProposed(
        assignment=of.assignment,
        supplier=of.supplier,
        number=number,
        consultant=consultant,
        replaces=of.consultant,
        from_on=from_on,
        reason="unavailable",
        documents=(),
        missing=(),
        proposed_at=CONCLUDED_AT,
    )


def substituted(
    consultant: str,
    from_on: date,
    of: ContractConcluded = CONTRACT,
    number: int = 1,
    replaces: str | None = None,
) -> tuple[SubstitutionProposed, SubstitutionAccepted, ConsultantReplaced]:
    """Another consultant proposed and accepted for the rest of an assignment."""
    former = replaces or of.consultant
    accepted = SubstitutionAccepted(
        assignment=of.assignment,
        supplier=of.supplier,
        number=number,
        consultant=consultant,
        replaces=former,
        order=of.order,
        region=of.region,
        unit=of.unit,
        operating_unit=of.operating_unit,
        lot=of.lot,
        from_on=from_on,
        until_on=of.until_on,
        follows=of.follows,
        decided_by="orderer-1",
        decided_at=CONCLUDED_AT,
    )
    replaced = ConsultantReplaced(assignment=of.assignment, consultant=former, by=consultant, from_on=from_on)
    return proposed(consultant, from_on, of, number), accepted, replaced
