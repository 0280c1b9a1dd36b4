"""Traces of bookings, work without an order, and declared interests: recorded with a source, no verdict."""

from dataclasses import replace
from datetime import date

from ledger.decisions.interests import DeclareInterest
from ledger.decisions.shifts import ApproveShifts
from ledger.decisions.traces import RecordBookingTrace, ReportUnorderedWork
from ledger.events.traces import InterestDeclared
from tests.decisions.background import AGREEMENT, MANDATE, UNIT, consultant, supplier
from tests.facts.shifts import CONTRACT, reported
from tests.given import at, given

OWNER = replace(MANDATE, role="contract-owner", units=())
KNOWN = (OWNER, UNIT, consultant("k-1", "s-1"))
TRACE = RecordBookingTrace(
    trace="tr-1",
    agreement=AGREEMENT,
    consultant="k-1",
    unit="u-1",
    kind="schedule",
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    tied_at=at("2025-02-20T10:00:00+01:00"),
    source="Schedule of the ward",
)
WORK = ReportUnorderedWork(
    report="uw-1",
    agreement=AGREEMENT,
    consultant="k-1",
    supplier="s-1",
    unit="u-1",
    lot="nurses",
    on=date(2025, 3, 3),
    worked_minutes=480,
    told_by="invoice",
    source="Invoice 4711",
)


def test_a_trace_is_recorded_with_its_source():
    (event,) = given(*KNOWN).when(TRACE).then_events("booking-trace-recorded")
    assert (event.unit, event.region, event.recorded_by) == ("u-1", UNIT.region, "orderer-1")


def test_a_trace_has_passed_and_has_a_period():
    ahead = replace(TRACE, tied_at=at("2025-03-03T09:00:01+01:00"))
    given(*KNOWN).when(ahead).then_refused("instant-ahead", field="tied_at")
    empty = replace(TRACE, until_on=TRACE.from_on)
    given(*KNOWN).when(empty).then_refused("trace-period-wrong", field="until_on")


def test_a_trace_needs_unit_consultant_and_mandate():
    given(OWNER, KNOWN[2]).when(TRACE).then_refused("trace-unit-unknown")
    given(OWNER, UNIT).when(TRACE).then_refused("trace-consultant-unknown")
    given(MANDATE, *KNOWN[1:]).when(TRACE).then_refused("mandate-role-wrong")


def test_work_without_an_order_is_reported_not_before_its_date():
    (event,) = given(*KNOWN).when(WORK).then_events("unordered-work-reported")
    assert (event.worked_minutes, event.told_by) == (480, "invoice")
    ahead = replace(WORK, on=date(2025, 3, 4))
    given(*KNOWN).when(ahead).then_refused("trace-period-wrong", field="on")
    given(OWNER, KNOWN[2]).when(WORK).then_refused("trace-unit-unknown")


DECLARE = DeclareInterest(
    holder="attester-1", supplier="s-1", kind="family", from_on=date(2025, 3, 1), until_on=date(2025, 4, 2)
)


def declared(**changes: object) -> InterestDeclared:
    event = InterestDeclared(
        actor="attester-1", supplier="s-1", kind="family", from_on=date(2025, 3, 1),
        until_on=date(2025, 4, 2), declared_by="orderer-1", declared_at=at("2025-03-03T09:00:00+01:00"),
    )  # fmt: skip
    return replace(event, **changes)


def test_an_interest_is_declared_once_for_a_date():
    given(supplier("s-1")).when(DECLARE).then(declared())
    again = replace(DECLARE, from_on=date(2025, 4, 1), until_on=None)
    given(supplier("s-1"), declared()).when(again).then_refused("interest-declared", positions=(2,))
    later = replace(DECLARE, from_on=date(2025, 4, 2), until_on=None)
    given(supplier("s-1"), declared()).when(later).then_events("interest-declared")


def test_an_interest_needs_a_supplier_and_a_period():
    given().when(DECLARE).then_refused("interest-supplier-unknown")
    empty = replace(DECLARE, until_on=date(2025, 3, 1))
    given(supplier("s-1")).when(empty).then_refused("interest-period-wrong")


def test_an_approval_says_if_the_attester_had_an_interest_that_day():
    attester = replace(MANDATE, mandate="m-2", holder="attester-1", role="attester")
    shift = reported("1", date(2025, 3, 3))
    approve = ApproveShifts(assignment="a-1", shifts=(shift.shift,))
    history = given(attester, CONTRACT, shift, declared(), declared(supplier="s-2"))
    for day, positions in (("1", (4,)), ("2", ())):
        who = {"actor": "attester-1", "mandate": "m-2", "now": f"2025-04-0{day}T08:00:00+02:00"}
        (event,) = history.when(approve, **who).then_events("shift-approved")
        assert event.interests == positions
