"""Succession of legal persons, of suppliers and within regions. It is shown; it moves nothing by itself."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import CENTRAL, MANDATE_REFUSALS, OWNERS, mandate_of, require_mandate
from ledger.decisions.parties import AuthorityUnknown
from ledger.decisions.refusals import RegionUnknown
from ledger.decisions.suppliers import SupplierUnknown
from ledger.errors import Refusal
from ledger.events.succession import Cause, EntitySucceeded, SupplierSucceeded
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, Supplier, regions, suppliers
from ledger.facts.recorded import positions_of
from ledger.facts.succession import Succession, line_of
from ledger.values import (
    AgreementId,
    AuthorityId,
    LocalDate,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    local_date,
)

CLAUSE = "domain 6, Escalation ladder: succession of legal persons is shown"


class SuccessionRecordedAlready(Refusal):
    """That the one succeeded the other is recorded."""

    code = "succession-recorded"
    clause = CLAUSE
    title_sv = "Successionen är redan registrerad"
    title_en = "Succession recorded already"


class SuccessionCircular(Refusal):
    """Nobody succeeds itself, nor one that it came before."""

    code = "succession-circular"
    clause = CLAUSE
    title_sv = "Successionen går i cirkel"
    title_en = "Succession is circular"


class SuccessionAhead(Refusal):
    """A succession is a fact: it has happened."""

    code = "succession-ahead"
    clause = "domain 6: two times on everything, valid and recorded"
    title_sv = "Successionen har inte skett än"
    title_en = "Succession lies ahead"


@command
class RecordSupplierSuccession:
    """Record that one supplier's legal person was succeeded by another's, and where that stands."""

    agreement: AgreementId
    former: SupplierId
    successor: SupplierId
    from_on: LocalDate
    cause: Cause
    source: Text
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """The mandate, both suppliers, and whom the former had succeeded by then, with their successions."""

    mandate: Mandate
    former: Supplier
    successor: Supplier
    line: dict[str, Succession]


def _supplier_facts(command: RecordSupplierSuccession, context: Context) -> Asking[SupplierFacts]:
    mandate = yield from mandate_of(context)
    former = yield suppliers(command.former)
    successor = yield suppliers(command.successor)
    line = yield from line_of(command.former, local_date(context.received_at))
    return SupplierFacts(mandate, former, successor, dict(line))


@decides(
    RecordSupplierSuccession,
    facts=_supplier_facts,
    example={
        "agreement": "hyr-2024",
        "former": "s-exempel-ett",
        "successor": "s-exempel-tva",
        "from_on": "2025-01-01",
        "cause": "merger",
        "source": "Bolagsverket, merger registered 2025-01-01",
        "registry_number": "RS/60/2025",
    },
    raises=(
        *MANDATE_REFUSALS,
        SupplierUnknown,
        SuccessionAhead,
        SuccessionRecordedAlready,
        SuccessionCircular,
    ),
)
def record_supplier_succession(
    command: RecordSupplierSuccession, facts: SupplierFacts, context: Context
) -> Ruling:
    """Of two registered suppliers the one has succeeded the other, once, and not in a circle."""
    require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    for name, known in ((command.former, facts.former), (command.successor, facts.successor)):
        if known.registered is None:
            raise SupplierUnknown(
                f"{name} is not registered", "former" if known is facts.former else "successor"
            )
    _require_past(command.from_on, context)
    own = facts.line[command.former]
    if command.successor in own.successors(command.former, local_date(context.received_at)):
        detail = f"{command.successor} succeeded {command.former}"
        raise SuccessionRecordedAlready(detail, "successor", own.positions())
    if command.successor in facts.line:
        detail = f"{command.successor} came before {command.former}"
        raise SuccessionCircular(detail, "successor", facts.line[command.successor].positions())
    event = SupplierSucceeded(
        former=command.former,
        successor=command.successor,
        from_on=command.from_on,
        cause=command.cause,
        source=command.source,
        registry_number=command.registry_number,
    )
    return Ruling((event,))


def _require_past(day: LocalDate, context: Context) -> None:
    if day > local_date(context.received_at):
        raise SuccessionAhead(f"{day} lies after the command", "from_on")


@command
class RecordEntitySuccession:
    """Record that a legal person or authority of a region was succeeded by another of the same region."""

    agreement: AgreementId
    region: RegionId
    former: AuthorityId
    successor: AuthorityId
    from_on: LocalDate
    cause: Cause
    source: Text
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """The mandate and the region."""

    mandate: Mandate
    region: Region


def _entity_facts(command: RecordEntitySuccession, context: Context) -> Asking[EntityFacts]:
    mandate = yield from mandate_of(context)
    region = yield regions(command.region)
    return EntityFacts(mandate, region)


@decides(
    RecordEntitySuccession,
    facts=_entity_facts,
    example={
        "agreement": "hyr-2024",
        "region": "stockholm",
        "former": "sth-danderyd",
        "successor": "sth-rs",
        "from_on": "2025-01-01",
        "cause": "transfer",
        "source": "Regionfullmäktige § 12/2024",
        "registry_number": "RS/61/2025",
    },
    raises=(
        *MANDATE_REFUSALS,
        RegionUnknown,
        AuthorityUnknown,
        SuccessionAhead,
        SuccessionRecordedAlready,
        SuccessionCircular,
    ),
)
def record_entity_succession(command: RecordEntitySuccession, facts: EntityFacts, context: Context) -> Ruling:
    """Of two legal persons or authorities of a region the one has succeeded the other, not in a circle."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    if facts.region.registered is None:
        raise RegionUnknown(f"{command.region} is not registered", "region")
    for field, name in (("former", command.former), ("successor", command.successor)):
        if facts.region.entity(name) is None:
            known = (facts.region.registered.position,)
            raise AuthorityUnknown(f"{name} is not of {command.region}", field, known)
    _require_past(command.from_on, context)
    told = {(f.event.former, f.event.successor): f.position for f in facts.region.successions}
    if (command.former, command.successor) in told:
        at = (told[command.former, command.successor],)
        raise SuccessionRecordedAlready(f"{command.successor} succeeded {command.former}", "successor", at)
    if command.successor == command.former or command.successor in facts.region.line(command.former):
        held = positions_of(*facts.region.successions)
        raise SuccessionCircular(f"{command.successor} came before {command.former}", "successor", held)
    event = EntitySucceeded(
        region=command.region,
        former=command.former,
        successor=command.successor,
        from_on=command.from_on,
        cause=command.cause,
        source=command.source,
        registry_number=command.registry_number,
    )
    return Ruling((event,))
