"""Outages and the extension of an answer time; receipts that channels claim."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.decisions.draws import RecordDrawSeed
from ledger.decisions.offers import SubmitOffer
from ledger.decisions.order_receipts import RecordOrderReceipt
from ledger.decisions.outages import ExtendAnswerTime, RecordOutage
from ledger.events.orders import AnswerTimeExtended, DrawRule, OrderReceiptRecorded, RefusedAttempt
from ledger.facts.outages import merged
from tests.decisions.background import (
    ANSWER_BY,
    DOCUMENTS,
    MANDATE,
    ORDER,
    POLICY,
    SEED,
    awarded,
    consultant,
    notified,
    policy,
    row,
    seller,
)
from tests.decisions.test_weights import outage
from tests.given import at, given

NOW = "2025-03-05T08:30:00+01:00"
RECORD = RecordOutage(
    order="o-1",
    outage="out-1",
    channel="portal",
    from_at=at("2025-03-03T10:00:00+01:00"),
    until_at=at("2025-03-03T11:30:00+01:00"),
    evidence="Operator's log, incident 17",
)
TRIED = RefusedAttempt(supplier="s-1", attempted_at=at("2025-03-03T10:05:00+01:00"), evidence="Answer 503")
SHORT = outage("2025-03-03T10:00:00+01:00", "2025-03-03T11:30:00+01:00")
EXTEND = ExtendAnswerTime(
    order="o-1", answer_by=at("2025-03-05T12:00:00+01:00"), reason="The portal was down"
)
BEFORE = (ORDER, MANDATE, notified("s-1"))


def test_an_outage_is_recorded_with_the_attempts_it_refused():
    made = (
        given(*BEFORE).when(replace(RECORD, attempts=(TRIED,)), now=NOW).then_events("order-outage-recorded")
    )
    assert (made[0].attempts, made[0].suppliers, made[0].outage) == ((TRIED,), (), "out-1")


def test_an_outage_is_recorded_once():
    given(*BEFORE, SHORT).when(RECORD, now=NOW).then_refused("outage-recorded", positions=(4,))
    given(*BEFORE, SHORT).when(replace(RECORD, outage="out-2"), now=NOW).then_events("order-outage-recorded")


@pytest.mark.parametrize(
    "changes",
    [
        {"from_at": ANSWER_BY, "until_at": ANSWER_BY + 1},
        {"from_at": ORDER.published_at - 9, "until_at": ORDER.published_at},
        {"until_at": RECORD.from_at},
        {"attempts": (replace(TRIED, attempted_at=RECORD.until_at),)},
        {"attempts": (replace(TRIED, supplier="s-9"),)},
    ],
    ids=["after", "before", "empty", "attempt-after", "attempt-of-nobody"],
)
def test_what_lies_outside_the_answer_time_is_no_outage_of_it(changes):
    given(*BEFORE).when(replace(RECORD, **changes), now="2025-03-06T08:00:00+01:00").then_refused(
        "outage-outside"
    )


def test_an_outage_that_lasts_is_recorded_when_it_is_over():
    given(*BEFORE).when(RECORD, now="2025-03-03T11:00:00+01:00").then_refused(
        "instant-ahead", field="until_at"
    )


def test_a_supplier_s_own_word_is_no_outage():
    theirs = (ORDER, seller("s-1"), notified("s-1"))
    given(*theirs).when(RECORD, now=NOW).then_refused("mandate-role-wrong")


def test_the_answer_time_is_extended_after_an_outage():
    (made,) = given(*BEFORE, POLICY, SHORT).when(EXTEND, now=NOW).then_events("answer-time-extended")
    assert (made.former_answer_by, made.answer_by, made.minutes_lost, made.facts) == (
        ANSWER_BY,
        EXTEND.answer_by,
        90,
        (5,),
    )


def test_without_an_outage_there_is_no_extension():
    given(*BEFORE, POLICY).when(EXTEND, now=NOW).then_refused("outage-not-there", positions=(1,))
    night = outage("2025-03-03T19:00:00+01:00", "2025-03-04T06:30:00+01:00")
    given(*BEFORE, POLICY, night).when(EXTEND, now=NOW).then_refused("outage-not-there")
    given(*BEFORE, POLICY, replace(SHORT, suppliers=("s-9",))).when(EXTEND, now=NOW).then_refused(
        "outage-not-there"
    )


def test_an_extension_ends_later_than_before_and_than_now():
    earlier = replace(EXTEND, answer_by=ANSWER_BY)
    given(*BEFORE, POLICY, SHORT).when(earlier, now=NOW).then_refused(
        "extension-too-short", field="answer_by"
    )
    given(*BEFORE, POLICY, SHORT).when(EXTEND, now="2025-03-05T12:00:00+01:00").then_refused(
        "extension-too-short"
    )


def test_an_extension_is_at_most_what_the_policy_says():
    two_hours = policy(row("order.extension-minutes-max", 180))
    given(*BEFORE, two_hours, SHORT).when(EXTEND, now=NOW).then_events("answer-time-extended")
    minute_less = policy(row("order.extension-minutes-max", 179))
    given(*BEFORE, minute_less, SHORT).when(EXTEND, now=NOW).then_refused(
        "extension-too-long", positions=(4,)
    )


def test_after_draw_or_award_nothing_is_extended():
    given(*BEFORE, POLICY, SHORT, SEED).when(EXTEND, now=NOW, loose=True).then_refused("extension-after-draw")
    given(*BEFORE, POLICY, SHORT, awarded()).when(EXTEND, now=NOW).then_refused("order-awarded")


EXTENDED = AnswerTimeExtended(
    order="o-1",
    former_answer_by=ANSWER_BY,
    answer_by=EXTEND.answer_by,
    minutes_lost=90,
    decided_at=at(NOW),
    reason="The portal was down",
    facts=(5,),
    draw=DrawRule(beacon="public-beacon", round=4712),
)
OFFER = SubmitOffer(
    offer="f-1",
    order="o-1",
    supplier="s-1",
    consultant="k-1",
    position=1,
    from_on=ORDER.positions[0].from_on,
    until_on=ORDER.positions[0].until_on,
    documents=DOCUMENTS,
    channel="ledger",
)


def test_offers_are_in_time_until_the_new_end():
    before = (POLICY, ORDER, seller("s-1"), notified("s-1"), consultant("k-1", "s-1"), EXTENDED)
    given(*before).when(OFFER, now="2025-03-05T11:59:59+01:00").then_events("offer-received")
    (away,) = (
        given(*before)
        .when(OFFER, now="2025-03-05T12:00:00+01:00", loose=True)
        .then_events("offer-turned-away")
    )
    assert away.code == "offer-late"


def test_the_draw_waits_for_the_new_end_and_takes_the_new_round():
    seed = RecordDrawSeed(
        order="o-1", beacon="public-beacon", round=4712, value="8f3a51c0de", fixed_at=EXTEND.answer_by
    )
    after = "2025-03-05T13:00:00+01:00"
    given(ORDER, MANDATE, EXTENDED).when(seed, now=after).then_events("draw-seed-recorded")
    given(ORDER, MANDATE, EXTENDED).when(replace(seed, fixed_at=ANSWER_BY), now=after).then_refused(
        "draw-seed-too-early"
    )
    given(ORDER, MANDATE, EXTENDED).when(replace(seed, round=4711), now=after).then_refused(
        "draw-seed-not-as-published"
    )


@given_any(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_merged_spans_cover_the_same_and_overlap_never(spans):
    found = merged(spans)
    covered = {n for begin, end in spans for n in range(begin, end)}
    assert {n for begin, end in found for n in range(begin, end)} == covered
    assert sum(end - begin for begin, end in found) == len(covered)


RECEIPT = RecordOrderReceipt(
    order="o-1",
    supplier="s-1",
    received_at=at("2025-03-03T09:00:03+01:00"),
    opened_at=at("2025-03-03T09:12:00+01:00"),
    channel="portal",
)
KEPT = OrderReceiptRecorded(
    order="o-1",
    supplier="s-1",
    received_at=RECEIPT.received_at,
    opened_at=RECEIPT.opened_at,
    channel="portal",
    trust="direct",
)


def test_a_receipt_is_what_the_channel_claims():
    given(*BEFORE).when(RECEIPT, now=NOW).then(KEPT)
    given(ORDER, seller("s-1"), notified("s-1")).when(RECEIPT, now=NOW).then(KEPT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"supplier": "s-9"}, "receipt-of-nobody"),
        ({"received_at": ORDER.published_at - 1}, "receipt-out-of-order"),
        ({"opened_at": RECEIPT.received_at - 1}, "receipt-out-of-order"),
        ({"opened_at": at(NOW) + 1}, "instant-ahead"),
    ],
)
def test_unclear_receipts_are_refused(changes, code):
    given(*BEFORE).when(replace(RECEIPT, **changes), now=NOW).then_refused(code)


def test_a_receipt_is_recorded_once_and_by_the_supplier_itself_only():
    given(*BEFORE, KEPT).when(RECEIPT, now=NOW).then_refused("receipt-recorded", positions=(4,))
    given(ORDER, seller("s-2"), notified("s-1")).when(RECEIPT, now=NOW).then_refused("acts-for-other")
