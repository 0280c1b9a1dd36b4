"""The statutory counter (12 a §): more than 24 months in 36 at one unit, against a day-by-day count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.placement import EarlierPlacementRecorded, PlacementSettled
from ledger.facts.placement import Placed, PlacementTerms, placed_at, reading_at, settled_by
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedTime
from ledger.facts.worked_spells import Shifts, WorkedShift
from ledger.values import local_instant, plus_months

DAY = timedelta(days=1)
RULE = PlacementTerms(
    24, 36, date(2022, 10, 1), free_days=True, absence_days_max=35, single_days_bridge=False
)
EARLIER = EarlierPlacementRecorded(
    consultant="k-1", operating_unit="site-1", company="559000-0005", from_on=date(2022, 1, 1),
    until_on=date(2023, 1, 1), source="Certificate", trust="direct",
)  # fmt: skip


def shift(day, position, *, voided=None):
    return WorkedShift(
        on=day, start_at=local_instant(day, 420), end_at=local_instant(day, 930), minutes=480,
        break_minutes=30, article="ssk-1", report="r-1", reported=position, position=position, voided=voided,
    )  # fmt: skip


def worked(*days, unit="site-1", contract=None, voided=()):
    shifts = {f"t-{n}": shift(day, n, voided=99 if day in voided else None) for n, day in enumerate(days, 10)}
    held = AssignmentTime("o-1", "s-1", "r-1", "u-1", unit, "nurses", contract, Shifts(shifts))
    return WorkedTime({"a-1": held})


def placed(*times, profiles=(), on=date(2026, 12, 31), rule=RULE):
    return placed_at(times, profiles, "site-1", on, rule)


D1, D2 = date(2025, 1, 6), date(2025, 1, 20)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (RULE, 15),
        (replace(RULE, free_days=False), 2),
        (replace(RULE, absence_days_max=12), 2),
        (replace(RULE, absence_days_max=13), 15),
    ],
)
def test_free_days_count_between_worked_dates_unless_the_absence_is_too_long(rule, days):
    assert len(placed(worked(D1, D2), rule=rule).days) == days


def test_two_single_day_hires_count_as_two_days_through_two_companies():
    hires = [worked(day, contract=Contract(day, day + DAY, None, 1)) for day in (D1, D2)]
    assert len(placed(*hires).days) == 2
    assert len(placed(*hires, rule=replace(RULE, single_days_bridge=True)).days) == 15


def test_another_operating_unit_a_voided_shift_and_a_later_date_do_not_count():
    assert placed(worked(D1, D2, unit="site-2")).days == ()
    assert len(placed(worked(D1, D2, voided=(D2,))).days) == 1
    assert len(placed(worked(D1, D2), on=D1).days) == 1


def test_time_before_the_act_applied_does_not_count():
    found = placed(profiles=[Profile(earlier_placements=(Recorded(5, EARLIER),))])
    assert (date.fromordinal(found.days[0]), len(found.days)) == (date(2022, 10, 1), 92)
    assert found.facts == (5,)


def test_the_counter_is_exceeded_on_the_day_after_twenty_four_months():
    whole = Placed(tuple(range(date(2023, 1, 1).toordinal(), date(2026, 1, 1).toordinal())), ())
    last, after = (reading_at(whole, None, day, RULE, None) for day in (date(2024, 12, 31), date(2025, 1, 1)))
    assert (last.days, last.days_max, last.exceeded) == (731, 731, False)
    assert (after.days, after.days_max, after.exceeded) == (732, 731, True)


def test_what_was_offered_or_paid_is_found_by_unit_and_date():
    done = PlacementSettled(
        consultant="k-1", operating_unit="site-1", how="offer", on=D1, registry_number="RS/1"
    )
    profile = Profile(settled=(Recorded(7, done),))
    assert settled_by([profile], "site-1", D1) == 7
    assert settled_by([profile], "site-1", D1 - DAY) is None
    assert settled_by([profile], "site-2", D1) is None


FIRST = date(2022, 8, 1)
ordinals = st.sets(st.integers(0, 1600), max_size=60)


@given(ordinals, st.integers(0, 1700), st.integers(0, 60), st.booleans())
@settings(deadline=None)
def test_the_count_is_what_a_day_by_day_count_finds(chosen, at, absence, free):
    rule = replace(RULE, absence_days_max=absence, free_days=free)
    on = FIRST + at * DAY
    days = sorted(FIRST + n * DAY for n in chosen)
    found = placed(worked(*days), on=on, rule=rule).counted(on, 36)
    assert found == naive([day for day in days if rule.counts_from <= day <= on], on, rule)


def naive(days, on, rule):
    counted, first = 0, plus_months(on, -36) + DAY
    for n in range((on - first).days + 1):
        day = first + n * DAY
        before = [d for d in days if d <= day]
        after = [d for d in days if d >= day]
        if day in days or (
            rule.free_days
            and len(days) > 1
            and before
            and after
            and (after[0] - before[-1]).days - 1 <= rule.absence_days_max
        ):
            counted += 1
    return counted


@given(st.integers(0, 1500), st.integers(1, 1500), st.integers(0, 400), st.integers(1, 366))
@settings(deadline=None, max_examples=40)
def test_the_date_of_exceeding_is_the_first_on_which_a_full_count_exceeds(start, length, gap, offered):
    first = date(2022, 10, 1) + start * DAY
    from_on = first + (length + gap) * DAY
    until_on = from_on + offered * DAY
    before = Placed(tuple(first.toordinal() + n for n in range(length)), ())
    found = reading_at(before, None, from_on, RULE, (from_on, until_on)).exceeds_on
    days = {*before.days, *range(from_on.toordinal(), until_on.toordinal())}
    expected = None
    for n in range(offered):
        day = from_on + n * DAY
        inside = sum(plus_months(day, -36).toordinal() < d <= day.toordinal() for d in days)
        if inside > (day - plus_months(day, -24)).days:
            expected = day
            break
    assert found == expected
