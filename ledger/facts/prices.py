"""What a price rests on: article numbers with their dates, the order's date and zone, the unit's place."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec import Struct

from ledger.events.assignments import ContractConcluded
from ledger.events.orders import OrderPublished
from ledger.events.parties import CareUnitRegistered
from ledger.events.prices import ArticleChanged, OrderMessageSent
from ledger.facts.parties import units
from ledger.facts.policies import Calendars, calendars
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import Fold, FoldKind
from ledger.policy.model import Resolved
from ledger.policy.pricing import PriceLine, Prices, zone_of
from ledger.policy.within import Within
from ledger.values import local_date

DATE, ZONES, LEVELS = "price.date", "price.zones", "article.levels"


@dataclass(frozen=True, slots=True)
class Articles:
    """Every announced change of an agreement's article numbers, by ``lot.article``, oldest first."""

    changes: Mapping[str, tuple[Recorded[ArticleChanged], ...]] = field(default_factory=dict)

    def on(self, lot: str, article: str, on: date) -> Recorded[ArticleChanged] | None:
        """The change in force on a date: the latest to start, of equal ones the latest announced."""
        there = [fact for fact in self.changes.get(f"{lot}.{article}", ()) if fact.event.from_on <= on]
        return max(there, key=lambda fact: (fact.event.from_on, fact.position), default=None)

    def level(self, levels: Resolved, lot: str, article: str, on: date) -> int | None:
        """The rate level of an article on a date: as announced, else as listed; None if not to be used."""
        change = self.on(lot, article, on)
        return levels.table.get(f"{lot}.{article}") if change is None else change.event.level


articles: FoldKind[Articles] = FoldKind("articles", "agreement", Articles())


@articles.on(ArticleChanged)
def _changed(state: Articles, e: ArticleChanged, position: int) -> Articles:
    key = f"{e.lot}.{e.article}"
    return Articles({**state.changes, key: (*state.changes.get(key, ()), Recorded(position, e))})


publications: FoldKind[Recorded[OrderPublished] | None] = FoldKind("publications", "order", None)


@publications.on(OrderPublished)
def _published(
    _state: Recorded[OrderPublished] | None, e: OrderPublished, position: int
) -> Recorded[OrderPublished]:
    return Recorded(position, e)


order_messages: FoldKind[tuple[Recorded[OrderMessageSent], ...]] = FoldKind(
    "order-messages", "assignment", ()
)


@order_messages.on(OrderMessageSent)
def _sent(
    state: tuple[Recorded[OrderMessageSent], ...], e: OrderMessageSent, position: int
) -> tuple[Recorded[OrderMessageSent], ...]:
    return (*state, Recorded(position, e))


@dataclass(frozen=True, slots=True)
class PriceBasis:
    """What the prices of one place rest on: its agreement's articles and calendars, its order and unit."""

    articles: Articles = field(default_factory=Articles)
    calendars: Calendars = field(default_factory=lambda: Calendars({}))
    published: Recorded[OrderPublished] | None = None
    unit: Recorded[CareUnitRegistered] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of the order and the unit."""
        return positions_of(self.published, self.unit)


def price_basis(
    agreement: str, order: str, unit: str
) -> Generator[Mapping[str, Fold[Any]], Mapping[str, Any], PriceBasis]:
    """Facts: what the prices of an order at a unit rest on."""
    asked = yield {
        "articles": articles(agreement),
        "calendars": calendars(agreement),
        "published": publications(order),
        "unit": units(unit),
    }
    return PriceBasis(asked["articles"], asked["calendars"], asked["published"], asked["unit"])


class Priced(Struct, frozen=True):
    """Where a shift's price is looked up: the date that selects it, the zone, the rate level, the list."""

    lot: str
    on: date
    zone: int
    level: int | None
    prices: Prices
    facts: tuple[int, ...]
    terms: tuple[Resolved, ...]

    def unit_ore(self, kind: str, *, level: int | None = None, zone: int | None = None) -> int | None:
        """The listed price of a kind; another level or zone may be tried."""
        return self.prices.unit_ore(kind, self.lot, level or self.level, zone or self.zone)

    def shift(self, times: tuple[int, int, int], holidays: frozenset[date]) -> tuple[PriceLine, ...]:
        """The lines of a shift (start, end, break) at this price, travel apart; none without a level."""
        if self.level is None:
            return ()
        return self.prices.shift(times, self.lot, self.level, self.zone, holidays)


class Pricing(Struct, frozen=True):
    """The prices of one contract or order position: where and when it is, and policy by term and date.

    ``zone`` is the registered one; that of the municipality, where policy names it, prevails on its date.
    """

    lot: str
    zone: int
    municipality: str | None
    ordered_on: date
    begins_on: date
    articles: Articles
    facts: tuple[int, ...]
    policy: Within

    @classmethod
    def of_contract(cls, contract: ContractConcluded, basis: PriceBasis, policy: Within) -> "Pricing":
        """The prices of a contract, at the zone its order had."""
        unit, published = basis.unit, basis.published
        return cls(
            lot=contract.lot,
            zone=published.event.zone if published else unit.event.zone if unit else 1,
            municipality=unit.event.municipality if unit else None,
            ordered_on=local_date(published.event.published_at if published else contract.concluded_at),
            begins_on=contract.from_on,
            articles=basis.articles,
            facts=basis.positions(),
            policy=policy,
        )

    def at(self, shift_on: date, article: str) -> Priced:
        """Where the price of a shift that starts on a date is looked up. Raises what the policy raises."""
        selects = self.policy(DATE, shift_on)
        return self.on(self.dates(shift_on)[selects.text], article, selects)

    def on(self, day: date, article: str, *selects: Resolved) -> Priced:
        """The same when a given date selects it."""
        zones, levels = self.policy(ZONES, day), self.policy(LEVELS, day)
        zone = zone_of(zones, self.municipality, self.zone)
        level = self.articles.level(levels, self.lot, article, day)
        facts = (*self.facts, *positions_of(self.articles.on(self.lot, article, day)))
        prices = Prices.of(self.policy, day)
        return Priced(self.lot, day, zone, level, prices, facts, (*selects, zones, levels))

    def dates(self, shift_on: date) -> Mapping[str, date]:
        """The dates that may select a price, by the policy's word for them."""
        return {"shift": shift_on, "order": self.ordered_on, "contract-start": self.begins_on}
