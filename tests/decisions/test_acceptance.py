"""After the award: accepted with a deadline, confirmed in time or late, lapsed."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.acceptance import AcceptAward
from ledger.decisions.base import Origin
from ledger.decisions.confirmation import ConfirmAssignment
from ledger.decisions.lapse import LapseAward
from ledger.decisions.lateness import ExcuseLateness
from ledger.events.assignments import ContractConcluded
from tests.decisions.background import (
    AWARDED,
    MANDATE,
    ORDER,
    POLICY,
    accepted,
    awarded,
    calendar,
    confirmed,
    confirmed_late,
    lapsed,
    policy,
    seller,
)
from tests.given import at, given

ACCEPT = AcceptAward(order="o-1", offer="f-1", channel="ledger")
CONFIRM = ConfirmAssignment(order="o-1", offer="f-1", supplier="s-1", channel="ledger")
LAPSE = LapseAward(order="o-1", offer="f-1", cause="not-confirmed", reason="No confirmation came")
SELLER = seller("s-1")
YEAR = calendar(2025)
BEFORE = (POLICY, ORDER, YEAR, MANDATE, awarded())
ELEVEN = "2025-03-05T11:00:00+01:00"
CONCLUDED = ContractConcluded(
    assignment="a-1",
    agreement=ORDER.agreement,
    order="o-1",
    offer="f-1",
    supplier="s-1",
    consultant="k-f-1",
    region=ORDER.region,
    authority=ORDER.authority,
    unit=ORDER.unit,
    operating_unit=ORDER.operating_unit,
    lot=ORDER.lot,
    ordered_by=ORDER.ordered_by,
    article="ssk-1",
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    planned_shifts=48,
    follows=None,
    concluded_at=at("2025-03-06T10:00:00+01:00"),
    how="confirmation in time",
    notice_sent_at=None,
)


def test_an_acceptance_fixes_the_deadline():
    (event,) = given(*BEFORE).when(ACCEPT, now=ELEVEN).then_events("award-accepted")
    assert replace(event, terms=()) == accepted()
    assert {term.term for term in event.terms if term.source == "assumption"} == {
        "confirmation.working-days", "confirmation.cut-off-minute", "confirmation.end-minute",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reached", "due"),
    [
        ("2025-03-05T14:59:59+01:00", "2025-03-07T17:00:00+01:00"),
        ("2025-03-05T15:00:00+01:00", "2025-03-10T17:00:00+01:00"),
        ("2025-03-07T08:00:00+01:00", "2025-03-11T17:00:00+01:00"),
        ("2025-03-08T08:00:00+01:00", "2025-03-12T17:00:00+01:00"),
        ("2025-03-28T12:00:00+01:00", "2025-04-01T17:00:00+02:00"),
    ],
    ids=["before-cut-off", "at-cut-off", "friday", "saturday", "over-the-clock-change"],
)
def test_the_deadline_counts_working_days(reached, due):
    (event,) = given(*BEFORE).when(ACCEPT, now=reached).then_events("award-accepted")
    assert event.confirm_by == at(due)


def test_a_frozen_holiday_is_no_working_day():
    with_holiday = calendar(2025, date(2025, 3, 6))
    history = given(POLICY, ORDER, with_holiday, MANDATE, awarded())
    (event,) = history.when(ACCEPT, now=ELEVEN).then_events("award-accepted")
    assert event.confirm_by == at("2025-03-10T17:00:00+01:00")


def test_the_acceptance_may_reach_the_supplier_later_than_it_was_given():
    slow = replace(ACCEPT, accepted_at=at("2025-03-05T10:30:00+01:00"), reached_at=at(ELEVEN))
    (event,) = given(*BEFORE).when(slow, now="2025-03-05T12:00:00+01:00").then_events("award-accepted")
    assert (event.accepted_at, event.reached_at) == (at("2025-03-05T10:30:00+01:00"), at(ELEVEN))


def test_a_deadline_into_an_unfrozen_year_is_refused():
    history = given(*BEFORE)
    history.when(ACCEPT, now="2025-12-30T12:00:00+01:00").then_refused("calendar-not-frozen", positions=(3,))
    given(POLICY, ORDER, MANDATE, awarded()).when(ACCEPT, now=ELEVEN).then_refused("calendar-not-frozen")


def test_an_acceptance_in_the_future_is_refused():
    ahead = replace(ACCEPT, reached_at=at(ELEVEN) + 1)
    given(*BEFORE).when(ahead, now=ELEVEN).then_refused("instant-ahead", field="reached_at")


def test_an_acceptance_before_the_award_is_refused():
    early = replace(ACCEPT, accepted_at=at(AWARDED) - 1)
    given(*BEFORE).when(early, now=ELEVEN).then_refused("acceptance-out-of-order", positions=(5,))


def test_an_acceptance_does_not_arrive_before_it_is_given():
    swapped = replace(ACCEPT, accepted_at=at(ELEVEN), reached_at=at(ELEVEN) - 1)
    given(*BEFORE).when(swapped, now=ELEVEN).then_refused("acceptance-out-of-order", field="accepted_at")


def test_only_a_standing_award_is_accepted_and_once():
    given(*BEFORE[:-1]).when(ACCEPT, now=ELEVEN).then_refused("award-unknown", field="offer")
    given(*BEFORE, lapsed()).when(ACCEPT, now=ELEVEN).then_refused("award-lapsed", positions=(5, 6))
    given(*BEFORE, accepted()).when(ACCEPT, now=ELEVEN).then_refused("award-accepted", positions=(5, 6))
    given(MANDATE).when(ACCEPT, now=ELEVEN).then_refused("order-unknown")


def test_accepting_needs_a_mandate_and_the_policy_s_terms():
    given(*BEFORE[:3], awarded()).when(ACCEPT, now=ELEVEN, mandate=None).then_refused("mandate-missing")
    thin = policy(without=("confirmation.end-minute",))
    given(thin, *BEFORE[1:]).when(ACCEPT, now=ELEVEN).then_refused("policy-term-missing", positions=(1,))


def test_a_confirmation_in_time_is_a_confirmation():
    history = given(ORDER, awarded(), accepted(), SELLER)
    history.when(CONFIRM, now="2025-03-06T09:00:00+01:00").then(confirmed())


def test_the_deadline_is_half_open():
    history = given(ORDER, awarded(), accepted(), SELLER)
    history.when(CONFIRM, now="2025-03-07T16:59:59.999999+01:00").then_events("assignment-confirmed")
    (late,) = history.when(CONFIRM, now="2025-03-07T17:00:00+01:00").then_events("confirmation-late")
    assert (late.code, late.facts) == ("confirmation-late", (2, 3))


def test_an_imported_confirmation_has_its_source_s_time():
    in_time = Origin("bemlo", "imported", time=at("2025-03-06T09:00:00+01:00"))
    history = given(ORDER, awarded(), accepted(), SELLER)
    history.when(CONFIRM, now="2025-03-10T09:00:00+01:00", origin=in_time).then(
        replace(confirmed(), trust="imported")
    )
    too_early = Origin("bemlo", "imported", time=accepted().reached_at - 1)
    history.when(CONFIRM, now="2025-03-10T09:00:00+01:00", origin=too_early).then_refused(
        "confirmed-too-early", positions=(3,)
    )


def test_only_an_accepted_award_is_confirmed_by_its_supplier_and_once():
    given(ORDER, awarded(), SELLER).when(CONFIRM).then_refused("not-accepted-yet", positions=(2,))
    given(ORDER, awarded(), accepted(), confirmed(), SELLER).when(CONFIRM).then_refused("confirmed-already")
    given(ORDER, awarded(), accepted(), confirmed_late(), SELLER).when(CONFIRM).then_refused(
        "confirmed-already"
    )
    other = replace(CONFIRM, supplier="s-2")
    given(ORDER, awarded(), accepted(), seller("s-2")).when(other).then_refused("award-unknown")
    given(ORDER, awarded(), accepted(), SELLER).when(other).then_refused("acts-for-other", field="supplier")
    given(ORDER, awarded(), accepted(), MANDATE).when(CONFIRM).then_refused("mandate-role-wrong")
    given(ORDER, awarded(), lapsed(), SELLER).when(CONFIRM).then_refused("award-lapsed")
    given(SELLER).when(CONFIRM).then_refused("order-unknown")


MISSED = "2025-03-10T10:00:00+01:00"
SO_FAR = (MANDATE, ORDER, awarded(), accepted())


def test_a_missed_deadline_lets_somebody_decide_that_the_award_lapsed():
    given(*SO_FAR).when(LAPSE, now=MISSED).then(replace(lapsed(), facts=(3, 4)))
    given(*SO_FAR, confirmed_late()).when(LAPSE, now=MISSED).then(replace(lapsed(), facts=(3, 4, 5)))


def test_an_award_does_not_lapse_while_it_may_be_confirmed():
    given(*SO_FAR).when(LAPSE, now="2025-03-07T16:59:59+01:00").then_refused("deadline-not-passed")
    given(*SO_FAR, confirmed()).when(LAPSE, now=MISSED).then_refused(
        "deadline-not-passed", positions=(3, 4, 5)
    )
    given(*SO_FAR[:-1]).when(LAPSE, now=MISSED).then_refused("deadline-not-passed", field="cause")


def test_a_withdrawal_by_either_side_needs_no_deadline():
    withdrew = replace(LAPSE, cause="supplier-withdrew", reason="The consultant fell ill")
    given(*SO_FAR).when(withdrew, now=ELEVEN).then_events("award-lapsed")


def test_a_concluded_contract_does_not_lapse():
    given(*SO_FAR, confirmed(), CONCLUDED).when(LAPSE, now=MISSED).then_refused("contract-stands")


def test_a_contract_owner_may_let_an_award_lapse_and_an_attester_may_not():
    owner, attester = replace(MANDATE, role="contract-owner"), replace(MANDATE, role="attester")
    given(owner, *SO_FAR[1:]).when(LAPSE, now=MISSED).then_events("award-lapsed")
    given(attester, *SO_FAR[1:]).when(LAPSE, now=MISSED).then_refused("mandate-role-wrong", positions=(1,))


def test_an_unknown_or_lapsed_award_does_not_lapse():
    given(*SO_FAR[:2]).when(LAPSE).then_refused("award-unknown")
    given(*SO_FAR, lapsed()).when(LAPSE).then_refused("award-lapsed")
    given(MANDATE).when(LAPSE).then_refused("order-unknown")


EXCUSE = ExcuseLateness(
    order="o-1", offer="f-1", channel="portal", from_at=at("2025-03-07T16:00:00+01:00"),
    until_at=at("2025-03-10T09:00:00+01:00"), evidence="Operator's log", reason="The portal was down",
)  # fmt: skip


def test_lateness_of_the_channel_is_excused_for_what_the_outage_took():
    late = given(*SO_FAR, confirmed_late())
    (event,) = late.when(EXCUSE, now=MISSED).then_events("lateness-excused")
    assert (event.confirm_by, event.facts) == (at("2025-03-07T17:00:00+01:00"), (3, 4, 5))
    given(*SO_FAR, confirmed_late(), event).when(LAPSE, now=MISSED).then_refused("deadline-not-passed")
    given(*SO_FAR, confirmed_late(), event).when(EXCUSE, now=MISSED).then_refused(
        "lateness-excused", positions=(6,)
    )
    short = replace(EXCUSE, until_at=at("2025-03-07T17:30:00+01:00"))
    late.when(short, now=MISSED).then_refused("channel-not-at-fault", positions=(3, 4, 5))
    before = replace(
        EXCUSE, until_at=at("2025-03-05T10:00:00+01:00"), from_at=at("2025-03-04T10:00:00+01:00")
    )
    late.when(before, now=MISSED).then_refused("channel-not-at-fault")


def test_only_a_late_confirmation_of_a_standing_award_is_excused_and_not_by_its_supplier():
    given(*SO_FAR).when(EXCUSE, now=MISSED).then_refused("nothing-to-excuse", positions=(3, 4))
    given(*SO_FAR, confirmed()).when(EXCUSE, now=MISSED).then_refused("nothing-to-excuse")
    given(*SO_FAR, confirmed_late(), lapsed()).when(EXCUSE, now=MISSED).then_refused("award-lapsed")
    given(ORDER, awarded(), accepted(), confirmed_late(), SELLER).when(EXCUSE, now=MISSED).then_refused(
        "mandate-role-wrong"
    )
    early = "2025-03-10T08:59:00+01:00"
    given(*SO_FAR, confirmed_late()).when(EXCUSE, now=early).then_refused("instant-ahead", field="until_at")
    given(MANDATE, ORDER).when(EXCUSE, now=MISSED).then_refused("award-unknown")
    given(MANDATE).when(EXCUSE, now=MISSED).then_refused("order-unknown")
