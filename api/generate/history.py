"""A national history from a seed: how much happens when, and who tells it.

Calibrated to domain.md section 9: what a year has against the others, shifts and orders, a season within the
year; ``events`` scales all of it, so that four years fit into them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from api.demo.story.days import is_working
from api.demo.story.world import LOTS
from api.generate.administration import Administration
from api.generate.answering import Answering
from api.generate.asks import Engagement
from api.generate.contracts import Contracts
from api.generate.deviations import Deviations
from api.generate.engine import Carry, Engine, Memory, clock_at
from api.generate.ground import SETUP, UNTIL, lay
from api.generate.incidents import Incidents
from api.generate.invoices import Invoices
from api.generate.ladder import Ladder
from api.generate.market import Market
from api.generate.reports import Reports
from api.generate.staff import Staff
from api.generate.world import REGIONS, World, world

YEAR_WEIGHT = {2024: 100, 2025: 77, 2026: 72, 2027: 70}
"""Shifts of a year against 2024: domain 9 for 2025; the years after it are assumed to go on falling."""
MONTH_WEIGHT = (90, 90, 90, 90, 105, 150, 150, 125, 85, 85, 90, 110)
"""Orders of a month against the others: summers and the end of the year are short of staff; assumed."""
NURSES_PERMILLE = 700
NATIONAL = 100_000
NEW_YEAR = (1, 8)
DAY = timedelta(days=1)
FIRST, LAST = SETUP + DAY, UNTIL - 75 * DAY


@dataclass(frozen=True, slots=True)
class Size:
    """How large a history of so many events is: its orders in all, its units and its regions."""

    orders: int
    units: int
    regions: int = REGIONS
    share: int = 3

    @classmethod
    def of(cls, events: int) -> "Size":
        """The size whose four years take up the events; below a hundred thousand, that of a few regions.

        A short history spends more events on what does not depend on orders.
        """
        if events < NATIONAL:
            return cls(max(20, (events - 1_000) // 88, (events - 3_500) // 72), 40, 6, 2)
        return cls((events - 3_000) // 63, max(60, min(800, events // 12_000)))


@dataclass(frozen=True, slots=True)
class Players:
    """Who plays the orders; others than these play a history that is told for a purpose."""

    market: type[Market] = Market
    staff: type[Staff] = Staff
    answering: type[Answering] = Answering


@dataclass(slots=True)
class History:
    """Tells a history through ``carry``; ``memory`` is told what no decision asks for any more."""

    engine: Engine
    world: World
    market: Market
    reports: Reports
    deviations: Deviations
    size: Size
    memory: Memory

    @classmethod
    def of(
        cls, size: "Size | int", seed: int, carry: Carry, memory: Memory, players: Players = Players()
    ) -> "History":
        """The history of a seed at a size, or at that of so many events."""
        size = Size.of(size) if isinstance(size, int) else size
        random = Random(seed)  # noqa: S311  the same every time is what it is for
        engine, done = Engine(carry, random, memory), memory.forget
        parties = world(random, units=size.units, regions=size.regions, share=size.share)
        places = tuple((region, unit) for region in parties.regions for unit in region.units)
        staff, invoices = players.staff(engine), Invoices(engine)
        reports, deviations = Reports(engine, invoices, places, done), Deviations(engine, Ladder(engine))
        contracts, incidents = Contracts(engine, staff, invoices), Incidents(engine)

        def concluded(at: int, held: Engagement) -> None:
            contracts.begin(held)
            deviations.maybe(held)
            contracts.planned(at, held, reports.worked(held))
            reports.leave(held)
            incidents.concluded(at, held)

        market = players.market(engine, staff, players.answering(engine), concluded, done)
        history = cls(engine, parties, market, reports, deviations, size, memory)
        history.lay_out()
        return history

    def run(self, events: int) -> None:
        """Tell it until there are so many events, or the agreement ends, and everybody's mandate with it."""
        self.engine.run(events, clock_at(UNTIL, 0))

    def lay_out(self) -> None:
        """Have everything come due: the ground, and every day with its orders."""
        lay(self.engine, self.world)
        Administration(self.engine, self.world).lay()
        days = [FIRST + n * DAY for n in range((LAST - FIRST).days)]
        weights = [_weight(day) for day in days]
        total, before = sum(weights), 0
        for day, weight in zip(days, weights, strict=True):
            orders = self.size.orders * (before + weight) // total - self.size.orders * before // total
            before += weight
            self.engine.on(day, 60, partial(self._day, day, orders))

    def _day(self, day: date, orders: int, at: int) -> None:
        self.memory.settle(self.market.oldest_open())
        if (day.month, day.day) == NEW_YEAR:
            self.market.staff.new_year(at, day)
        if day.day == 1:
            self.reports.month(day)
        weights = [region.weight for region in self.world.regions]
        regions = self.engine.random.choices(self.world.regions, weights, k=orders)
        for region in regions:
            lot = LOTS[self.engine.chance(NURSES_PERMILLE)]
            self.market.order(day, region, lot)


def _weight(day: date) -> int:
    """How much is ordered on a day: working days, by the month and the year."""
    return YEAR_WEIGHT[day.year] * MONTH_WEIGHT[day.month - 1] if is_working(day) else 0
