"""The four readings of the 18-month period, against a second model that counts days and months one by one."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts.eighteen_months import (
    READINGS,
    EighteenMonths,
    EighteenMonthsRule,
    Proposed,
    cap,
    chain,
    eighteen_months_at,
    longest_stay,
    look_back,
)
from ledger.facts.worked_time import (
    ContinuityRule,
    ContinuityScope,
    Stretch,
    WorkedTime,
    continuity_at,
    worked_time,
)
from ledger.policy.model import Book, Scope
from tests.decisions.background import POLICY, REGION_ID
from tests.facts.shifts import approved, cancelled, contract, reported

DAY = timedelta(days=1)
UNIT = ContinuityScope(level="unit", key="u-1")
RULE = EighteenMonthsRule("cap", 18, 90)
TEN = ContinuityRule(10)


def state(*events: object) -> WorkedTime:
    return worked_time("k-1").over(enumerate(events, 1))


def worked(*days: date) -> WorkedTime:
    events: list[object] = []
    for n, day in enumerate(days):
        shift = reported(str(n), day)
        events += [shift, approved(shift, len(events) + 1)]
    return state(*events)


def at(held: WorkedTime, on: date, proposed: Proposed | None = None, **changes: object) -> EighteenMonths:
    rule = EighteenMonthsRule(**{"governs": "cap", "months": 18, "break_days_min": 90, **changes})
    return eighteen_months_at([held], on, UNIT, "u-1", TEN, rule, proposed)


def until(held: list[WorkedTime], on: date) -> Stretch:
    return Stretch.of(held, on, UNIT, frozenset())


def test_the_look_back_subtracts_months_and_clamps():
    first, last = date(2023, 8, 30), date(2023, 8, 31)
    held = worked(first, last)
    assert look_back(until([held], date(2025, 2, 27)), date(2025, 2, 27), 18).days == 2
    assert look_back(until([held], date(2025, 2, 28)), date(2025, 2, 28), 18).days == 2
    found = look_back(until([held], date(2025, 3, 1)), date(2025, 3, 1), 18)
    assert (found.after_on, found.days) == (date(2023, 9, 1), 0)
    assert look_back(until([worked(date(2022, 8, 28))], date(2024, 2, 28)), date(2024, 2, 28), 18).days == 0
    assert look_back(until([worked(date(2022, 8, 29))], date(2024, 2, 28)), date(2024, 2, 28), 18).days == 1


def test_the_look_back_counts_what_no_streak_holds():
    held = worked(date(2024, 1, 2), date(2024, 6, 3), date(2025, 3, 3))
    assert look_back(until([held], date(2025, 3, 3)), date(2025, 3, 3), 18).shifts == 3


def test_the_cap_adds_months_and_clamps_to_the_leap_day():
    streak = continuity_at([worked(date(2022, 8, 31))], date(2022, 8, 31), UNIT, TEN)
    assert cap(streak, date(2024, 2, 28), 18).spent_from == date(2024, 2, 29)
    assert not cap(streak, date(2024, 2, 28), 18).spent
    assert cap(streak, date(2024, 2, 29), 18).spent


def test_an_award_whose_assignment_passes_the_cap_midway_says_so():
    streak = continuity_at([worked(date(2025, 3, 3))], date(2025, 3, 3), UNIT, TEN)
    spent_from = date(2026, 9, 3)

    def midway(from_on: date, until_on: date) -> bool:
        return cap(streak, date(2025, 3, 3), 18, Proposed(from_on, until_on)).passed_midway

    assert midway(spent_from - DAY, spent_from + DAY)
    assert not midway(spent_from - DAY, spent_from)
    assert not midway(spent_from, spent_from + DAY)


def test_the_longest_stay_goes_on_over_a_short_break_and_starts_anew_after_a_long_one():
    first = date(2025, 1, 10)
    held = [worked(first)]

    def stay_of(begins: date, until_on: date) -> tuple[date, bool]:
        found = longest_stay(until(held, first), first, 89, 18, Proposed(begins, until_on))
        return found.first_on, found.too_long

    ends = date(2026, 7, 10)
    assert stay_of(first + 90 * DAY, ends + DAY) == (first, False)
    assert stay_of(first + 90 * DAY, ends + 2 * DAY) == (first, True)
    assert stay_of(first + 91 * DAY, ends + 2 * DAY) == (first + 91 * DAY, False)


def test_without_a_proposal_a_stay_is_shown_and_not_judged():
    found = longest_stay(until([worked(date(2025, 1, 10))], date(2025, 2, 1)), date(2025, 2, 1), 89, 18)
    assert (found.last_allowed_on, found.too_long) == (date(2026, 7, 10), None)
    assert longest_stay(until([worked()], date(2025, 2, 1)), date(2025, 2, 1), 89, 18) is None


TWELVE = contract(order="o-1", from_on=date(2024, 1, 1), until_on=date(2025, 1, 1))
SIX = contract(
    assignment="a-2", order="o-2", from_on=date(2025, 1, 1), until_on=date(2025, 7, 1), follows="o-1"
)


def test_twelve_and_six_linked_months_are_exactly_allowed():
    found = chain([state(TWELVE, SIX)], date(2025, 2, 1), "u-1", 18)
    assert found.orders == ("o-1", "o-2")
    assert (found.days, found.days_max, found.too_long) == (547, 547, False)
    assert found.facts == (1, 2)


def test_one_day_more_is_too_long():
    longer = contract(**{f: getattr(SIX, f) for f in ("assignment", "order", "from_on", "follows")},
                      until_on=date(2025, 7, 2))  # fmt: skip
    assert chain([state(TWELVE, longer)], date(2025, 2, 1), "u-1", 18).too_long
    proposed = Proposed(date(2025, 7, 1), date(2025, 7, 2), follows="o-2")
    assert chain([state(TWELVE, SIX)], date(2025, 6, 1), "u-1", 18, proposed).too_long


def test_a_cancellation_cuts_a_linked_order_off():
    events = (TWELVE, cancelled("region", date(2024, 7, 1), TWELVE), SIX)
    found = chain([state(*events)], date(2025, 2, 1), "u-1", 18)
    assert (found.days, found.facts) == (182 + 181, (1, 2, 3))


def test_a_link_to_an_order_of_somebody_else_is_named_and_other_units_are_no_link():
    found = chain([state(SIX)], date(2025, 2, 1), "u-1", 18)
    assert (found.orders, found.unseen) == (("o-2",), "o-1")
    assert chain([state(SIX)], date(2025, 2, 1), "u-2", 18) is None
    assert chain([state(SIX)], date(2024, 12, 31), "u-1", 18) is None


def test_orders_that_follow_each_other_in_a_circle_end():
    one = contract(order="o-1", follows="o-2")
    two = contract(assignment="a-2", order="o-2", follows="o-1")
    assert set(chain([state(one, two)], date(2025, 4, 1), "u-1", 18).orders) == {"o-1", "o-2"}


def test_all_readings_stand_side_by_side_and_the_policy_says_which_governs():
    held = worked(*(date(2023, 9, 1) + n * 7 * DAY for n in range(79)))
    on = date(2025, 3, 1)
    proposed = Proposed(date(2025, 3, 2), date(2025, 4, 1))
    found = {reading: at(held, on, proposed, governs=reading) for reading in READINGS}
    assert {r: f.exceeded for r, f in found.items()} == {
        "look-back": False, "cap": True, "longest-stay": True, "chain": False,
    }  # fmt: skip
    assert len({(f.look_back, f.cap, f.longest_stay, f.chain) for f in found.values()}) == 1
    assert found["chain"].chain.days == 30


def test_the_rule_comes_from_the_policy_with_its_assumptions():
    rule = EighteenMonthsRule.of(Book(POLICY, 1), date(2025, 3, 3), Scope(region=REGION_ID))
    assert rule.months == 18
    assert rule.governs in READINGS


# A second model.


def months_later(day: date, months: int) -> date:
    """Calendar arithmetic by counting: the same day number, or the last day there is."""
    year, month = day.year, day.month
    step = 1 if months > 0 else -1
    for _ in range(abs(months)):
        month += step
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


DATES = st.dates(date(2022, 1, 1), date(2025, 12, 31))
BURSTS = st.lists(st.tuples(DATES, st.integers(1, 12), st.integers(1, 13)), max_size=6)


def dates_of(bursts: list[tuple[date, int, int]]) -> list[date]:
    return sorted({day + n * gap * DAY for day, times, gap in bursts for n in range(times)})


@given(bursts=BURSTS, on=DATES, months=st.integers(1, 24))
@settings(max_examples=300, deadline=None)
def test_the_look_back_agrees_with_counting(bursts, on, months):
    days = dates_of(bursts)
    expected, day = 0, on
    while day > months_later(on, -months):
        expected += day in days
        day -= DAY
    assert look_back(until([worked(*days)], on), on, months).days == expected


@given(
    bursts=BURSTS, on=DATES, months=st.integers(1, 24), length=st.integers(1, 400), gap=st.integers(0, 120)
)
@settings(max_examples=300, deadline=None)
def test_cap_and_stay_agree_with_walking_back(bursts, on, months, length, gap):
    days = dates_of(bursts)
    held, begins = [worked(*days)], on + (gap + 1) * DAY

    def first_of(end: date, limit: int) -> date | None:
        free, day, first = (end - on).days, on, None
        while free <= limit and day >= date(2021, 1, 1):
            free, first = (0, day) if day in days else (free + 1, first)
            day -= DAY
        return first

    proposed = Proposed(begins, begins + length * DAY)
    streak = continuity_at(held, on, UNIT, TEN)
    first = first_of(on, 10)
    found = cap(streak, on, months, proposed)
    if first is None:
        assert found is None
    else:
        spent = months_later(first, months)
        inside = [begins + n * DAY for n in range(1, length)]
        assert (found.spent_from, found.spent, found.passed_midway) == (spent, on >= spent, spent in inside)
    stay_first = first_of(begins - DAY, 89) or begins
    stay = longest_stay(until(held, on), on, 89, months, proposed)
    assert stay.first_on == stay_first
    assert stay.too_long == (begins + (length - 1) * DAY > months_later(stay_first, months))


@given(
    spans=st.lists(st.tuples(DATES, st.integers(1, 300)), min_size=1, max_size=4), months=st.integers(1, 24)
)
@settings(max_examples=200, deadline=None)
def test_the_chain_agrees_with_counting_days_once(spans, months):
    spans = sorted(spans)
    contracts = [
        contract(
            assignment=f"a-{n}", order=f"o-{n}", from_on=begin, until_on=begin + length * DAY,
            follows=f"o-{n - 1}" if n else None,
        )
        for n, (begin, length) in enumerate(spans)
    ]  # fmt: skip
    covered = {begin + n * DAY for begin, length in spans for n in range(length)}
    first = min(covered)
    found = chain([state(*contracts)], date(2027, 1, 1), "u-1", months)
    assert found.days == len(covered)
    assert found.too_long == (len(covered) > (months_later(first, months) - first).days)
