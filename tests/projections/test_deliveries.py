"""The time of an assignment, delivery precision and data quality, from schedules and shifts."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.events.assignments import AssignmentCancelled
from ledger.events.awards import OrderAwarded
from ledger.events.orders import OrderPosition, OrderPublished
from ledger.events.policy import TermUsed
from ledger.events.schedules import PlannedShift, ScheduleRecorded
from ledger.events.shifts import LineLeftOut, ShiftApproved, ShiftVoided, TimeReportReceived
from ledger.events.substitutions import SubstitutionAccepted
from ledger.values import MINUTE_US, local_instant
from projections.base import UnknownKeyError
from projections.data_quality import Share
from tests.histories import AGREEMENT, START_AT, START_ON, Story, made
from tests.projections.asking import asked

DAY = timedelta(days=1)


def schedule(story: Story, assignment: str, *days: date, **given: Any) -> int:
    shifts = tuple(
        PlannedShift(
            on=day,
            start_at=local_instant(day, 420),
            end_at=local_instant(day, 420) + 480 * MINUTE_US,
            break_minutes=30,
        )
        for day in days
    )
    told = {"consultant": "c-1", "unit": "u-1", "order": f"o-{assignment}", "planned_at": START_AT}
    period = {"from_on": START_ON, "until_on": START_ON + 365 * DAY}
    return story.tell(ScheduleRecorded, assignment=assignment, shifts=shifts, **{**told, **period, **given})


def order(story: Story, name: str, positions: int = 1, **given: Any) -> int:
    wanted = tuple(
        made(OrderPosition, number=n, from_on=START_ON, until_on=START_ON + 90 * DAY)
        for n in range(1, positions + 1)
    )
    told = {"order": name, "agreement": AGREEMENT, "region": "skane", "lot": "nurses", "unit": "u-1"}
    return story.tell(OrderPublished, positions=wanted, **{**told, "published_at": START_AT, **given})


def told(story: Story, shift: str, on: date, days: int, assignment: str = "a-1") -> int:
    """A shift first reported so many days after its date."""
    received_at = local_instant(on + days * DAY, 600)
    return story.shift("c-1", assignment, shift, on, received_at=received_at)


def approve(story: Story, shift: str, approves: int, on: date, **given: Any) -> int:
    named = {"consultant": "c-1", "assignment": "a-1", "shift": shift, "approves": approves}
    flags = {"approved_by": "at-1", "ordered_it_too": False, "interests": ()}
    approved_at = local_instant(on, 600)
    return story.tell(ShiftApproved, approved_at=approved_at, **{**named, **flags, **given})


def test_planned_stands_beside_worked_and_a_date_is_matched_once() -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    schedule(story, "a-1", START_ON, START_ON, START_ON + DAY, START_ON + 5 * DAY)
    told(story, "t-1", START_ON, 1)
    told(story, "t-2", START_ON + 2 * DAY, 1)
    reading = asked(story, "assignment-time", "a-1", START_ON + 3 * DAY, agreement=AGREEMENT).reading
    assert (reading.planned, reading.worked, reading.worked_minutes) == (3, 2, 900)
    assert reading.unworked == (START_ON, START_ON + DAY)


def test_backdated_shifts_and_flagged_approvals_are_seen() -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    in_time, late = told(story, "t-1", START_ON, 45), told(story, "t-2", START_ON + DAY, 46)
    flags = {"ordered_it_too": True, "interests": (7,)}
    approve(story, "t-1", in_time, START_ON + 59 * DAY)
    approve(story, "t-2", late, START_ON + 62 * DAY, **flags)
    shown = asked(story, "assignment-time", "a-1", START_ON + 90 * DAY, agreement=AGREEMENT).reading.shifts
    assert [(s.days_late, s.backdated, s.approved_late) for s in shown] == [
        (45, False, False), (46, True, True),
    ]  # fmt: skip
    assert [(s.ordered_it_too, s.interests) for s in shown] == [(False, ()), (True, (7,))]


def test_a_correction_needs_a_new_approval_and_a_voided_shift_is_gone() -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    first, second = told(story, "t-1", START_ON, 1), told(story, "t-2", START_ON + DAY, 1)
    approve(story, "t-1", first, START_ON + 3 * DAY)
    story.corrected("c-1", "a-1", "t-1", START_ON, first)
    named = {"consultant": "c-1", "assignment": "a-1", "shift": "t-2"}
    story.tell(ShiftVoided, replaces=second, **named)
    (shift,) = asked(story, "assignment-time", "a-1", START_ON + 9 * DAY, agreement=AGREEMENT).reading.shifts
    assert (shift.corrections, shift.approved_by) == (1, None)


def test_an_assignment_without_a_contract_has_no_time() -> None:
    with pytest.raises(UnknownKeyError):
        asked(Story().opened(), "assignment-time", "a-9", agreement=AGREEMENT)


def region() -> Story:
    """Two orders of three positions; two contracts, one cancelled by its supplier, one with a substitute."""
    story = Story().opened()
    order(story, "o-a-1", positions=2)
    order(story, "o-a-2", lot="doctors", published_at=START_AT + 5 * MINUTE_US)
    story.contract("c-1", "a-1", concluded_at=START_AT + 90 * MINUTE_US)
    story.contract("c-2", "a-2", lot="doctors", concluded_at=START_AT + 10 * MINUTE_US, supplier="s-2")
    schedule(story, "a-1", *(START_ON + n * DAY for n in range(4)))
    for n in range(3):
        told(story, f"t-{n}", START_ON + n * DAY, 1)
    story.tell(
        AssignmentCancelled, assignment="a-2", order="o-a-2", consultant="c-2", supplier="s-2", also=(),
        by="supplier", from_on=START_ON + 2 * DAY, late=True, cancelled_at=START_AT,
    )  # fmt: skip
    story.tell(SubstitutionAccepted, assignment="a-1", consultant="c-3", from_on=START_ON + 8 * DAY)
    return story


def test_precision_by_lot_and_supplier() -> None:
    reading = asked(region(), "delivery-precision", "skane", START_ON + 9 * DAY, agreement=AGREEMENT).reading
    doctors, nurses = reading.lots
    assert (nurses.positions, nurses.filled, nurses.filled_ppm) == (2, 1, 500_000)
    assert (doctors.positions, doctors.filled, doctors.minutes_to_fill_median) == (1, 1, 5)
    assert (nurses.minutes_to_fill_least, nurses.minutes_to_fill_most) == (90, 90)
    second, first = reading.suppliers
    assert (first.supplier, first.planned, first.delivered, first.delivered_ppm) == ("s-1", 4, 3, 750_000)
    assert (first.substituted, first.unplanned, first.worked_minutes) == (1, 0, 1350)
    assert (second.cancelled_by_supplier, second.cancelled_late, second.without_schedule) == (1, 1, 1)
    assert second.delivered_ppm is None


def test_precision_of_one_lot_of_one_supplier_and_of_orders_from_a_date() -> None:
    params = {"agreement": AGREEMENT, "lot": "nurses", "supplier": "s-2"}
    reading = asked(region(), "delivery-precision", "skane", START_ON + 9 * DAY, **params).reading
    assert ([one.lot for one in reading.lots], reading.suppliers) == (["nurses"], ())
    assert reading.lots[0].filled == 0
    with pytest.raises(UnknownKeyError):
        asked(region(), "delivery-precision", "skane", agreement=AGREEMENT, from_on=START_ON + DAY)
    with pytest.raises(UnknownKeyError):
        asked(region(), "delivery-precision", "kalmar", agreement=AGREEMENT)


def test_quality_counts_what_is_late_corrected_missing_and_assumed() -> None:
    story = Story().opened()
    order(story, "o-a-1")
    used = [TermUsed(term="t", scope="nation", value="1", source=s, permitted_by="") for s in
            ("assumption", "S3", "assumption")]  # fmt: skip
    story.tell(OrderAwarded, order="o-a-1", offer="f-1", terms=tuple(used), ranking=(), ranked=())
    story.contract("c-1", "a-1")
    schedule(story, "a-1", START_ON, START_ON + DAY, START_ON + 10 * DAY)
    first = told(story, "t-1", START_ON, 46)
    story.corrected("c-1", "a-1", "t-1", START_ON, first)
    out = tuple(
        LineLeftOut(line=n, code=c, field="", facts=()) for n, c in enumerate(("overlapping", "time"))
    )
    report = {"agreement": AGREEMENT, "region": "skane", "lines": 8, "left_out": out}
    story.tell(TimeReportReceived, received_at=local_instant(START_ON + 46 * DAY, 600), **report)
    at = START_ON + 47 * DAY
    reading = asked(story, "data-quality", "skane", at, agreement=AGREEMENT).reading
    assert reading.late == reading.corrected == Share(1, 1, 1_000_000)
    assert reading.missing == Share(1, 2, 500_000)
    assert reading.assumed == Share(2, 3, 666_666)
    assert reading.left_out == Share(2, 8, 250_000)
    assert [(one.code, one.lines) for one in reading.reasons] == [("overlapping", 1), ("time", 1)]
    assert reading.backdated == (first,)
    earlier = asked(story, "data-quality", "skane", at - DAY, agreement=AGREEMENT).reading
    assert earlier.missing == Share(0, 1, 0)


def test_quality_counts_approvals_that_take_too_long() -> None:
    story = Story().opened()
    order(story, "o-a-1")
    story.contract("c-1", "a-1")
    first = told(story, "t-1", START_ON, 0)
    told(story, "t-2", START_ON + DAY, 0)
    approve(story, "t-1", first, START_ON + 14 * DAY)
    at = START_ON + 15 * DAY
    assert asked(story, "data-quality", "skane", at, agreement=AGREEMENT).reading.approval_late.part == 0
    reading = asked(story, "data-quality", "skane", at + DAY, agreement=AGREEMENT).reading
    assert reading.approval_late == Share(1, 2, 500_000)
    assert reading.missing == Share(0, 0, None)
