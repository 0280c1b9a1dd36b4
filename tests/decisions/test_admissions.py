"""Admission rounds, admissions within and outside them, counts that sources claim."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given as drawn
from hypothesis import strategies as st

from api.demo.story.days import non_working
from ledger.decisions.admission_rounds import OpenAdmissionRound, RecordSupplierCount
from ledger.decisions.admissions import AdmitSupplier
from ledger.events.admissions import AdmissionRoundOpened
from ledger.policy.rounds import decide_by
from tests.decisions.background import (
    ACCESSION,
    AGREEMENT,
    MANDATE,
    POLICY,
    REGION_ID,
    calendar,
    policy,
    row,
    supplier,
)
from tests.given import given, unmandated

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=())
SPRING = calendar(2024, *(day for day in non_working(2024)))
OPEN = OpenAdmissionRound(
    agreement=AGREEMENT,
    round="2024-03",
    lots=("nurses",),
    opened_on=date(2024, 1, 15),
    apply_by=date(2024, 2, 29),
    registry_number="RS/20/2024",
)
ADMIT = AdmitSupplier(
    agreement=AGREEMENT,
    supplier="s-1",
    lot="nurses",
    region=REGION_ID,
    from_on=date(2024, 4, 1),
    decided_on=date(2024, 3, 22),
    registry_number="RS/2/2024",
    round="2024-03",
)
ROUND = AdmissionRoundOpened(
    agreement=AGREEMENT,
    round="2024-03",
    lots=("nurses",),
    opened_on=date(2024, 1, 15),
    apply_by=date(2024, 2, 29),
    decide_by=date(2024, 3, 22),
    registry_number="RS/20/2024",
    facts=(3, 1),
    terms=(),
)
KNOWN = (ACCESSION, supplier("s-1"), ROUND)


def test_a_round_is_decided_by_the_last_friday_that_is_no_holiday():
    """29 March 2024 is Good Friday, so 22 March is the last day."""
    (event,) = given(POLICY, CENTRAL, SPRING).when(OPEN).then_events("admission-round-opened")
    assert (event.decide_by, event.facts) == (date(2024, 3, 22), (3, 1))
    assert [term.source for term in event.terms] == ["assumption", "assumption"]


@drawn(st.integers(2024, 2031), st.sampled_from((3, 9)), st.integers(1, 7))
def test_the_last_date_agrees_with_counting_back_day_by_day(year, month, weekday):
    free = frozenset(non_working(year))
    day = date(year, month + 1, 1) - timedelta(days=1)
    while day.isoweekday() != weekday or day in free:
        day -= timedelta(days=1)
    assert decide_by(year, month, weekday, free) == day


def test_the_dates_of_eight_years_stand_as_the_calendar_has_them():
    found = [decide_by(year, 3, 5, frozenset(non_working(year))) for year in (2024, 2025, 2026, 2027)]
    assert found == [date(2024, 3, 22), date(2025, 3, 28), date(2026, 3, 27), date(2027, 3, 19)]
    assert decide_by(2027, 9, 5, frozenset(non_working(2027))) == date(2027, 9, 24)


def test_a_month_without_such_a_day_has_no_round():
    fridays = [date(2024, 3, day) for day in (1, 8, 15, 22, 29)]
    history = (POLICY, CENTRAL, calendar(2024, *fridays))
    given(*history).when(OPEN).then_refused("round-month-wrong", field="round", positions=(3, 1))


def test_a_round_is_opened_once_by_central_management():
    given(POLICY, CENTRAL, SPRING, ROUND).when(OPEN).then_refused("round-opened", positions=(4,))
    given(POLICY, replace(CENTRAL, role="contract-owner", region=REGION_ID), SPRING).when(OPEN).then_refused(
        "mandate-role-wrong"
    )


def test_a_round_is_held_in_the_months_of_the_policy():
    may = replace(OPEN, round="2024-05")
    refusal = given(POLICY, CENTRAL, SPRING).when(may).then_refused("round-month-wrong", positions=(1,))
    assert refusal.assumed == ("admission.months",)
    given(policy(row("admission.months", (5, 9))), CENTRAL, SPRING).when(may).then_events(
        "admission-round-opened"
    )


def test_a_round_needs_a_frozen_calendar_and_dates_in_order():
    given(POLICY, CENTRAL).when(OPEN).then_refused("calendar-not-frozen", field="round")
    late = replace(OPEN, apply_by=date(2024, 3, 23))
    given(POLICY, CENTRAL, SPRING).when(late).then_refused("round-dates-wrong", field="apply_by")
    on_the_day = replace(OPEN, apply_by=date(2024, 3, 22))
    given(POLICY, CENTRAL, SPRING).when(on_the_day).then_events("admission-round-opened")


def test_an_admission_of_a_round_says_so():
    (event,) = unmandated(*KNOWN).when(ADMIT, loose=True).then_events("supplier-admitted")
    assert (event.round, event.decide_by, event.exception) == ("2024-03", date(2024, 3, 22), "none")


def test_a_late_admission_needs_a_reason_and_is_flagged():
    late = replace(ADMIT, decided_on=date(2024, 3, 23))
    refusal = (
        given(*KNOWN, POLICY)
        .when(late, mandate=None)
        .then_refused("admission-outside-rounds", positions=(3, 4))
    )
    assert refusal.assumed == ("admission.exceptions",)
    reasoned = replace(late, reason="The review court decided on 21 March")
    (event,) = unmandated(*KNOWN, POLICY).when(reasoned).then_events("supplier-admitted")
    assert (event.exception, event.terms[0].term) == ("late", "admission.exceptions")


def test_an_admission_outside_every_round_needs_a_reason():
    outside = replace(ADMIT, round=None)
    unmandated(*KNOWN, POLICY).when(outside).then_refused("admission-outside-rounds", field="round")
    reasoned = replace(outside, reason="The first award")
    (event,) = unmandated(*KNOWN, POLICY).when(reasoned).then_events("supplier-admitted")
    assert event.exception == "outside-rounds"
    strict = policy(row("admission.exceptions", "refused"))
    unmandated(*KNOWN, strict).when(reasoned).then_refused("admission-outside-rounds")


def test_a_round_that_was_not_open_for_the_lot_admits_nobody():
    unmandated(*KNOWN).when(replace(ADMIT, round="2024-09"), loose=True).then_refused("round-unknown")
    before = replace(ADMIT, decided_on=date(2024, 1, 14))
    unmandated(*KNOWN).when(before, loose=True).then_refused("round-unknown", positions=(3,))
    other = replace(ROUND, lots=("doctors",))
    unmandated(*KNOWN[:2], other).when(ADMIT).then_refused("round-unknown", positions=(3,))


COUNT = RecordSupplierCount(agreement=AGREEMENT, lot=None, on=date(2024, 1, 1), suppliers=32, source="S1")


def test_counts_are_claims_with_a_source():
    (event,) = given(CENTRAL).when(replace(COUNT, tenders=74)).then_events("supplier-count-claimed")
    assert (event.suppliers, event.tenders, event.source) == (32, 74, "S1")


def test_a_count_that_cannot_be_is_refused():
    given(CENTRAL).when(replace(COUNT, tenders=31)).then_refused("count-impossible", field="suppliers")
    given(CENTRAL).when(replace(COUNT, suppliers=-1)).then_refused("count-impossible")
    given().when(COUNT).then_refused("mandate-not-held")


def test_nobody_is_admitted_by_a_decision_that_has_not_come():
    early = unmandated(*KNOWN).when(ADMIT, now="2024-03-21T23:59:00+01:00")
    early.then_refused("instant-ahead", field="decided_on")
    unmandated(*KNOWN).when(ADMIT, now="2024-03-22T00:00:00+01:00").then_events("supplier-admitted")
