"""Measures: decided by the right one, after hearing, on facts that count; in effect when served."""

from dataclasses import fields, replace
from datetime import date, timedelta

from hypothesis import given as any_given
from hypothesis import settings
from hypothesis import strategies as st

from ledger.decisions.measure_commands import DecideMeasure
from ledger.decisions.measure_effects import ReleaseMeasure, ServeMeasure
from ledger.decisions.measure_reviews import ReviewMeasure
from ledger.events.measures import Effects, MeasureDecided
from ledger.facts.ladder import ladder
from ledger.facts.measures import measures
from ledger.facts.standing import standing
from tests.decisions.background import (
    AGREEMENT,
    MANDATE,
    POLICY,
    REGION_ID,
    policy,
    quarantine,
    released,
    row,
    served,
)
from tests.facts.test_ladder import counted, decided, noticed, reported, withdrawn
from tests.given import at, given

DAYS = (date(2025, 1, 13), date(2025, 2, 10), date(2025, 3, 10))
DEVIATIONS = tuple(e for n, day in enumerate(DAYS, 1) for e in counted(f"d-{n}", day))
OWNER = replace(MANDATE, holder="owner-1", role="contract-owner", units=())
CENTRAL = replace(OWNER, role="central-contract-management", region=None)
NOW = {"actor": "owner-1", "now": "2025-04-20T12:00:00+02:00"}
DECIDE = DecideMeasure(
    measure="x-1",
    agreement=AGREEMENT,
    supplier="s-1",
    lot="nurses",
    region=REGION_ID,
    rung="quarantine",
    contracting_party="Region Jämtland Härjedalen, 232100-0214",
    registry_number="RS/120/2025",
    clause="24.2",
    relied_on=(3, 6, 9),
    disregarded=(),
    communicated_at=at("2025-04-01T09:00:00+02:00"),
    reply_by=at("2025-04-16T00:00:00+02:00"),
    reasons="Three shifts without anybody",
    alternatives="A further warning was weighed",
    proportionality="Other suppliers can meet the need",
    ends_on=date(2025, 9, 30),
    running_assignments="Are worked to their end",
    open_offers="Are excluded",
    employer="jh-rs",
    delegation="RS/7/2025",
    conflict_of_interest="None declared",
)
KNOWN = (POLICY, OWNER, *DEVIATIONS)
RELIED = (5, 8, 11)
REGIONAL = replace(DECIDE, relied_on=RELIED)


def test_a_region_decides_a_quarantine_with_the_rung_indicated_beside():
    done = given(*KNOWN).when(REGIONAL, **NOW)
    (event,) = done.then_events("measure-decided")
    assert (event.rung, event.rung_indicated, event.relied_on) == ("quarantine", "quarantine", RELIED)
    assert (event.legal_character, event.effective) == ("contractual-measure", "when-served")
    assert (event.decider.actor, event.decider.employer) == ("owner-1", "jh-rs")
    assert event.decided_at == at(NOW["now"])
    assert {"quarantine.months-max", "deviation.kinds"} <= {t.term for t in event.terms}
    assert {t.used() for t in done.ruling.terms} == set(event.terms)
    assert done.ruling.authority == "jh-rs"


def test_a_decision_may_differ_from_what_is_indicated():
    fewer = (POLICY, OWNER, *DEVIATIONS[:3])
    (event,) = given(*fewer).when(replace(REGIONAL, relied_on=(5,)), **NOW).then_events("measure-decided")
    assert (event.rung, event.rung_indicated) == ("quarantine", "action-plan")


def test_central_management_decides_for_the_nation():
    national = replace(REGIONAL, region=None, rung="national-quarantine")
    done = given(POLICY, CENTRAL, *DEVIATIONS).when(national, **NOW)
    (event,) = done.then_events("measure-decided")
    assert (event.region, event.rung_indicated, done.ruling.authority) == (None, "none", None)


def test_a_step_down_relies_on_nothing():
    down = replace(REGIONAL, rung="none", relied_on=(), ends_on=None)
    given(*KNOWN).when(down, **NOW).then_events("measure-decided")
    given(*KNOWN).when(replace(down, rung="warning"), **NOW).then_refused("relied-on-nothing")


def test_no_field_points_to_an_appeal():
    names = {f.name for f in fields(MeasureDecided)} | {f.name for f in fields(DecideMeasure)}
    assert not [name for name in names if "appeal" in name or "overkl" in name]


def test_who_may_decide_where():
    national = replace(REGIONAL, region=None, rung="national-quarantine")
    given(*KNOWN).when(national, **NOW).then_refused("mandate-role-wrong")
    elsewhere = replace(OWNER, region="skane")
    given(POLICY, elsewhere, *DEVIATIONS).when(REGIONAL, **NOW).then_refused("mandate-out-of-scope")
    given(POLICY, MANDATE, *DEVIATIONS).when(REGIONAL, now=NOW["now"]).then_refused("mandate-role-wrong")


def test_a_rung_fits_its_place():
    given(*KNOWN).when(replace(REGIONAL, rung="national-quarantine"), **NOW).then_refused("rung-out-of-place")
    given(*KNOWN).when(replace(REGIONAL, rung="termination"), **NOW).then_refused("rung-out-of-place")
    nation = (POLICY, CENTRAL, *DEVIATIONS)
    given(*nation).when(replace(REGIONAL, region=None), **NOW).then_refused("rung-out-of-place")


def test_a_measure_is_decided_once():
    history = (*KNOWN, quarantine("s-1"))
    given(*history).when(REGIONAL, **NOW).then_refused("measure-decided", positions=(12,))


def test_the_supplier_is_heard_first():
    short = replace(REGIONAL, reply_by=at("2025-04-15T23:59:59+02:00"))
    refusal = given(*KNOWN).when(short, **NOW).then_refused("reply-time-short", field="reply_by")
    assert refusal.assumed == ("measure.reply-days-min",)
    open_still = replace(REGIONAL, reply_by=at("2025-04-20T12:00:01+02:00"))
    given(*KNOWN).when(open_still, **NOW).then_refused("reply-not-awaited", field="reply_by")
    replied = replace(open_still, replied_at=at("2025-04-10T12:00:00+02:00"))
    given(*KNOWN).when(replied, **NOW).then_events("measure-decided")
    at_once = replace(REGIONAL, reply_by=at(NOW["now"]))
    given(*KNOWN).when(at_once, **NOW).then_events("measure-decided")


def test_times_of_the_hearing_must_fit():
    ahead = replace(REGIONAL, communicated_at=at("2025-04-20T12:00:01+02:00"))
    given(*KNOWN).when(ahead, **NOW).then_refused("instant-ahead", field="communicated_at")
    backwards = replace(REGIONAL, reply_by=at("2025-03-31T09:00:00+02:00"))
    given(*KNOWN).when(backwards, **NOW).then_refused("reply-time-short", field="reply_by")
    before = replace(REGIONAL, replied_at=at("2025-03-31T09:00:00+02:00"))
    given(*KNOWN).when(before, **NOW).then_refused("communication-out-of-order", field="replied_at")
    later = replace(REGIONAL, replied_at=at("2025-04-20T12:00:01+02:00"))
    given(*KNOWN).when(later, **NOW).then_refused("instant-ahead", field="replied_at")


def test_a_fact_that_is_no_upheld_and_noticed_deviation_is_named():
    for wrong in (1, 2, 99):
        command = replace(REGIONAL, relied_on=(5, wrong))
        told = tuple(dict.fromkeys((wrong, 1)))
        refusal = given(*KNOWN).when(command, **NOW).then_refused("relied-on-wrong", positions=told)
        assert str(wrong) in refusal.detail


def test_withdrawn_dismissed_unnoticed_and_foreign_deviations_carry_nothing():
    day = date(2025, 3, 3)
    gone = (POLICY, OWNER, *counted("d-1", day), withdrawn("d-1", date(2025, 4, 1)))
    for history in (
        gone,
        (POLICY, OWNER, reported("d-1", day), decided("d-1", day, upheld=False), noticed("d-1", day)),
        (POLICY, OWNER, reported("d-1", day), decided("d-1", day)),
        (POLICY, OWNER, *counted("d-1", day, region="skane")),
        (POLICY, OWNER, *counted("d-1", day, lot="doctors")),
    ):
        command = replace(REGIONAL, relied_on=(4,))
        given(*history).when(command, **NOW).then_refused("relied-on-wrong", positions=(4, 1))


def test_the_same_fact_is_not_relied_on_and_disregarded():
    command = replace(REGIONAL, disregarded=(8,))
    given(*KNOWN).when(command, **NOW).then_refused("relied-on-and-disregarded", positions=(8,))


def test_what_is_disregarded_is_the_suppliers_own():
    for wrong in (1, 2, 99):
        command = replace(REGIONAL, relied_on=(5,), disregarded=(8, wrong))
        given(*KNOWN).when(command, **NOW).then_refused("disregarded-wrong", positions=(wrong,))
    given(*KNOWN).when(replace(REGIONAL, relied_on=(5,), disregarded=(8, 11)), **NOW).then_events(
        "measure-decided"
    )


def test_a_rung_with_a_choice_names_its_kind_and_a_kind_fits_its_rung():
    fee = replace(REGIONAL, rung="fee-or-penalty", ends_on=None)
    given(*KNOWN).when(fee, **NOW).then_refused("measure-kind-unclear", field="kind")
    wrong = replace(REGIONAL, kind="warning")
    given(*KNOWN).when(wrong, **NOW).then_refused("measure-kind-unclear", field="kind")


def test_the_policys_effects_are_recorded_with_the_measure():
    (event,) = given(*KNOWN).when(REGIONAL, **NOW).then_events("measure-decided")
    assert event.effects == Effects(bars_orders=True, excludes_offers=True, ends_assignments=False)
    mild = (policy(row("measure.bars-orders", ())), *KNOWN[1:])
    (event,) = given(*mild).when(REGIONAL, **NOW).then_events("measure-decided")
    assert event.effects == Effects(bars_orders=False, excludes_offers=True, ends_assignments=False)
    warning = replace(REGIONAL, rung="warning", ends_on=None)
    (event,) = given(*KNOWN).when(warning, **NOW).then_events("measure-decided")
    assert not any((event.effects.bars_orders, event.effects.excludes_offers, event.effects.ends_assignments))


PENALTY = replace(REGIONAL, rung="fee-or-penalty", kind="contract-penalty", clause="20.7", ends_on=None)


def test_a_penalty_is_the_policys_sum_of_causes_or_less():
    (event,) = given(*KNOWN).when(PENALTY, **NOW).then_events("measure-decided")
    assert (event.amount_ore, event.amount_max_ore, len(event.charges)) == (3_000_000, 3_000_000, 3)
    less = replace(PENALTY, amount_ore=1_000_000)
    (event,) = given(*KNOWN).when(less, **NOW).then_events("measure-decided")
    assert (event.amount_ore, event.amount_max_ore) == (1_000_000, 3_000_000)
    more = replace(PENALTY, amount_ore=3_000_001)
    given(*KNOWN).when(more, **NOW).then_refused("amount-above-policy", field="amount_ore")
    capped = (policy(row("contract-penalty.max-ore", 2_500_000)), *KNOWN[1:])
    (event,) = given(*capped).when(PENALTY, **NOW).then_events("measure-decided")
    assert event.amount_ore == 2_500_000


def test_two_reports_of_one_cause_are_charged_once():
    two = (*counted("d-1", DAYS[0], cause="strike"), *counted("d-2", DAYS[0], cause="strike"))
    command = replace(PENALTY, relied_on=(3, 6))
    (event,) = given(POLICY, OWNER, *two).when(command, **NOW).then_events("measure-decided")
    assert (event.amount_ore, [c.cause for c in event.charges]) == (1_000_000, ["strike"])


def test_what_the_policy_does_not_charge_has_no_amount():
    fee = replace(PENALTY, kind="admin-fee", clause="20.2")
    given(*KNOWN).when(fee, **NOW).then_refused("amount-without-ground", field="relied_on")
    priced = replace(REGIONAL, amount_ore=1)
    given(*KNOWN).when(priced, **NOW).then_refused("amount-above-policy")


def test_a_cause_is_charged_once_by_the_same_kind_unless_released():
    (first,) = given(*KNOWN).when(replace(PENALTY, relied_on=(5,)), **NOW).then_events("measure-decided")
    again = replace(PENALTY, measure="x-2")
    given(*KNOWN, first).when(again, **NOW).then_refused("charged-already", positions=(12,))
    others = replace(again, relied_on=(8, 11))
    given(*KNOWN, first).when(others, **NOW).then_events("measure-decided")
    gone = (*KNOWN, first, served("s-1"), released("s-1", "2025-04-19T08:00:00Z"))
    given(*gone).when(again, **NOW).then_events("measure-decided")


def test_a_kind_rests_on_the_clauses_that_the_policy_connects_with_it():
    wrong = replace(PENALTY, clause="20.2")
    given(*KNOWN).when(wrong, **NOW).then_refused("measure-clause-wrong", field="clause")
    given(*KNOWN).when(replace(REGIONAL, clause="7.3"), **NOW).then_events("measure-decided")


END = replace(REGIONAL, region=None, rung="termination", kind="termination-for-breach", ends_on=None)
NATION = (POLICY, CENTRAL, *DEVIATIONS)


def test_termination_for_repeated_breach_needs_a_breach_after_notice_of_a_former():
    (event,) = given(*NATION).when(END, **NOW).then_events("measure-decided")
    assert event.effects.ends_assignments
    once = replace(END, relied_on=(5,))
    given(*NATION).when(once, **NOW).then_refused(
        "breach-not-repeated", field="relied_on", positions=(3, 4, 5, 1)
    )
    given(*NATION).when(replace(once, clause="21"), **NOW).then_events("measure-decided")


def test_termination_for_breach_against_several_regions_counts_them():
    several = replace(END, clause="24.3")
    given(*NATION).when(several, **NOW).then_refused("regions-too-few", field="relied_on")
    elsewhere = counted("d-4", DAYS[2], region="skane")
    two = (*NATION, *elsewhere)
    given(*two).when(replace(several, relied_on=(5, 14)), **NOW).then_events("measure-decided")
    here_once = replace(END, clause="24.2", relied_on=(5, 14))
    given(*two).when(here_once, **NOW).then_refused("breach-not-repeated")


NOTICE = replace(END, kind="termination-by-notice", clause="24.1", relied_on=())


def test_termination_by_notice_needs_its_period_and_no_breach():
    in_time = replace(NOTICE, agreement_ends_on=date(2025, 10, 20))
    (event,) = given(*NATION).when(in_time, **NOW).then_events("measure-decided")
    assert (event.agreement_ends_on, event.relied_on) == (date(2025, 10, 20), ())
    early = replace(NOTICE, agreement_ends_on=date(2025, 10, 19))
    for wrong in (early, NOTICE):
        refusal = given(*NATION).when(wrong, **NOW).then_refused("notice-period-wrong")
        assert refusal.assumed == ("termination.notice-months",)
    given(*KNOWN).when(replace(REGIONAL, agreement_ends_on=date(2026, 1, 1)), **NOW).then_refused(
        "notice-period-wrong"
    )


def test_a_quarantine_has_an_end_or_a_review_within_the_policys_time():
    given(*KNOWN).when(replace(REGIONAL, ends_on=None), **NOW).then_refused("end-or-review-missing")
    review = replace(REGIONAL, ends_on=None, review_on=date(2025, 10, 20))
    given(*KNOWN).when(review, **NOW).then_events("measure-decided")
    late = replace(review, review_on=date(2025, 10, 21))
    refusal = given(*KNOWN).when(late, **NOW).then_refused("measure-period-wrong", field="review_on")
    assert refusal.assumed == ("quarantine.months-max",)
    both = replace(REGIONAL, ends_on=date(2026, 4, 19), review_on=date(2025, 10, 1))
    given(*KNOWN).when(both, **NOW).then_events("measure-decided")


def test_nothing_ends_before_it_was_decided():
    past = replace(REGIONAL, ends_on=date(2025, 4, 19))
    given(*KNOWN).when(past, **NOW).then_refused("measure-period-wrong", field="ends_on")


def test_a_ladder_without_policy_or_with_a_broken_one_decides_nothing():
    given(OWNER, *DEVIATIONS).when(DECIDE, **NOW).then_refused("policy-missing")
    broken = policy(row("ladder.thresholds", (1, 2)))
    given(broken, *KNOWN[1:]).when(REGIONAL, **NOW).then_refused("policy-term-missing")


SERVE = ServeMeasure(measure="x-1", channel="registered-letter")
RELEASE = ReleaseMeasure(
    measure="x-1",
    employer="jh-rs",
    delegation="RS/7/2025",
    conflict_of_interest="None declared",
    reasons="The action plan works",
)
MEASURE = quarantine("s-1")


def test_a_measure_takes_effect_when_served():
    (event,) = given(OWNER, MEASURE).when(SERVE, **NOW).then_events("measure-served")
    assert (event.supplier, event.served_at) == ("s-1", at(NOW["now"]))


def test_a_measure_is_served_once_after_its_decision():
    given(OWNER).when(SERVE, **NOW).then_refused("measure-unknown")
    given(OWNER, MEASURE, served("s-1")).when(SERVE, **NOW).then_refused("measure-served", positions=(3,))
    early = replace(SERVE, served_at=at("2025-02-01T07:59:59Z"))
    given(OWNER, MEASURE).when(early, **NOW).then_refused("served-before-decided", positions=(2,))
    ahead = replace(SERVE, served_at=at("2025-04-20T12:00:01+02:00"))
    given(OWNER, MEASURE).when(ahead, **NOW).then_refused("instant-ahead")


def test_a_measure_in_effect_is_released_by_decision():
    (event,) = given(OWNER, MEASURE, served("s-1")).when(RELEASE, **NOW).then_events("measure-released")
    assert (event.released_at, event.decider.delegation) == (at(NOW["now"]), "RS/7/2025")


def test_a_measure_is_released_once_and_only_when_served():
    given(OWNER).when(RELEASE, **NOW).then_refused("measure-unknown")
    given(OWNER, MEASURE).when(RELEASE, **NOW).then_refused("measure-not-served", positions=(2,))
    history = (OWNER, MEASURE, served("s-1"), released("s-1", "2025-03-01T08:00:00Z"))
    given(*history).when(RELEASE, **NOW).then_refused("measure-released", positions=(4,))


def test_a_national_measure_is_served_and_released_by_central_management():
    nation = quarantine("s-1", region=None, rung="national-quarantine")
    given(OWNER, nation).when(SERVE, **NOW).then_refused("mandate-role-wrong")
    given(CENTRAL, nation).when(SERVE, **NOW).then_events("measure-served")


REVIEW = ReviewMeasure(
    measure="x-1",
    review_on=date(2025, 10, 20),
    employer="jh-rs",
    delegation="RS/7/2025",
    conflict_of_interest="None declared",
    reasons="No effect yet",
)
REVIEWABLE = quarantine("s-1", ends_on=None, review_on=date(2025, 4, 30))


def test_a_review_keeps_a_quarantine_for_the_policys_time_at_most():
    history = (POLICY, OWNER, REVIEWABLE, served("s-1"))
    (event,) = given(*history).when(REVIEW, **NOW).then_events("measure-reviewed")
    assert (event.reviewed_at, event.review_on) == (at(NOW["now"]), date(2025, 10, 20))
    late = replace(REVIEW, review_on=date(2025, 10, 21))
    refusal = given(*history).when(late, **NOW).then_refused("measure-period-wrong", field="review_on")
    assert refusal.assumed == ("quarantine.months-max",)
    past = replace(REVIEW, review_on=None, ends_on=date(2025, 4, 19))
    given(*history).when(past, **NOW).then_refused("measure-period-wrong", field="ends_on")
    given(*history).when(replace(REVIEW, review_on=None), **NOW).then_refused("end-or-review-missing")


def test_only_what_is_in_effect_is_reviewed():
    given(OWNER).when(REVIEW, **NOW).then_refused("measure-unknown")
    given(POLICY, OWNER, REVIEWABLE).when(REVIEW, **NOW).then_refused("measure-not-served")
    gone = (POLICY, OWNER, REVIEWABLE, served("s-1"), released("s-1", "2025-03-01T08:00:00Z"))
    given(*gone).when(REVIEW, **NOW).then_refused("measure-released", positions=(5,))


def test_a_review_sets_the_end_from_then_on_and_not_before():
    end = replace(REVIEW, review_on=None, ends_on=date(2025, 5, 31))
    (reviewed,) = (
        given(POLICY, OWNER, REVIEWABLE, served("s-1")).when(end, **NOW).then_events("measure-reviewed")
    )
    for held in (
        measures("x-1").over(enumerate((REVIEWABLE, served("s-1"), reviewed), 1)),
        standing("s-1").over(enumerate((REVIEWABLE, served("s-1"), reviewed), 1)).measures["x-1"],
        ladder("s-1").over(enumerate((REVIEWABLE, served("s-1"), reviewed), 1)).measures["x-1"],
    ):
        assert (held.ends_on, held.review_on, held.positions()) == (date(2025, 5, 31), None, (1, 2, 3))
        assert held.active(at("2025-05-31T23:59:59+02:00"))
        assert not held.active(at("2025-06-01T00:00:00+02:00"))
        assert held.active(at("2025-04-01T00:00:00+02:00"))


KINDS = ("late-cancellation", "no-show", "wrong-consultant", "pension-shortfall", "invoice-error")
SEVERITY = {"late-cancellation": 2, "invoice-error": 1}
ORE = {
    "late-cancellation": 500_000,
    "no-show": 1_000_000,
    "wrong-consultant": 1_500_000,
    "pension-shortfall": 2_500_000,
}


@any_given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 4), st.integers(0, 60)), min_size=1, max_size=9)
)
@settings(max_examples=60, deadline=None)
def test_a_penalty_agrees_with_charging_one_cause_at_a_time(breaches):
    """A second model: each cause costs what its gravest kind costs, the earliest of equals; then the cap."""
    events = [
        e
        for n, (kind, cause, days) in enumerate(breaches)
        for e in counted(
            f"d-{n}",
            DAYS[0] + timedelta(days=days),
            kind=kind,
            severity=SEVERITY.get(kind, 3),
            cause=f"c-{cause}",
        )
    ]
    command = replace(PENALTY, relied_on=tuple(range(5, 3 * len(breaches) + 3, 3)))
    done = given(POLICY, OWNER, *events).when(command, **NOW)
    total = 0
    for cause in {cause for _, cause, _ in breaches}:
        own = [
            (-SEVERITY.get(k, 3), days, f"d-{n}", k) for n, (k, c, days) in enumerate(breaches) if c == cause
        ]
        total += ORE.get(min(own)[-1], 0)
    if total == 0:
        done.then_refused("amount-without-ground")
    else:
        (event,) = done.then_events("measure-decided")
        assert event.amount_ore == min(total, 5_000_000)
