"""Daily and weekly rest: exact limits, clock changes, and a naive model that looks at every minute."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts.rest import RestFlag, RestRule, rest_flags
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.values import MINUTE_US, local_date, local_instant
from tests.facts.shifts import reported, voided

RULE = RestRule(660, 1440, 2160, 7, 1)
MONDAY = date(2025, 3, 3)
DAY = timedelta(days=1)
SUNDAY_OF_CHANGE = date(2025, 3, 30)


def time(*shifts: tuple[date, int, int]) -> WorkedTime:
    """Worked time of shifts given as (date, start, end) in minutes after local midnight."""
    events = [reported(str(n), on, start, end, 0) for n, (on, start, end) in enumerate(shifts)]
    return worked_time("k-1").over(enumerate(events, 1))


def flags(*shifts: tuple[date, int, int], kind: str = "daily") -> list[RestFlag]:
    return [one for one in rest_flags([time(*shifts)], date(2026, 1, 1), RULE) if one.kind == kind]


def test_eleven_hours_between_two_days_are_enough_and_a_minute_less_is_flagged():
    late = (MONDAY, 12 * 60, 20 * 60)
    assert not flags(late, (MONDAY + DAY, 7 * 60, 15 * 60))
    (flag,) = flags(late, (MONDAY + DAY, 7 * 60 - 1, 15 * 60))
    assert (flag.longest_minutes, flag.needed_minutes, flag.facts) == (659, 660, (1, 2))


def test_shifts_that_meet_are_one_spell():
    assert not flags((MONDAY, 420, 720), (MONDAY, 720, 1020))
    (flag,) = flags((MONDAY, 420, 720), (MONDAY, 720, 1260))
    assert flag.longest_minutes == 10 * 60


def test_a_night_over_the_clock_change_loses_or_gains_an_hour_of_rest():
    saturday = SUNDAY_OF_CHANGE - DAY
    (flag,) = flags((saturday, 12 * 60, 20 * 60 + 30), (SUNDAY_OF_CHANGE, 8 * 60, 15 * 60))
    assert flag.longest_minutes == 10 * 60 + 30
    october = date(2025, 10, 26)
    assert not flags((october - DAY, 12 * 60, 20 * 60 + 30), (october, 6 * 60 + 30, 15 * 60))


def test_a_week_needs_thirty_six_hours_in_a_row():
    five = [(MONDAY + n * DAY, 420, 960) for n in range(5)]
    saturday = MONDAY + 5 * DAY
    assert not flags(*five, (saturday, 420, 720), kind="weekly")
    (flag,) = flags(*five, (saturday, 420, 721), kind="weekly")
    assert (flag.longest_minutes, local_date(flag.from_at)) == (36 * 60 - 1, MONDAY)
    sunday = (MONDAY + 6 * DAY, 720, 1200)
    assert flags(*five, (saturday, 420, 720), sunday, kind="weekly")
    assert not flags(*five[2:], (saturday, 420, 720), sunday, kind="weekly")


def test_every_id_of_a_human_counts_and_voided_shifts_do_not():
    first, second = reported("1", MONDAY, 420, 1200, 0), reported("2", MONDAY, 1380, 360, 0, consultant="k-2")
    one, other = worked_time("k-1").over([(1, first)]), worked_time("k-2").over([(2, second)])
    gone = worked_time("k-2").over([(2, second), (3, voided(second, 2))])
    assert len(rest_flags([one, other], MONDAY, RULE)) == 1
    assert not rest_flags([one, gone], MONDAY, RULE)
    assert not rest_flags([one, other], MONDAY - DAY, RULE)


shifts = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 47), st.integers(1, 28)), min_size=1, max_size=14
)


@settings(max_examples=120, deadline=None)
@given(shifts, st.sampled_from([MONDAY, date(2025, 3, 24), date(2025, 10, 20)]), st.integers(1, 7))
def test_flags_are_those_of_a_model_that_looks_at_every_half_hour(given_shifts, first, weekday):
    """Shifts on half hours, so that half hours are exact; the model knows nothing of spells."""
    rule = RestRule(660, 1440, 2160, 7, weekday)
    events = []
    for n, (day, start, length) in enumerate(given_shifts):
        on = first + day * DAY
        event = reported(str(n), on, start * 30, (start * 30 + length * 30) % 1440, 0)
        if event.end_at > event.start_at:
            events.append(event)
    found = rest_flags([worked_time("k-1").over(enumerate(events, 1))], date(2026, 1, 1), rule)
    assert {(f.kind, f.from_at, f.longest_minutes) for f in found} == naive(events, weekday)


def naive(events, weekday):
    half = 30 * MINUTE_US
    busy = {t for e in events for t in range(e.start_at, e.end_at, half)}
    found = set()
    for start in sorted(t for t in busy if t - half not in busy):
        if (longest := free(busy, start, start + 48 * half, half)) < 660:
            found.add(("daily", start, longest))
    for day in {local_date(t) for t in busy}:
        begin = day - ((day.isoweekday() - weekday) % 7) * DAY
        from_at, until_at = local_instant(begin, 0), local_instant(begin + 7 * DAY, 0)
        if (longest := free(busy, from_at, until_at, half)) < 2160:
            found.add(("weekly", from_at, longest))
    return found


def free(busy, from_at, until_at, half):
    longest = run = 0
    for t in range(from_at, until_at, half):
        run = 0 if t in busy else run + 30
        longest = max(longest, run)
    return longest
