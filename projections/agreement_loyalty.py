"""Loyalty to the agreement (avtalstrohet): what was bought under it, lawfully beside it, and around it."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.events.purchases import PurchaseKind, PurchaseReported
from ledger.facts.hired_cost import HiredCost, hired_cost, month_of
from ledger.facts.parties import Region, regions
from ledger.facts.policies import policies
from ledger.facts.purchases import LAWFUL, OUTSIDE, is_lawful, purchase_kind
from ledger.facts.recorded import Recorded
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AgreementId, LocalDate
from projections.base import Terms, evidence_of, view
from projections.shapes import plain

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyParams:
    """The agreement, and the first month of the period (default: January of the date's year)."""

    agreement: AgreementId
    from_on: LocalDate | None = None


@dataclass(frozen=True, slots=True)
class LoyaltyFacts:
    """What the reading rests on."""

    name: str
    cost: HiredCost
    region: Region
    library: Library
    params: LoyaltyParams


@dataclass(frozen=True, slots=True)
class PurchaseShown:
    """One purchase outside the agreement: what it is by the facts known now, and whether that is lawful."""

    purchase: str
    lot: str
    speciality: str
    from_on: date
    amount_ore: int
    reason: str
    kind: PurchaseKind
    lawful: bool
    reported_as: PurchaseKind
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LotLoyalty:
    """One lot: öre under the agreement, lawfully outside it, around it; the share leaves the lawful out."""

    lot: str
    within_ore: int
    lawful_ore: int
    around_ore: int
    share_ppm: int | None


@dataclass(frozen=True, slots=True)
class AgreementLoyalty:
    """A region's purchases of hired staff; shares in parts per million, None where nothing was bought."""

    region: str
    from_on: date
    through: date
    lots: tuple[LotLoyalty, ...]
    share_ppm: int | None
    purchases: tuple[PurchaseShown, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(region: str, _at: date, params: LoyaltyParams) -> Asking[LoyaltyFacts]:
    """The region's costs and accessions, and the policy."""
    cost = yield hired_cost(region)
    known = yield regions(region)
    library = yield policies(params.agreement)
    return LoyaltyFacts(region, cost, known, library, params)


@view(
    "agreement-loyalty",
    titles=("Avtalstroheten", "Loyalty to the agreement"),
    kind=hired_cost,
    shape=plain(HiredCost),
    params=LoyaltyParams,
    asks=asks,
)
def read(facts: LoyaltyFacts, at: date) -> AgreementLoyalty:
    """How much of what a region pays for hired staff it buys under the agreement, lot by lot."""
    agreement, cost = facts.params.agreement, facts.cost
    terms, first = Terms.of(facts.library, agreement), month_of(facts.params.from_on or at.replace(month=1))
    bought = [fact for fact in cost.bought(first, at) if fact.event.agreement == agreement]
    shown = tuple(_shown(fact, facts, terms) for fact in bought)
    rows = [row for row in cost.rows(first, at) if row[0].agreement == agreement]
    names = sorted({place.lot for place, _ in rows} | {one.lot for one in shown})
    lots = tuple(
        _lot(
            name,
            sum(hired.ore for place, hired in rows if place.lot == name),
            [one for one in shown if one.lot == name],
        )
        for name in names
    )
    return AgreementLoyalty(
        region=facts.name,
        from_on=first,
        through=at,
        lots=lots,
        share_ppm=_share(sum(lot.within_ore for lot in lots), sum(lot.around_ore for lot in lots)),
        purchases=shown,
        evidence=evidence_of(*(hired.facts for _, hired in rows), *(one.facts for one in shown)),
        terms=terms.all(),
    )


def _shown(fact: Recorded[PurchaseReported], facts: LoyaltyFacts, terms: Terms) -> PurchaseShown:
    e = fact.event
    scope = Scope(region=e.region, lot=e.lot)
    outside, lawful = (terms.resolve(name, e.from_on, scope) for name in (OUTSIDE, LAWFUL))
    kind = purchase_kind(e, facts.region.joined_on(e.agreement, e.lot), outside)
    return PurchaseShown(
        purchase=e.purchase,
        lot=e.lot,
        speciality=e.speciality,
        from_on=e.from_on,
        amount_ore=e.amount_ore,
        reason=e.reason,
        kind=kind,
        lawful=is_lawful(kind, lawful),
        reported_as=e.kind,
        facts=(fact.position, *facts.region.accession_facts(e.agreement, e.lot)),
    )


def _lot(name: str, within: int, shown: list[PurchaseShown]) -> LotLoyalty:
    lawful = sum(one.amount_ore for one in shown if one.lawful)
    around = sum(one.amount_ore for one in shown if not one.lawful)
    return LotLoyalty(name, within, lawful, around, _share(within, around))


def _share(within: int, around: int) -> int | None:
    whole = within + around
    return (2 * within * PPM + whole) // (2 * whole) if whole else None
