"""Publishing an order: mandate, accession, length, hours, answer time, recipients and exclusions."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.order_limits import PositionsUnclear, require_length
from ledger.decisions.order_withdrawals import WithdrawOrder
from ledger.decisions.orders import PublishOrder
from ledger.decisions.recipients import Notification
from ledger.events.measures import Effects
from ledger.events.orders import OrderWithdrawn
from ledger.events.parties import MandateRevoked
from ledger.policy.model import Resolved
from tests.decisions.background import (
    ACCESSION,
    ANSWER_BY,
    MANDATE,
    ORDER,
    POLICY,
    PUBLISHED_AT,
    REGION,
    REGION_ID,
    UNIT,
    admitted,
    awarded,
    notified,
    policy,
    position,
    quarantine,
    released,
    row,
    served,
)
from tests.given import at, given

PUBLISH = PublishOrder(
    order="o-1",
    agreement="hyr-2024",
    region=REGION_ID,
    unit="u-1",
    lot="nurses",
    registry_number="RS/100/2025",
    profession="nurse",
    reason="Vacancy during recruitment",
    positions=ORDER.positions,
    answer_by=ANSWER_BY,
    draw=ORDER.draw,
)
BEFORE = (POLICY, UNIT, ACCESSION, MANDATE, admitted("s-1"), admitted("s-2"))


def note(supplier, when, channel="portal"):
    return Notification(supplier=supplier, notified_at=at(when), channel=channel)


def test_an_order_goes_to_every_admitted_supplier_and_pins_the_policy():
    given(*BEFORE, REGION).when(PUBLISH).then(ORDER, notified("s-1"), notified("s-2"))


def test_a_value_of_the_legal_person_prevails_over_the_nations_and_another_legal_persons_does_not():
    shorter = {"level": "legal-person", "scope": "232100-0214", "permitted_by": "UNKNOWN"}
    own = policy(row("order.months-max", 12), row("order.months-max", 1, **shorter))
    other = policy(
        row("order.months-max", 12), row("order.months-max", 1, **{**shorter, "scope": "232100-0016"})
    )
    given(own, *BEFORE[1:], REGION).when(PUBLISH).then_refused("order-too-long")
    given(other, *BEFORE[1:], REGION).when(PUBLISH).then(ORDER, notified("s-1"), notified("s-2"))
    given(own, *BEFORE[1:]).when(PUBLISH).then_events("order-published", *["order-recipient-notified"] * 2)


def test_the_latest_policy_version_is_pinned():
    history = given(*BEFORE, policy(version=2))
    order, *_ = history.when(PUBLISH).then_events(
        "order-published", "order-recipient-notified", "order-recipient-notified"
    )
    assert (order.policy_version, order.policy_position) == (2, 7)


def test_each_recipient_is_notified_at_its_own_instant():
    later = note("s-2", "2025-03-03T09:00:05+01:00")
    _, first, second = (
        given(*BEFORE)
        .when(replace(PUBLISH, notifications=(later,)))
        .then_events("order-published", "order-recipient-notified", "order-recipient-notified")
    )
    assert (first.notified_at, first.channel) == (PUBLISHED_AT, "ledger")
    assert (second.notified_at, second.channel) == (PUBLISHED_AT + 5_000_000, "portal")


def test_a_supplier_admitted_later_or_to_another_lot_is_no_recipient():
    history = given(*BEFORE, admitted("s-3", from_on=date(2025, 3, 4)), admitted("s-4", lot="doctors"))
    events = history.when(PUBLISH).then_events(
        "order-published", "order-recipient-notified", "order-recipient-notified"
    )
    assert [e.supplier for e in events[1:]] == ["s-1", "s-2"]


def test_a_quarantined_supplier_is_left_out_with_clause_and_facts():
    history = given(*BEFORE, quarantine("s-2"), served("s-2"))
    _, _, out = history.when(PUBLISH).then_events(
        "order-published", "order-recipient-notified", "order-recipient-excluded"
    )
    assert (out.supplier, out.code, out.clause, out.facts) == ("s-2", "quarantine", "20.7", (7, 8))
    assert "through 2025-03-31" in out.detail


def test_a_national_quarantine_bars_in_every_region():
    national = quarantine(
        "s-2", region=None, rung="national-quarantine", ends_on=None, review_on=date(2025, 9, 1)
    )
    history = given(*BEFORE, national, served("s-2"))
    history.when(PUBLISH).then_events(
        "order-published", "order-recipient-notified", "order-recipient-excluded"
    )


NO_EFFECTS = Effects(bars_orders=False, excludes_offers=False, ends_assignments=False)


@pytest.mark.parametrize(
    "measures",
    [
        (quarantine("s-2"),),
        (quarantine("s-2"), served("s-2", "2025-03-03T08:00:01Z")),
        (quarantine("s-2", ends_on=date(2025, 3, 2)), served("s-2")),
        (quarantine("s-2"), served("s-2"), released("s-2", "2025-03-03T08:00:00Z")),
        (quarantine("s-2", lot="doctors"), served("s-2")),
        (quarantine("s-2", region="gotland"), served("s-2")),
        (quarantine("s-2", effects=NO_EFFECTS), served("s-2")),
        (quarantine("s-2", agreement="hyr-2028"), served("s-2")),
    ],
    ids=[
        "not-served",
        "served-later",
        "ended",
        "released",
        "other-lot",
        "other-region",
        "effects",
        "agreement",
    ],
)
def test_a_measure_that_does_not_bar_leaves_the_supplier_in(measures):
    history = given(*BEFORE, *measures)
    history.when(PUBLISH).then_events(
        "order-published", "order-recipient-notified", "order-recipient-notified"
    )


def test_a_quarantine_holds_through_its_last_day():
    history = given(*BEFORE, quarantine("s-2", ends_on=date(2025, 3, 3)), served("s-2"))
    history.when(PUBLISH).then_events(
        "order-published", "order-recipient-notified", "order-recipient-excluded"
    )


def test_a_quarantine_is_tested_at_the_supplier_s_own_notification():
    history = given(*BEFORE, quarantine("s-2"), served("s-2", "2025-03-03T08:00:01Z"))
    told_later = replace(PUBLISH, notifications=(note("s-2", "2025-03-03T09:00:01+01:00"),))
    history.when(told_later).then_events(
        "order-published", "order-recipient-notified", "order-recipient-excluded"
    )


def test_after_hours_is_an_exception_with_a_reason():
    late = replace(PUBLISH, outside_hours_reason="Sudden absence tonight")
    order, *_ = (
        given(*BEFORE)
        .when(late, now="2025-03-03T19:00:00+01:00")
        .then_events("order-published", "order-recipient-notified", "order-recipient-notified")
    )
    assert order.outside_hours
    assert order.outside_hours_reason == "Sudden absence tonight"


@pytest.mark.parametrize("now", ["2025-03-03T06:29:59+01:00", "2025-03-03T19:00:00+01:00"])
def test_after_hours_without_a_reason_is_refused(now):
    given(*BEFORE).when(PUBLISH, now=now).then_refused(
        "outside-hours-reason-missing", field="outside_hours_reason", positions=(1,)
    )


@pytest.mark.parametrize("now", ["2025-03-03T06:30:00+01:00", "2025-03-03T18:59:59+01:00"])
def test_the_window_is_half_open(now):
    order, *_ = (
        given(*BEFORE)
        .when(PUBLISH, now=now)
        .then_events("order-published", "order-recipient-notified", "order-recipient-notified")
    )
    assert not order.outside_hours


def test_one_notification_outside_hours_is_enough_to_need_a_reason():
    evening = replace(PUBLISH, notifications=(note("s-2", "2025-03-03T19:30:00+01:00"),))
    given(*BEFORE).when(evening).then_refused("outside-hours-reason-missing")


def test_the_order_is_at_most_twelve_months_clamped():
    leap = position(from_on=date(2028, 2, 29), until_on=date(2029, 2, 28))
    given(*BEFORE).when(replace(PUBLISH, positions=(leap,))).then_events(
        "order-published", "order-recipient-notified", "order-recipient-notified"
    )
    over = replace(leap, until_on=date(2029, 3, 1))
    given(*BEFORE).when(replace(PUBLISH, positions=(over,))).then_refused(
        "order-too-long", field="positions", positions=(1,)
    )


def test_positions_are_measured_together():
    far = position(number=2, from_on=date(2026, 3, 1), until_on=date(2026, 4, 8))
    given(*BEFORE).when(replace(PUBLISH, positions=(position(), far))).then_refused("order-too-long")


@pytest.mark.parametrize(
    "positions",
    [(), (position(), position()), (position(until_on=date(2025, 4, 7)),), (position(planned_shifts=0),)],
)
def test_unclear_positions_are_refused(positions):
    given(*BEFORE).when(replace(PUBLISH, positions=positions)).then_refused(
        "positions-unclear", field="positions"
    )


@pytest.mark.parametrize(
    ("positions", "told"),
    [
        ((), "the order has no position"),
        ((position(), position()), "more than one position has number 1"),
        ((position(number=0),), "a position has number 0; numbers begin with 1"),
        ((position(until_on=date(2025, 4, 7)),), "position 1 is from 2025-04-07 until 2025-04-07"),
        ((position(planned_shifts=0),), "position 1 has 0 planned shifts"),
    ],
)
def test_what_is_unclear_about_positions_is_told(positions, told):
    term = Resolved(row("order.months-max", 12), 1)
    with pytest.raises(PositionsUnclear) as refused:
        require_length(positions, term)
    assert refused.value.detail == told


def test_the_answer_time_runs_inside_the_window():
    closing = replace(PUBLISH, answer_by=at("2025-03-04T07:00:00+01:00"))
    given(*BEFORE).when(closing, now="2025-03-03T18:30:00+01:00").then_events(
        "order-published", "order-recipient-notified", "order-recipient-notified"
    )
    short = replace(PUBLISH, answer_by=at("2025-03-04T06:59:59+01:00"))
    refusal = (
        given(*BEFORE)
        .when(short, now="2025-03-03T18:30:00+01:00")
        .then_refused("answer-time-too-short", field="answer_by", positions=(1,))
    )
    assert refusal.assumed == ("order.answer-minutes-min",)


def test_the_answer_time_counts_from_the_last_notification():
    late = replace(
        PUBLISH,
        answer_by=at("2025-03-03T10:30:00+01:00"),
        notifications=(note("s-2", "2025-03-03T09:31:00+01:00"),),
    )
    given(*BEFORE).when(late).then_refused("answer-time-too-short")


def test_answers_due_before_the_publication_are_refused():
    given(*BEFORE).when(replace(PUBLISH, answer_by=PUBLISHED_AT)).then_refused("answer-time-too-short")


@pytest.mark.parametrize(
    "notes",
    [
        (note("s-1", "2025-03-03T09:00:00+01:00"), note("s-1", "2025-03-03T09:00:01+01:00")),
        (note("s-9", "2025-03-03T09:00:00+01:00"),),
        (note("s-1", "2025-03-03T08:59:59+01:00"),),
    ],
    ids=["twice", "not-admitted", "before-publication"],
)
def test_unclear_notifications_are_refused(notes):
    given(*BEFORE).when(replace(PUBLISH, notifications=notes)).then_refused(
        "notification-unclear", field="notifications"
    )


def test_an_order_without_recipients_is_refused():
    only = (POLICY, UNIT, ACCESSION, MANDATE, admitted("s-2"), quarantine("s-2"), served("s-2"))
    given(*only).when(PUBLISH).then_refused("no-recipients", field="lot", positions=(6, 7))


def test_an_order_is_published_once():
    given(*BEFORE, ORDER).when(PUBLISH).then_refused("order-published", positions=(7,))


def test_a_unit_of_another_region_does_not_order():
    given(replace(UNIT, region="gotland")).when(PUBLISH).then_refused("unit-not-there", positions=(1,))


def test_a_region_orders_from_the_day_it_acceded():
    joins_later = replace(ACCESSION, from_on=date(2025, 3, 4))
    given(POLICY, UNIT, joins_later, MANDATE).when(PUBLISH).then_refused("region-not-acceded", positions=(3,))


def test_a_lot_the_region_did_not_join_is_refused():
    given(*BEFORE).when(replace(PUBLISH, lot="doctors")).then_refused("region-not-acceded", field="region")


def test_without_a_policy_nothing_is_published():
    given(UNIT, ACCESSION, MANDATE).when(PUBLISH).then_refused("policy-missing")


def test_a_policy_that_lacks_a_term_is_refused():
    thin = policy(without=("order.months-max",))
    given(thin, *BEFORE[1:]).when(PUBLISH).then_refused("policy-term-missing", positions=(1,))


def test_the_followed_order_is_at_the_same_unit():
    follows = replace(PUBLISH, order="o-2", follows="o-1")
    given(*BEFORE, ORDER).when(follows).then_events(
        "order-published", "order-recipient-notified", "order-recipient-notified"
    )
    given(*BEFORE, replace(ORDER, unit="u-2")).when(follows).then_refused(
        "followed-order-unknown", field="follows", positions=(7,)
    )
    given(*BEFORE).when(follows).then_refused("followed-order-unknown")


def test_the_reference_instant_follows_the_policy():
    at_answer = policy(row("continuity.reference", "answer-by"))
    order, *_ = (
        given(at_answer, *BEFORE[1:])
        .when(PUBLISH)
        .then_events("order-published", "order-recipient-notified", "order-recipient-notified")
    )
    assert order.reference_at == ANSWER_BY


@pytest.mark.parametrize(
    ("mandate", "code"),
    [
        (replace(MANDATE, holder="other"), "mandate-not-held"),
        (replace(MANDATE, role="attester"), "mandate-role-wrong"),
        (replace(MANDATE, until_on=date(2025, 3, 3)), "mandate-not-in-force"),
        (replace(MANDATE, from_on=date(2025, 3, 4)), "mandate-not-in-force"),
        (replace(MANDATE, units=("u-2",)), "mandate-out-of-scope"),
        (replace(MANDATE, region="gotland"), "mandate-out-of-scope"),
        (replace(MANDATE, agreement="hyr-2028"), "mandate-out-of-scope"),
    ],
)
def test_outside_the_mandate_is_refused(mandate, code):
    given(UNIT, mandate).when(PUBLISH).then_refused(code, positions=(2,))


def test_a_mandate_without_units_covers_the_region():
    wide = replace(MANDATE, units=())
    given(POLICY, UNIT, ACCESSION, wide, admitted("s-1")).when(PUBLISH).then_events(
        "order-published", "order-recipient-notified"
    )


def test_a_revoked_mandate_is_refused():
    gone = MandateRevoked(mandate="m-1", revoked_at=PUBLISHED_AT, reason="Moved")
    given(UNIT, MANDATE, gone).when(PUBLISH).then_refused("mandate-not-in-force", positions=(2, 3))


def test_no_mandate_is_refused():
    given(UNIT).when(PUBLISH, mandate=None).then_refused("mandate-missing")
    given(UNIT).when(PUBLISH).then_refused("mandate-not-held")


def test_an_order_is_withdrawn_before_its_award():
    gone = OrderWithdrawn(order="o-1", withdrawn_at=at("2025-03-04T09:00:00+01:00"), reason="Filled")
    withdraw = WithdrawOrder(order="o-1", reason="Filled")
    given(MANDATE, ORDER).when(withdraw, now="2025-03-04T09:00:00+01:00").then(gone)
    given(MANDATE, ORDER, gone).when(withdraw).then_refused("order-withdrawn", positions=(3,))
    given(MANDATE, ORDER, awarded()).when(withdraw).then_refused("order-awarded", positions=(3,))
    given().when(withdraw).then_refused("order-unknown")
    given(ORDER).when(withdraw, mandate=None).then_refused("mandate-missing")
