"""Deviations: the supplier is heard before anything is decided, and noticed only of what was upheld."""

from dataclasses import replace
from datetime import date

from ledger.decisions.deviation_outcomes import DecideDeviation, ServeBreachNotice, WithdrawDeviation
from ledger.decisions.deviation_reports import ReportDeviation
from ledger.decisions.deviations import CommunicateDeviation, ReplyToDeviation
from ledger.events.deviations import (
    DeviationCommunicated,
    DeviationDecided,
    DeviationReplied,
    DeviationReported,
)
from tests.decisions.background import (
    AGREEMENT,
    MANDATE,
    ORDER,
    POLICY,
    REGION_ID,
    notified,
    policy,
    row,
    supplier,
)
from tests.facts.shifts import CONTRACT
from tests.facts.test_ladder import decided, noticed, withdrawn
from tests.given import at, given

MARCH_3 = date(2025, 3, 3)
OWNER = replace(MANDATE, holder="owner-1", role="contract-owner", units=())
SELLER = replace(MANDATE, holder="seller-1", role="supplier", region=None, supplier="s-1", units=())
BY_OWNER = {"actor": "owner-1", "now": "2025-03-05T12:00:00+01:00"}
BY_SELLER = {"actor": "seller-1", "now": "2025-03-10T12:00:00+01:00"}
REPORT = ReportDeviation(
    deviation="d-1",
    agreement=AGREEMENT,
    supplier="s-1",
    region=REGION_ID,
    authority="jh-rs",
    lot="nurses",
    unit="u-1",
    assignment="a-1",
    kind="no-show",
    occurred_on=MARCH_3,
    cause="no-show-a-1",
    description="Nobody came",
)
REPORTED = DeviationReported(
    deviation="d-1",
    agreement=AGREEMENT,
    supplier="s-1",
    region=REGION_ID,
    authority="jh-rs",
    lot="nurses",
    unit="u-1",
    order=None,
    assignment="a-1",
    kind="no-show",
    severity=3,
    occurred_on=MARCH_3,
    cause="no-show-a-1",
    facts=(),
    description="Nobody came",
)
COMMUNICATED = DeviationCommunicated(
    deviation="d-1",
    supplier="s-1",
    communicated_at=at("2025-03-05T12:00:00+01:00"),
    reply_by=at("2025-03-20T00:00:00+01:00"),
    channel="supplier-portal",
)
REPLIED = DeviationReplied(
    deviation="d-1", supplier="s-1", replied_at=at("2025-03-10T12:00:00+01:00"), admits=False, reply="Ill"
)


def test_a_deviation_is_reported_with_the_severity_of_its_kind():
    done = given(POLICY, OWNER, CONTRACT).when(REPORT, **BY_OWNER)
    (event,) = done.then_events("deviation-reported")
    assert replace(event, terms=()) == REPORTED
    assert done.ruling.authority == "jh-rs"
    assert [t.row.term for t in done.ruling.terms] == ["deviation.kinds", "deviation.reporters"]


def test_a_deviation_is_reported_once():
    given(POLICY, OWNER, CONTRACT, REPORTED).when(REPORT, **BY_OWNER).then_refused(
        "deviation-reported", positions=(4,)
    )


def test_what_has_not_happened_is_not_reported():
    ahead = replace(REPORT, occurred_on=date(2025, 3, 6))
    given(POLICY, OWNER, CONTRACT).when(ahead, **BY_OWNER).then_refused("deviation-ahead")


def test_the_assignment_must_be_the_parties_own():
    given(POLICY, OWNER).when(REPORT, **BY_OWNER).then_refused("assignment-unknown")
    other = replace(REPORT, supplier="s-2")
    given(POLICY, OWNER, CONTRACT).when(other, **BY_OWNER).then_refused("deviation-of-other", positions=(3,))


def test_the_policy_must_know_the_kind():
    kinds = policy(row("deviation.kinds", (("late-confirmation", 1),)))
    refusal = given(kinds, OWNER, CONTRACT).when(REPORT, **BY_OWNER).then_refused("deviation-kind-unknown")
    assert "deviation.kinds" in refusal.assumed
    given(OWNER, CONTRACT).when(REPORT, **BY_OWNER).then_refused("policy-missing")


def test_who_may_report():
    given(POLICY, SELLER, CONTRACT).when(REPORT, **BY_SELLER).then_refused("mandate-role-wrong")
    given(POLICY, MANDATE, CONTRACT).when(REPORT, now=BY_OWNER["now"]).then_events("deviation-reported")
    owners = policy(row("deviation.reporters", ("contract-owner",)))
    given(owners, MANDATE, CONTRACT).when(REPORT, now=BY_OWNER["now"]).then_refused("mandate-role-wrong")


def test_a_kind_that_the_policy_adds_is_graded_without_code():
    imagined = policy(row("deviation.kinds", (("wrong-language", 2),)))
    command = replace(REPORT, kind="wrong-language")
    (event,) = given(imagined, OWNER, CONTRACT).when(command, **BY_OWNER).then_events("deviation-reported")
    assert (event.kind, event.severity) == ("wrong-language", 2)


def test_facts_concern_the_supplier_its_assignment_or_its_part_of_the_order():
    history = (
        POLICY,
        OWNER,
        CONTRACT,
        ORDER,
        notified("s-1"),
        notified("s-2"),
        supplier("s-1"),
        supplier("s-2"),
    )
    command = replace(REPORT, order="o-1", assignment=None, facts=(3, 4, 5, 7))
    now = {**BY_OWNER, "loose": True}
    (event,) = given(*history).when(command, **now).then_events("deviation-reported")
    assert event.facts == (3, 4, 5, 7)
    for foreign in (1, 2, 6, 8, 99):
        wrong = replace(command, facts=(3, foreign))
        given(*history).when(wrong, **now).then_refused("fact-foreign", field="facts", positions=(foreign,))
    by_assignment = replace(REPORT, order=None, facts=(3,))
    given(*history).when(by_assignment, **now).then_events("deviation-reported")


COMMUNICATE = CommunicateDeviation(deviation="d-1", channel="supplier-portal")


def test_the_supplier_gets_whole_days_to_reply():
    told = given(POLICY, OWNER, REPORTED).when(COMMUNICATE, **BY_OWNER)
    (event,) = told.then_events("deviation-communicated")
    assert replace(event, terms=()) == COMMUNICATED
    assert [(term.term, term.source) for term in event.terms] == [("deviation.reply-days", "assumption")]


def test_the_time_to_reply_passes_a_clock_change():
    before = {**BY_OWNER, "now": "2025-03-20T12:00:00+01:00"}
    (event,) = (
        given(POLICY, OWNER, REPORTED).when(COMMUNICATE, **before).then_events("deviation-communicated")
    )
    assert event.reply_by == at("2025-04-04T00:00:00+02:00")


def test_the_supplier_is_told_once_of_a_deviation_that_stands():
    given(POLICY, OWNER, REPORTED, COMMUNICATED).when(COMMUNICATE, **BY_OWNER).then_refused(
        "deviation-communicated", positions=(4,)
    )
    given(OWNER).when(COMMUNICATE, **BY_OWNER).then_refused("deviation-unknown")
    history = (POLICY, OWNER, REPORTED, withdrawn("d-1", MARCH_3))
    given(*history).when(COMMUNICATE, **BY_OWNER).then_refused("deviation-withdrawn", positions=(4,))


def test_it_is_told_neither_ahead_nor_before_it_happened():
    ahead = replace(COMMUNICATE, communicated_at=at("2025-03-05T12:00:01+01:00"))
    given(POLICY, OWNER, REPORTED).when(ahead, **BY_OWNER).then_refused("instant-ahead")
    early = replace(COMMUNICATE, communicated_at=at("2025-03-02T23:59:59+01:00"))
    given(POLICY, OWNER, REPORTED).when(early, **BY_OWNER).then_refused("step-backdated")


REPLY = ReplyToDeviation(deviation="d-1", admits=False, reply="Ill")


def test_the_supplier_replies_in_time_or_late():
    given(SELLER, REPORTED, COMMUNICATED).when(REPLY, **BY_SELLER).then(REPLIED)
    late = {**BY_SELLER, "now": "2025-05-10T12:00:00+02:00"}
    given(SELLER, REPORTED, COMMUNICATED).when(REPLY, **late).then_events("deviation-replied")


def test_a_supplier_replies_for_itself_once_and_before_the_decision():
    other = replace(SELLER, supplier="s-2")
    given(other, REPORTED).when(REPLY, **BY_SELLER).then_refused("reply-for-other", positions=(1,))
    given(OWNER, REPORTED).when(REPLY, **BY_OWNER).then_refused("mandate-role-wrong")
    history = (SELLER, REPORTED, COMMUNICATED)
    given(*history, REPLIED).when(REPLY, **BY_SELLER).then_refused("deviation-replied", positions=(4,))
    given(*history, decided("d-1", date(2025, 3, 9))).when(REPLY, **BY_SELLER).then_refused(
        "deviation-decided", positions=(4,)
    )
    early = replace(REPLY, replied_at=at("2025-03-05T11:00:00+01:00"))
    given(*history).when(early, **BY_SELLER).then_refused("step-backdated", field="replied_at")


DECIDE = DecideDeviation(deviation="d-1", upheld=True, reasons="Heard")


def test_it_is_decided_when_the_time_to_reply_has_passed_to_the_instant():
    heard = (OWNER, REPORTED, COMMUNICATED)
    at_end = {**BY_OWNER, "now": "2025-03-20T00:00:00+01:00"}
    given(*heard).when(DECIDE, **at_end).then(
        DeviationDecided(
            deviation="d-1",
            supplier="s-1",
            upheld=True,
            decided_at=at("2025-03-20T00:00:00+01:00"),
            reasons="Heard",
        )
    )
    before = {**BY_OWNER, "now": "2025-03-19T23:59:59+01:00"}
    given(*heard).when(DECIDE, **before).then_refused("reply-still-open", positions=(3,))


def test_it_is_decided_as_soon_as_the_supplier_has_replied():
    soon = {**BY_OWNER, "now": "2025-03-11T08:00:00+01:00"}
    dismissed = replace(DECIDE, upheld=False)
    (event,) = (
        given(OWNER, REPORTED, COMMUNICATED, REPLIED).when(dismissed, **soon).then_events("deviation-decided")
    )
    assert not event.upheld


def test_it_is_not_decided_unheard_twice_or_by_anybody():
    given(OWNER, REPORTED).when(DECIDE, **BY_OWNER).then_refused("deviation-not-communicated")
    history = (OWNER, REPORTED, COMMUNICATED, decided("d-1", date(2025, 3, 21)))
    later = {**BY_OWNER, "now": "2025-03-22T12:00:00+01:00"}
    given(*history).when(DECIDE, **later).then_refused("deviation-decided", positions=(4,))
    given(OWNER).when(DECIDE, **BY_OWNER).then_refused("deviation-unknown")
    orderer = replace(MANDATE, units=())
    given(orderer, REPORTED).when(DECIDE, now=BY_OWNER["now"]).then_refused("mandate-role-wrong")


NOTICE = ServeBreachNotice(deviation="d-1", channel="letter", clause="21")
UPHELD = (OWNER, REPORTED, decided("d-1", date(2025, 3, 21)))
LATER = {**BY_OWNER, "now": "2025-03-22T12:00:00+01:00"}


def test_an_upheld_deviation_is_noticed():
    (event,) = given(*UPHELD).when(NOTICE, **LATER).then_events("breach-notice-served")
    assert (event.served_at, event.clause) == (at(LATER["now"]), "21")


def test_only_an_upheld_deviation_is_noticed_and_once():
    given(*UPHELD[:2]).when(NOTICE, **LATER).then_refused("deviation-not-upheld")
    dismissed = decided("d-1", date(2025, 3, 21), upheld=False)
    given(*UPHELD[:2], dismissed).when(NOTICE, **LATER).then_refused("deviation-not-upheld", positions=(2, 3))
    given(*UPHELD, noticed("d-1", date(2025, 3, 21))).when(NOTICE, **LATER).then_refused(
        "breach-noticed", positions=(4,)
    )
    early = replace(NOTICE, served_at=at("2025-03-21T09:59:59+01:00"))
    given(*UPHELD).when(early, **LATER).then_refused("step-backdated", field="served_at")


WITHDRAW = WithdrawDeviation(deviation="d-1", reasons="Our own mistake")


def test_a_deviation_is_taken_back_also_after_its_notice():
    given(OWNER, REPORTED).when(WITHDRAW, **LATER).then_events("deviation-withdrawn")
    history = (*UPHELD, noticed("d-1", date(2025, 3, 21)))
    given(*history).when(WITHDRAW, **LATER).then_events("deviation-withdrawn")


def test_a_dismissed_or_withdrawn_deviation_is_not_taken_back():
    dismissed = decided("d-1", date(2025, 3, 21), upheld=False)
    given(OWNER, REPORTED, dismissed).when(WITHDRAW, **LATER).then_refused(
        "deviation-dismissed", positions=(3,)
    )
    given(OWNER, REPORTED, withdrawn("d-1", MARCH_3)).when(WITHDRAW, **LATER).then_refused(
        "deviation-withdrawn", positions=(3,)
    )
    ahead = replace(WITHDRAW, withdrawn_at=at("2025-03-22T12:00:01+01:00"))
    given(OWNER, REPORTED).when(ahead, **LATER).then_refused("instant-ahead")
