"""When an order goes out: office hours, the soft flag, the exception, and who may make it; and chains."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.events.orders import OrderWithdrawn
from tests.decisions.background import MANDATE, ORDER, calendar, policy, position, row
from tests.decisions.test_orders import BEFORE, PUBLISH, note
from tests.given import at, given

PUBLISHED = ("order-published", "order-recipient-notified", "order-recipient-notified")


def published(history, command=PUBLISH, now="2025-03-03T09:00:00+01:00"):
    return history.when(command, now=now).then_events(*PUBLISHED)[0]


@pytest.mark.parametrize(
    ("now", "flagged"),
    [
        ("2025-03-03T07:59:59+01:00", True),
        ("2025-03-03T08:00:00+01:00", False),
        ("2025-03-03T16:59:59+01:00", False),
        ("2025-03-03T17:00:00+01:00", True),
        ("2025-03-01T10:00:00+01:00", True),
    ],
    ids=["early", "opens", "last", "closes", "saturday"],
)
def test_inside_the_window_but_outside_office_hours_is_a_soft_flag(now, flagged):
    order = published(given(*BEFORE), now=now)
    assert (order.outside_hours, order.outside_office) == (False, flagged)


def test_a_holiday_is_known_from_the_frozen_calendar():
    order = published(given(*BEFORE, calendar(2025, date(2025, 3, 3))))
    assert (order.outside_hours, order.outside_office, order.hours_facts) == (False, True, (7,))
    assert not published(given(*BEFORE, calendar(2025))).outside_office


def test_one_recipient_told_in_the_evening_is_enough_for_the_flag():
    evening = replace(PUBLISH, notifications=(note("s-2", "2025-03-03T18:00:00+01:00"),))
    assert published(given(*BEFORE), evening).outside_office


def test_where_the_window_is_on_working_days_a_holiday_needs_a_reason():
    strict = (policy(row("order.window-days", "working-days")), *BEFORE[1:])
    closed = given(*strict, calendar(2025, date(2025, 3, 3)))
    closed.when(PUBLISH).then_refused("outside-hours-reason-missing", positions=(1,))
    given(*strict).when(PUBLISH, now="2025-03-01T10:00:00+01:00").then_refused("outside-hours-reason-missing")
    given(*strict).when(PUBLISH).then_events(*PUBLISHED)


def test_where_the_window_is_on_working_days_answer_time_waits_for_monday():
    strict = (policy(row("order.window-days", "working-days")), *BEFORE[1:])
    friday = replace(PUBLISH, answer_by=at("2025-03-10T07:29:00+01:00"))
    late = "2025-03-07T18:59:00+01:00"
    published(given(*strict), friday, late)
    sooner = replace(friday, answer_by=at("2025-03-10T07:28:00+01:00"))
    given(*strict).when(sooner, now=late).then_refused("answer-time-too-short", field="answer_by")


def test_a_reason_is_not_enough_for_a_role_that_may_not_deviate():
    said = replace(PUBLISH, outside_hours_reason="Sudden absence tonight")
    night = "2025-03-03T22:00:00+01:00"
    assert published(given(*BEFORE), said, night).outside_hours
    nobody = policy(row("order.window-exception-roles", ()))
    refused = given(nobody, *BEFORE[1:]).when(said, now=night)
    refused.then_refused("outside-hours-not-allowed", field="outside_hours_reason", positions=(1,))
    assert given(nobody, *BEFORE[1:]).when(PUBLISH).ruling


FOLLOWS = replace(PUBLISH, order="o-2", follows="o-1")
LONG = replace(ORDER, positions=(position(from_on=date(2024, 4, 7), until_on=date(2025, 4, 7)),))


def upto(until_on):
    return replace(FOLLOWS, positions=(position(from_on=date(2025, 4, 7), until_on=until_on),))


def test_an_order_alone_has_no_chain():
    assert published(given(*BEFORE)).chain is None


def test_a_chain_within_the_extension_is_shown_and_not_too_long():
    chain = published(given(*BEFORE, LONG), upto(date(2025, 10, 7))).chain
    assert (chain.orders, chain.first_on, chain.until_on) == (
        ("o-1", "o-2"),
        date(2024, 4, 7),
        date(2025, 10, 7),
    )
    assert (chain.days, chain.days_max, chain.months_max, chain.too_long) == (548, 548, 18, False)
    assert chain.facts == (7,)


def test_a_chain_a_day_too_long_is_flagged_or_refused_as_the_policy_says():
    longer = upto(date(2025, 10, 8))
    assert published(given(*BEFORE, LONG), longer).chain.too_long
    strict = policy(row("order.chain-effect", "refuse"))
    refused = given(strict, *BEFORE[1:], LONG).when(longer)
    refused.then_refused("order-chain-too-long", field="follows", positions=(7, 1))


def test_a_chain_goes_back_through_every_order_followed():
    later = position(from_on=date(2025, 6, 30), until_on=date(2025, 7, 7))
    third = replace(FOLLOWS, order="o-3", follows="o-2", positions=(later,))
    second = replace(ORDER, order="o-2", follows="o-1")
    chain = published(given(*BEFORE, LONG, second), third).chain
    assert (chain.orders, chain.facts) == (("o-1", "o-2", "o-3"), (7, 8))


def test_an_order_that_was_withdrawn_is_no_part_of_a_chain():
    gone = OrderWithdrawn(order="o-1", withdrawn_at=at("2025-02-01T08:00:00Z"), reason="Filled")
    assert published(given(*BEFORE, LONG, gone), upto(date(2025, 10, 8))).chain is None


def test_orders_that_follow_each_other_in_a_circle_end():
    circle = replace(LONG, follows="o-2")
    given(*BEFORE, circle).when(upto(date(2025, 6, 7))).then_events(*PUBLISHED)


def test_what_the_order_will_cost_is_estimated_from_its_articles():
    one = replace(PUBLISH, positions=(position(planned_shifts=10),))
    assert published(given(*BEFORE), one).estimated_ore == 10 * 8 * 53_092  # 520 kr an hour, indexed 1.021
    unknown = replace(PUBLISH, positions=(position(), position(number=2, article="nobody-knows")))
    assert published(given(*BEFORE), unknown).estimated_ore is None
    free = policy(without=("price.date",))
    assert published(given(free, *BEFORE[1:])).estimated_ore is None


def test_a_mandate_with_a_limit_is_held_against_the_estimate():
    limited = tuple(replace(e, amount_max_ore=40_774_656) if e == MANDATE else e for e in BEFORE)
    given(*limited).when(PUBLISH).then_events(*PUBLISHED)
    less = tuple(replace(e, amount_max_ore=40_774_655) if e == MANDATE else e for e in BEFORE)
    given(*less).when(PUBLISH).then_refused("mandate-amount-exceeded")
