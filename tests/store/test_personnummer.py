"""Identity numbers come out alike however they are written, or are refused without being repeated."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.store.personnummer import luhn, normalised
from ledger.store.vault import InvalidIdentity
from tests.store.identities import FIFTIES, numbers, synthetic

NOW = date(2026, 3, 1)


def test_the_check_digit_is_the_one_worked_out_by_hand():
    """900101-980: 9·2=18→9, 0, 0, 1, 0, 1, 9·2=18→9, 8, 0 make 28; two are missing to thirty."""
    assert luhn("900101980") == 2


@given(numbers())
def test_all_ways_of_writing_one_number_are_one(number):
    short = number[2:]
    spellings = {
        number, f"{number[:8]}-{number[8:]}", f" {number[:8]} - {number[8:]} ",
        f"{number[:8]}\u2013{number[8:]}",
        f"{short[:6]}+{short[6:]}", f"{number[:8]}+{number[8:]}", f"{number[:8]}\u00a0{number[8:]}\n",
    }  # fmt: skip
    assert {normalised(text, NOW) for text in spellings} == {number}


@given(numbers())
def test_ten_digits_mean_the_latest_century_that_is_not_in_the_future(number):
    short = number[2:]
    assert normalised(short, FIFTIES) == number
    assert normalised(f"{short[:6]}-{short[6:]}", FIFTIES) == number


@given(numbers())
def test_a_normalised_number_stays_as_it_is(number):
    assert normalised(normalised(number, NOW), NOW) == number


@given(numbers(), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_never_passes_as_the_same_human(number, place, shift):
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    if place < 2:  # the century is outside the check digit; it still never reads as the same number
        try:
            assert normalised(wrong, NOW) != number
        except InvalidIdentity:
            return
    else:
        with pytest.raises(InvalidIdentity):
            normalised(wrong, NOW)


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{6,13}[-+]?[0-9]{0,5}", fullmatch=True))
def test_anything_else_is_refused_without_being_repeated(text):
    try:
        assert len(normalised(text, NOW)) == 12
    except InvalidIdentity as refusal:
        digits = "".join(text.split())
        assert len(digits) < 3 or digits not in str(refusal)  # noqa: PT017


def test_plus_says_that_the_hundredth_year_has_come():
    """Plus is written from the first of January of the year in which one turns a hundred."""
    number = synthetic(date(1890, 12, 31))
    assert normalised(f"{number[2:8]}+{number[8:]}", date(1990, 1, 1)) == number


def test_without_plus_a_date_later_this_year_is_a_hundred_years_ago():
    number = synthetic(date(1890, 12, 31))
    assert normalised(number[2:], date(1990, 6, 1)) == number


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ten or twelve digits"),
        ("18900101980", "ten or twelve digits"),
        ("1890-01-01-9802", "ten or twelve digits"),
        ("18900101-98O2", "ten or twelve digits"),
        ("١٨٩٠٠١٠١٩٨٠٢", "ten or twelve digits"),
        ("189013019802", "date of birth"),
        ("189002309802", "date of birth"),
        ("189001609802", "date of birth"),
        ("189001929802", "date of birth"),
        ("179001019802", "date of birth"),
        ("000000000000", "date of birth"),
        ("299001019802", "date of birth"),
    ],
)
def test_an_impossible_number_is_refused(text, why):
    with pytest.raises(InvalidIdentity, match=why):
        normalised(text, NOW)


def test_a_wrong_check_digit_is_refused():
    number = synthetic()
    with pytest.raises(InvalidIdentity, match="check digit"):
        normalised(number[:-1] + str((int(number[-1]) + 1) % 10), NOW)


def test_a_refusal_is_also_a_value_error_and_carries_no_cause():
    with pytest.raises(ValueError, match="date of birth") as caught:
        normalised("189002309802", NOW)
    assert caught.value.__cause__ is None
    assert "1890" not in repr(caught.value)
