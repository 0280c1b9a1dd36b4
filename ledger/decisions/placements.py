"""Statutory placement: time that no shift here shows, and the offer or payment after which she may stay."""

from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.offer_intake import trust
from ledger.decisions.records import (
    RECORD_REFUSALS,
    REGION_ROLES,
    PeriodEmpty,
    RecordFacts,
    record_facts,
    require_happened,
    require_recorder,
)
from ledger.errors import Refusal
from ledger.events.placement import EarlierPlacementRecorded, PlacementSettled
from ledger.values import ConsultantId, LocalDate, OperatingUnitId, OrganisationNumber, RegistryNumber, Text


class PlacementSettledAlready(Refusal):
    """An offer or payment for this operating unit is recorded."""

    code = "placement-settled"
    clause = "Lag (2012:854) om uthyrning av arbetstagare 12 a §"
    title_sv = "Erbjudande eller ersättning är redan registrerat"
    title_en = "Placement settled already"


@command
class RecordEarlierPlacement:
    """Record a half-open period at an operating unit through any staffing company, outside this ledger."""

    consultant: ConsultantId
    operating_unit: OperatingUnitId
    company: OrganisationNumber
    from_on: LocalDate
    until_on: LocalDate
    source: Text


@command
class SettlePlacement:
    """Record that a consultant was offered an employment at an operating unit, or paid instead."""

    consultant: ConsultantId
    operating_unit: OperatingUnitId
    how: Literal["offer", "payment"]
    on: LocalDate
    registry_number: RegistryNumber


def _facts(command: RecordEarlierPlacement | SettlePlacement, context: Context) -> Asking[RecordFacts]:
    return (yield from record_facts(command.consultant, context))


@decides(
    RecordEarlierPlacement,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "operating_unit": "ostersund-hospital",
        "company": "559000-0005",
        "from_on": "2023-01-09",
        "until_on": "2023-12-23",
        "source": "Certificate of assignment of the former company",
    },
    raises=(*RECORD_REFUSALS, PeriodEmpty),
)
def record_earlier_placement(command: RecordEarlierPlacement, facts: RecordFacts, context: Context) -> Ruling:
    """Time that has passed, by the consultant's supplier or an owner of the agreement."""
    require_recorder(facts, command.consultant, context)
    if command.until_on <= command.from_on:
        raise PeriodEmpty(f"{command.from_on} until {command.until_on}", "until_on")
    require_happened(command.until_on, context, "until_on")
    recorded = EarlierPlacementRecorded(
        consultant=command.consultant,
        operating_unit=command.operating_unit,
        company=command.company,
        from_on=command.from_on,
        until_on=command.until_on,
        source=command.source,
        trust=trust(context),
    )
    return Ruling((recorded,))


@decides(
    SettlePlacement,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "operating_unit": "ostersund-hospital",
        "how": "offer",
        "on": "2025-02-28",
        "registry_number": "RS/140/2025",
    },
    raises=(*RECORD_REFUSALS, PlacementSettledAlready),
)
def settle_placement(command: SettlePlacement, facts: RecordFacts, context: Context) -> Ruling:
    """By the region, once for each operating unit, when it has been done."""
    require_recorder(facts, command.consultant, context, REGION_ROLES)
    require_happened(command.on, context, "on")
    for held in facts.profile.settled:
        if held.event.operating_unit == command.operating_unit:
            detail = f"{held.event.how} of {held.event.on} for {command.operating_unit}"
            raise PlacementSettledAlready(detail, "operating_unit", (held.position,))
    settled = PlacementSettled(
        consultant=command.consultant,
        operating_unit=command.operating_unit,
        how=command.how,
        on=command.on,
        registry_number=command.registry_number,
    )
    return Ruling((settled,))
