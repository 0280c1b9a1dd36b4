"""Agreements: registered with their dates, since two of them run side by side (domain 1)."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import CENTRAL, MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.errors import Refusal
from ledger.events.agreements import AgreementRegistered
from ledger.facts.admissions import agreements
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import Recorded
from ledger.values import AgreementId, LocalDate, LotId, Ore, RegistryNumber, Text


class AgreementRegisteredAlready(Refusal):
    """The agreement id is taken."""

    code = "agreement-registered"
    clause = "domain 1: an agreement id is on every order, policy and ladder record"
    title_sv = "Avtalet är redan registrerat"
    title_en = "Agreement registered already"


class AgreementPeriodEmpty(Refusal):
    """An agreement ends after it begins."""

    code = "agreement-period-empty"
    clause = "S3: the agreement runs for four years"
    title_sv = "Avtalet har ingen giltighetstid"
    title_en = "Agreement period is empty"


@command
class RegisterAgreement:
    """Register a framework agreement: its time, its lots, its ceiling (öre), the one it replaces."""

    agreement: AgreementId
    name: Text
    contracting_authority: Text
    from_on: LocalDate
    until_on: LocalDate
    lots: tuple[LotId, ...]
    ceiling_ore: Ore | None = None
    replaces: AgreementId | None = None
    registry_number: RegistryNumber
    source: Text


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """The mandate, and the agreement id's registration, if any."""

    mandate: Mandate
    known: Recorded[AgreementRegistered] | None


def _facts(command: RegisterAgreement, context: Context) -> Asking[AgreementFacts]:
    mandate = yield from mandate_of(context)
    known = yield agreements(command.agreement)
    return AgreementFacts(mandate, known)


@decides(
    RegisterAgreement,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "name": "Nationellt avtal om hyrbemanning i hälso- och sjukvården",
        "contracting_authority": "Västra Götalandsregionen, 232100-0131",
        "from_on": "2024-01-01",
        "until_on": "2028-01-01",
        "lots": ["doctors", "nurses"],
        "ceiling_ore": 3800000000000,
        "registry_number": "RS 202203983",
        "source": "S1, S2: from 1 January 2024, SEK 38 bn, runs out in 2027",
    },
    raises=(*MANDATE_REFUSALS, AgreementRegisteredAlready, AgreementPeriodEmpty),
)
def register_agreement(command: RegisterAgreement, facts: AgreementFacts, context: Context) -> Ruling:
    """Central management registers an agreement once, for a time."""
    require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    if facts.known is not None:
        raise AgreementRegisteredAlready(
            f"{command.agreement} is registered", "agreement", (facts.known.position,)
        )
    if command.until_on <= command.from_on:
        raise AgreementPeriodEmpty(f"from {command.from_on} until {command.until_on}", "until_on")
    event = AgreementRegistered(
        agreement=command.agreement,
        name=command.name,
        contracting_authority=command.contracting_authority,
        from_on=command.from_on,
        until_on=command.until_on,
        lots=command.lots,
        ceiling_ore=command.ceiling_ore,
        replaces=command.replaces,
        registry_number=command.registry_number,
        source=command.source,
    )
    return Ruling((event,))
