"""Which orders a round has: everyday ones drawn by chance, and those that the scenes need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from api.demo.story.dice import Dice
from api.demo.story.market import Ask
from api.demo.story.pace import Pace
from api.demo.story.people import Consultant
from api.demo.story.roster import Assignment
from api.demo.story.world import DELTA, LOTS, NURSES, REGIONS, SUPPLIERS, VGR, Region, Unit

DAY = timedelta(days=1)
PER_ROUND, PER_FIRST_ROUND = 8, 3
TWISTS = {
    3: "completed", 5: "clerical", 8: "restarted", 11: "late", 13: "incomplete", 16: "taken-back", 19: "late",
    21: "early", 23: "tie",
}  # fmt: skip
TWIST_CYCLE = 24
WITHDRAWN_EVERY = 61
JOINED = {supplier.supplier: supplier.from_on for supplier in SUPPLIERS}


@dataclass(slots=True)
class Demand:
    """Draws orders. Remembers who is engaged until when, and who worked where last."""

    dice: Dice
    pace: Pace
    people: Sequence[Consultant]
    busy: dict[str, date] = field(default_factory=dict)
    last_at: dict[tuple[str, str], list[Assignment]] = field(default_factory=dict)
    count: int = 0

    def of(self, day: date) -> Iterator[Ask]:
        """The orders of a round: the scenes' first, since they need certain consultants."""
        taken: set[str] = set()
        for scene in (self._broken, self._contested, self._rung, self._missed, self._barred):
            ask = scene(day, taken)
            if ask is not None:
                yield self._reserved(ask, taken)
        wanted = PER_FIRST_ROUND if day == self.pace.months[0].rounds[0] else PER_ROUND
        for n in range(wanted):
            ask = self._everyday(day, n, taken)
            if ask is not None:
                yield self._reserved(ask, taken)

    def engaged(self, held: Assignment) -> None:
        """Remember an assignment. Who is needed for a later scene stays free until then."""
        self.busy[held.consultant.human] = self.pace.broken_award_on if held.days else held.free_from
        self.last_at.setdefault((held.unit.unit, held.lot), []).append(held)

    def _reserved(self, ask: Ask, taken: set[str]) -> Ask:
        taken.update(one.human for one in ask.offers)
        return ask

    def _number(self) -> int:
        self.count += 1
        return self.count

    def _everyday(self, day: date, n: int, taken: set[str]) -> Ask | None:
        places = [(r, u, lot) for r in REGIONS for u in r.units for lot in LOTS if r.joins[lot] <= day]
        region, unit, lot = self.dice.one_of(places, "place", day, n)
        from_on = day + self.dice.between(8, 15, "begins", day, n) * DAY
        weeks = self.dice.between(*((3, 4) if self.pace.short else (5, 9)), "weeks", day, n)
        offers, follows = self._offers(day, n, (region, unit, lot), from_on, taken)
        if len(offers) < 2:
            return None
        number = self._number()
        twist = self._twist(number)
        late = [s.supplier for s in SUPPLIERS if s.supplier not in {one.supplier for one in offers}]
        return Ask(
            order=f"o-{number:04}", number=number, day=day, region=region, unit=unit, lot=lot,
            from_on=from_on,
            until_on=from_on + weeks * 7 * DAY, offers=tuple(offers), follows=follows,
            twist=twist, outsider=self._late_one(late, region, lot, day, number) if twist == "late" else None,
        )  # fmt: skip

    def _twist(self, number: int) -> str:
        return "withdrawn" if number % WITHDRAWN_EVERY == 0 else TWISTS.get(number % TWIST_CYCLE, "")

    def _late_one(self, suppliers: list[str], region: Region, lot: str, day: date, number: int) -> str | None:
        """A recipient that has not answered."""
        able = [s for s in suppliers if self._receives(s, region, lot, day)]
        return self.dice.one_of(able, "late", number) if able else None

    def _receives(self, supplier: str, region: Region, lot: str, day: date) -> bool:
        lots = next(s.lots for s in SUPPLIERS if s.supplier == supplier)
        barred = supplier == DELTA and region == VGR and lot == NURSES and self.pace.quarantined(day)
        return lot in lots and JOINED[supplier] <= day and not barred

    def _offers(
        self, day: date, n: int, place: tuple[Region, Unit, str], from_on: date, taken: set[str]
    ) -> tuple[list[Consultant], str | None]:
        """Who is offered, earliest first; sometimes somebody known at the unit, who is seldom first."""
        region, unit, lot = place
        free = [
            one for one in self.people
            if one.lot == lot and one.human not in taken and self.busy.get(one.human, day) <= from_on
            and self._receives(one.supplier, region, lot, day)
        ]  # fmt: skip
        strangers = self.dice.shuffled(free, "offers", day, n)
        known = [held for held in self.last_at.get((unit.unit, lot), ())[-4:] if held.consultant in free]
        offers: list[Consultant] = []
        follows = None
        if known and self.dice.chance(65, "known", day, n):
            offers.append(known[-1].consultant)
            follows = known[-1].order if self.dice.chance(40, "follows", day, n) else None
        for one in strangers:
            if len(offers) < self.dice.between(2, 4, "count", day, n) and _new(one, offers):
                offers.append(one)
        return self.dice.shuffled(offers, "order", day, n), follows

    def _broken(self, day: date, taken: set[str]) -> Ask | None:
        """The assignment whose streak one shift holds together; only one supplier and a rival answer."""
        if day != self.pace.broken_ordered_on:
            return None
        year = self.pace.bridge.year
        offers = self._two(day, date(year, 1, 8), ("s-alfa", "s-beta"), taken)
        return self._scene(
            day, VGR.units[1], offers, (date(year, 1, 8), date(year, 3, 1)), days=self.pace.broken_days
        )

    def _contested(self, day: date, taken: set[str]) -> Ask | None:
        """The award that continuity decides: one offer lacks a document, a rival is earlier, one is later."""
        if day != self.pace.broken_award_on:
            return None
        known = next(held for held in self.last_at[VGR.units[1].unit, NURSES] if held.days)
        begins = day + 14 * DAY
        first = self._two(day, begins, ("s-beta", "s-gamma"), taken)
        last = self._two(day, begins, ("s-zeta",), taken)
        span = (begins, day + (35 if self.pace.short else 70) * DAY)
        offers = (*first, known.consultant, *last)
        return self._scene(day, VGR.units[1], offers, span, twist="incomplete", follows=known.order)

    def _rung(self, day: date, taken: set[str]) -> Ask | None:
        """The assignment in which the supplier fails to keep the agreement."""
        if day != self.pace.ladder_rounds[0]:
            return None
        begins = day + 7 * DAY
        offers = self._two(day, begins, (DELTA, "s-gamma"), taken)
        return self._scene(day, VGR.units[0], offers, (begins, begins + 49 * DAY))

    def _missed(self, day: date, taken: set[str]) -> Ask | None:
        """The award that the same supplier confirms too late."""
        if day != self.pace.ladder_rounds[1]:
            return None
        begins = day + 13 * DAY
        offers = self._two(day, begins, (DELTA, "s-alfa", "s-beta"), taken)
        return self._scene(day, VGR.units[2], offers, (begins, begins + 28 * DAY), twist="missed")

    def _barred(self, day: date, taken: set[str]) -> Ask | None:
        """The first order after the quarantine: the supplier is not sent it, and answers all the same."""
        if day != self.pace.first_barred_round:
            return None
        offers = self._two(day, day + 10 * DAY, ("s-gamma", "s-alfa"), taken)
        span = (day + 10 * DAY, day + 31 * DAY)
        return self._scene(day, VGR.units[0], offers, span, twist="excluded", outsider=DELTA)

    def _two(
        self, day: date, from_on: date, suppliers: tuple[str, ...], taken: set[str]
    ) -> tuple[Consultant, ...]:
        """A free consultant of each of these suppliers who has not worked for long: no continuity."""
        found = []
        for supplier in suppliers:
            able = [
                one for one in self.people
                if one.supplier == supplier and one.lot == NURSES and one.human not in taken
                and self.busy.get(one.human, day) <= from_on
            ]  # fmt: skip
            found.append(min(able, key=lambda one: self.busy.get(one.human, date.min)))
        return tuple(found)

    def _scene(
        self, day: date, unit: Unit, offers: tuple[Consultant, ...], span: tuple[date, date], **more: Any
    ) -> Ask:
        number = self._number()
        return Ask(
            order=f"o-{number:04}", number=number, day=day, region=VGR, unit=unit, lot=NURSES,
            from_on=span[0], until_on=span[1], offers=offers, **more,
        )  # fmt: skip


def _new(one: Consultant, offers: list[Consultant]) -> bool:
    return all(one.supplier != other.supplier and one.human != other.human for other in offers)
