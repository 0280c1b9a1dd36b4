"""A common history for decisions: one region, one unit, suppliers that do not exist, one order.

The order is published on Monday 3 March 2025 at 09:00 local time and answered by Wednesday 5 March at 09:00.
"""

from dataclasses import replace
from datetime import date

from ledger.events.assignments import AssignmentConfirmed, ConfirmationLate
from ledger.events.awards import AwardAccepted, AwardLapsed, OrderAwarded
from ledger.events.consultants import ConsultantRegistered
from ledger.events.ledger import CalendarFrozen, DrawSeedRecorded
from ledger.events.measures import Decider, Effects, MeasureDecided, MeasureReleased, MeasureServed
from ledger.events.offers import Document, OfferReceived
from ledger.events.orders import (
    DrawRule,
    OrderPosition,
    OrderPublished,
    OrderRecipientExcluded,
    OrderRecipientNotified,
)
from ledger.events.parties import (
    CareUnitRegistered,
    Entity,
    MandateGranted,
    RegionAcceded,
    RegionRegistered,
    SupplierAdmitted,
    SupplierRegistered,
)
from ledger.events.policy import PlainValue, PolicyPublished, PolicyRow
from ledger.policy.book import load
from ledger.policy.model import book_digest
from tests.given import at

AGREEMENT = "hyr-2024"
REGION_ID = "jamtland-harjedalen"
ROWS = load()
PUBLISHED_AT = at("2025-03-03T09:00:00+01:00")
ANSWER_BY = at("2025-03-05T09:00:00+01:00")
AWARDED = "2025-03-05T10:00:00+01:00"

REGION = RegionRegistered(
    region=REGION_ID,
    name="Region Jämtland Härjedalen",
    entities=(
        Entity(authority="jh-rs", name="Regionstyrelsen", level="region", organisation_number="232100-0214"),
    ),
    source="RS 202203983",
)
UNIT = CareUnitRegistered(
    unit="u-1", name="Medicin", region=REGION_ID, authority="jh-rs", operating_unit="site-1", zone=3
)
ACCESSION = RegionAcceded(
    agreement=AGREEMENT,
    region=REGION_ID,
    lot="nurses",
    from_on=date(2024, 3, 1),
    decided_on=date(2024, 2, 14),
    decided_by="decider-1",
    registry_number="RS/1/2024",
)
MANDATE = MandateGranted(
    mandate="m-1",
    agreement=AGREEMENT,
    holder="orderer-1",
    role="authorised-orderer",
    region=REGION_ID,
    supplier=None,
    units=("u-1",),
    amount_max_ore=None,
    from_on=date(2024, 3, 1),
    until_on=date(2026, 3, 1),
    granted_by="owner-1",
    registry_number="RS/3/2024",
)


def seller(name: str, **changes: object) -> MandateGranted:
    """The mandate ``m-1`` of somebody who acts for a supplier."""
    mine = replace(MANDATE, role="supplier", supplier=name, region=None, units=(), holder="orderer-1")
    return replace(mine, **changes)


def supplier(name: str) -> SupplierRegistered:
    return SupplierRegistered(supplier=name, name=f"{name} AB", organisation_number="559999-0001")


def admitted(name: str, *, lot: str = "nurses", from_on: date = date(2024, 4, 1)) -> SupplierAdmitted:
    return SupplierAdmitted(
        agreement=AGREEMENT,
        supplier=name,
        lot=lot,
        region=REGION_ID,
        from_on=from_on,
        decided_on=date(2024, 3, 22),
        registry_number="RS/2/2024",
    )


def row(term: str, value: PlainValue, **changes: object) -> PolicyRow:
    """The national row of a term of the book, with another value."""
    found = next(r for r in ROWS if r.term == term and r.level == "nation")
    return replace(found, value=value, **changes)


def policy(*instead: PolicyRow, version: int = 1, without: tuple[str, ...] = ()) -> PolicyPublished:
    """The book with some national rows replaced or left out."""
    replaced = {r.term for r in instead}
    rows = (*(r for r in ROWS if r.term not in replaced and r.term not in without), *instead)
    return PolicyPublished(
        agreement=AGREEMENT,
        version=version,
        book_digest=book_digest(rows),
        rows=rows,
        decided_on=date(2023, 12, 20),
        decided_by="Central contract management",
        communicated_at=at("2024-01-02T08:00:00Z"),
        communicated_to=("regions", "suppliers"),
    )


POLICY = policy()


def position(**changes: object) -> OrderPosition:
    return replace(
        OrderPosition(
            number=1,
            from_on=date(2025, 4, 7),
            until_on=date(2025, 6, 30),
            planned_shifts=48,
            article="ssk-1",
        ),
        **changes,
    )


ORDER = OrderPublished(
    order="o-1",
    agreement=AGREEMENT,
    region=REGION_ID,
    authority="jh-rs",
    registry_number="RS/100/2025",
    unit="u-1",
    operating_unit="site-1",
    lot="nurses",
    profession="nurse",
    reason="Vacancy during recruitment",
    positions=(position(), position(number=2)),
    zone=3,
    requirements=(),
    follows=None,
    published_at=PUBLISHED_AT,
    reference_at=PUBLISHED_AT,
    answer_by=ANSWER_BY,
    policy_version=1,
    policy_position=1,
    ordered_by="orderer-1",
    mandate="m-1",
    outside_hours=False,
    outside_hours_reason="",
    draw=DrawRule(beacon="public-beacon", round=4711),
    criteria=("continuity", "time"),
    estimated_ore=40_774_656,
    legal_person="232100-0214",
)


def notified(name: str, when: int = PUBLISHED_AT) -> OrderRecipientNotified:
    return OrderRecipientNotified(order="o-1", supplier=name, notified_at=when, channel="ledger")


def left_out(name: str) -> OrderRecipientExcluded:
    return OrderRecipientExcluded(
        order="o-1", supplier=name, code="quarantine", clause="20.7", detail="quarantine", facts=(1,)
    )


def consultant(name: str, of: str) -> ConsultantRegistered:
    return ConsultantRegistered(consultant=name, supplier=of, profession="nurse", own_company=False)


def document(kind: str, dated_on: date) -> Document:
    return Document(kind=kind, dated_on=dated_on, checked_by="supplier quality function")


DOCUMENTS = (
    document("ivo-extract", date(2025, 1, 15)),
    document("hosp-extract", date(2025, 1, 15)),
    document("cpr-certificate", date(2024, 9, 2)),
    document("reference", date(2024, 11, 20)),
    document("reference", date(2024, 12, 3)),
)


def offered(offer: str, name: str, when: str, **changes: object) -> OfferReceived:
    """A complete offer that counts from its receipt."""
    received = OfferReceived(
        offer=offer,
        order="o-1",
        supplier=name,
        consultant=f"k-{offer}",
        position=1,
        from_on=date(2025, 4, 7),
        until_on=date(2025, 6, 30),
        documents=DOCUMENTS,
        received_at=at(when),
        channel="ledger",
        trust="direct",
        missing=(),
        counts_from_at=at(when),
    )
    return replace(received, **changes)


SEED = DrawSeedRecorded(
    order="o-1", beacon="public-beacon", round=4711, value="8f3a51c0de", fixed_at=ANSWER_BY
)


def awarded(offer: str = "f-1", name: str = "s-1", *, award: int = 1) -> OrderAwarded:
    return OrderAwarded(
        order="o-1",
        agreement=AGREEMENT,
        offer=offer,
        supplier=name,
        consultant=f"k-{offer}",
        award=award,
        ranking=(),
        criteria=("continuity", "time"),
        policy_version=1,
        terms=(),
        reference_at=PUBLISHED_AT,
        decided_at=at(AWARDED),
        against_ranking=False,
        reason="",
        draw_seed_position=None,
    )


def accepted(offer: str = "f-1", name: str = "s-1") -> AwardAccepted:
    """Reached the supplier on Wednesday 5 March 2025 at 11:00: due on Friday 7 March at 17:00."""
    reached = at("2025-03-05T11:00:00+01:00")
    return AwardAccepted(
        order="o-1",
        offer=offer,
        supplier=name,
        accepted_at=reached,
        reached_at=reached,
        channel="ledger",
        confirm_by=at("2025-03-07T17:00:00+01:00"),
        calendar_facts=(3,),
    )


def confirmed(offer: str = "f-1", name: str = "s-1") -> AssignmentConfirmed:
    return AssignmentConfirmed(
        order="o-1",
        offer=offer,
        supplier=name,
        confirmed_at=at("2025-03-06T09:00:00+01:00"),
        confirm_by=at("2025-03-07T17:00:00+01:00"),
        channel="ledger",
    )


def confirmed_late(offer: str = "f-1", name: str = "s-1") -> ConfirmationLate:
    return ConfirmationLate(
        order="o-1",
        offer=offer,
        supplier=name,
        confirmed_at=at("2025-03-10T09:00:00+01:00"),
        confirm_by=at("2025-03-07T17:00:00+01:00"),
        channel="ledger",
        code="confirmation-late",
        clause="domain 6",
        detail="late",
        facts=(),
    )


def lapsed(offer: str = "f-1", name: str = "s-1") -> AwardLapsed:
    return AwardLapsed(
        order="o-1",
        offer=offer,
        supplier=name,
        decided_at=at("2025-03-10T10:00:00+01:00"),
        cause="not-confirmed",
        reason="No confirmation came",
        facts=(),
    )


def calendar(year: int, *days: date) -> CalendarFrozen:
    return CalendarFrozen(agreement=AGREEMENT, year=year, non_working=days, source="Lag (1989:253)")


DECIDER = Decider(actor="decider-1", employer="jh-rs", delegation="RS § 12", conflict_of_interest="none")


def quarantine(name: str, **changes: object) -> MeasureDecided:
    measure = MeasureDecided(
        measure="x-1",
        agreement=AGREEMENT,
        supplier=name,
        lot="nurses",
        region=REGION_ID,
        rung="quarantine",
        legal_character="contractual-measure",
        contracting_party="Region Jämtland Härjedalen",
        registry_number="RS/200/2025",
        clause="20.7",
        relied_on=(1,),
        disregarded=(),
        communicated_at=at("2025-01-10T08:00:00Z"),
        reply_by=at("2025-01-24T08:00:00Z"),
        replied_at=None,
        reasons="Repeated breach",
        alternatives="A warning was weighed",
        effective="when-served",
        ends_on=date(2025, 3, 31),
        review_on=None,
        running_assignments="continue",
        open_offers="excluded",
        decided_at=at("2025-02-01T08:00:00Z"),
        decider=DECIDER,
        board_reported_on=None,
        noticeboard_on=None,
        rung_indicated="quarantine",
        terms=(),
        kind="quarantine",
        proportionality="Milder steps did not help",
        effects=Effects(bars_orders=True, excludes_offers=True, ends_assignments=False),
    )
    return replace(measure, **changes)


def served(name: str, when: str = "2025-02-03T08:00:00Z", measure: str = "x-1") -> MeasureServed:
    return MeasureServed(measure=measure, supplier=name, served_at=at(when), channel="ledger")


def released(name: str, when: str, measure: str = "x-1") -> MeasureReleased:
    return MeasureReleased(
        measure=measure, supplier=name, released_at=at(when), decider=DECIDER, reasons="Proved improvement"
    )
