"""What a shift costs on a date: pure steps from resolved price terms to lines in öre (topics 17 and 18).

An hour costs what its lot, rate level and zone say, times the index; a supplement comes on top of it for the
minutes in its hours; travel is a lump sum. The price an hour and then each line are rounded to whole öre.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.policy.bands import BAND_TERMS, BANDS, PLAIN, BandRules, minutes_in_bands
from ledger.policy.model import Resolved
from ledger.policy.within import Within

HOUR_MINUTES, PPM = 60, 1_000_000
TRAVEL = "travel"
KINDS = (PLAIN, *BANDS, TRAVEL)
HOUR, SUPPLEMENT, LUMP = "price.hour-ore", "supplement.hour-ore", "travel.lump-ore"
INDEX, INDEXED, ROUNDING, TRAVEL_PER = (
    "price.index-ppm", "price.indexed", "price.rounding", "travel.per",
)  # fmt: skip
PRICE_TERMS = (HOUR, SUPPLEMENT, LUMP, INDEX, INDEXED, ROUNDING, TRAVEL_PER, *BAND_TERMS)
ESTIMATE = "estimate.shift-minutes"


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price: minutes (pieces for travel), öre an hour (a piece), öre, and the terms behind."""

    kind: str
    quantity: int
    unit_ore: int
    ore: int
    terms: tuple[Resolved, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """The price terms as they stood on one local date."""

    on: date
    terms: Mapping[str, Resolved]

    @classmethod
    def of(cls, policy: Within, on: date) -> "Prices":
        """The price terms of a policy on that date. Raises what the policy raises."""
        return cls(on, policy.values(PRICE_TERMS, on))

    def unit_ore(self, kind: str, lot: str, level: int | None, zone: int) -> int | None:
        """Öre an hour (a piece for travel), or None when the list has no such price."""
        term, key = price_key(kind, lot, level, zone)
        listed = self.terms[term].table.get(key)
        if listed is None or family(kind) not in self.terms[INDEXED].words:
            return listed
        return self.rounded(listed * self.terms[INDEX].number, PPM)

    def amount_ore(self, kind: str, quantity: int, unit_ore: int) -> int:
        """What a quantity at a price comes to: minutes of an hour, or pieces."""
        return quantity * unit_ore if kind == TRAVEL else self.rounded(quantity * unit_ore, HOUR_MINUTES)

    def rounded(self, amount: int, by: int) -> int:
        """An amount divided into whole öre by the policy's rounding."""
        half = by if self.terms[ROUNDING].text == "half-up" else 0
        return (2 * amount + half) // (2 * by)

    def behind(self, kind: str) -> tuple[Resolved, ...]:
        """The terms that a price of this kind rests on."""
        listed = price_key(kind, "", None, 0)[0]
        found = (self.terms[listed], self.terms[INDEXED], self.terms[INDEX], self.terms[ROUNDING])
        if kind == TRAVEL:
            return (*found, self.terms[TRAVEL_PER])
        return found if kind == PLAIN else (*found, *(self.terms[name] for name in BAND_TERMS))

    def line(self, kind: str, quantity: int, lot: str, level: int | None, zone: int) -> PriceLine | None:
        """A line for a quantity, or None when the list has no price for it."""
        unit_ore = self.unit_ore(kind, lot, level, zone)
        if unit_ore is None:
            return None
        return PriceLine(
            kind, quantity, unit_ore, self.amount_ore(kind, quantity, unit_ore), self.behind(kind)
        )

    def shift(
        self, times: tuple[int, int, int], lot: str, level: int, zone: int, holidays: frozenset[date]
    ) -> tuple[PriceLine, ...]:
        """The lines of a shift given as start, end (µs) and break (minutes), travel apart."""
        minutes = minutes_in_bands(*times, BandRules.of(self.terms, holidays))
        wanted = {PLAIN: sum(minutes.values()), **{band: minutes[band] for band in BANDS}}
        lines = (self.line(kind, n, lot, level, zone) for kind, n in wanted.items() if n)
        return tuple(line for line in lines if line is not None)

    def estimate_ore(
        self, lot: str, level: int | None, zone: int, planned_shifts: int, shift_minutes: int
    ) -> int | None:
        """What planned shifts come to without supplements and travel, or None without a price."""
        line = self.line(PLAIN, planned_shifts * shift_minutes, lot, level, zone)
        return line.ore if line else None


def family(kind: str) -> str:
    """The kind of price as the index knows it: time, supplement or travel."""
    return kind if kind in (PLAIN, TRAVEL) else "supplement"


def price_key(kind: str, lot: str, level: int | None, zone: int) -> tuple[str, str]:
    """The term and the key under which a price is listed."""
    if kind == PLAIN:
        return HOUR, f"{lot}.{level}.zone-{zone}"
    if kind == TRAVEL:
        return LUMP, f"zone-{zone}"
    return SUPPLEMENT, f"{lot}.{kind}"


def zone_of(zones: Resolved, municipality: str | None, registered: int) -> int:
    """The price zone of a municipality on the date of the term; where it has none, the registered one."""
    return zones.table.get(municipality or "", registered)


def same_travel(per: str, one: date, other: date) -> bool:
    """Whether one travel lump sum of an assignment covers shifts on both dates."""
    if per == "assignment":
        return True
    return one.isocalendar()[:2] == other.isocalendar()[:2] if per == "week" else one == other
