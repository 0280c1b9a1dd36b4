"""Contracts: concluded after award, acceptance and confirmation."""

from dataclasses import replace
from datetime import date

from ledger.decisions.contracts import ConcludeContract
from ledger.events.assignments import ContractConcluded
from tests.decisions.background import (
    AGREEMENT,
    MANDATE,
    ORDER,
    POLICY,
    REGION_ID,
    accepted,
    awarded,
    confirmed,
    confirmed_late,
    lapsed,
    offered,
    policy,
    row,
)
from tests.facts.shifts import contract
from tests.given import at, given

OFFER = offered("f-1", "s-1", "2025-03-03T10:00:00+01:00")
FLOW = (MANDATE, ORDER, OFFER, awarded(), accepted(), confirmed(), POLICY)
CONCLUDE = ConcludeContract(assignment="a-1", order="o-1", offer="f-1", how="Confirmed in the channel")
LATER = "2025-03-06T10:00:00+01:00"
SUPPLIER = replace(MANDATE, holder="seller-1", role="supplier", region=None, supplier="s-1", units=())


def test_the_contract_has_the_consultant_agreed_and_the_period_offered():
    event = ContractConcluded(
        assignment="a-1",
        agreement=AGREEMENT,
        order="o-1",
        offer="f-1",
        supplier="s-1",
        consultant="k-f-1",
        region=REGION_ID,
        authority="jh-rs",
        unit="u-1",
        operating_unit="site-1",
        lot="nurses",
        ordered_by="orderer-1",
        article="ssk-1",
        from_on=date(2025, 4, 7),
        until_on=date(2025, 6, 30),
        planned_shifts=48,
        follows=None,
        concluded_at=at(LATER),
        how="Confirmed in the channel",
        notice_sent_at=None,
        concluded_by="orderer-1",
        legal_person="232100-0214",
    )
    done = given(*FLOW).when(CONCLUDE, now=LATER)
    done.then(event)
    assert done.ruling.authority == "jh-rs"


def test_an_earlier_instant_and_a_notice_are_recorded():
    command = replace(
        CONCLUDE, concluded_at=at("2025-03-06T09:30:00+01:00"), notice_sent_at=at("2025-03-06T09:45:00+01:00")
    )
    (event,) = given(*FLOW).when(command, now=LATER).then_events("contract-concluded")
    assert event.concluded_at < event.notice_sent_at < at(LATER)


def test_no_order_no_contract():
    given(MANDATE).when(CONCLUDE, now=LATER).then_refused("order-unknown")


def test_no_mandate_no_contract():
    given(*FLOW[1:]).when(CONCLUDE, now=LATER, mandate=None).then_refused("mandate-missing")
    given(*FLOW).when(CONCLUDE, now=LATER, actor="somebody-else").then_refused("mandate-not-held")


def test_no_award_no_contract():
    given(*FLOW[:3]).when(CONCLUDE, now=LATER).then_refused("not-awarded")


def test_a_lapsed_award_gives_no_contract():
    history = (*FLOW[:5], confirmed_late(), lapsed(), POLICY)
    given(*history).when(CONCLUDE, now="2025-03-11T10:00:00+01:00").then_refused(
        "not-awarded", positions=(4, 5, 6, 7)
    )


def test_an_unaccepted_award_gives_no_contract():
    given(*FLOW[:4]).when(CONCLUDE, now=LATER).then_refused("award-not-accepted", positions=(4,))


def test_an_unconfirmed_or_late_award_gives_no_contract():
    given(*FLOW[:5]).when(CONCLUDE, now=LATER).then_refused("award-not-confirmed", positions=(4, 5))
    given(*FLOW[:5], confirmed_late(), POLICY).when(CONCLUDE, now=LATER).then_refused("award-not-confirmed")


def test_a_contract_is_concluded_once():
    earlier = contract(consultant="k-f-1")
    given(*FLOW, earlier).when(CONCLUDE, now=LATER).then_refused("contract-concluded", positions=(8,))


def test_an_assignment_id_is_used_once():
    other = contract(order="o-9", offer="f-9")
    given(*FLOW, other).when(CONCLUDE, now=LATER).then_refused("assignment-id-taken", positions=(8,))


def test_no_contract_before_its_confirmation_or_in_the_future():
    early = replace(CONCLUDE, concluded_at=at("2025-03-06T08:59:59+01:00"))
    given(*FLOW).when(early, now=LATER).then_refused("concluded-too-early", positions=(6,))
    ahead = replace(CONCLUDE, concluded_at=at("2025-03-06T10:00:01+01:00"))
    given(*FLOW).when(ahead, now=LATER).then_refused("instant-ahead", field="concluded_at")
    told = replace(CONCLUDE, notice_sent_at=at("2025-03-06T10:00:01+01:00"))
    given(*FLOW).when(told, now=LATER).then_refused("instant-ahead", field="notice_sent_at")


def test_a_voluntary_standstill_is_shown_with_its_last_day():
    kept = policy(row("standstill.days", 1))
    (event,) = given(*FLOW[:-1], kept).when(CONCLUDE, now=LATER).then_events("contract-concluded")
    assert (event.standstill_last_on, event.in_standstill) == (date(2025, 3, 6), True)
    day_later = "2025-03-07T00:00:00+01:00"
    (event,) = given(*FLOW[:-1], kept).when(CONCLUDE, now=day_later).then_events("contract-concluded")
    assert not event.in_standstill


def test_a_notice_of_the_contract_is_not_older_than_the_award():
    before = replace(CONCLUDE, notice_sent_at=awarded().decided_at - 1)
    given(*FLOW).when(before, now=LATER).then_refused("notice-too-early", field="notice_sent_at")
    with_it = replace(CONCLUDE, notice_sent_at=awarded().decided_at)
    given(*FLOW).when(with_it, now=LATER).then_events("contract-concluded")
