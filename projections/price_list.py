"""The price list of one lot on a date: every article in every zone, supplements and travel, in öre (17)."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.policies import policies
from ledger.facts.prices import LEVELS, ZONES, Articles, articles
from ledger.facts.recorded import positions_of
from ledger.policy.bands import BANDS, PLAIN
from ledger.policy.model import Library, Resolved, Scope
from ledger.policy.pricing import TRAVEL, Prices
from ledger.policy.within import Within
from ledger.values import LotId
from projections.base import Terms, evidence_of, view
from projections.shapes import plain

ZONE_NUMBERS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParams:
    """The lot whose prices are listed."""

    lot: LotId


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the reading rests on."""

    agreement: str
    articles: Articles
    library: Library
    params: ListParams


@dataclass(frozen=True, slots=True)
class ArticleListed:
    """An article in force: its rate level and öre an hour in zones 1, 2 and 3 (None: no price)."""

    article: str
    level: int
    hour_ore: tuple[int | None, ...]
    announced: int | None


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices on a date, indexed and rounded; supplements are öre an hour on top, travel a sum by zone."""

    agreement: str
    lot: str
    index_ppm: int
    articles: tuple[ArticleListed, ...]
    supplements: tuple[tuple[str, int | None], ...]
    travel: tuple[int | None, ...]
    travel_per: str
    municipalities: tuple[tuple[str, int], ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(agreement: str, _at: date, params: ListParams) -> Asking[ListFacts]:
    """The agreement's article numbers and its policy."""
    known = yield articles(agreement)
    library = yield policies(agreement)
    return ListFacts(agreement, known, library, params)


@view(
    "price-list",
    titles=("Prislistan", "The price list"),
    kind=articles,
    shape=plain(Articles),
    params=ListParams,
    asks=asks,
)
def read(facts: ListFacts, at: date) -> PriceList:
    """What an hour of each article costs in each zone on a date, with supplements and travel."""
    lot, terms = facts.params.lot, Terms.of(facts.library, facts.agreement)
    scope = Scope(lot=lot)
    levels, zones = terms.resolve(LEVELS, at, scope), terms.resolve(ZONES, at, scope)
    prices = Prices.of(Within(terms, scope), at)
    listed = tuple(_listed(facts.articles, levels, prices, lot, at))
    return PriceList(
        agreement=facts.agreement,
        lot=lot,
        index_ppm=prices.terms["price.index-ppm"].number,
        articles=listed,
        supplements=tuple((band, prices.unit_ore(band, lot, None, 1)) for band in BANDS),
        travel=tuple(prices.unit_ore(TRAVEL, lot, None, zone) for zone in ZONE_NUMBERS),
        travel_per=prices.terms["travel.per"].text,
        municipalities=tuple(sorted(zones.table.items())),
        evidence=evidence_of([one.announced for one in listed if one.announced is not None]),
        terms=terms.all(),
    )


def _listed(known: Articles, levels: Resolved, prices: Prices, lot: str, at: date) -> list[ArticleListed]:
    names = {key for key in (*levels.table, *known.changes) if key.startswith(f"{lot}.")}
    found = []
    for article in sorted(name.removeprefix(f"{lot}.") for name in names):
        level, change = known.level(levels, lot, article, at), positions_of(known.on(lot, article, at))
        if level is not None:
            hours = tuple(prices.unit_ore(PLAIN, lot, level, zone) for zone in ZONE_NUMBERS)
            found.append(ArticleListed(article, level, hours, change[0] if change else None))
    return found
