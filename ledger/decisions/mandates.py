"""Mandates: who may act for a region or a supplier, in which role, from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.errors import Refusal
from ledger.events.parties import CareUnitRegistered, MandateGranted, MandateRevoked
from ledger.facts.mandates import Mandate, mandates
from ledger.facts.parties import units
from ledger.facts.recorded import Recorded, positions_of
from ledger.values import (
    ActorId,
    AgreementId,
    Instant,
    LocalDate,
    MandateId,
    Ore,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    UnitId,
    instant_text,
)

REGIONAL = frozenset({"authorised-orderer", "attester", "contract-owner"})


class MandateGrantedAlready(Refusal):
    """The mandate id is taken; a changed mandate is a new one."""

    code = "mandate-granted"
    clause = "S3: authorised orderers are appointed persons or functions"
    title_sv = "Behörigheten är redan tilldelad"
    title_en = "Mandate granted already"


class MandatePeriodEmpty(Refusal):
    """A mandate is dated and ends after it begins."""

    code = "mandate-period-empty"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Behörigheten har ingen giltighetstid"
    title_en = "Mandate period is empty"


class MandatePartyUnclear(Refusal):
    """A regional role acts for one region, a supplier's for one supplier, central management for neither."""

    code = "mandate-party-unclear"
    clause = "domain 2: who acts for whom"
    title_sv = "Oklart vem behörigheten gäller för"
    title_en = "Unclear whom the mandate is for"


class UnitNotOfRegion(Refusal):
    """A unit is not registered, or belongs to another region."""

    code = "unit-not-of-region"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Enheten hör inte till regionen"
    title_en = "Unit not of this region"


class MandateUnknown(Refusal):
    """The mandate was never granted."""

    code = "mandate-unknown"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Behörigheten finns inte"
    title_en = "Mandate not found"


class MandateRevokedAlready(Refusal):
    """The mandate was revoked before."""

    code = "mandate-revoked"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Behörigheten är redan återkallad"
    title_en = "Mandate revoked already"


class RevocationBackdated(Refusal):
    """What was ordered within a mandate cannot lose it afterwards."""

    code = "revocation-backdated"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Återkallelsen är bakåtdaterad"
    title_en = "Revocation is backdated"


@command
class GrantMandate:
    """Grant a dated mandate to a person or function."""

    mandate: MandateId
    agreement: AgreementId
    holder: ActorId
    role: Literal[
        "authorised-orderer",
        "attester",
        "contract-owner",
        "central-contract-management",
        "supplier",
        "whistleblowing-officer",
    ]
    region: RegionId | None = None
    supplier: SupplierId | None = None
    units: tuple[UnitId, ...] = ()
    amount_max_ore: Ore | None = None
    from_on: LocalDate
    until_on: LocalDate
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """The mandate id's grant, if any, and the units named."""

    mandate: Mandate
    units: Mapping[str, Recorded[CareUnitRegistered] | None]


def _grant_facts(command: GrantMandate, _context: Context) -> Asking[GrantFacts]:
    mandate = yield mandates(command.mandate)
    named = yield {unit: units(unit) for unit in command.units}
    return GrantFacts(mandate, named)


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
    raises=(MandateGrantedAlready, MandatePeriodEmpty, MandatePartyUnclear, UnitNotOfRegion),
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
    for unit, registered in facts.units.items():
        if registered is None or registered.event.region != command.region:
            raise UnitNotOfRegion(
                f"{unit} is not a unit of {command.region}", "units", positions_of(registered)
            )
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
    )
    return Ruling((event,))


def _require_party(command: GrantMandate) -> None:
    wanted = (command.role in REGIONAL, command.role == "supplier")
    if wanted != (command.region is not None, command.supplier is not None):
        detail = f"role {command.role} with region {command.region} and supplier {command.supplier}"
        raise MandatePartyUnclear(detail, "role")


@command
class RevokeMandate:
    """End a mandate before its date; from now on unless a later instant is given."""

    mandate: MandateId
    revoked_at: Instant | None = None
    reason: Text


def _revoke_facts(command: RevokeMandate, _context: Context) -> Asking[Mandate]:
    held: Mandate = yield mandates(command.mandate)
    return held


@decides(
    RevokeMandate,
    facts=_revoke_facts,
    example={"mandate": "m-1", "reason": "The function was moved to the call-off unit"},
    raises=(MandateUnknown, MandateRevokedAlready, RevocationBackdated),
)
def revoke_mandate(command: RevokeMandate, held: Mandate, context: Context) -> Ruling:
    """A granted mandate is revoked once, and never backwards in time."""
    if held.granted is None:
        raise MandateUnknown(f"{command.mandate} was never granted", "mandate")
    if held.revoked is not None:
        raise MandateRevokedAlready(f"{command.mandate} is revoked", "mandate", held.positions())
    at = context.received_at if command.revoked_at is None else command.revoked_at
    if at < context.received_at:
        detail = f"{instant_text(at)} lies before the command, received {instant_text(context.received_at)}"
        raise RevocationBackdated(detail, "revoked_at", held.positions())
    return Ruling((MandateRevoked(mandate=command.mandate, revoked_at=at, reason=command.reason),))
