"""Until when a call-off can be argued about, and how long its records are kept, against a naive calendar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.policy.deadlines import TERMS, retention_of, review_of
from ledger.policy.model import Resolved
from tests.decisions.background import row

DAY = timedelta(days=1)
VALUES = {"standstill.days": 10, "review.validity-months": 6, "review.validity-days-after-notice": 30}
VALUES |= {"review.damages-months": 12, "retention.bookkeeping-years": 7, "retention.agreement-years": 10}


def terms(**changed):
    values = VALUES | {name.replace("__", ".").replace("_", "-"): value for name, value in changed.items()}
    return {name: Resolved(replace(row(name, values[name])), 1) for name in TERMS}


def same_day_months_later(day, months):
    """Walk from month to month; a day the last month lacks becomes its last."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    while True:
        try:
            return date(year, month, day.day)
        except ValueError:
            day -= DAY


dates = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given_any(dates, st.integers(0, 20), st.none() | st.integers(0, 400), st.integers(1, 24))
def test_validity_ends_months_after_the_contract_or_days_after_its_notice(awarded, wait, notice, months):
    concluded = awarded + wait * DAY
    told = None if notice is None else concluded + notice * DAY
    found = review_of(awarded, concluded, told, terms(review__validity_months=months))
    plain = same_day_months_later(concluded, months)
    assert found.validity_without_notice_on == plain
    early = told is not None and told + 30 * DAY < plain
    assert found.validity_last_on == (told + 30 * DAY if early else plain)
    assert found.damages_last_on == same_day_months_later(concluded, 12)
    assert found.concluded_in_standstill == (wait <= 10)


def test_a_notice_before_the_contract_counts_from_the_contract():
    awarded, concluded = date(2025, 3, 5), date(2025, 5, 5)
    early, same = (review_of(awarded, concluded, on, terms()) for on in (awarded, concluded))
    assert early.validity_last_on == same.validity_last_on == date(2025, 6, 4)


@given_any(dates)
def test_without_a_standstill_nothing_is_concluded_in_it(awarded):
    found = review_of(awarded, awarded, None, terms(standstill__days=0))
    assert (found.standstill_last_on, found.concluded_in_standstill) == (None, False)


@given_any(dates, st.integers(1, 20))
def test_books_are_kept_through_whole_years_after_the_year_that_closed(last_on, years):
    found = retention_of(last_on, terms(retention__bookkeeping_years=years))
    new_year = found.bookkeeping_last_on + DAY
    assert (new_year.month, new_year.day, new_year.year - last_on.year) == (1, 1, years + 1)
    assert found.agreement_last_on == same_day_months_later(last_on, 120)


@pytest.mark.parametrize("term", TERMS)
def test_each_deadline_has_a_source_or_says_that_it_is_assumed(term):
    found = row(term, VALUES[term])
    assert found.source.startswith("Lag (") or found.assumed
