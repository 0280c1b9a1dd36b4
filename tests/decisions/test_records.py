"""What is recorded about a consultant: credentials, references, employments, placements, and who may."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.base import Origin
from ledger.decisions.credentials import (
    ChangeLicence,
    RecordExperience,
    RecordLicence,
    RecordSpecialistCertificate,
)
from ledger.decisions.employments import RecordEmployment
from ledger.decisions.evidence_voiding import VoidEvidence
from ledger.decisions.placements import RecordEarlierPlacement, SettlePlacement
from ledger.decisions.reference_checks import CheckReference
from ledger.events.credentials import LicenceChanged, LicenceRecorded, Proof
from ledger.events.employment import EmploymentRecorded
from ledger.events.placement import EarlierPlacementRecorded, PlacementSettled
from tests.decisions.background import MANDATE, consultant, seller
from tests.given import at, given

NOW = "2025-03-03T09:00:00+01:00"
TODAY = date(2025, 3, 3)
PROOF = Proof(
    document="hosp-extract",
    dated_on=date(2025, 1, 15),
    checked_by="supplier quality function",
    checked_on=date(2025, 1, 16),
    reference="Q/2025/17",
)
K1 = consultant("k-1", "s-1")
SELLER = seller("s-1")
LICENCE = RecordLicence(consultant="k-1", profession="nurse", licensed_on=date(2019, 6, 12), proof=PROOF)
LICENSED = LicenceRecorded(
    consultant="k-1", profession="nurse", licensed_on=date(2019, 6, 12), proof=PROOF, trust="direct"
)
CHANGE = ChangeLicence(
    consultant="k-1", profession="nurse", state="withdrawn", from_on=date(2025, 5, 2), proof=PROOF
)
CERTIFICATE = RecordSpecialistCertificate(
    consultant="k-1", profession="nurse", speciality="specialist-nurse", certified_on=date(2021, 1, 20),
    proof=PROOF,
)  # fmt: skip
EXPERIENCE = RecordExperience(
    consultant="k-1", profession="nurse", country="se", from_on=date(2019, 8, 1),
    until_on=date(2025, 1, 1), share_ppm=750_000, proof=PROOF,
)  # fmt: skip
REFERENCE = CheckReference(
    consultant="k-1", taken_on=date(2024, 11, 20), taken_by="supplier quality function",
    referee_role="head-of-unit", result="recommends",
)  # fmt: skip
JOB = RecordEmployment(
    consultant="k-1", employer="232100-0214", form="monthly", from_on=date(2019, 8, 1),
    until_on=date(2024, 7, 1), source="Certificate of employment",
)  # fmt: skip
PLACED = RecordEarlierPlacement(
    consultant="k-1", operating_unit="site-1", company="559000-0005", from_on=date(2023, 1, 9),
    until_on=date(2023, 12, 23), source="Certificate of assignment",
)  # fmt: skip
SETTLE = SettlePlacement(
    consultant="k-1", operating_unit="site-1", how="offer", on=date(2025, 2, 28), registry_number="RS/1"
)
COMMANDS = (LICENCE, CERTIFICATE, EXPERIENCE, REFERENCE, JOB, PLACED)
NAMES = (
    "licence-recorded", "specialist-certificate-recorded", "experience-recorded", "reference-checked",
    "employment-recorded", "earlier-placement-recorded",
)  # fmt: skip


@pytest.mark.parametrize(("command", "name"), list(zip(COMMANDS, NAMES, strict=True)))
def test_the_supplier_records_about_its_own_consultant(command, name):
    (event,) = given(SELLER, K1).when(command).then_events(name)
    assert event.trust == "direct"


@pytest.mark.parametrize("command", COMMANDS)
def test_what_was_imported_says_so(command):
    origin = Origin("hosp", "imported", time=at("2025-03-01T08:00:00+01:00"))
    (event,) = given(SELLER, K1).when(command, origin=origin).ruling.events
    assert event.trust == "imported"


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_records_without_a_mandate(command):
    given(K1).when(command, mandate=None).then_refused("mandate-missing")


@pytest.mark.parametrize("command", COMMANDS)
def test_another_supplier_does_not_record_about_the_consultant(command):
    given(seller("s-2"), K1).when(command).then_refused(
        "acts-for-other", field="consultant", positions=(1, 2)
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_recorded_about_an_id_nobody_registered(command):
    given(SELLER).when(command).then_refused("consultant-unknown", field="consultant")


def test_an_attester_records_nothing():
    attester = replace(MANDATE, role="attester")
    given(attester, K1).when(LICENCE).then_refused("mandate-role-wrong")


def test_an_orderer_of_one_unit_may_record():
    given(MANDATE, K1).when(LICENCE).then(LICENSED)


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (replace(PROOF, checked_on=date(2025, 3, 4)), "evidence-ahead"),
        (replace(PROOF, checked_on=date(2025, 1, 14)), "evidence-too-early"),
        (replace(PROOF, dated_on=date(2019, 6, 11), checked_on=TODAY), "evidence-too-early"),
    ],
)
def test_a_document_shows_nothing_that_came_after_it(proof, code):
    given(SELLER, K1).when(replace(LICENCE, proof=proof)).then_refused(code, field="proof")


def test_service_that_goes_on_after_its_document_is_not_shown_by_it():
    early = replace(PROOF, dated_on=date(2024, 12, 30))
    given(SELLER, K1).when(replace(EXPERIENCE, proof=early)).then_refused("evidence-too-early", field="proof")


@pytest.mark.parametrize("command", [EXPERIENCE, JOB, PLACED])
def test_a_period_that_ends_before_it_begins_is_refused(command):
    empty = replace(command, until_on=command.from_on)
    given(SELLER, K1).when(empty).then_refused("period-empty", field="until_on")


def test_a_recorded_licence_is_withdrawn_from_a_date_on():
    (event,) = given(SELLER, K1, LICENSED).when(CHANGE).then_events("licence-changed")
    assert (event.state, event.from_on) == ("withdrawn", date(2025, 5, 2))


def test_a_licence_nobody_recorded_cannot_change():
    given(SELLER, K1).when(CHANGE).then_refused("licence-not-recorded", field="profession")


@pytest.mark.parametrize(("state", "text"), [("restricted", ""), ("withdrawn", "no night work")])
def test_a_restriction_says_what_it_restricts_and_nothing_else_does(state, text):
    command = replace(CHANGE, state=state, restriction=text)
    given(SELLER, K1, LICENSED).when(command).then_refused("restriction-unclear", field="restriction")


def test_a_fact_is_voided_once():
    void = VoidEvidence(consultant="k-1", voided=3, reason="Another person's")
    (event,) = given(SELLER, K1, LICENSED).when(void).then_events("evidence-voided")
    given(SELLER, K1, LICENSED, event).when(void).then_refused("evidence-unknown", field="voided")


def test_a_registration_is_no_evidence_to_void():
    void = VoidEvidence(consultant="k-1", voided=2, reason="Wrong")
    given(SELLER, K1).when(void).then_refused("evidence-unknown", field="voided")


def test_a_reference_that_has_not_been_taken_is_refused():
    command = replace(REFERENCE, taken_on=date(2025, 3, 4))
    given(SELLER, K1).when(command).then_refused("evidence-ahead", field="taken_on")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"from_on": date(2025, 3, 4), "until_on": None}, "evidence-ahead", "from_on"),
        ({"last_worked_on": date(2024, 5, 1)}, "last-hour-misplaced", "last_worked_on"),
        ({"form": "hourly", "last_worked_on": date(2024, 7, 1)}, "last-hour-misplaced", "last_worked_on"),
        ({"form": "hourly", "last_worked_on": date(2019, 7, 31)}, "last-hour-misplaced", "last_worked_on"),
        (
            {"form": "hourly", "until_on": None, "last_worked_on": date(2025, 3, 4)},
            "evidence-ahead",
            "last_worked_on",
        ),
        ({"corrects": 2}, "employment-unknown", "corrects"),
    ],
)
def test_an_employment_that_cannot_be_is_refused(changes, code, field):
    given(SELLER, K1).when(replace(JOB, **changes)).then_refused(code, field=field)


HELD = EmploymentRecorded(
    consultant="k-1", employer="232100-0214", authority=None, form="monthly", from_on=date(2019, 8, 1),
    until_on=None, last_worked_on=None, source="Register of staff", trust="imported",
)  # fmt: skip


def test_an_employment_is_corrected_by_another_record():
    (event,) = given(MANDATE, K1, HELD).when(replace(JOB, corrects=3)).then_events("employment-recorded")
    assert (event.corrects, event.until_on, event.stated_by) == (3, date(2024, 7, 1), "owner")


def test_a_supplier_corrects_only_what_it_said_itself():
    correct = replace(JOB, corrects=3)
    given(SELLER, K1, HELD).when(correct).then_refused("evidence-not-own", field="corrects", positions=(3,))
    own = replace(HELD, stated_by="supplier")
    (event,) = given(SELLER, K1, own).when(correct).then_events("employment-recorded")
    assert event.stated_by == "supplier"


CHANGED = LicenceChanged(
    consultant="k-1", profession="nurse", state="withdrawn", from_on=date(2025, 2, 1), restriction="",
    proof=PROOF, trust="direct",
)  # fmt: skip
EARLIER = EarlierPlacementRecorded(
    consultant="k-1", operating_unit="site-1", company="559000-0005", from_on=date(2023, 1, 9),
    until_on=date(2023, 12, 23), source="Certificate", trust="direct",
)  # fmt: skip


@pytest.mark.parametrize("against", [HELD, CHANGED, EARLIER])
def test_a_supplier_voids_nothing_that_speaks_against_its_consultant(against):
    void = VoidEvidence(consultant="k-1", voided=3, reason="Wrong")
    given(SELLER, K1, against).when(void).then_refused("evidence-not-own", field="voided", positions=(3,))
    given(MANDATE, K1, against).when(void).then_events("evidence-voided")


def test_a_supplier_gives_no_licence_back():
    restore = replace(CHANGE, state="restored")
    given(SELLER, K1, LICENSED, CHANGED).when(restore).then_refused("mandate-role-wrong")
    given(MANDATE, K1, LICENSED, CHANGED).when(restore).then_events("licence-changed")


def test_earlier_placement_has_passed():
    given(SELLER, K1).when(replace(PLACED, until_on=date(2025, 3, 4))).then_refused(
        "evidence-ahead", field="until_on"
    )


def test_the_region_settles_a_placement_once_for_each_unit():
    (event,) = given(MANDATE, K1).when(SETTLE).then_events("placement-settled")
    given(MANDATE, K1, event).when(SETTLE).then_refused(
        "placement-settled", field="operating_unit", positions=(3,)
    )
    other = replace(SETTLE, operating_unit="site-2", how="payment")
    (event,) = given(MANDATE, K1, event).when(other).then_events("placement-settled")
    assert isinstance(event, PlacementSettled)


def test_a_supplier_settles_no_placement():
    given(SELLER, K1).when(SETTLE).then_refused("mandate-role-wrong")


def test_a_placement_is_not_settled_in_advance():
    given(MANDATE, K1).when(replace(SETTLE, on=date(2025, 3, 4))).then_refused("evidence-ahead", field="on")
