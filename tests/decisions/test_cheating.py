"""What a supplier, an orderer or a region might try, and what the rules say to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.decisions.acceptance import AcceptAward
from ledger.decisions.awards import AwardOrder
from ledger.decisions.base import Origin
from ledger.decisions.deviation_reports import ReportDeviation
from ledger.decisions.deviations import CommunicateDeviation
from ledger.decisions.draws import RecordDrawSeed
from ledger.decisions.measures import DecideMeasure
from ledger.decisions.offer_changes import CorrectOffer, WithdrawOffer
from ledger.decisions.offers import SubmitOffer
from ledger.decisions.orders import PublishOrder
from ledger.events.consultants import ConsultantsLinked
from ledger.events.shifts import ShiftVoided
from tests.decisions.background import (
    ACCESSION,
    AGREEMENT,
    ANSWER_BY,
    AWARDED,
    DOCUMENTS,
    MANDATE,
    ORDER,
    POLICY,
    REGION,
    REGION_ID,
    SEED,
    UNIT,
    admitted,
    awarded,
    calendar,
    consultant,
    document,
    lapsed,
    notified,
    offered,
    policy,
    position,
    row,
    seller,
)
from tests.decisions.test_awards import history, worked
from tests.decisions.test_measures import DECIDE, NOW, OWNER
from tests.facts.shifts import CONTRACT
from tests.facts.test_ladder import counted, decided, noticed, reported
from tests.given import at, given

T1, T2 = "2025-03-03T10:00:00+01:00", "2025-03-03T12:00:00+01:00"
OFFER = SubmitOffer(
    offer="f-1",
    order="o-1",
    supplier="s-1",
    consultant="k-f-1",
    position=1,
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    documents=DOCUMENTS,
    channel="ledger",
)
CORRECT = CorrectOffer(**{name: getattr(OFFER, name) for name in OFFER.__slots__})
OPEN = (POLICY, ORDER, notified("s-1"), notified("s-2"))
MINE = (consultant("k-f-1", "s-1"), seller("s-1"))
AWARD = AwardOrder(order="o-1")
BASE = (POLICY, ORDER, MANDATE)


def claims(when: str) -> Origin:
    return Origin("bemlo", "imported", time=at(when))


@pytest.mark.parametrize("who", [MANDATE, seller("s-2"), seller("s-1", until_on=date(2025, 3, 3))])
def test_nobody_else_offers_corrects_or_withdraws_for_a_supplier(who):
    codes = {"mandate-role-wrong", "acts-for-other", "mandate-not-in-force"}
    withdraw = WithdrawOffer(offer="f-1", order="o-1", supplier="s-1", reason="Ill")
    for command in (OFFER, CORRECT, withdraw):
        refusal = given(*OPEN, who).when(command, now=T1, loose=True).refusal
        assert refusal is not None
        assert refusal.code in codes


def test_a_foreign_agreement_s_mandate_does_not_offer_here():
    elsewhere = seller("s-1", agreement="hyr-2028")
    given(*OPEN, MINE[0], elsewhere).when(OFFER, now=T1).then_refused("mandate-out-of-scope")


def test_a_direct_offer_is_not_made_by_the_orderer_and_an_import_may_be():
    given(*OPEN, MINE[0], MANDATE).when(OFFER, now=T1).then_refused("mandate-role-wrong")
    (event,) = given(*OPEN, MINE[0], MANDATE).when(OFFER, now=T2, origin=claims(T1)).then_events(
        "offer-received"
    )  # fmt: skip
    assert event.trust == "imported"


def test_a_source_does_not_claim_the_future():
    given(*OPEN, *MINE).when(OFFER, now=T1, origin=claims(T2)).then_refused("instant-ahead")
    order = PublishOrder(
        order="o-1", agreement=AGREEMENT, region=REGION_ID, unit="u-1", lot="nurses", registry_number="RS/1",
        profession="nurse", reason="Vacancy", positions=(position(),), answer_by=ANSWER_BY, draw=ORDER.draw,
    )  # fmt: skip
    known = (UNIT, REGION, ACCESSION, MANDATE, POLICY, admitted("s-1"))
    given(*known).when(order, now=T1, origin=claims(T2)).then_refused("instant-ahead")


def test_a_claimed_time_stays_a_claim_in_the_ranking():
    by_import = offered("f-1", "s-1", T1, trust="imported")
    (event,) = history(*BASE, by_import, offered("f-2", "s-2", T2)).when(AWARD, now=AWARDED).then_events(
        "order-awarded"
    )  # fmt: skip
    assert [(one.offer, one.time.trust) for one in event.ranking] == [("f-1", "imported"), ("f-2", "direct")]


def test_a_claimed_receipt_does_not_make_an_old_document_fresh():
    """Fresh on the day claimed, too old when the clock of the offer starts: at the last notification."""
    old = tuple(d for d in DOCUMENTS if d.kind != "hosp-extract")
    old = (*old, document("hosp-extract", date(2024, 8, 20)))
    given_long_ago = claims("2025-02-19T10:00:00+01:00")
    late = replace(OFFER, documents=old)
    (event,) = given(*OPEN, *MINE).when(late, now=T1, origin=given_long_ago).then_events("offer-received")
    assert event.missing == ("hosp-extract-too-old",)


def test_the_same_consultant_is_offered_once_for_a_position():
    twice = replace(OFFER, offer="f-2")
    given(*OPEN, *MINE, offered("f-1", "s-1", T1)).when(twice, now=T2).then_refused(
        "offer-doubled", field="consultant", positions=(7,)
    )
    other_position = replace(twice, position=2)
    given(*OPEN, *MINE, offered("f-1", "s-1", T1)).when(other_position, now=T2).then_events("offer-received")
    second = offered("f-2", "s-1", T2, consultant="k-other")
    moved = replace(CORRECT, offer="f-2")
    given(*OPEN, *MINE, offered("f-1", "s-1", T1), second).when(moved, now=T2).then_refused("offer-doubled")


def test_one_human_under_two_ids_has_one_lot_in_a_draw():
    """The later offer of a supplier for the same human takes no part, though the ids differ."""
    twin = offered("f-2", "s-1", T1, consultant="k-twin")
    rival = offered("f-3", "s-2", T1)
    link = ConsultantsLinked(consultant="k-f-1", same_as="k-twin", found_by="blind-index", basis="same")
    (event,) = history(*BASE, offered("f-1", "s-1", T1), twin, rival, link, SEED).when(
        AWARD, now=AWARDED
    ).then_events("order-awarded")  # fmt: skip
    out = {one.offer: (one.excluded_code, one.facts) for one in event.ranking if one.rank == 0}
    assert out == {"f-2": ("offer-doubled", (4, 5))}
    two_suppliers = offered("f-2", "s-3", T1, consultant="k-twin")
    (event,) = history(*BASE, offered("f-1", "s-1", T1), two_suppliers, link, SEED).when(
        AWARD, now=AWARDED
    ).then_events("order-awarded")  # fmt: skip
    assert all(one.rank for one in event.ranking)


def test_documents_younger_than_the_clock_restart_it():
    """A first version with a made-up date, put right later, was not complete when it claimed to be."""
    real = tuple(d for d in DOCUMENTS if d.kind != "hosp-extract")
    real = (*real, document("hosp-extract", date(2025, 3, 4)))
    history_ = given(*OPEN, *MINE, offered("f-1", "s-1", T1))
    now = "2025-03-04T10:00:00+01:00"
    (event,) = history_.when(replace(CORRECT, documents=real), now=now).then_events("offer-corrected")
    assert (event.counts_from_at, event.restarted, event.missing) == (at(now), True, ())


def test_a_taken_offer_id_says_nothing_of_whose_it_is():
    elsewhere = offered("f-1", "s-2", T1, order="o-secret")
    refusal = given(*OPEN, *MINE, elsewhere).when(OFFER, now=T2).then_refused("offer-id-taken")
    assert "o-secret" not in refusal.detail


def test_somebody_answers_for_a_seed():
    draw = RecordDrawSeed(
        order="o-1", beacon="public-beacon", round=4711, value="ground-until-it-fits", fixed_at=ANSWER_BY
    )
    given(ORDER).when(draw, now=AWARDED, mandate=None).then_refused("mandate-missing")
    given(ORDER, seller("s-1")).when(draw, now=AWARDED).then_refused("mandate-role-wrong")


def test_the_unit_does_not_let_an_award_go_to_reach_the_next_one():
    first, second = offered("f-1", "s-1", T1), offered("f-2", "s-2", T2)
    let_go = (*BASE, first, second, awarded(), replace(lapsed(), cause="unit-withdrew"))
    later = {"now": "2025-03-11T10:00:00+01:00"}
    history(*let_go).when(AWARD, **later).then_refused("against-ranking-reason-missing", field="reason")
    (event,) = history(*let_go).when(replace(AWARD, reason="The ward moved"), **later).then_events(
        "order-awarded"
    )  # fmt: skip
    assert (event.offer, event.against_ranking) == ("f-2", True)
    supplier_left = (*BASE, first, second, awarded(), replace(lapsed(), cause="supplier-withdrew"))
    (event,) = history(*supplier_left).when(AWARD, **later).then_events("order-awarded")
    assert not event.against_ranking


def test_an_acceptance_is_not_backdated_until_it_can_only_be_missed():
    known = (POLICY, ORDER, calendar(2025), MANDATE, awarded())
    backdated = AcceptAward(
        order="o-1", offer="f-1", channel="letter", reached_at=at("2025-03-05T11:00:00+01:00"),
        accepted_at=at("2025-03-05T11:00:00+01:00"),
    )  # fmt: skip
    in_time = given(*known).when(backdated, now="2025-03-07T16:59:59+01:00")
    in_time.then_events("award-accepted")
    refusal = given(*known).when(backdated, now="2025-03-07T17:00:00+01:00").then_refused("deadline-spent")
    assert "confirmation.cut-off-minute" in refusal.assumed


def test_a_deviation_is_not_told_so_long_ago_that_no_reply_is_possible():
    owner = replace(MANDATE, role="contract-owner", units=())
    told = CommunicateDeviation(
        deviation="d-1", channel="letter", communicated_at=at("2025-03-03T12:00:00+01:00")
    )
    known = (POLICY, owner, reported("d-1", date(2025, 3, 3)))
    given(*known).when(told, now="2025-03-17T23:59:59+01:00").then_events("deviation-communicated")
    refusal = given(*known).when(told, now="2025-03-18T00:00:00+01:00").then_refused("step-backdated")
    assert refusal.assumed == ("deviation.reply-days",)


REPORT = ReportDeviation(
    deviation="d-2", agreement=AGREEMENT, supplier="s-1", region=REGION_ID, authority="jh-rs", lot="nurses",
    unit="u-1", assignment="a-1", kind="no-show", occurred_on=date(2025, 3, 3), cause="another",
    description="Nobody came",
)  # fmt: skip


def test_one_event_is_not_reported_twice_under_two_causes():
    first = reported("d-1", date(2025, 3, 3), cause="no-show-a-1", assignment="a-1")
    known = (POLICY, replace(MANDATE, role="contract-owner"), CONTRACT, first)
    now = {"now": "2025-03-05T12:00:00+01:00"}
    given(*known).when(REPORT, **now).then_refused("deviation-doubled", field="cause", positions=(4,))
    given(*known).when(replace(REPORT, cause="no-show-a-1"), **now).then_events("deviation-reported")
    given(*known).when(replace(REPORT, kind="late-cancellation"), **now).then_events("deviation-reported")


@pytest.mark.parametrize("change", [{"unit": "u-9"}, {"order": "o-9"}, {"authority": "other"}])
def test_a_deviation_is_of_its_own_assignment(change):
    owner = replace(MANDATE, role="contract-owner", units=())
    wrong = replace(REPORT, **change)
    given(POLICY, owner, CONTRACT).when(wrong, now="2025-03-05T12:00:00+01:00").then_refused(
        "deviation-of-other", positions=(3,)
    )


def measure(*deviations: object, **change: object):
    command: DecideMeasure = replace(DECIDE, relied_on=(5,), **change)
    return given(POLICY, OWNER, *deviations).when(command, **NOW)


def test_a_measure_rests_on_what_still_counts():
    measure(*counted("d-1", date(2024, 4, 21))).then_events("measure-decided")
    lapsed_ = measure(*counted("d-1", date(2024, 4, 20))).then_refused("relied-on-wrong", positions=(5, 1))
    assert "lapsed" in lapsed_.detail
    assert "ladder.window-months" in lapsed_.assumed
    day = date(2025, 1, 13)
    late = (reported("d-1", day), decided("d-1", day), noticed("d-1", day + timedelta(days=31)))
    assert "noticed-too-late" in measure(*late).then_refused("relied-on-wrong").detail
    measure(*late, rung="none", ends_on=None).then_events("measure-decided")


def test_a_hearing_without_time_to_reply_is_none():
    at_once = {"communicated_at": DECIDE.reply_by, "reply_by": DECIDE.reply_by}
    measure(*counted("d-1", date(2025, 1, 13)), **at_once).then_refused("reply-time-short")


LATER = offered("f-2", "s-2", T2)
TWELVE = worked("k-f-2", 12)


def _award(*events: object):
    (event,) = history(*events).when(AWARD, now=AWARDED).then_events("order-awarded")
    return event


def test_time_recorded_after_the_publication_that_changes_the_ranking_is_flagged():
    known_then = _award(POLICY, *TWELVE, ORDER, MANDATE, offered("f-1", "s-1", T1), LATER)
    assert ([one.offer for one in known_then.ranking], known_then.ranking_at_publication) == (
        ["f-2", "f-1"],
        (),
    )
    learnt_after = _award(POLICY, ORDER, *TWELVE, MANDATE, offered("f-1", "s-1", T1), LATER)
    assert [one.offer for one in learnt_after.ranking] == ["f-2", "f-1"]
    assert learnt_after.ranking_at_publication == ("f-1", "f-2")


def test_a_void_or_a_link_after_the_publication_is_flagged_too():
    eleven = worked("k-f-2", 10)
    void = ShiftVoided(
        shift="a-k-f-2-9", assignment="a-k-f-2", consultant="k-f-2", replaces=1, reason="Not worked"
    )
    voided = _award(POLICY, *eleven, ORDER, MANDATE, offered("f-1", "s-1", T1), LATER, void)
    assert ([one.offer for one in voided.ranking], voided.ranking_at_publication) == (
        ["f-1", "f-2"], ("f-2", "f-1"),
    )  # fmt: skip
    link = ConsultantsLinked(consultant="k-f-2", same_as="k-old", found_by="blind-index", basis="same")
    linked = _award(
        POLICY, *worked("k-old", 12), ORDER, MANDATE, link, offered("f-1", "s-1", T1), LATER
    )  # fmt: skip
    assert linked.ranking_at_publication == ("f-1", "f-2")


def test_an_award_says_that_the_assignment_outlasts_the_advantage():
    soon = worked("k-f-2", 12, first=date(2024, 3, 20))
    wide = policy(row("continuity.break-days-max", 400), row("eighteen-months.months", 14))
    event = _award(wide, *soon, ORDER, MANDATE, LATER)
    value = event.ranking[0].continuity
    assert (value.spent_from_on, value.spent_midway, value.counts) == (date(2025, 5, 20), True, True)


def test_what_an_offer_lacked_is_said_with_what_was_assumed():
    event = _award(*BASE, offered("f-1", "s-1", T1))
    assumed = {term.term for term in event.terms if term.source == "assumption"}
    assert {"offer.documents", "document.references-min", "document.hosp-extract.months-max"} <= assumed
