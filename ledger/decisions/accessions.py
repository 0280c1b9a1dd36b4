"""When a region joined: what sources claim, and the decision which date governs (domain 1)."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import CENTRAL, MANDATE_REFUSALS, OWNERS, mandate_of, require_mandate
from ledger.decisions.refusals import RegionNotAcceded, RegionUnknown
from ledger.errors import Refusal
from ledger.events.accessions import AccessionClaimed, AccessionSettled
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, regions
from ledger.values import AgreementId, LocalDate, LotId, RegionId, RegistryNumber, Text

CLAUSE = "domain 1: accession is a dated fact per region and lot; sources conflict"


class DateNotClaimed(Refusal):
    """The date that is to govern stands in none of the facts relied on."""

    code = "date-not-claimed"
    clause = CLAUSE
    title_sv = "Ingen källa anger det datumet"
    title_en = "No source gives that date"


class AccessionFactWrong(Refusal):
    """A position is no recorded accession or claim of the region and lot, or is named twice."""

    code = "accession-fact-wrong"
    clause = CLAUSE
    title_sv = "Uppgiften rör inte anslutningen"
    title_en = "Not a fact about the accession"


@dataclass(frozen=True, slots=True)
class AccessionFacts:
    """The mandate and the region."""

    mandate: Mandate
    region: Region


@command
class ClaimAccession:
    """Record what a source says about when a region joined a lot; it governs nothing by itself."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    from_on: LocalDate
    source: Text


def _facts(command: "ClaimAccession | SettleAccession", context: Context) -> Asking[AccessionFacts]:
    mandate = yield from mandate_of(context)
    region = yield regions(command.region)
    return AccessionFacts(mandate, region)


@decides(
    ClaimAccession,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "lot": "nurses",
        "from_on": "2024-09-01",
        "source": "S2, 002: introduced stepwise in all regions until September 2024",
    },
    raises=(*MANDATE_REFUSALS, RegionUnknown),
)
def claim_accession(command: ClaimAccession, facts: AccessionFacts, context: Context) -> Ruling:
    """A source's word about a registered region; claims that differ stand side by side."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    if facts.region.registered is None:
        raise RegionUnknown(f"{command.region} is not registered", "region")
    event = AccessionClaimed(
        agreement=command.agreement,
        region=command.region,
        lot=command.lot,
        from_on=command.from_on,
        source=command.source,
    )
    return Ruling((event,))


@command
class SettleAccession:
    """Decide which date governs a region's accession, by the positions of facts relied on and disregarded."""

    agreement: AgreementId
    region: RegionId
    lot: LotId
    from_on: LocalDate
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...] = ()
    reasons: Text
    decided_on: LocalDate
    registry_number: RegistryNumber


@decides(
    SettleAccession,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "lot": "nurses",
        "from_on": "2024-03-01",
        "relied_on": [12],
        "disregarded": [40],
        "reasons": "The region's own award decision gives the date; the missive only the last month",
        "decided_on": "2025-02-03",
        "registry_number": "RS/50/2025",
    },
    raises=(*MANDATE_REFUSALS, RegionNotAcceded, AccessionFactWrong, DateNotClaimed),
)
def settle_accession(command: SettleAccession, facts: AccessionFacts, context: Context) -> Ruling:
    """Central management decides for a date that a fact relied on gives, where the region has joined."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, CENTRAL, place, context.received_at)
    recorded = facts.region.joined.get((command.agreement, command.lot))
    if recorded is None:
        raise RegionNotAcceded(f"{command.region} has not acceded to {command.lot}", "region")
    claims = facts.region.claims.get((command.agreement, command.lot), ())
    dates = {recorded.position: recorded.event.from_on, **{c.position: c.event.from_on for c in claims}}
    _require_facts(command, dates)
    event = AccessionSettled(
        agreement=command.agreement,
        region=command.region,
        lot=command.lot,
        from_on=command.from_on,
        relied_on=command.relied_on,
        disregarded=command.disregarded,
        reasons=command.reasons,
        decided_on=command.decided_on,
        decided_by=context.actor,
        registry_number=command.registry_number,
    )
    return Ruling((event,))


def _require_facts(command: SettleAccession, dates: dict[int, LocalDate]) -> None:
    named = (*command.relied_on, *command.disregarded)
    if wrong := tuple(sorted({p for p in named if p not in dates or named.count(p) > 1})):
        detail = f"position {wrong[0]} is no fact about the accession, or is named twice"
        raise AccessionFactWrong(detail, "relied_on", wrong)
    if command.from_on not in {dates[position] for position in command.relied_on}:
        detail = f"{command.from_on} stands in none of the facts relied on"
        raise DateNotClaimed(detail, "from_on", command.relied_on)
