"""Which minutes of a shift lie in which supplement's hours: evening, night, weekend, holiday (topic 17).

Hours are wall-clock hours in Europe/Stockholm; minutes are elapsed ones, so that a night over a clock change
has an hour more or less. A band that would begin or end in an hour that the autumn change repeats does so the
first time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered
from ledger.values import MINUTE_US, local_date, local_instant

Band = Literal["time", "evening", "night", "weekend", "holiday"]
PLAIN: Band = "time"
BANDS: tuple[Band, ...] = ("evening", "night", "weekend", "holiday")
BAND_TERMS = (
    "supplement.order",
    "supplement.evening-from",
    "supplement.night-from",
    "supplement.night-until",
    "supplement.weekend-from",
    "supplement.weekend-until",
    "supplement.break-falls",
)
DAY, THREE_DAYS = timedelta(days=1), timedelta(days=3)
FRIDAY = 4
SHIFTS_KEPT = 4_096  # an invoice asks of each shift once a line, and so does its acceptance
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BandRules:
    """The hours of each supplement, which of them a minute gets, and where a break is taken from."""

    order: tuple[str, ...]
    evening_from: int
    night_from: int
    night_until: int
    weekend_from: int
    weekend_until: int
    break_in_middle: bool
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, terms: Mapping[str, Resolved], holidays: frozenset[date]) -> "BandRules":
        """The rules as policy has them; ``holidays`` are the weekdays frozen as non-working."""
        return _rules_of((terms, holidays))

    def spans(self, day: date) -> Iterable[tuple[str, Span]]:
        """The hours of each supplement that begin on a local date, as half-open intervals of instants."""
        yield "evening", (local_instant(day, self.evening_from), local_instant(day, self.night_from))
        yield "night", (local_instant(day, self.night_from), local_instant(day + DAY, self.night_until))
        if day.weekday() == FRIDAY:
            until = local_instant(day + THREE_DAYS, self.weekend_until)
            yield "weekend", (local_instant(day, self.weekend_from), until)
        if day in self.holidays:
            yield "holiday", (local_instant(day, 0), local_instant(day + DAY, 0))


@remembered
def _rules_of(given: tuple[Mapping[str, Resolved], frozenset[date]]) -> BandRules:
    terms, holidays = given
    number = {name: terms[name].number for name in BAND_TERMS[1:-1]}
    return BandRules(
        order=terms["supplement.order"].words,
        evening_from=number["supplement.evening-from"],
        night_from=number["supplement.night-from"],
        night_until=number["supplement.night-until"],
        weekend_from=number["supplement.weekend-from"],
        weekend_until=number["supplement.weekend-until"],
        break_in_middle=terms["supplement.break-falls"].text == "middle",
        holidays=holidays,
    )


@lru_cache(maxsize=SHIFTS_KEPT)
def minutes_in_bands(start_at: int, end_at: int, break_minutes: int, rules: BandRules) -> Mapping[str, int]:
    """Worked minutes by supplement, those without one under ``time``; together elapsed minus the break."""
    if not rules.break_in_middle:
        return MappingProxyType(_less_plain(_elapsed(start_at, end_at, rules), break_minutes, rules))
    length = (end_at - start_at) // MINUTE_US
    break_at = start_at + max(0, length - break_minutes) // 2 * MINUTE_US
    before = _elapsed(start_at, break_at, rules)
    after = _elapsed(min(end_at, break_at + break_minutes * MINUTE_US), end_at, rules)
    return MappingProxyType({band: minutes + after[band] for band, minutes in before.items()})


def _elapsed(start_at: int, end_at: int, rules: BandRules) -> dict[str, int]:
    """Minutes from start to end by band: cut where any band begins or ends, each piece lies in one."""
    spans = _spans_near(start_at, end_at, rules)
    edges = {edge for span in spans for edge in span[1] if start_at < edge < end_at}
    found: dict[str, int] = dict.fromkeys((PLAIN, *BANDS), 0)
    for begins, ends in pairwise(sorted({start_at, end_at, *edges})):
        there = {name for name, span in spans if span[0] <= begins < span[1]}
        band = next((name for name in rules.order if name in there), PLAIN)
        found[band] += (ends - begins) // MINUTE_US
    return found


def _spans_near(start_at: int, end_at: int, rules: BandRules) -> list[tuple[str, Span]]:
    """Every span that a shift may touch: a weekend begins up to three days before its last minute."""
    found: list[tuple[str, Span]] = []
    day, last = local_date(start_at) - THREE_DAYS, local_date(end_at)
    while day <= last:
        found += rules.spans(day)
        day += DAY
    return found


def _less_plain(found: dict[str, int], break_minutes: int, rules: BandRules) -> dict[str, int]:
    """The break taken from minutes without a supplement, then from the last supplement of the order."""
    left = break_minutes
    for band in (PLAIN, *reversed(rules.order)):
        taken = min(left, found[band])
        found[band] -= taken
        left -= taken
    return found
