"""Publishing the policy book, and freezing calendars."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.calendars import FreezeCalendar
from ledger.decisions.policies import PublishPolicy
from ledger.policy.model import book_digest
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, ROWS, calendar, policy, row
from tests.given import given

PUBLISH = PublishPolicy(
    agreement=AGREEMENT,
    version=1,
    rows=ROWS,
    decided_on=date(2023, 12, 20),
    decided_by="Central contract management",
    communicated_to=("regions", "suppliers"),
)
FREEZE = FreezeCalendar(
    agreement=AGREEMENT, year=2025, non_working=(date(2025, 5, 1), date(2025, 1, 1)), source="Lag (1989:253)"
)


def test_the_book_is_published_with_its_digest():
    given().when(replace(PUBLISH, book_digest=book_digest(ROWS)), now="2024-01-02T08:00:00Z").then(POLICY)


def test_the_digest_does_not_depend_on_the_order_of_rows():
    (event,) = given().when(replace(PUBLISH, rows=ROWS[::-1])).then_events("policy-published")
    assert event.book_digest == POLICY.book_digest


OAF = replace(MANDATE, role="central-contract-management", region=None, units=())


def again(rows=(), **changes):
    """The next version, with these rows beside the published ones."""
    return replace(PUBLISH, version=2, rows=rows or (LATER,), **changes)


LATER = row("order.months-max", 10, valid_from=date(2025, 7, 1))


def test_versions_rise_by_one():
    given(POLICY, OAF).when(replace(PUBLISH, version=2)).then_events("policy-published")
    given(POLICY, OAF).when(replace(PUBLISH, version=3)).then_refused("policy-version-wrong", positions=(1,))
    given(POLICY, OAF).when(PUBLISH).then_refused("policy-version-wrong", field="version")
    given().when(replace(PUBLISH, version=0), mandate=None).then_refused("policy-version-wrong")


def test_from_the_second_version_on_central_management_publishes():
    given(POLICY).when(again(), mandate=None).then_refused("mandate-missing")
    owner = replace(OAF, role="contract-owner", region="skane")
    given(POLICY, owner).when(again()).then_refused("mandate-role-wrong", positions=(2,))
    other = replace(OAF, agreement="hyr-2028")
    given(POLICY, other).when(again()).then_refused("mandate-out-of-scope", positions=(2,))


def test_rows_join_those_published_before_and_the_digest_is_of_all():
    (event,) = (
        given(POLICY, OAF).when(again(book_digest=book_digest((LATER,)))).then_events("policy-published")
    )
    assert set(event.rows) == {*ROWS, LATER}
    assert event.book_digest == book_digest((*ROWS, LATER))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": 11}, "value"),
        ({"source": "S9"}, "source"),
        ({"unit": "months"}, "unit"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until"),
        ({"communicated_on": date(2024, 1, 1), "communicated_to": "suppliers"}, "communicated_on"),
    ],
)
def test_a_published_row_is_never_edited(change, field):
    edited = replace(row("order.months-max", 12), **change)
    asked = given(POLICY, OAF).when(again((edited,)))
    refusal = asked.then_refused("policy-row-edited", field="rows", positions=(1,))
    assert refusal.detail.startswith(
        f"order.months-max (nation, 2024-01-01): its {field} was published otherwise in version 1"
    )


def test_the_version_that_is_named_is_the_first_that_had_the_row():
    second = policy(LATER, row("order.months-max", 12), version=2)
    edited = given(POLICY, second, OAF).when(replace(again((replace(LATER, value=9),)), version=3))
    refusal = edited.then_refused("policy-row-edited", positions=(2,))
    assert "in version 2" in refusal.detail


def test_a_weaker_document_of_the_same_date_is_a_row_of_its_own():
    interpretation = row("order.months-max", 6, force="interpretation", source="Expert group 2024-05-02")
    (event,) = given(POLICY, OAF).when(again((interpretation,))).then_events("policy-published")
    assert interpretation in event.rows


def test_a_new_row_must_fit_the_published_ones():
    given(POLICY, OAF).when(again((replace(LATER, unit="weeks"),))).then_refused("policy-rows-flawed")
    local = row("continuity.excused", (), level="region", scope="skane", permitted_by="UNKNOWN")
    refusal = given(POLICY, OAF).when(again((local,))).then_refused("policy-rows-flawed")
    assert "policy.national-terms of 2024-01-01 keeps it national" in refusal.detail


def test_another_digest_than_that_of_the_rows_is_refused():
    changed = replace(PUBLISH, book_digest="0" * 64)
    given().when(changed).then_refused("policy-digest-differs", field="book_digest")


@pytest.mark.parametrize(
    "flawed",
    [
        row("order.months-max", 12, unit=" "),
        row("order.months-max", 12, source=""),
        row("order.months-max", 12, source="assumption"),
        row("order.months-max", 12, assumed="but it has a source"),
        row("order.months-max", 12, valid_until=date(2024, 1, 1)),
        row("order.months-max", 12, topic=31),
        row("order.months-max", 12, permitted_by="clause 1"),
        row("order.months-max", 12, level="region", scope="skane"),
        row("order.months-max", 12, level="region", permitted_by="UNKNOWN"),
        row("order.months-max", 12, communicated_on=date(2024, 1, 1)),
        row("order.months-max", 12, communicated_to="suppliers"),
    ],
)
def test_a_flawed_row_is_refused(flawed):
    refusal = given().when(replace(PUBLISH, rows=(flawed,))).then_refused("policy-rows-flawed", field="rows")
    assert "order.months-max" in refusal.detail


def test_two_values_from_the_same_date_are_refused():
    twice = (row("order.months-max", 12), row("order.months-max", 6))
    given().when(replace(PUBLISH, rows=twice)).then_refused("policy-rows-flawed")


def test_an_empty_book_is_refused():
    given().when(replace(PUBLISH, rows=())).then_refused("policy-rows-flawed")


def test_a_calendar_is_frozen_in_order():
    given().when(FREEZE).then(calendar(2025, date(2025, 1, 1), date(2025, 5, 1)))


def test_a_year_is_frozen_once():
    given(calendar(2025)).when(FREEZE).then_refused("calendar-frozen", field="year", positions=(1,))


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2025, 3, 1), date(2026, 1, 1)])
def test_only_weekdays_of_the_year_are_frozen(day):
    given().when(replace(FREEZE, non_working=(day,))).then_refused("calendar-day-wrong", field="non_working")


def test_no_version_is_decided_on_a_day_that_has_not_come():
    for day, code in ((date(2025, 3, 3), None), (date(2025, 3, 4), "instant-ahead")):
        told = given(POLICY, OAF).when(again(decided_on=day), now="2025-03-03T23:59:00+01:00")
        assert (told.refusal and told.refusal.code) == code
