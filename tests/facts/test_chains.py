"""Chains of adjacent orders against a naive second model that paints days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.facts.chains import ChainRule, Leg, stay_of, stays
from ledger.values import plus_months

RULE = ChainRule(months=12, extension_months=6, gap_days_max=14, refuses=False)
FIRST = date(2024, 1, 1)
legs = st.lists(
    st.tuples(st.integers(0, 800), st.integers(1, 200), st.integers(-3, 7)), min_size=1, max_size=8
).map(lambda drawn: [leg(n, *one, count=len(drawn)) for n, one in enumerate(drawn)])


def leg(n, begin, days, follows, *, count):
    from_on = FIRST + timedelta(begin)
    named = f"o-{follows}" if 0 <= follows < count and follows != n else None
    return Leg(f"o-{n}", from_on, from_on + timedelta(days), named, (n,))


def days_of(one):
    return {one.from_on + timedelta(n) for n in range((one.until_on - one.from_on).days)}


def naive_chain(start, everyone, gap):
    """Paint each leg's days and as many after it as a gap may have; whoever touches the paint joins."""
    chain = {start.order}
    while True:
        inside = [one for one in everyone if one.order in chain]
        painted = set()
        for one in inside:
            painted |= {day + timedelta(n) for day in days_of(one) for n in range(-gap - 1, gap + 2)}
        more = {
            one.order for one in everyone
            if days_of(one) & painted or one.follows in chain
            or any(other.follows == one.order for other in inside)
        }  # fmt: skip
        if more <= chain:
            return chain
        chain |= more


@given(legs, st.integers(0, 40))
def test_a_chain_is_what_painting_days_finds(everyone, gap):
    rule = ChainRule(12, 6, gap, refuses=False)
    found = stay_of(everyone[0], everyone[1:], rule)
    expected = naive_chain(everyone[0], everyone, gap)
    assert {one.order for one in found.legs} == expected
    covered = set().union(*(days_of(one) for one in everyone if one.order in expected))
    assert found.days == len(covered)
    assert found.days + found.gap_days == (found.until_on - found.first_on).days
    assert found.too_long == (
        len(covered) > (plus_months(min(covered), found.months_max) - min(covered)).days
    )


@given(legs)
def test_every_leg_lies_in_exactly_one_chain(everyone):
    found = [one.order for stay in stays(everyone, RULE) for one in stay.legs]
    assert sorted(found) == sorted(one.order for one in everyone)


def two(second_from, second_until, **changes):
    first = Leg("o-1", date(2024, 1, 1), date(2024, 12, 1), None, (1,))
    second = Leg("o-2", second_from, second_until, changes.get("follows"), (2,))
    return stay_of(second, [first], changes.get("rule", RULE))


def test_orders_that_touch_are_one_stay_and_too_long_by_a_day():
    assert not two(date(2024, 12, 1), date(2025, 1, 1)).too_long
    longer = two(date(2024, 12, 1), date(2025, 1, 2))
    assert (longer.days, longer.days_max, longer.too_long, longer.facts) == (367, 366, True, (1, 2))


def test_overlapping_days_count_once():
    overlap = two(date(2024, 11, 1), date(2025, 1, 1))
    assert (overlap.days, overlap.gap_days) == (366, 0)


def test_a_gap_joins_up_to_its_limit_and_is_not_counted():
    joined, apart = two(date(2024, 12, 15), date(2025, 3, 1)), two(date(2024, 12, 16), date(2025, 3, 1))
    assert ([one.order for one in joined.legs], joined.gap_days, joined.too_long) == (
        ["o-1", "o-2"],
        14,
        True,
    )
    assert ([one.order for one in apart.legs], apart.too_long) == (["o-2"], False)


def test_open_following_gives_the_months_of_extension():
    followed = two(date(2024, 12, 1), date(2025, 7, 1), follows="o-1")
    assert (followed.extended, followed.months_max, followed.too_long) == (True, 18, False)
    assert two(date(2024, 12, 1), date(2025, 7, 2), follows="o-1").too_long
    assert not two(date(2024, 12, 1), date(2025, 7, 1)).extended
