"""What sources claim about accessions, which date governs, and the terms that earlier bookings keep."""

from dataclasses import replace
from datetime import date

from ledger.decisions.accessions import ClaimAccession, SettleAccession
from ledger.decisions.earlier_bookings import RecordEarlierBooking
from ledger.events.accessions import AccessionClaimed, AccessionSettled
from ledger.facts.parties import Region, regions
from tests.decisions.background import (
    ACCESSION,
    AGREEMENT,
    MANDATE,
    POLICY,
    REGION,
    REGION_ID,
    UNIT,
    policy,
    row,
)
from tests.given import given

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=())
OWNER = replace(MANDATE, role="contract-owner", units=())
CLAIM = ClaimAccession(
    agreement=AGREEMENT, region=REGION_ID, lot="nurses", from_on=date(2024, 9, 1), source="S2, 002"
)
CLAIMED = AccessionClaimed(
    agreement=AGREEMENT, region=REGION_ID, lot="nurses", from_on=date(2024, 9, 1), source="S2, 002"
)
SETTLE = SettleAccession(
    agreement=AGREEMENT,
    region=REGION_ID,
    lot="nurses",
    from_on=date(2024, 9, 1),
    relied_on=(4,),
    disregarded=(3,),
    reasons="The system went into use then",
    decided_on=date(2025, 2, 3),
    registry_number="RS/50/2025",
)
SETTLED = AccessionSettled(
    agreement=AGREEMENT,
    region=REGION_ID,
    lot="nurses",
    from_on=date(2024, 9, 1),
    relied_on=(4,),
    disregarded=(3,),
    reasons="The system went into use then",
    decided_on=date(2025, 2, 3),
    decided_by="orderer-1",
    registry_number="RS/50/2025",
)
KNOWN = (CENTRAL, REGION, ACCESSION, CLAIMED)


def region(*events) -> Region:
    return regions(REGION_ID).over(enumerate(events, 1))


def test_a_source_claims_a_date_and_governs_nothing():
    given(OWNER, REGION).when(CLAIM).then(CLAIMED)
    known = region(REGION, ACCESSION, CLAIMED)
    assert known.joined_on(AGREEMENT, "nurses") == date(2024, 3, 1)
    assert known.accession_facts(AGREEMENT, "nurses") == (2, 3)


def test_claims_are_about_registered_regions_by_those_who_may():
    given(OWNER).when(CLAIM).then_refused("region-unknown", field="region")
    given(replace(OWNER, region="gotland"), REGION).when(CLAIM).then_refused("mandate-out-of-scope")
    given(MANDATE, REGION).when(CLAIM).then_refused("mandate-role-wrong")


def test_central_management_decides_which_date_governs():
    given(*KNOWN).when(SETTLE).then(SETTLED)
    known = region(REGION, ACCESSION, CLAIMED, SETTLED)
    assert known.joined_on(AGREEMENT, "nurses") == date(2024, 9, 1)
    assert known.acceded(AGREEMENT, "nurses", date(2024, 8, 31)) is None
    assert known.acceded(AGREEMENT, "nurses", date(2024, 9, 1))
    assert known.joined_on("hyr-2028", "nurses") is None


def test_a_date_that_no_fact_relied_on_gives_does_not_govern():
    between = replace(SETTLE, from_on=date(2024, 6, 1))
    given(*KNOWN).when(between).then_refused("date-not-claimed", field="from_on", positions=(4,))
    given(*KNOWN).when(replace(SETTLE, relied_on=())).then_refused("date-not-claimed")


def test_what_is_weighed_are_facts_about_that_accession():
    given(*KNOWN).when(replace(SETTLE, disregarded=(2,))).then_refused("accession-fact-wrong", positions=(2,))
    given(*KNOWN).when(replace(SETTLE, disregarded=(4,))).then_refused("accession-fact-wrong", positions=(4,))
    other = replace(CLAIMED, lot="doctors")
    given(CENTRAL, REGION, ACCESSION, other).when(SETTLE).then_refused("accession-fact-wrong", positions=(4,))
    given(CENTRAL, REGION, CLAIMED).when(SETTLE).then_refused("region-not-acceded")
    given(OWNER, REGION, ACCESSION, CLAIMED).when(SETTLE).then_refused("mandate-role-wrong")


BOOK = RecordEarlierBooking(
    booking="b-1",
    agreement=AGREEMENT,
    region=REGION_ID,
    lot="nurses",
    unit="u-1",
    supplier="s-1",
    booked_on=date(2024, 2, 29),
    from_on=date(2024, 3, 15),
    until_on=date(2024, 6, 30),
    old_terms="The region's own agreement RS/77/2021",
    source="Booking confirmation",
)
PLACE = (OWNER, REGION, ACCESSION, UNIT, POLICY)


def booked(history, command):
    (event,) = given(*history).when(command).then_events("earlier-booking-recorded")
    return event


def test_a_booking_from_the_day_before_accession_keeps_its_old_terms():
    event = booked(PLACE, BOOK)
    assert (event.governed_by, event.facts) == ("old-terms", (3,))
    assert [term.source for term in event.terms] == ["assumption"]


def test_a_booking_from_the_day_of_accession_does_not():
    event = booked(PLACE, replace(BOOK, booked_on=date(2024, 3, 1)))
    assert (event.governed_by, event.terms) == ("agreement-terms", ())


def test_before_any_accession_every_booking_keeps_its_terms():
    event = booked((OWNER, UNIT, POLICY), replace(BOOK, booked_on=date(2024, 5, 1)))
    assert (event.governed_by, event.facts) == ("old-terms", ())


def test_the_settled_date_is_the_one_that_counts():
    later = replace(SETTLED, from_on=date(2024, 4, 1))
    event = booked((*PLACE, later), replace(BOOK, booked_on=date(2024, 3, 31)))
    assert (event.governed_by, event.facts) == ("old-terms", (3, 6))


def test_the_policy_may_say_otherwise():
    strict = policy(row("accession.earlier-bookings", "agreement-terms"))
    assert booked((*PLACE[:-1], strict), BOOK).governed_by == "agreement-terms"


def test_a_booking_is_recorded_once_for_a_unit_of_the_region_and_a_time():
    known = booked(PLACE, BOOK)
    given(*PLACE, known).when(BOOK).then_refused("booking-recorded", positions=(6,))
    given(*PLACE).when(replace(BOOK, unit="u-9"), loose=True).then_refused("booking-unclear", field="unit")
    given(*PLACE).when(replace(BOOK, until_on=BOOK.from_on)).then_refused("booking-unclear", field="until_on")
    late = replace(BOOK, booked_on=BOOK.until_on)
    given(*PLACE).when(late).then_refused("booking-unclear", field="until_on")
