"""Who orders: regions with their legal persons and authorities, what they joined, their care units."""

from dataclasses import dataclass
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import CENTRAL, MANDATE_REFUSALS, OWNERS, mandate_of, require_office
from ledger.decisions.refusals import DecidedAfterwards, RegionUnknown
from ledger.errors import Refusal
from ledger.events.parties import (
    CareUnitRegistered,
    Entity,
    RegionAcceded,
    RegionRegistered,
)
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, regions, units
from ledger.facts.recorded import Recorded
from ledger.values import (
    ActorId,
    AgreementId,
    AuthorityId,
    Code,
    LocalDate,
    LotId,
    OperatingUnitId,
    RegionId,
    RegistryNumber,
    Text,
    UnitId,
)


class RegionRegisteredAlready(Refusal):
    """The region id is taken."""

    code = "region-registered"
    clause = "domain 1: a region is its legal persons and authorities"
    title_sv = "Regionen är redan registrerad"
    title_en = "Region registered already"


class EntitiesUnclear(Refusal):
    """A region needs at least one legal person or authority, each with an id of its own."""

    code = "entities-unclear"
    clause = "domain 1: legal person, authority and contracting party are kept apart"
    title_sv = "Juridiska personer eller myndigheter är otydliga"
    title_en = "Legal persons or authorities unclear"


class UnitRegisteredAlready(Refusal):
    """The unit id is taken."""

    code = "unit-registered"
    clause = "domain 3.1: an order is placed by one unit"
    title_sv = "Enheten är redan registrerad"
    title_en = "Unit registered already"


class AuthorityUnknown(Refusal):
    """The authority is not one of the region's."""

    code = "authority-unknown"
    clause = "domain 1: each authority holds its own records"
    title_sv = "Myndigheten hör inte till regionen"
    title_en = "Authority not of this region"


class AccededAlready(Refusal):
    """The region joined the lot before."""

    code = "region-acceded"
    clause = "S3: a region calls off by its own award decision"
    title_sv = "Regionen är redan ansluten"
    title_en = "Region acceded already"


@command
class RegisterRegion:
    """Register a region with its legal persons and authorities."""

    region: RegionId
    name: Text
    entities: tuple[Entity, ...]
    source: Text


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """The mandate and the region."""

    mandate: Mandate
    region: Region


def _region_facts(command: "RegisterRegion | RecordAccession", context: Context) -> Asking[RegionFacts]:
    mandate = yield from mandate_of(context)
    region = yield regions(command.region)
    return RegionFacts(mandate, region)


@decides(
    RegisterRegion,
    facts=_region_facts,
    example={
        "region": "jamtland-harjedalen",
        "name": "Region Jämtland Härjedalen",
        "entities": [
            {
                "authority": "jamtland-harjedalen-rs",
                "name": "Region Jämtland Härjedalen",
                "level": "region",
                "organisation_number": "232100-0214",
            }
        ],
        "source": "RS 202203983",
    },
    raises=(*MANDATE_REFUSALS, RegionRegisteredAlready, EntitiesUnclear),
)
def register_region(command: RegisterRegion, facts: RegionFacts, context: Context) -> Ruling:
    """A region is registered once, with at least one legal person, to which its authorities belong."""
    require_office(facts.mandate, context, CENTRAL)
    region = facts.region
    if region.registered is not None:
        raise RegionRegisteredAlready(
            f"{command.region} is registered", "region", (region.registered.position,)
        )
    ids = [entity.authority for entity in command.entities]
    if not ids or len(set(ids)) != len(ids):
        raise EntitiesUnclear(f"{len(ids)} entities with {len(set(ids))} ids", "entities")
    _require_legal_persons(command.entities)
    event = RegionRegistered(
        region=command.region, name=command.name, entities=command.entities, source=command.source
    )
    return Ruling((event,))


def _require_legal_persons(entities: tuple[Entity, ...]) -> None:
    """Refuse two legal persons with one number, and an authority that belongs to no legal person."""
    numbers = [one.organisation_number for one in entities if one.level != "authority"]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise EntitiesUnclear(f"two legal persons have number {twice[0]}", "entities")
    loose = [one.authority for one in entities if one.organisation_number not in numbers]
    if loose:
        raise EntitiesUnclear(f"{loose[0]} belongs to no legal person of the region", "entities")


@command
class RegisterCareUnit:
    """Register a care unit, its site and the authority that holds its records."""

    unit: UnitId
    name: Text
    region: RegionId
    authority: AuthorityId
    operating_unit: OperatingUnitId
    zone: Literal[1, 2, 3]
    municipality: Code | None = None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """The unit id's registration, if any, the region and the mandate."""

    unit: Recorded[CareUnitRegistered] | None
    region: Region
    mandate: Mandate


def _unit_facts(command: RegisterCareUnit, context: Context) -> Asking[UnitFacts]:
    unit = yield units(command.unit)
    region = yield regions(command.region)
    mandate = yield from mandate_of(context)
    return UnitFacts(unit, region, mandate)


@decides(
    RegisterCareUnit,
    facts=_unit_facts,
    example={
        "unit": "u-medicin-ostersund",
        "name": "Medicinkliniken",
        "region": "jamtland-harjedalen",
        "authority": "jamtland-harjedalen-rs",
        "operating_unit": "ostersunds-sjukhus",
        "zone": 3,
        "municipality": "2380",
    },
    raises=(*MANDATE_REFUSALS, UnitRegisteredAlready, RegionUnknown, AuthorityUnknown),
)
def register_care_unit(command: RegisterCareUnit, facts: UnitFacts, context: Context) -> Ruling:
    """A unit is registered once, in a registered region, under one of its authorities."""
    require_office(facts.mandate, context, OWNERS, region=command.region)
    if facts.unit is not None:
        raise UnitRegisteredAlready(f"{command.unit} is registered", "unit", (facts.unit.position,))
    registered = _require_region(facts.region, command.region)
    if command.authority not in facts.region.authorities():
        raise AuthorityUnknown(
            f"{command.authority} is not of {command.region}", "authority", (registered.position,)
        )
    event = CareUnitRegistered(
        unit=command.unit,
        name=command.name,
        region=command.region,
        authority=command.authority,
        operating_unit=command.operating_unit,
        zone=command.zone,
        municipality=command.municipality,
    )
    return Ruling((event,), command.authority)


@command
class RecordAccession:
    """Record that a region joined the agreement for one lot."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    from_on: LocalDate
    decided_on: LocalDate
    decided_by: ActorId
    registry_number: RegistryNumber


@decides(
    RecordAccession,
    facts=_region_facts,
    example={
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "lot": "nurses",
        "from_on": "2024-03-01",
        "decided_on": "2024-02-14",
        "decided_by": "decider-1",
        "registry_number": "RS/1/2024",
    },
    raises=(*MANDATE_REFUSALS, RegionUnknown, AccededAlready, DecidedAfterwards),
)
def record_accession(command: RecordAccession, facts: RegionFacts, context: Context) -> Ruling:
    """A registered region joins a lot once, by a decision made no later than it takes effect."""
    require_office(facts.mandate, context, OWNERS, command.agreement, command.region)
    region = facts.region
    _require_region(region, command.region)
    former = region.acceded(command.agreement, command.lot)
    if former is not None:
        raise AccededAlready(
            f"{command.region} acceded to {command.lot} from {former.event.from_on}",
            "lot",
            (former.position,),
        )
    if command.decided_on > command.from_on:
        raise DecidedAfterwards(f"decided {command.decided_on}, in force {command.from_on}", "decided_on")
    event = RegionAcceded(
        agreement=command.agreement,
        region=command.region,
        lot=command.lot,
        from_on=command.from_on,
        decided_on=command.decided_on,
        decided_by=command.decided_by,
        registry_number=command.registry_number,
    )
    return Ruling((event,))


def _require_region(region: Region, region_id: str) -> Recorded[RegionRegistered]:
    if region.registered is None:
        raise RegionUnknown(f"{region_id} is not registered", "region")
    return region.registered
