"""Places with one assignment, read from their sums: every view says what it says when all is put in order."""

from datetime import timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.facts.eighteen_months import EighteenMonthsRule, eighteen_months_over
from ledger.facts.worked_alone import lone
from ledger.facts.worked_time import ContinuityRule, worked_time
from ledger.policy.model import Book, Library
from projections import continuity_streaks, eighteen_months
from projections.base import evidence_of
from projections.continuity_streaks import StreakParams
from projections.eighteen_months import PeriodParams
from projections.humans import HumanFacts
from tests.decisions.background import POLICY
from tests.facts.shifts import CONTRACT, cancelled
from tests.facts.test_worked_parts import kept
from tests.facts.test_worked_time import OPS, STARTS, UNIT, history, state, worked

DAY = timedelta(days=1)
LEVELS = st.sampled_from((None, "unit", "operating-unit", "region"))


def facts_of(start, ops, params, *, again: bool) -> HumanFacts:
    events = history(start, ops)
    states = [
        worked_time(who).over([(p, e) for p, e in events if e.consultant == who]) for who in ("k-1", "k-2")
    ]
    states = [kept(one) if again else one for one in states]
    return HumanFacts("k-1", ("k-1", "k-2"), tuple(states), Library((Book(POLICY, 1),)), params)


@given(
    start=st.sampled_from(STARTS), ops=OPS, after=st.integers(0, 60), level=LEVELS, again=st.booleans(),
    supplier=st.sampled_from((None, "s-2")),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_a_lone_assignment_says_what_it_says_put_in_order(start, ops, after, level, again, supplier):
    on = start + after * DAY
    for view, params, patched in (
        (continuity_streaks, StreakParams, "projections.continuity_streaks.lone"),
        (eighteen_months, PeriodParams, "ledger.facts.eighteen_months.lone"),
    ):
        asked = params(agreement="rs-1", level=level, supplier=supplier)
        facts = facts_of(start, ops, asked, again=again)
        if not any(one.assignments for one in facts.states):
            continue
        found = view.read(facts, on)
        with (
            patch(patched, return_value=None),
            patch.object(view, "evidence_apart", lambda g: evidence_of(*g)),
        ):
            assert view.read(facts, on) == found


@given(
    days=st.lists(st.integers(0, 60), unique=True, min_size=1), after=st.integers(0, 200),
    limits=st.tuples(st.integers(0, 12), st.integers(1, 90), st.integers(1, 5)),
)  # fmt: skip
def test_the_18_months_of_a_lone_assignment_are_those_of_all_of_it(days, after, limits):
    break_days_max, break_days_min, months = limits
    held = state(CONTRACT, *worked(*[STARTS[0] + n * DAY for n in days]))
    inside, on = UNIT.inside([held]), STARTS[0] + after * DAY
    rules = ContinuityRule(break_days_max), EighteenMonthsRule("cap", months, break_days_min)
    found = eighteen_months_over(inside, inside, on, *rules)
    with patch("ledger.facts.eighteen_months.lone", return_value=None):
        assert eighteen_months_over(inside, inside, on, *rules) == found


def test_what_takes_more_to_say_is_not_told_from_the_sums():
    first = STARTS[0]
    (whole,) = UNIT.inside([state(*worked(first, first + 2 * DAY))])
    last = (first + 2 * DAY).toordinal()
    assert lone([whole], last, 1) is whole[1].worked.worked
    assert lone([whole], last, 0) is None  # a break in it
    assert lone([whole], last - 1, 1) is None  # a shift that is still to come
    assert lone([whole, whole], last, 1) is None
    assert lone([], last, 1) is None
    (waiting,) = UNIT.inside([state(*worked(first), *worked(first + 2 * DAY)[:1])])
    assert lone([waiting], last, 1) is None
    (stopped,) = UNIT.inside([state(CONTRACT, *worked(first), cancelled("region", first + DAY))])
    assert lone([stopped], last, 1) is None  # the rest of it may be excused
