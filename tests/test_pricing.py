"""Prices of shifts: against a naive model that looks at every minute, and at the edges of hours and öre."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.policy.bands import BANDS, BandRules, minutes_in_bands
from ledger.policy.model import NATION, Book, Resolved
from ledger.policy.pricing import KINDS, Prices, same_travel, zone_of
from ledger.policy.within import Within
from ledger.values import MINUTE_US, instant, local_instant
from tests.decisions.background import POLICY

STOCKHOLM = ZoneInfo("Europe/Stockholm")
BOOK = Book(POLICY, 1)
ON = date(2025, 3, 1)
HOLIDAY = date(2025, 4, 18)


def prices(on: date = ON, **instead: object) -> Prices:
    """The book's prices on a date with some values replaced."""
    terms = Prices.of(Within(BOOK, NATION), on).terms
    changed = {n.replace("_", ".", 1).replace("_", "-"): v for n, v in instead.items()}
    assert changed.keys() <= terms.keys()
    return Prices(on, {n: changed_to(t, changed.get(n)) for n, t in terms.items()})


def changed_to(term: Resolved, value: object) -> Resolved:
    return term if value is None else replace(term, row=replace(term.row, value=value))


RULES = BandRules.of(prices().terms, frozenset({HOLIDAY}))


def naive(start_at: int, minutes: int, pause: range, rules: BandRules) -> dict[str, int]:
    """Every minute by its own wall clock; the minutes of the pause are left out."""
    found = dict.fromkeys(("time", *BANDS), 0)
    for n in range(minutes):
        if n not in pause:
            wall = datetime.fromtimestamp(start_at / 1e6 + n * 60, UTC).astimezone(STOCKHOLM)
            found[band_of(wall, rules)] += 1
    return found


def band_of(wall: datetime, rules: BandRules) -> str:
    minute, weekday = wall.hour * 60 + wall.minute, wall.weekday()
    there = {
        "evening": rules.evening_from <= minute < rules.night_from,
        "night": minute >= rules.night_from or minute < rules.night_until,
        "weekend": weekday in (5, 6)
        or (weekday == 4 and minute >= rules.weekend_from)
        or (weekday == 0 and minute < rules.weekend_until),
        "holiday": wall.date() in rules.holidays,
    }
    return next((name for name in rules.order if there[name]), "time")


days = st.one_of(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.dates(date(2025, 3, 29), date(2025, 3, 30)),
    st.dates(date(2025, 10, 25), date(2025, 10, 26)),
    st.dates(date(2025, 4, 17), date(2025, 4, 21)),
)
starts = st.builds(local_instant, days, st.integers(0, 1439))
clock = st.integers(0, 1439).filter(lambda minute: not 120 <= minute < 180)


@st.composite
def rules(draw: st.DrawFn) -> BandRules:
    evening, night = sorted(draw(st.lists(clock.filter(lambda m: m > 720), min_size=2, max_size=2)))
    return BandRules(
        order=tuple(draw(st.lists(st.sampled_from(BANDS), unique=True))),
        evening_from=evening,
        night_from=night,
        night_until=draw(clock.filter(lambda m: m < 720)),
        weekend_from=draw(clock),
        weekend_until=draw(clock),
        break_in_middle=True,
        holidays=frozenset({HOLIDAY}),
    )


@settings(deadline=None)
@given(starts, st.integers(1, 1500), st.integers(0, 120), rules())
def test_every_minute_lies_in_the_band_its_wall_clock_says(start_at, minutes, pause, some):
    pause = min(pause, minutes)
    begins = (minutes - pause) // 2
    found = minutes_in_bands(start_at, start_at + minutes * MINUTE_US, pause, some)
    assert found == naive(start_at, minutes, range(begins, begins + pause), some)
    assert sum(found.values()) == minutes - pause


@settings(deadline=None)
@given(starts, st.integers(1, 1500), st.integers(0, 120), rules())
def test_a_break_from_plain_time_costs_the_supplements_least(start_at, minutes, pause, some):
    pause = min(pause, minutes)
    found = minutes_in_bands(
        start_at, start_at + minutes * MINUTE_US, pause, replace(some, break_in_middle=False)
    )
    whole = naive(start_at, minutes, range(0), some)
    assert sum(found.values()) == minutes - pause
    assert found["time"] == max(0, whole["time"] - pause)
    order = ("time", *reversed(some.order))
    taken = [whole[band] - found[band] for band in order]
    assert all(n == whole[band] for n, band, rest in zip(taken, order, taken[1:], strict=False) if rest)


@pytest.mark.parametrize(
    ("day", "minutes"), [(date(2025, 3, 29), 420), (date(2025, 10, 25), 540), (date(2025, 5, 10), 480)]
)
def test_a_night_over_a_clock_change_has_an_hour_less_or_more(day, minutes):
    start_at, end_at = local_instant(day, 22 * 60), local_instant(day + timedelta(1), 6 * 60)
    found = minutes_in_bands(start_at, end_at, 0, replace(RULES, order=("night",)))
    assert found["night"] == minutes == (end_at - start_at) // MINUTE_US


def test_a_shift_has_a_line_for_time_and_one_for_each_supplement():
    start_at = instant(datetime(2025, 3, 4, 17, tzinfo=STOCKHOLM))
    found = prices().shift((start_at, start_at + 480 * MINUTE_US, 30), "nurses", 1, 3, frozenset())
    assert [(line.kind, line.quantity, line.unit_ore, line.ore) for line in found] == [
        ("time", 450, 52000, 390000),
        ("evening", 150, 5000, 12500),
        ("night", 180, 11000, 33000),
    ]
    assert {"price.hour-ore", "price.index-ppm"} <= {term.row.term for term in found[0].terms}
    assert "supplement.night-from" in {term.row.term for term in found[2].terms}


def test_an_article_without_a_price_has_no_line():
    assert prices().line("time", 60, "nurses", 9, 1) is None
    assert prices().line("travel", 1, "nurses", 1, 4) is None
    assert prices().estimate_ore("nurses", None, 1, 10, 480) is None
    assert prices().estimate_ore("nurses", 1, 1, 10, 480) == 10 * 8 * 46000


def test_the_index_follows_its_date_and_its_kinds():
    later = prices(date(2025, 4, 1))
    assert later.unit_ore("time", "nurses", 1, 3) == 53092
    assert later.unit_ore("travel", "nurses", 1, 3) == 160000
    assert prices(date(2025, 3, 31)).unit_ore("time", "nurses", 1, 3) == 52000
    assert prices(date(2025, 4, 1), price_indexed=("travel",)).unit_ore("travel", "nurses", 1, 3) == 163360


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_half_an_ore_goes_up(minutes, unit_ore):
    exact = Decimal(minutes * unit_ore) / 60
    assert prices().amount_ore("time", minutes, unit_ore) == exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert prices(price_rounding="down").amount_ore("time", minutes, unit_ore) == minutes * unit_ore // 60


def test_a_zone_is_the_municipalitys_or_the_registered_one():
    zones = BOOK.resolve("price.zones", ON)
    assert [zone_of(zones, name, 2) for name in ("0180", "2380", "9999", None)] == [1, 3, 2, 2]


def test_one_lump_sum_is_for_an_assignment_a_week_or_a_day():
    sunday, monday, next_sunday = date(2024, 12, 29), date(2024, 12, 30), date(2025, 1, 5)
    assert not same_travel("week", sunday, monday)
    assert same_travel("week", monday, next_sunday)
    assert same_travel("assignment", sunday, next_sunday)
    assert same_travel("shift", monday, monday)
    assert not same_travel("shift", monday, next_sunday)


def test_every_kind_is_listed_under_a_term():
    assert KINDS == ("time", "evening", "night", "weekend", "holiday", "travel")
    assert all(prices().unit_ore(kind, "doctors", 2, 2) is not None for kind in KINDS)
