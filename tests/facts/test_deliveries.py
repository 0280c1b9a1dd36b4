"""Planned and worked shifts matched date by date, and overlapping periods, against naive models."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.facts.deliveries import deliveries
from ledger.facts.shadow_booking import Held, overlaps
from tests.facts.schedules import scheduled
from tests.facts.shifts import CONTRACT, cancelled, reported, voided

MARCH_3 = date(2025, 3, 3)
DAY = timedelta(days=1)
days = st.lists(st.integers(0, 12).map(lambda n: MARCH_3 + n * DAY), max_size=12)


@given(days, days, st.sets(st.integers(0, 11)), st.integers(-1, 14), st.integers(0, 14))
def test_unworked_are_the_planned_shifts_that_no_shift_of_the_date_stands_for(
    planned, worked, gone, until, ended
):
    """One for one on each date, up to the date asked about and before a cancellation."""
    at, end = MARCH_3 + until * DAY, MARCH_3 + ended * DAY
    shifts = [reported(str(n), day, n * 60, n * 60 + 30, 0) for n, day in enumerate(worked)]
    events = [(1, CONTRACT), (2, scheduled(*planned)), (3, cancelled("region", end))]
    events += [(4 + n, shift) for n, shift in enumerate(shifts)]
    events += [(100 + n, voided(shifts[n], 4 + n)) for n in sorted(gone) if n < len(shifts)]
    state = deliveries("a-1").over(events)
    stands = [day for n, day in enumerate(worked) if n not in gone and day <= at]
    left = [day for day in planned if day <= at and day < end]
    for day in stands:
        if day in left:
            left.remove(day)
    assert sorted(one.on for one in state.unworked(at)) == sorted(left)
    assert sorted(one.on for one in state.worked(at)) == sorted(stands)


periods = st.tuples(st.integers(0, 20), st.integers(1, 10), st.integers(1, 3))


@given(st.lists(periods, max_size=6), st.integers(1, 5))
def test_overlaps_are_pairs_of_orders_that_share_enough_dates(found, days_min):
    held = tuple(
        Held(f"o-{order}", "held", MARCH_3 + start * DAY, MARCH_3 + (start + length) * DAY, n)
        for n, (start, length, order) in enumerate(found)
    )
    naive = set()
    for a in held:
        for b in held:
            shared = {a.from_on + n * DAY for n in range((a.until_on - a.from_on).days)} & {
                b.from_on + n * DAY for n in range((b.until_on - b.from_on).days)
            }
            if a.position < b.position and a.order != b.order and len(shared) >= days_min:
                naive.add((a.position, b.position, len(shared)))
    assert {(one.first.position, one.second.position, one.days) for one in overlaps(held, days_min)} == naive
