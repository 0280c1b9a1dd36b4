"""Weighted criteria, the readings and the chain beside an award, what outages took, and who ordered."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.decisions.ranking import Scale, weighed_groups
from ledger.events.orders import OrderOutageRecorded
from tests.decisions.background import (
    AWARDED,
    PUBLISHED_AT,
    SEED,
    notified,
    offered,
    policy,
    row,
)
from tests.decisions.test_awards import AWARD, BASE, FIRST, SECOND, award, history, ranks, worked
from tests.decisions.test_ranking import SECOND as SECOND_US
from tests.decisions.test_ranking import candidate
from tests.given import at

ANNOUNCED = row("award.method", "weights")
TOLD = notified("s-1")


def weighed(*events, weights=(("continuity", 3), ("time", 2))):
    book = policy(ANNOUNCED, row("award.weights", weights))
    (event,) = history(book, *BASE[1:], *events).when(AWARD, now=AWARDED).then_events("order-awarded")
    return event


def test_by_order_no_offer_has_a_score():
    event = award(FIRST, SECOND)
    assert event.method == "order"
    assert [one.score for one in event.ranking] == [None, None]


def test_scores_are_parts_times_shares():
    early = offered("f-1", "s-1", "2025-03-03T09:00:00+01:00")
    half = offered("f-2", "s-2", "2025-03-04T09:00:00+01:00")
    event = weighed(early, half, TOLD, *worked("k-f-2", 10))
    assert event.method == "weights"
    assert [(one.offer, one.score) for one in event.ranking] == [("f-2", 4_000_000), ("f-1", 2_000_000)]


def test_other_weights_turn_the_ranking():
    late = offered("f-2", "s-2", "2025-03-05T08:59:59+01:00")
    event = weighed(FIRST, late, TOLD, *worked("k-f-2", 10), weights=(("continuity", 1), ("time", 2)))
    assert ranks(event) == [("f-1", 1), ("f-2", 2)]


def test_continuity_switched_off_weighs_nothing():
    off = policy(ANNOUNCED, row("continuity.counts", False))
    events = (SECOND, FIRST, TOLD, *worked("k-f-2", 10))
    (event,) = history(off, *BASE[1:], *events).when(AWARD, now=AWARDED).then_events("order-awarded")
    assert (event.criteria, ranks(event)) == (("time",), [("f-1", 1), ("f-2", 2)])


def test_equal_scores_are_drawn():
    tied = offered("f-2", "s-2", "2025-03-03T10:00:01+01:00")
    book = policy(ANNOUNCED)
    refused = history(book, *BASE[1:], FIRST, tied, TOLD).when(AWARD, now=AWARDED)
    refused.then_refused("draw-seed-missing")
    event = weighed(FIRST, tied, TOLD, SEED)
    assert {one.score for one in event.ranking} == {event.ranking[0].score}
    assert sorted(one.time.drawn for one in event.ranking) == [1, 2]


def test_a_weight_of_no_criterion_is_refused():
    odd = policy(ANNOUNCED, row("award.weights", (("price", 9),)))
    history(odd, *BASE[1:], FIRST).when(AWARD, now=AWARDED).then_refused("policy-term-missing")


@given_any(
    st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=7),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_weighing_agrees_with_fractions(drawn, for_continuity, for_time):
    everyone = [candidate(n, at_s * SECOND_US, counts=counts) for n, (at_s, counts) in enumerate(drawn)]
    scale = Scale({"continuity": for_continuity, "time": for_time}, 0, 100 * SECOND_US)
    found = weighed_groups(everyone, ("continuity", "time"), 0, scale)
    exact = {
        one.offer: for_continuity * one.continues
        + for_time * (1 - Fraction(one.counts_from_at, 100 * SECOND_US))
        for one in everyone
    }
    best_first = sorted(set(exact.values()), reverse=True)
    assert [{c.offer for c in group} for group in found] == [
        {offer for offer, score in exact.items() if score == value} for value in best_first
    ]


def test_every_offer_shows_all_four_readings():
    event = award(FIRST, *worked("k-f-1", 10))
    (one,) = event.ranking
    assert (one.period.governs, one.period.exceeded) == ("cap", False)
    assert (one.period.look_back_shifts, one.period.look_back_after_on) == (10, date(2023, 9, 3))
    assert one.period.cap_spent_from_on == date(2026, 8, 10)
    assert (one.period.stay_last_allowed_on, one.period.stay_too_long) == (date(2026, 8, 10), False)
    assert (one.period.chain_days, one.period.chain_too_long) == (84, False)


def test_an_offer_left_out_by_a_reading_shows_them_too():
    strict = policy(row("eighteen-months.reading", "longest-stay"), row("eighteen-months.months", 1))
    refused = history(strict, *BASE[1:], FIRST, *worked("k-f-1", 10)).when(AWARD, now=AWARDED)
    refused.then_refused("nothing-to-award")
    fine = history(strict, *BASE[1:], SECOND, FIRST, *worked("k-f-1", 10)).when(AWARD, now=AWARDED)
    fine.then_refused("nothing-to-award")
    longer = policy(row("eighteen-months.reading", "longest-stay"), row("eighteen-months.months", 3))
    (event,) = (
        history(longer, *BASE[1:], SECOND, FIRST, *worked("k-f-1", 10))
        .when(AWARD, now=AWARDED)
        .then_events("order-awarded")
    )
    out = event.ranking[-1]
    assert (out.excluded_code, out.period.governs, out.period.exceeded) == (
        "eighteen-months-exceeded",
        "longest-stay",
        True,
    )


def test_a_stay_that_the_offer_makes_too_long_is_flagged_or_excluded():
    stay = worked("k-f-1", 10)
    shown = award(FIRST, *stay).ranking[0].chain
    assert (shown.orders, shown.days, shown.days_max) == (("o-k-f-1", "o-1"), 365, 365)
    assert not shown.too_long
    longer = (replace(stay[0], from_on=date(2024, 6, 1), until_on=date(2025, 6, 2)), *stay[1:])
    assert award(FIRST, *longer).ranking[0].chain.too_long
    strict = policy(row("order.chain-effect", "refuse"))
    (event,) = (
        history(strict, *BASE[1:], FIRST, SECOND, *longer)
        .when(AWARD, now=AWARDED)
        .then_events("order-awarded")
    )
    assert [(one.offer, one.excluded_code) for one in event.ranking] == [
        ("f-2", ""),
        ("f-1", "order-chain-too-long"),
    ]


def test_contracts_at_another_unit_are_no_part_of_the_stay():
    assert award(FIRST, *worked("k-f-1", 10, unit="u-9")).ranking[0].chain is None


def test_latency_runs_from_the_supplier_s_own_notification_and_the_orderer_is_kept():
    told = replace(TOLD, notified_at=PUBLISHED_AT + 90 * SECOND_US)
    event = award(FIRST, told)
    assert event.ranking[0].time.latency_us == at("2025-03-03T10:00:00+01:00") - told.notified_at
    assert event.ordered_by == "orderer-1"


def outage(from_at, until_at, **changes):
    event = OrderOutageRecorded(
        order="o-1",
        outage="out-1",
        channel="portal",
        from_at=at(from_at),
        until_at=at(until_at),
        suppliers=(),
        evidence="Operator's log",
    )
    return replace(event, **changes)


DOWN = outage("2025-03-03T09:00:00+01:00", "2025-03-05T08:00:01+01:00")


def test_an_outage_that_leaves_less_than_the_minimum_stops_the_award():
    refused = history(*BASE, FIRST, TOLD, DOWN).when(AWARD, now=AWARDED)
    refused.then_refused("answer-time-lost", field="order", positions=(6, 1))
    assert award(FIRST, TOLD, replace(DOWN, until_at=at("2025-03-05T08:00:00+01:00"))).outages == ()


def test_where_the_policy_flags_the_award_names_the_outage():
    lenient = policy(row("order.outage-effect", "flag"))
    (event,) = (
        history(lenient, *BASE[1:], FIRST, TOLD, DOWN).when(AWARD, now=AWARDED).then_events("order-awarded")
    )
    assert event.outages == (6,)


@pytest.mark.parametrize(("suppliers", "lost"), [(("s-1",), True), (("s-9",), False), ((), True)])
def test_an_outage_counts_for_whom_it_kept_out(suppliers, lost):
    found = history(*BASE, FIRST, TOLD, replace(DOWN, suppliers=suppliers)).when(AWARD, now=AWARDED)
    assert (found.refusal is not None) == lost
