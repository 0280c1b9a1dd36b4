"""Calendars that lack a holiday are refused; a frozen one is corrected by another event."""

from dataclasses import replace
from datetime import date

import holidays as other_model
import pytest

from ledger.decisions.acceptance import AcceptAward
from ledger.decisions.calendars import CorrectCalendar, FreezeCalendar
from ledger.events.ledger import CalendarCorrected, CalendarFrozen
from ledger.policy.holidays import NAMED, easter, weekdays_of
from ledger.values import instant_text
from tests.decisions.background import AGREEMENT, MANDATE, ORDER, POLICY, awarded, calendar, policy, row
from tests.given import at, given

DAYS = (
    date(2025, 1, 1), date(2025, 1, 6), date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 1),
    date(2025, 5, 29), date(2025, 6, 6), date(2025, 6, 20), date(2025, 12, 24), date(2025, 12, 25),
    date(2025, 12, 26), date(2025, 12, 31),
)  # fmt: skip
FREEZE = FreezeCalendar(agreement=AGREEMENT, year=2025, non_working=DAYS, source="Lag (1989:253)")
CORRECT = CorrectCalendar(
    agreement=AGREEMENT, year=2025, non_working=DAYS, source="Lag (1989:253)", reason="Days were missing"
)
FROZEN = CalendarFrozen(
    agreement=AGREEMENT, year=2025, non_working=DAYS, source="Lag (1989:253)", holidays=DAYS
)


def test_a_calendar_with_every_holiday_is_frozen():
    given(POLICY).when(FREEZE).then(FROZEN)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_calendar_without_a_holiday_is_refused(day):
    thin = replace(FREEZE, non_working=tuple(one for one in DAYS if one != day))
    refusal = (
        given(POLICY).when(thin).then_refused("calendar-day-missing", field="non_working", positions=(1,))
    )
    assert str(day) in refusal.detail


def test_more_days_than_the_named_ones_may_be_free():
    more = (*DAYS, date(2025, 5, 2))
    (event,) = given(POLICY).when(replace(FREEZE, non_working=more)).then_events("calendar-frozen")
    assert date(2025, 5, 2) in event.non_working
    assert event.holidays == DAYS


def test_which_days_are_free_is_policy():
    eves = policy(row("calendar.eves", ()))
    without = tuple(
        day for day in DAYS if day not in (date(2025, 6, 20), date(2025, 12, 24), date(2025, 12, 31))
    )
    given(eves).when(replace(FREEZE, non_working=without)).then_events("calendar-frozen")
    given(POLICY).when(replace(FREEZE, non_working=without)).then_refused("calendar-day-missing")


def test_a_frozen_calendar_is_corrected_by_another_event():
    wrong = calendar(2025)
    corrected = CalendarCorrected(
        agreement=AGREEMENT, year=2025, non_working=DAYS, source="Lag (1989:253)", reason="Days were missing",
        corrects=2, holidays=DAYS,
    )  # fmt: skip
    given(POLICY, wrong).when(CORRECT).then(corrected)


def test_a_correction_obeys_the_same_rules():
    given(POLICY).when(CORRECT).then_refused("calendar-never-frozen", field="year")
    given(POLICY, FROZEN).when(replace(CORRECT, non_working=DAYS[1:])).then_refused("calendar-day-missing")
    weekend = replace(CORRECT, non_working=(*DAYS, date(2025, 3, 8)))
    given(POLICY, FROZEN).when(weekend).then_refused("calendar-day-wrong")


def test_what_is_counted_after_a_correction_is_counted_by_it():
    accept = AcceptAward(
        order="o-1", offer="f-1", channel="ledger", reached_at=at("2025-03-05T11:00:00+01:00")
    )
    more = CalendarCorrected(
        agreement=AGREEMENT, year=2025, non_working=(date(2025, 3, 6),), source="x", reason="x", corrects=5
    )
    before = (POLICY, ORDER, MANDATE, awarded(), calendar(2025))
    now = "2025-03-05T11:00:00+01:00"
    (first,) = given(*before).when(accept, now=now).then_events("award-accepted")
    (second,) = given(*before, more).when(accept, now=now).then_events("award-accepted")
    assert instant_text(first.confirm_by).startswith("2025-03-07T16:00")
    assert instant_text(second.confirm_by).startswith("2025-03-10T16:00")
    assert (first.calendar_facts, second.calendar_facts) == ((5,), (6,))


@pytest.mark.parametrize("year", range(1995, 2100))
def test_the_arithmetic_agrees_with_another_model(year):
    """The package behind the demonstration; before 2005 it was Whit Monday, not National Day."""
    public = other_model.country_holidays("SE", years=year, include_sundays=False)
    eves = ("midsummer-eve", "christmas-eve", "new-year-eve")
    ours = set(weekdays_of((name for name in NAMED if name not in eves), year))
    theirs = {day for day in public if day.weekday() < 5 and day.year == year}
    if year < 2005:
        ours -= {date(year, 6, 6)}
        theirs -= {date.fromordinal(easter(year).toordinal() + 50)}
    assert ours == theirs
    midsummer = NAMED["midsummer-eve"](year)
    assert (midsummer.weekday(), 19 <= midsummer.day <= 25, midsummer.month) == (4, True, 6)
