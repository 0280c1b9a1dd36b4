"""Schedules: planned shifts inside their period and the assignment; a later one replaces an earlier one."""

from dataclasses import replace
from datetime import date

from ledger.decisions.base import Origin
from ledger.decisions.schedules import RecordSchedule, ShiftToPlan
from ledger.facts.schedules import schedules
from tests.decisions.background import MANDATE
from tests.facts.schedules import scheduled
from tests.facts.shifts import CONTRACT, cancelled
from tests.given import at, given

MAY_5 = date(2025, 5, 5)
PLAN = RecordSchedule(
    assignment="a-1",
    from_on=MAY_5,
    until_on=date(2025, 5, 12),
    shifts=(
        ShiftToPlan(on=date(2025, 5, 6), start_minute=1260, end_minute=420, break_minutes=30),
        ShiftToPlan(on=MAY_5, start_minute=420, end_minute=960),
    ),
)


def test_planned_shifts_are_recorded_by_start_with_the_channels_own_time():
    (event,) = given(MANDATE, CONTRACT).when(PLAN).then_events("schedule-recorded")
    assert [one.on for one in event.shifts] == [MAY_5, date(2025, 5, 6)]
    assert (event.consultant, event.trust, event.system) == ("k-1", "direct", "direct")
    claimed = at("2025-02-03T09:00:00+01:00")
    origin = Origin("heroma", "imported", time=claimed)
    (event,) = given(MANDATE, CONTRACT).when(PLAN, origin=origin).then_events("schedule-recorded")
    assert (event.trust, event.system, event.planned_at) == ("imported", "heroma", claimed)


def test_a_later_schedule_replaces_the_former_in_its_period_only():
    first = scheduled(date(2025, 5, 2), date(2025, 5, 7), date(2025, 5, 12))
    (second,) = given(MANDATE, CONTRACT).when(PLAN).then_events("schedule-recorded")
    held = schedules("a-1").over([(3, first), (4, second)])
    assert [(one.on.day, one.position) for one in held.shifts] == [(2, 3), (5, 4), (6, 4), (12, 3)]


def test_a_schedule_lies_in_its_period_and_the_assignment():
    outside = replace(PLAN, from_on=date(2025, 5, 6))
    given(MANDATE, CONTRACT).when(outside).then_refused("schedule-period-wrong", field="shifts")
    ends = replace(PLAN, until_on=date(2025, 7, 2))
    given(MANDATE, CONTRACT).when(ends).then_refused("schedule-period-wrong", field="from_on", positions=(2,))
    gone = (MANDATE, CONTRACT, cancelled("region", date(2025, 5, 6)))
    given(*gone).when(PLAN).then_refused("schedule-period-wrong", positions=(2, 3))


def test_planned_shifts_have_a_length_and_do_not_overlap():
    all_break = ShiftToPlan(on=MAY_5, start_minute=420, end_minute=480, break_minutes=60)
    empty = replace(PLAN, shifts=(all_break,))
    given(MANDATE, CONTRACT).when(empty).then_refused("planned-shift-impossible")
    twice = replace(PLAN, shifts=(*PLAN.shifts, ShiftToPlan(on=MAY_5, start_minute=959, end_minute=1000)))
    given(MANDATE, CONTRACT).when(twice).then_refused("planned-shift-impossible")


def test_a_schedule_needs_an_assignment_and_a_mandate():
    given(MANDATE).when(PLAN).then_refused("assignment-unknown")
    given(CONTRACT).when(PLAN, mandate=None).then_refused("mandate-missing")
