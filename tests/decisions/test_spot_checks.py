"""Pension spot checks: the frozen population, a draw anybody can repeat, evidence, and what comes of it."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from ledger.decisions.spot_check_results import ConcludePensionCheck, RecordPensionEvidence
from ledger.decisions.spot_checks import DrawPensionSample, FreezePensionPopulation
from ledger.events.assignments import ContractConcluded
from ledger.events.credentials import Proof
from ledger.events.spot_checks import PensionPopulationFrozen, PensionSampleDrawn
from ledger.facts.spot_checks import PremiumTerms, sample_of, sample_size
from ledger.values import local_instant
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, consultant, policy, row, seller
from tests.given import at, given

OAF = replace(MANDATE, role="central-contract-management", region=None, units=())
NOW = "2025-09-01T09:00:00+02:00"
LATER = "2025-09-10T09:00:00+02:00"
FREEZE = FreezePensionPopulation(
    spot_check="sc-1", agreement=AGREEMENT, supplier="s-1", registry_number="RS/310/2025",
    from_on=date(2025, 1, 1), until_on=date(2025, 7, 1), beacon="public-beacon", round=5120,
)  # fmt: skip
DRAW = DrawPensionSample(
    spot_check="sc-1", beacon="public-beacon", round=5120, value="8f3a51c0de",
    fixed_at=at("2025-09-02T12:00:00+02:00"),
)  # fmt: skip
FROZEN = PensionPopulationFrozen(
    spot_check="sc-1", agreement=AGREEMENT, supplier="s-1", registry_number="RS/310/2025",
    from_on=date(2025, 1, 1), until_on=date(2025, 7, 1), population=("k-1", "k-2", "k-3", "k-4"),
    sample_size=3, beacon="public-beacon", round=5120, frozen_at=at(NOW), evidence_by=date(2025, 10, 1),
    facts=(1,), terms=(),
)  # fmt: skip
SAMPLE = tuple(
    sorted(FROZEN.population, key=lambda k: hashlib.sha256(b"8f3a51c0de\x00" + k.encode()).hexdigest())
)[:3]
DRAWN = PensionSampleDrawn(
    spot_check="sc-1", supplier="s-1", value="8f3a51c0de", fixed_at=DRAW.fixed_at, sample=SAMPLE
)
PROOF = Proof(
    document="insurer-statement", dated_on=date(2025, 9, 5), checked_by="ÖAF", checked_on=date(2025, 9, 6),
    reference="RS/310/2025-4",
)  # fmt: skip
EVIDENCE = RecordPensionEvidence(
    spot_check="sc-1", consultant=SAMPLE[0], kind="statement", year=2025, months=6, pay_ore=24_000_000,
    paid_ore=1_080_000, proof=PROOF,
)  # fmt: skip
CONCLUDE = ConcludePensionCheck(spot_check="sc-1", reasons="Every premium was paid")


def contract(name, from_on, until_on, **changes):
    made = ContractConcluded(
        assignment=f"a-{name}", agreement=AGREEMENT, order=f"o-{name}", offer=f"f-{name}", supplier="s-1",
        consultant=name, region="jamtland-harjedalen", authority="jh-rs", unit="u-1",
        operating_unit="site-1", lot="nurses", ordered_by="orderer-1", article="ssk-1", from_on=from_on,
        until_on=until_on, planned_shifts=10, follows=None, concluded_at=local_instant(from_on, 0),
        how="confirmation in time", notice_sent_at=None,
    )  # fmt: skip
    return replace(made, **changes)


CONTRACTS = (
    contract("k-2", date(2024, 11, 1), date(2025, 1, 2)),
    contract("k-1", date(2025, 6, 30), date(2025, 12, 1)),
    contract("k-8", date(2024, 11, 1), date(2025, 1, 1)),
    contract("k-9", date(2025, 7, 1), date(2025, 12, 1)),
    contract("k-7", date(2025, 2, 1), date(2025, 5, 1), agreement="hyr-2028"),
)


def test_the_population_is_everybody_under_contract_in_the_period():
    (event,) = given(OAF, POLICY, *CONTRACTS).when(FREEZE, now=NOW).then_events("pension-population-frozen")
    assert event.population == ("k-1", "k-2")
    assert (event.sample_size, event.facts, event.evidence_by) == (2, (3, 4), date(2025, 10, 1))
    assert {term.term for term in event.terms} == {
        "pension.sample-share", "pension.sample-min", "pension.reply-days"
    }  # fmt: skip


def test_a_population_of_nobody_is_refused():
    given(OAF, POLICY, *CONTRACTS[2:]).when(FREEZE, now=NOW).then_refused(
        "population-empty", field="supplier"
    )


def test_only_central_contract_management_freezes_and_only_once():
    owner = replace(OAF, role="contract-owner")
    given(owner, POLICY, *CONTRACTS).when(FREEZE, now=NOW).then_refused("mandate-role-wrong")
    given(OAF, POLICY, *CONTRACTS, FROZEN).when(FREEZE, now=NOW).then_refused(
        "spot-check-taken", field="spot_check", positions=(8,)
    )


def test_a_period_that_ends_before_it_begins_is_refused():
    empty = replace(FREEZE, until_on=FREEZE.from_on)
    given(OAF, POLICY, *CONTRACTS).when(empty, now=NOW).then_refused("period-empty", field="until_on")


def test_the_sample_follows_from_the_value_alone():
    given(OAF, FROZEN).when(DRAW, now=LATER).then(DRAWN)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"round": 5121}, "sample-not-as-frozen", "round"),
        ({"beacon": "another"}, "sample-not-as-frozen", "round"),
        ({"fixed_at": at(NOW)}, "sample-value-too-early", "fixed_at"),
        ({"fixed_at": at("2025-09-11T09:00:00+02:00")}, "instant-ahead", "fixed_at"),
        ({"spot_check": "sc-9"}, "spot-check-unknown", "spot_check"),
    ],
)
def test_a_draw_that_somebody_could_have_steered_is_refused(changes, code, field):
    given(OAF, FROZEN).when(replace(DRAW, **changes), now=LATER, loose=True).then_refused(code, field=field)


def test_a_sample_is_drawn_once():
    given(OAF, FROZEN, DRAWN).when(DRAW, now=LATER).then_refused("sample-drawn", positions=(3,))


def evidence(command=EVIDENCE, *events, mandate=OAF, book=POLICY, now=LATER):
    return given(mandate, book, FROZEN, DRAWN, *events).when(command, now=now)


@pytest.mark.parametrize(("paid", "result"), [(1_080_000, "met"), (1_079_900, "met"), (1_079_899, "too-low")])
def test_a_statement_is_judged_by_the_rates_and_the_tolerance(paid, result):
    (event,) = evidence(replace(EVIDENCE, paid_ore=paid)).then_events("pension-evidence-recorded")
    assert (event.expected_ore, event.result) == (1_080_000, result)
    assert "pension.rate-below" in {term.term for term in event.terms}


def test_above_the_threshold_the_higher_rate_applies():
    limit = 8_060_000 * 75 // 10 * 6 // 12
    high = replace(EVIDENCE, pay_ore=limit + 1_000_000)
    (event,) = evidence(high).then_events("pension-evidence-recorded")
    assert event.expected_ore == round(limit * 0.045) + 300_000


def test_an_auditors_certificate_is_enough_where_the_policy_accepts_it():
    certificate = replace(EVIDENCE, kind="auditor-certificate", pay_ore=0, paid_ore=0)
    (event,) = evidence(certificate).then_events("pension-evidence-recorded")
    assert event.result == "met"
    book = policy(row("pension.evidence", ("statement",)))
    evidence(certificate, book=book).then_refused("evidence-not-accepted", field="kind")


def test_staff_of_an_own_company_are_owed_nothing():
    own = replace(EVIDENCE, kind="own-company", pay_ore=0, paid_ore=0)
    registered = replace(consultant(SAMPLE[0], "s-1"), own_company=True)
    (event,) = evidence(own, registered).then_events("pension-evidence-recorded")
    assert event.result == "not-owed"
    evidence(own, replace(registered, own_company=False)).then_refused("evidence-not-accepted", field="kind")
    evidence(own).then_refused("evidence-not-accepted", field="kind")


@pytest.mark.parametrize(
    "changes",
    [{"pay_ore": 0}, {"kind": "auditor-certificate"}, {"kind": "auditor-certificate", "pay_ore": 0}],
)
def test_amounts_belong_to_statements(changes):
    evidence(replace(EVIDENCE, **changes)).then_refused("amounts-misplaced", field="pay_ore")


def test_a_year_without_an_income_base_amount_is_no_basis():
    evidence(replace(EVIDENCE, year=2019)).then_refused("policy-term-missing", field="year")


def test_evidence_is_about_somebody_drawn():
    (left,) = set(FROZEN.population) - set(SAMPLE)
    evidence(replace(EVIDENCE, consultant=left)).then_refused("not-in-sample", field="consultant")


def test_the_supplier_shows_evidence_and_another_supplier_does_not():
    evidence(mandate=seller("s-1")).then_events("pension-evidence-recorded")
    evidence(mandate=seller("s-2")).then_refused("acts-for-other")


def test_a_document_from_before_the_period_shows_nothing():
    old = replace(PROOF, dated_on=date(2024, 12, 31))
    evidence(replace(EVIDENCE, proof=old)).then_refused("evidence-too-early", field="proof")


def shown(*results):
    events = []
    for name, paid in zip(SAMPLE, results, strict=False):
        (event,) = evidence(replace(EVIDENCE, consultant=name, paid_ore=paid)).ruling.events
        events.append(event)
    return events


def test_a_check_is_concluded_when_everybody_drawn_is_accounted_for():
    history = shown(1_080_000, 1_000_000, 1_080_000)
    (event,) = (
        given(OAF, FROZEN, DRAWN, *history).when(CONCLUDE, now=LATER).then_events("pension-check-concluded")
    )
    results = {one.consultant: (one.result, one.lacking_ore) for one in event.results}
    assert results == {SAMPLE[0]: ("met", 0), SAMPLE[1]: ("too-low", 80_000), SAMPLE[2]: ("met", 0)}
    again = given(OAF, FROZEN, DRAWN, *history, event)
    again.when(CONCLUDE, now=LATER).then_refused("spot-check-concluded", positions=(7,))
    evidence(EVIDENCE, event).then_refused("spot-check-concluded")


def test_nobody_is_judged_before_the_time_to_reply_is_out():
    history = (OAF, FROZEN, DRAWN, *shown(1_080_000))
    last = "2025-10-01T23:59:00+02:00"
    given(*history).when(CONCLUDE, now=last).then_refused("evidence-awaited", positions=(2,))
    (event,) = (
        given(*history).when(CONCLUDE, now="2025-10-02T00:01:00+02:00").then_events("pension-check-concluded")
    )
    assert sorted(one.result for one in event.results) == ["met", "not-shown", "not-shown"]


def test_a_check_without_a_draw_is_not_concluded():
    given(OAF, FROZEN).when(CONCLUDE, now="2025-12-01T09:00:00+01:00").then_refused("evidence-awaited")


@pytest.mark.parametrize(
    ("population", "size"), [(0, 0), (2, 2), (3, 3), (30, 3), (31, 4), (40, 4), (41, 5), (1000, 100)]
)
def test_a_tenth_rounded_up_but_at_least_three(population, size):
    assert sample_size(population, 100_000, 3) == size


@forall(st.sets(st.text("abcdef-", min_size=1), min_size=1), st.text("0123456789abcdef", min_size=1))
def test_a_draw_repeats_and_order_does_not_matter(names, value):
    size = len(names) // 2 + 1
    drawn = sample_of(sorted(names), value, size)
    assert drawn == sample_of(sorted(names, reverse=True), value, size)
    assert len(set(drawn)) == size
    key = {n: hashlib.sha256(value.encode() + b"\x00" + n.encode()).hexdigest() for n in names}
    assert all(key[n] >= max(key[d] for d in drawn) for n in names - set(drawn))


@forall(st.integers(0, 100_000_000), st.integers(1, 12))
def test_the_premium_is_what_a_count_of_every_krona_finds(pay, months):
    rule = PremiumTerms(45_000, 300_000, 7_500_000, {"2025": 8_060_000}, 0)
    limit = 8_060_000 * 15 * months // 24
    below = min(pay, limit)
    exact = below * 45 + (pay - below) * 300  # in thousandths of an öre
    assert rule.expected(pay, 2025, months) == (exact + 500) // 1000
