"""The staff cost as a dated fact with its source, and purchases outside the agreement."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.purchases import ReportPurchase
from ledger.decisions.staff_cost import ImportStaffCost
from tests.decisions.background import ACCESSION, AGREEMENT, MANDATE, POLICY, REGION, REGION_ID, policy, row
from tests.given import given

OWNER = replace(MANDATE, role="contract-owner", units=(), holder="owner-1")
NOW = {"actor": "owner-1", "now": "2025-06-02T09:00:00+02:00"}
IMPORT = ImportStaffCost(
    agreement=AGREEMENT,
    region=REGION_ID,
    month_on=date(2025, 4, 1),
    staff_cost_ore=32_000_000_000,
    source="Månadsrapport april 2025",
    published_on=date(2025, 5, 20),
)


def test_a_month_has_a_staff_cost_with_its_source():
    (event,) = given(OWNER).when(IMPORT, **NOW).then_events("staff-cost-imported")
    assert (event.staff_cost_ore, event.source, event.replaces) == (32_000_000_000, IMPORT.source, None)


def test_a_later_import_replaces_it_and_the_same_is_refused():
    (event,) = given(OWNER).when(IMPORT, **NOW).then_events("staff-cost-imported")
    given(OWNER, event).when(IMPORT, **NOW).then_refused("staff-cost-unchanged", positions=(2,))
    mended = replace(IMPORT, staff_cost_ore=31_000_000_000)
    (later,) = given(OWNER, event).when(mended, **NOW).then_events("staff-cost-imported")
    assert later.replaces == 2
    given(OWNER, event).when(replace(IMPORT, source="Rättad rapport"), **NOW).then_events(
        "staff-cost-imported"
    )


@pytest.mark.parametrize(
    "changed",
    [{"month_on": date(2025, 4, 2)}, {"month_on": date(2025, 6, 1)}, {"published_on": date(2025, 6, 3)}],
)
def test_a_month_is_whole_over_and_published(changed):
    given(OWNER).when(replace(IMPORT, **changed), **NOW).then_refused("month-unclear", field="month_on")


def test_the_last_month_may_be_imported_on_the_first_of_the_next():
    may = replace(IMPORT, month_on=date(2025, 5, 1), published_on=date(2025, 6, 1))
    given(OWNER).when(may, actor="owner-1", now="2025-06-01T00:00:00+02:00").then_events(
        "staff-cost-imported"
    )
    early = {"actor": "owner-1", "now": "2025-05-31T23:59:59+02:00"}
    given(OWNER).when(replace(may, published_on=date(2025, 5, 31)), **early).then_refused("month-unclear")


def test_unknown_is_not_zero():
    given(OWNER).when(replace(IMPORT, staff_cost_ore=0), **NOW).then_refused("staff-cost-missing")
    given(MANDATE).when(IMPORT, now=NOW["now"]).then_refused("mandate-role-wrong")


REPORT = ReportPurchase(
    purchase="pu-1",
    agreement=AGREEMENT,
    region=REGION_ID,
    lot="nurses",
    speciality="anaesthesia",
    seller="Exempel AB",
    booked_on=date(2025, 2, 3),
    from_on=date(2025, 3, 3),
    until_on=date(2025, 3, 29),
    minutes=9600,
    amount_ore=24_000_000,
    reason="Nobody answered the order",
    registry_number="RS/310/2025",
)
KNOWN = (POLICY, OWNER, REGION, ACCESSION)


def kind(**changed: object) -> str:
    done = given(*KNOWN).when(replace(REPORT, **changed), **NOW)
    (event,) = done.then_events("purchase-reported")
    assert (event.facts, event.terms[0].term) == ((4,), "scope.specialities-outside")
    return event.kind


def test_purchases_are_told_apart():
    assert kind() == "within-scope"
    assert kind(speciality="pathology") == "outside-scope"
    assert kind(booked_on=date(2024, 2, 29)) == "before-accession"
    assert kind(booked_on=date(2024, 3, 1)) == "within-scope"


def test_before_a_region_has_joined_the_lot_everything_is_before_accession():
    doctors = replace(REPORT, lot="doctors")
    (event,) = given(*KNOWN).when(doctors, **NOW).then_events("purchase-reported")
    assert (event.kind, event.facts) == ("before-accession", ())


def test_the_policy_lists_what_the_agreement_leaves_out():
    none = policy(row("scope.specialities-outside", ()))
    (event,) = given(none, *KNOWN[1:]).when(replace(REPORT, speciality="pathology"), **NOW).ruling.events
    assert event.kind == "within-scope"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"booked_on": date(2025, 6, 3), "from_on": date(2025, 7, 1)}, "booked_on"),
        ({"booked_on": date(2025, 3, 4)}, "from_on"),
        ({"until_on": date(2025, 3, 3)}, "until_on"),
    ],
)
def test_dates_of_a_purchase(changed, field):
    given(*KNOWN).when(replace(REPORT, **changed), **NOW).then_refused("purchase-dates-wrong", field=field)


def test_a_purchase_is_reported_once_by_the_regions_owner():
    (event,) = given(*KNOWN).when(REPORT, **NOW).then_events("purchase-reported")
    given(*KNOWN, event).when(REPORT, **NOW).then_refused("purchase-reported", positions=(5,))
    given(POLICY, OWNER).when(REPORT, **NOW).then_refused("region-unknown")
    given(*KNOWN[1:]).when(REPORT, **NOW).then_refused("policy-missing")
    orderer = (POLICY, MANDATE, REGION, ACCESSION)
    given(*orderer).when(REPORT, now=NOW["now"]).then_refused("mandate-role-wrong")
