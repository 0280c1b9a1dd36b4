"""Mandates: who may act for a region or a supplier, in which role, how far, from when to when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    CENTRAL,
    MANDATE_REFUSALS,
    OWNERS,
    assumed,
    latest_book,
    mandate_of,
    require_office,
    resolve_terms,
    whole_mandate,
)
from ledger.decisions.mandate_refusals import (
    DelegatedTooFar,
    MandateGrantedAlready,
    MandateHolderUnclear,
    MandatePartyUnclear,
    MandatePeriodEmpty,
    MandateWider,
    UnitNotOfRegion,
)
from ledger.decisions.refusals import MandateNotHeld, MandateNotInForce, PolicyMissing, PolicyTermMissing
from ledger.events.parties import (
    CareUnitRegistered,
    MandateGranted,
    Role,
)
from ledger.facts.mandates import Mandate, mandates
from ledger.facts.parties import units
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import (
    ActorId,
    AgreementId,
    LocalDate,
    LotId,
    MandateId,
    Ore,
    RegionId,
    RegistryNumber,
    SupplierId,
    UnitId,
)

REGIONAL = frozenset({"authorised-orderer", "attester", "contract-owner"})
BELOW: Mapping[Role, frozenset[Role]] = {
    "contract-owner": frozenset({"authorised-orderer", "attester"}),
    "central-contract-management": frozenset({"contract-owner", "authorised-orderer", "attester"}),
}
"""The roles, beside its own, that a role may delegate."""
DELEGATIONS = "mandate.delegations-max"


@command
class GrantMandate:
    """Grant a dated mandate to a person or function."""

    mandate: MandateId
    agreement: AgreementId
    holder: ActorId
    role: Role
    region: RegionId | None = None
    supplier: SupplierId | None = None
    units: tuple[UnitId, ...] = ()
    amount_max_ore: Ore | None = None
    from_on: LocalDate
    until_on: LocalDate
    registry_number: RegistryNumber
    lots: tuple[LotId, ...] = ()
    held_as: Literal["person", "function"] = "person"
    members: tuple[ActorId, ...] = ()
    under: MandateId | None = None


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """The mandate id's grant, if any, the units named, and for a delegation the mandate above and policy."""

    mandate: Mandate
    units: Mapping[str, Recorded[CareUnitRegistered] | None]
    mine: Mandate = field(default_factory=Mandate)
    above: Mandate | None = None
    library: Library = field(default_factory=Library)


def _grant_facts(command: GrantMandate, context: Context) -> Asking[GrantFacts]:
    mandate = yield mandates(command.mandate)
    named = yield {unit: units(unit) for unit in command.units}
    if command.under is None:
        mine = yield from mandate_of(context)
        return GrantFacts(mandate, named, mine)
    above = yield from whole_mandate(command.under)
    library = yield policies(command.agreement)
    return GrantFacts(mandate, named, above=above, library=library)


@decides(
    GrantMandate,
    facts=_grant_facts,
    example={
        "mandate": "m-1",
        "agreement": "hyr-2024",
        "holder": "orderer-1",
        "role": "authorised-orderer",
        "region": "jamtland-harjedalen",
        "units": ["u-medicin-ostersund"],
        "from_on": "2024-03-01",
        "until_on": "2026-03-01",
        "registry_number": "RS/3/2024",
    },
    raises=(
        *MANDATE_REFUSALS,
        MandateGrantedAlready,
        MandatePeriodEmpty,
        MandatePartyUnclear,
        MandateHolderUnclear,
        UnitNotOfRegion,
        MandateWider,
        DelegatedTooFar,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def grant_mandate(command: GrantMandate, facts: GrantFacts, context: Context) -> Ruling:
    """A mandate is granted once, for a period, for a party that fits the role and units of its region."""
    if facts.mandate.granted is not None:
        raise MandateGrantedAlready(
            f"{command.mandate} is granted", "mandate", (facts.mandate.granted.position,)
        )
    if command.until_on <= command.from_on:
        raise MandatePeriodEmpty(f"from {command.from_on} until {command.until_on}", "until_on")
    _require_party(command)
    _require_grantor(command, facts, context)
    if (command.held_as == "person") == bool(command.members):
        detail = f"held as {command.held_as} with {len(command.members)} members"
        raise MandateHolderUnclear(detail, "members")
    for unit, registered in facts.units.items():
        if registered is None or registered.event.region != command.region:
            raise UnitNotOfRegion(
                f"{unit} is not a unit of {command.region}", "units", positions_of(registered)
            )
    terms = _require_delegable(command, facts.above, facts.library, context) if facts.above else ()
    event = MandateGranted(
        mandate=command.mandate,
        agreement=command.agreement,
        holder=command.holder,
        role=command.role,
        region=command.region,
        supplier=command.supplier,
        units=command.units,
        amount_max_ore=command.amount_max_ore,
        from_on=command.from_on,
        until_on=command.until_on,
        granted_by=context.actor,
        registry_number=command.registry_number,
        lots=command.lots,
        held_as=command.held_as,
        members=command.members,
        under=command.under,
        terms=used_terms(terms),
    )
    return Ruling((event,), None, terms)


def _require_grantor(command: GrantMandate, facts: GrantFacts, context: Context) -> None:
    """Refuse a grant under a mandate that does not carry it.

    The first mandate of an agreement names itself or none; a delegation is judged by the one above it.
    """
    if command.under is None and context.mandate != command.mandate:
        roles = OWNERS if command.role in BELOW["contract-owner"] else CENTRAL
        require_office(facts.mine, context, roles, command.agreement, command.region or "")


def _require_party(command: GrantMandate) -> None:
    wanted = (command.role in REGIONAL, command.role == "supplier")
    if wanted != (command.region is not None, command.supplier is not None):
        detail = f"role {command.role} with region {command.region} and supplier {command.supplier}"
        raise MandatePartyUnclear(detail, "role")


def _require_delegable(
    command: GrantMandate, above: Mandate, library: Library, context: Context
) -> tuple[Resolved, ...]:
    """The policy on delegation. Refuses one by somebody without the mandate above, too wide, or too far."""
    at = context.received_at
    if above.granted is None or not above.held_by(context.actor, at):
        raise MandateNotHeld(f"{context.actor} does not hold {command.under}", "under", above.positions())
    if not above.in_force(at):
        raise MandateNotInForce(f"{command.under} is not in force", "under", above.positions())
    for field_ in _wider(command, above.granted.event):
        raise MandateWider(f"{field_} goes beyond {command.under}", field_, above.positions())
    book = latest_book(library, command.agreement)
    most = resolve_terms(book, (DELEGATIONS,), at, Scope(region=command.region))[DELEGATIONS]
    if above.delegations() >= most.number:
        detail = f"{above.delegations() + 1} delegations; at most {most.number}"
        raise DelegatedTooFar(detail, "under", (*above.positions(), most.position), assumed(most))
    return (most,)


def _wider(command: GrantMandate, above: MandateGranted) -> Iterator[str]:
    """The fields in which a mandate goes beyond the one above it."""
    if command.agreement != above.agreement:
        yield "agreement"
    if command.role != above.role and command.role not in BELOW.get(above.role, ()):
        yield "role"
    if above.region not in (None, command.region):
        yield "region"
    if above.supplier not in (None, command.supplier):
        yield "supplier"
    if above.units and not (command.units and set(command.units) <= set(above.units)):
        yield "units"
    if above.lots and not (command.lots and set(command.lots) <= set(above.lots)):
        yield "lots"
    most = above.amount_max_ore
    if most is not None and (command.amount_max_ore is None or command.amount_max_ore > most):
        yield "amount_max_ore"
    if command.from_on < above.from_on:
        yield "from_on"
    if command.until_on > above.until_on:
        yield "until_on"
