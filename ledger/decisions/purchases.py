"""Reporting hired staff bought outside the agreement; whether the agreement covers it stands beside."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.decisions.price_guards import resolver
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing, RegionUnknown
from ledger.errors import Refusal
from ledger.events.purchases import PurchaseReported
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, regions
from ledger.facts.policies import policies
from ledger.facts.purchases import OUTSIDE, purchase_kind, purchases
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Library, Scope
from ledger.values import (
    AgreementId,
    Code,
    LocalDate,
    LotId,
    Minutes,
    Ore,
    PurchaseId,
    RegionId,
    RegistryNumber,
    Text,
    local_date,
)

OWNERS = frozenset({"contract-owner", "central-contract-management"})


class PurchaseReportedAlready(Refusal):
    """The purchase id is taken."""

    code = "purchase-reported"
    clause = "S3: all regions use the agreement"
    title_sv = "Köpet är redan rapporterat"
    title_en = "Purchase reported already"


class PurchaseDatesWrong(Refusal):
    """A purchase is booked, then begins, then ends; what is not booked yet is not reported."""

    code = "purchase-dates-wrong"
    clause = "S3: all regions use the agreement"
    title_sv = "Köpets datum är inte möjliga"
    title_en = "Purchase dates are impossible"


@command
class ReportPurchase:
    """Report hired staff bought outside the agreement, with the reason."""

    purchase: PurchaseId
    agreement: AgreementId
    region: RegionId
    lot: LotId
    speciality: Code
    seller: Text
    booked_on: LocalDate
    from_on: LocalDate
    until_on: LocalDate
    minutes: Minutes
    amount_ore: Ore
    reason: Text
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The mandate, whatever holds the purchase id, the region, and the policy."""

    mandate: Mandate
    earlier: Recorded[PurchaseReported] | None
    region: Region
    library: Library


def _facts(command: ReportPurchase, context: Context) -> Asking[ReportFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield purchases(command.purchase)
    region = yield regions(command.region)
    library = yield policies(command.agreement)
    return ReportFacts(mandate, earlier, region, library)


@decides(
    ReportPurchase,
    facts=_facts,
    example={
        "purchase": "pu-1",
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "lot": "doctors",
        "speciality": "pathology",
        "seller": "Exempelpatologi AB",
        "booked_on": "2025-02-03",
        "from_on": "2025-03-03",
        "until_on": "2025-03-29",
        "minutes": 9600,
        "amount_ore": 24000000,
        "reason": "The agreement leaves pathology out",
        "registry_number": "RS/310/2025",
    },
    raises=(
        *MANDATE_REFUSALS,
        RegionUnknown,
        PurchaseReportedAlready,
        PurchaseDatesWrong,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def report_purchase(command: ReportPurchase, facts: ReportFacts, context: Context) -> Ruling:
    """Reported once, after it was booked; what the agreement covers is told apart from what it leaves out."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    if facts.region.registered is None:
        raise RegionUnknown(f"{command.region} is not registered", "region")
    if facts.earlier is not None:
        raise PurchaseReportedAlready(
            f"{command.purchase} is reported", "purchase", positions_of(facts.earlier)
        )
    _require_dates(command, local_date(context.received_at))
    scope = Scope(region=command.region, lot=command.lot)
    outside = resolver(facts.library, command.agreement, scope)(OUTSIDE, command.from_on)
    joined_on = facts.region.joined_on(command.agreement, command.lot)
    event = PurchaseReported(
        purchase=command.purchase,
        agreement=command.agreement,
        region=command.region,
        lot=command.lot,
        speciality=command.speciality,
        seller=command.seller,
        booked_on=command.booked_on,
        from_on=command.from_on,
        until_on=command.until_on,
        minutes=command.minutes,
        amount_ore=command.amount_ore,
        reason=command.reason,
        registry_number=command.registry_number,
        reported_at=context.received_at,
        reported_by=context.actor,
        kind=purchase_kind(command, joined_on, outside),
        facts=facts.region.accession_facts(command.agreement, command.lot),
        terms=(outside.used(),),
    )
    return Ruling((event,), None, (outside,))


def _require_dates(command: ReportPurchase, today: date) -> None:
    if command.booked_on > today:
        raise PurchaseDatesWrong(f"booked on {command.booked_on}, after {today}", "booked_on")
    if command.from_on < command.booked_on:
        raise PurchaseDatesWrong("it begins before it was booked", "from_on")
    if command.until_on <= command.from_on:
        raise PurchaseDatesWrong("it ends before it begins", "until_on")
