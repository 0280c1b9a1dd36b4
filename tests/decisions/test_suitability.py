"""What an award tests of each offered consultant, what excludes an offer and what is only shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.decisions.awards import AwardOrder
from ledger.events.consultants import ConsultantsLinked
from ledger.events.credentials import (
    EvidenceVoided,
    ExperienceRecorded,
    LicenceChanged,
    LicenceRecorded,
    Proof,
    ReferenceChecked,
    SpecialistCertificateRecorded,
)
from ledger.events.employment import EmploymentRecorded
from ledger.events.placement import EarlierPlacementRecorded, PlacementSettled
from tests.decisions.background import (
    AWARDED,
    MANDATE,
    ORDER,
    POLICY,
    REGION,
    consultant,
    offered,
    policy,
    row,
)
from tests.given import given

DAY = timedelta(days=1)
FIRST = offered("f-1", "s-1", "2025-03-03T10:00:00+01:00")
SECOND = offered("f-2", "s-2", "2025-03-03T11:00:00+01:00")
OFFERED_ON = date(2025, 3, 3)
PROOF = Proof(
    document="hosp-extract", dated_on=date(2025, 1, 15), checked_by="supplier quality function",
    checked_on=date(2025, 1, 16), reference="Q/1",
)  # fmt: skip
LICENCE = LicenceRecorded(
    consultant="k-f-1", profession="nurse", licensed_on=date(2019, 6, 12), proof=PROOF, trust="direct"
)
SERVICE = ExperienceRecorded(
    consultant="k-f-1", profession="nurse", clinical=True, country="se", from_on=date(2019, 8, 1),
    until_on=date(2025, 1, 1), share_ppm=1_000_000, proof=PROOF, trust="direct",
)  # fmt: skip
JOB = EmploymentRecorded(
    consultant="k-f-1", employer="232100-0214", authority="jh-rs", form="monthly", from_on=date(2019, 8, 1),
    until_on=date(2024, 3, 5), last_worked_on=None, source="Certificate", trust="direct",
)  # fmt: skip
CHANGED = LicenceChanged(
    consultant="k-f-1", profession="nurse", state="withdrawn", from_on=OFFERED_ON, restriction="",
    proof=PROOF, trust="direct",
)  # fmt: skip
REFERENCE = ReferenceChecked(
    consultant="k-f-1", taken_on=date(2024, 11, 20), taken_by="quality", referee_role="head-of-unit",
    result="recommends", trust="direct",
)  # fmt: skip


def award(*events, book=POLICY, order=ORDER, first=FIRST, second=SECOND):
    history = (book, order, MANDATE, REGION, first, second, *events)
    (event,) = given(*history).when(AwardOrder(order="o-1"), now=AWARDED).then_events("order-awarded")
    return event


def checks(event, offer="f-1"):
    (found,) = [one.checks for one in event.checks if one.offer == offer]
    return {check.name: check for check in found}


def excluded(event, offer="f-1"):
    (found,) = [one for one in event.ranking if one.offer == offer]
    return found.excluded_code


def test_what_nobody_recorded_is_shown_as_not_proven_and_excludes_nobody():
    event = award()
    found = checks(event)
    outcomes = {name: check.outcome for name, check in found.items()}
    assert outcomes == {
        "licence": "not-shown", "clinical-experience": "not-shown", "nordic-experience": "not-shown",
        "references": "not-shown", "former-employee": "met", "statutory-placement": "met",
    }  # fmt: skip
    assert event.offer == "f-1"
    assert not any(check.excludes for check in found.values())


def test_where_the_policy_says_so_what_is_not_proven_excludes():
    book = policy(row("competence.unproven", "exclude"))
    proven = [replace(e, consultant="k-f-2") for e in (LICENCE, SERVICE)]
    event = award(*proven, book=book)
    assert (event.offer, excluded(event)) == ("f-2", "licence-not-shown")


def test_a_consultant_who_shows_everything_passes_every_check_with_its_facts():
    found = checks(award(LICENCE, SERVICE, REFERENCE, REFERENCE))
    assert {check.outcome for check in found.values()} == {"met"}
    assert found["clinical-experience"].facts == (7, 8)
    assert found["references"].facts == (9, 10)
    dates = [(test.name, test.on, test.governs) for test in found["licence"].tested]
    assert dates == [
        ("publication", date(2025, 3, 3), False),
        ("offer", date(2025, 3, 3), True),
        ("start", date(2025, 4, 7), False),
    ]


def test_too_little_experience_excludes_with_clause_and_facts():
    event = award(LICENCE, replace(SERVICE, from_on=date(2023, 6, 1)))
    (out,) = [one for one in event.ranking if one.offer == "f-1"]
    assert out.excluded_code == "clinical-experience-too-short"
    assert out.excluded_clause.startswith("S3")
    assert set(out.facts) >= {7, 8}
    assert event.offer == "f-2"


def test_service_before_the_licence_counts_for_nothing():
    event = award(replace(LICENCE, licensed_on=date(2024, 12, 1)), SERVICE)
    assert checks(event)["clinical-experience"].tested[1].amount == 31


def test_service_outside_the_nordic_countries_is_too_little_nordic_service():
    assert excluded(award(LICENCE, replace(SERVICE, country="de"))) == "nordic-experience-too-short"


def test_a_withdrawn_licence_excludes_and_one_withdrawn_after_the_offer_is_shown():
    assert excluded(award(LICENCE, CHANGED, SERVICE)) == "licence-withdrawn"
    later = award(LICENCE, replace(CHANGED, from_on=OFFERED_ON + DAY), SERVICE)
    assert excluded(later) == ""
    assert [test.met for test in checks(later)["licence"].tested] == [True, True, False]


def test_a_restricted_licence_is_flagged():
    restricted = replace(CHANGED, state="restricted", restriction="no night work")
    found = checks(award(LICENCE, restricted, SERVICE))["licence"]
    assert (found.outcome, found.code, found.excludes) == ("flagged", "licence-restricted", False)


def test_a_voided_licence_is_not_shown():
    event = award(LICENCE, EvidenceVoided(consultant="k-f-1", voided=7, reason="Another's"), SERVICE)
    assert checks(event)["licence"].outcome == "not-shown"


def test_a_speciality_needs_experience_after_its_certificate():
    order = replace(ORDER, profession="specialist-nurse")
    certificate = SpecialistCertificateRecorded(
        consultant="k-f-1", profession="nurse", speciality="specialist-nurse",
        certified_on=date(2023, 6, 1), proof=PROOF, trust="direct",
    )  # fmt: skip
    late = award(LICENCE, SERVICE, certificate, order=order)
    assert excluded(late) == "specialist-experience-too-short"
    early = award(LICENCE, SERVICE, replace(certificate, certified_on=date(2021, 1, 20)), order=order)
    assert checks(early)["specialist-experience"].outcome == "met"
    without = award(LICENCE, SERVICE, order=order)
    assert checks(without)["specialist-experience"].code == "specialist-experience-not-shown"


def test_what_was_recorded_under_another_id_of_the_human_counts():
    linked = ConsultantsLinked(consultant="k-9", same_as="k-f-1", found_by="decision", basis="Same")
    event = award(linked, replace(JOB, consultant="k-9"))
    assert excluded(event) == "former-employee"


def test_a_former_employee_is_excluded_and_all_three_dates_are_shown():
    event = award(JOB)
    (out,) = [one for one in event.ranking if one.offer == "f-1"]
    assert (out.excluded_code, event.offer) == ("former-employee", "f-2")
    assert 7 in out.facts
    tested = checks(event)["former-employee"].tested
    assert [(test.name, test.met, test.amount, test.required) for test in tested] == [
        ("publication", False, 364, 365),
        ("offer", False, 364, 365),
        ("start", True, 399, 365),
    ]


def test_only_the_dates_that_govern_exclude():
    book = policy(row("former-employee.tested-on", ("start",)))
    assert excluded(award(JOB, book=book)) == ""


@pytest.mark.parametrize("changes", [{"until_on": date(2024, 3, 4)}, {"employer": "232100-0081"}])
def test_who_left_a_year_ago_or_another_legal_person_is_not_barred(changes):
    assert excluded(award(replace(JOB, **changes))) == ""


def test_the_statutory_counter_is_an_indicator_and_an_offer_ends_it():
    placed = EarlierPlacementRecorded(
        consultant="k-f-1", operating_unit="site-1", company="559000-0005", from_on=date(2023, 2, 1),
        until_on=date(2025, 3, 1), source="Certificate", trust="direct",
    )  # fmt: skip
    event = award(placed)
    found = checks(event)["statutory-placement"]
    assert (found.outcome, found.excludes, event.offer) == ("flagged", False, "f-1")
    assert (found.tested[0].amount, found.tested[0].required) == (759, 731)
    settled = PlacementSettled(
        consultant="k-f-1", operating_unit="site-1", how="payment", on=date(2025, 3, 2), registry_number="1"
    )
    assert checks(award(placed, settled))["statutory-placement"].outcome == "met"


def test_the_award_says_from_when_the_assignment_itself_would_exceed_the_counter():
    placed = EarlierPlacementRecorded(
        consultant="k-f-1", operating_unit="site-1", company="559000-0005", from_on=date(2023, 3, 1),
        until_on=date(2025, 2, 1), source="Certificate", trust="direct",
    )  # fmt: skip
    found = checks(award(placed))["statutory-placement"]
    assert found.tested[0].met
    assert "from 2025-05-05" in found.detail


def test_staff_of_a_company_of_her_own_are_flagged_and_not_excluded():
    event = award(replace(consultant("k-f-1", "s-1"), own_company=True))
    assert checks(event)["statutory-placement"].code == "own-company"
    assert event.offer == "f-1"


def test_a_reference_against_is_flagged_and_one_too_old_or_from_another_role_does_not_count():
    old = replace(REFERENCE, taken_on=date(2024, 3, 2))
    colleague = replace(REFERENCE, referee_role="colleague")
    assert checks(award(REFERENCE, old, colleague))["references"].tested[0].amount == 1
    against = replace(REFERENCE, result="does-not-recommend")
    assert checks(award(REFERENCE, REFERENCE, against))["references"].code == "reference-against"
