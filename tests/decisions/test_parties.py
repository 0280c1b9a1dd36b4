"""Regions, care units, accessions."""

from dataclasses import replace
from datetime import date

from ledger.decisions.admissions import AdmitSupplier
from ledger.decisions.parties import RecordAccession, RegisterCareUnit, RegisterRegion
from ledger.decisions.suppliers import RegisterSupplier
from tests.decisions.background import ACCESSION, POLICY, REGION, REGION_ID, UNIT, admitted, supplier
from tests.given import given, unmandated

REGISTER = RegisterRegion(region=REGION_ID, name=REGION.name, entities=REGION.entities, source=REGION.source)
REGISTER_UNIT = RegisterCareUnit(
    unit="u-1", name="Medicin", region=REGION_ID, authority="jh-rs", operating_unit="site-1", zone=3
)
ACCEDE = RecordAccession(
    agreement="hyr-2024",
    region=REGION_ID,
    lot="nurses",
    from_on=date(2024, 3, 1),
    decided_on=date(2024, 2, 14),
    decided_by="decider-1",
    registry_number="RS/1/2024",
)
ADMIT = AdmitSupplier(
    agreement="hyr-2024",
    supplier="s-1",
    lot="nurses",
    region=REGION_ID,
    from_on=date(2024, 4, 1),
    decided_on=date(2024, 3, 22),
    registry_number="RS/2/2024",
    reason="The first award",
)


def test_a_region_is_registered_with_its_entities():
    unmandated().when(REGISTER).then(REGION)


def test_a_region_is_registered_once():
    unmandated(REGION).when(REGISTER).then_refused("region-registered", field="region", positions=(1,))


def test_a_region_needs_entities():
    unmandated().when(replace(REGISTER, entities=())).then_refused("entities-unclear", field="entities")


def test_two_entities_do_not_share_an_id():
    twice = replace(REGISTER, entities=REGION.entities * 2)
    unmandated().when(twice).then_refused("entities-unclear", field="entities")


def test_a_unit_is_registered_under_an_authority_of_its_region():
    unmandated(REGION).when(REGISTER_UNIT).then(UNIT)


def test_a_unit_is_registered_once():
    unmandated(REGION, UNIT).when(REGISTER_UNIT).then_refused("unit-registered", positions=(2,))


def test_a_unit_needs_its_region():
    unmandated().when(REGISTER_UNIT).then_refused("region-unknown", field="region")


def test_a_unit_needs_an_authority_of_its_own_region():
    other = replace(REGISTER_UNIT, authority="other")
    unmandated(REGION).when(other).then_refused("authority-unknown", field="authority", positions=(1,))


def test_a_region_accedes_to_a_lot():
    unmandated(REGION).when(ACCEDE).then(ACCESSION)


def test_a_region_accedes_to_each_lot_by_itself():
    unmandated(REGION, ACCESSION).when(replace(ACCEDE, lot="doctors")).then(replace(ACCESSION, lot="doctors"))


def test_a_region_accedes_to_a_lot_once():
    unmandated(REGION, ACCESSION).when(ACCEDE).then_refused("region-acceded", positions=(2,))


def test_an_accession_is_decided_before_it_takes_effect():
    late = replace(ACCEDE, decided_on=date(2024, 3, 2))
    unmandated(REGION).when(late).then_refused("decided-afterwards", field="decided_on")


def test_an_unknown_region_does_not_accede():
    unmandated().when(ACCEDE).then_refused("region-unknown")


def test_a_supplier_is_registered():
    command = RegisterSupplier(supplier="s-1", name="s-1 AB", organisation_number="559999-0001")
    unmandated().when(command).then(supplier("s-1"))
    unmandated(supplier("s-1")).when(command).then_refused("supplier-registered", positions=(1,))


def test_a_sole_traders_number_is_a_personal_identity_number():
    personal = RegisterSupplier(supplier="s-1", name="s-1", organisation_number="121212-1212")
    unmandated().when(personal).then_refused("organisation-number-personal", field="organisation_number")


def test_a_supplier_is_admitted_where_the_region_has_acceded():
    (event,) = (
        given(REGION, ACCESSION, supplier("s-1"), POLICY)
        .when(ADMIT, mandate=None)
        .then_events("supplier-admitted")
    )
    assert event.exception == "outside-rounds"
    assert replace(event, exception="none", reason="", terms=()) == admitted("s-1")


def test_a_supplier_is_admitted_from_the_very_day_of_accession():
    same_day = replace(ADMIT, from_on=date(2024, 3, 1), decided_on=date(2024, 3, 1))
    unmandated(ACCESSION, supplier("s-1"), POLICY).when(same_day).then_events("supplier-admitted")


def test_an_unknown_supplier_is_not_admitted():
    unmandated(ACCESSION).when(ADMIT).then_refused("supplier-unknown", field="supplier")


def test_a_supplier_is_not_admitted_before_the_region_has_acceded():
    early = replace(ADMIT, from_on=date(2024, 2, 29), decided_on=date(2024, 2, 29))
    unmandated(ACCESSION, supplier("s-1")).when(early).then_refused("region-not-acceded", positions=(1,))


def test_a_supplier_is_not_admitted_to_a_lot_the_region_did_not_join():
    other = replace(ADMIT, lot="doctors")
    unmandated(ACCESSION, supplier("s-1")).when(other).then_refused("region-not-acceded")


def test_a_supplier_is_admitted_once_per_lot_and_region():
    history = given(ACCESSION, supplier("s-1"), admitted("s-1"))
    history.when(ADMIT, mandate=None).then_refused("supplier-admitted", positions=(3,))


def test_an_admission_is_decided_before_it_takes_effect():
    late = replace(ADMIT, decided_on=date(2024, 4, 2))
    unmandated(ACCESSION, supplier("s-1")).when(late).then_refused("decided-afterwards", field="decided_on")
