"""Values that are remembered once computed: the same as computing them."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.policy.model import Book, Scope, book_digest, terms_digest
from ledger.values import (
    HOUR_US,
    INSTANT_MAX,
    MINUTE_US,
    STOCKHOLM,
    local_date,
    local_instant,
    local_minute,
    moment,
)
from tests.decisions.background import policy


@given(st.integers(0, INSTANT_MAX))
def test_a_local_date_is_that_of_the_zone(at: int) -> None:
    assert local_date(at) == moment(at).astimezone(STOCKHOLM).date()


@given(st.dates(date(1970, 1, 2), date(2037, 12, 30)), st.sampled_from((0, 1, 59, 60, 119, 120, 1439)))
def test_a_local_date_changes_at_midnight_and_nowhere_else(day: date, minute: int) -> None:
    assert local_date(local_instant(day, minute)) == day
    midnight = local_instant(day, 0)
    assert midnight % HOUR_US == 0
    assert local_date(midnight - MINUTE_US) < day


@given(st.integers(0, INSTANT_MAX))
def test_a_local_minute_is_what_a_clock_in_stockholm_shows(at: int) -> None:
    shown = moment(at).astimezone(STOCKHOLM)
    assert local_minute(at) == shown.hour * 60 + shown.minute


def test_a_value_asked_for_again_is_the_same_value() -> None:
    book, on = Book(policy(), 7), date(2025, 3, 3)
    for row in policy().rows[:5]:
        scope = Scope(region=row.scope) if row.level == "region" else None
        found = book.resolve(row.term, on, scope)
        assert book.resolve(row.term, on, scope) is found
        assert Book(policy(), 7).resolve(row.term, on, scope) == found


def test_the_digest_of_the_same_rows_is_that_of_their_content() -> None:
    rows = policy().rows
    copies = tuple(replace(row) for row in rows)
    assert terms_digest(rows) == terms_digest(copies) == terms_digest((*rows, *rows)) == book_digest(rows)
    other = replace(rows[0], source="another source")
    assert terms_digest((other, *rows[1:])) != terms_digest(rows)
