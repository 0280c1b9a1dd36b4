"""Bookings made outside the agreement: those from before the region's accession keep their old terms."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    OWNERS,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.accessions import EarlierBookingRecorded
from ledger.events.parties import CareUnitRegistered
from ledger.facts.bookings import bookings
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, regions, units
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import (
    AgreementId,
    BookingId,
    ConsultantId,
    LocalDate,
    LotId,
    RegionId,
    SupplierId,
    Text,
    UnitId,
    local_instant,
)

EARLIER = "accession.earlier-bookings"


class BookingRecordedAlready(Refusal):
    """The booking id is taken."""

    code = "booking-recorded"
    clause = "domain 1: bookings from before accession keep their old terms"
    title_sv = "Bokningen är redan registrerad"
    title_en = "Booking recorded already"


class BookingUnclear(Refusal):
    """A booking is for a unit of the region, for a time, and was made before that time is over."""

    code = "booking-unclear"
    clause = "domain 1: bookings from before accession keep their old terms"
    title_sv = "Bokningen är otydlig"
    title_en = "Booking unclear"


@command
class RecordEarlierBooking:
    """Record a booking made outside the agreement, with the terms it was made on and where that stands."""

    booking: BookingId
    agreement: AgreementId
    region: RegionId
    lot: LotId
    unit: UnitId
    supplier: SupplierId
    consultant: ConsultantId | None = None
    booked_on: LocalDate
    from_on: LocalDate
    until_on: LocalDate
    old_terms: Text
    source: Text


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """What recording a booking rests on."""

    mandate: Mandate
    known: Recorded[EarlierBookingRecorded] | None
    region: Region
    unit: Recorded[CareUnitRegistered] | None
    library: Library


def _facts(command: RecordEarlierBooking, context: Context) -> Asking[BookingFacts]:
    mandate = yield from mandate_of(context)
    known = yield bookings(command.booking)
    region = yield regions(command.region)
    unit = yield units(command.unit)
    library = yield policies(command.agreement)
    return BookingFacts(mandate, known, region, unit, library)


@decides(
    RecordEarlierBooking,
    facts=_facts,
    example={
        "booking": "b-1",
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "lot": "nurses",
        "unit": "u-medicin-ostersund",
        "supplier": "s-exempel-ett",
        "booked_on": "2024-01-10",
        "from_on": "2024-02-01",
        "until_on": "2024-06-30",
        "old_terms": "The region's own framework agreement RS/77/2021, with its prices",
        "source": "Booking confirmation 2024-01-10",
    },
    raises=(
        *MANDATE_REFUSALS,
        BookingRecordedAlready,
        BookingUnclear,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def record_earlier_booking(command: RecordEarlierBooking, facts: BookingFacts, context: Context) -> Ruling:
    """Recorded once; made before the region's accession it keeps the terms that the policy says."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    if facts.known is not None:
        raise BookingRecordedAlready(f"{command.booking} is recorded", "booking", (facts.known.position,))
    _require_clear(command, facts.unit)
    joined_on = facts.region.joined_on(command.agreement, command.lot)
    earlier = joined_on is None or command.booked_on < joined_on
    kept = _kept(command, facts.library, joined_on, context)
    terms = (kept,) if earlier else ()
    event = EarlierBookingRecorded(
        booking=command.booking,
        agreement=command.agreement,
        region=command.region,
        lot=command.lot,
        unit=command.unit,
        supplier=command.supplier,
        consultant=command.consultant,
        booked_on=command.booked_on,
        from_on=command.from_on,
        until_on=command.until_on,
        old_terms=command.old_terms,
        governed_by="old-terms" if earlier and kept.text == "old-terms" else "agreement-terms",
        source=command.source,
        facts=facts.region.accession_facts(command.agreement, command.lot),
        terms=used_terms(terms),
    )
    return Ruling((event,), facts.unit.event.authority if facts.unit else None, terms)


def _require_clear(command: RecordEarlierBooking, unit: Recorded[CareUnitRegistered] | None) -> None:
    if unit is None or unit.event.region != command.region:
        raise BookingUnclear(f"{command.unit} is not a unit of {command.region}", "unit", positions_of(unit))
    if not command.from_on < command.until_on or command.booked_on >= command.until_on:
        detail = f"booked {command.booked_on} for {command.from_on} until {command.until_on}"
        raise BookingUnclear(detail, "until_on")


def _kept(
    command: RecordEarlierBooking, library: Library, joined_on: date | None, context: Context
) -> Resolved:
    """What a booking from before accession keeps, by the policy on the day of accession, else now."""
    book = latest_book(library, command.agreement)
    at = context.decided_at if joined_on is None else local_instant(joined_on, 0)
    return resolve_terms(book, (EARLIER,), at, Scope(region=command.region, lot=command.lot))[EARLIER]
