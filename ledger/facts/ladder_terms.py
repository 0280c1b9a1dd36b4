"""The ladder's rules as policy has them, and the calendar months it counts in (domain 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from ledger.events.measures import RUNGS, Rung
from ledger.policy.model import Book, Resolved, Scope
from ledger.policy.remembered import remembered
from ledger.values import plus_months

PPM = 1_000_000
DAY = timedelta(days=1)
TERMS = (
    "ladder.rungs",
    "ladder.thresholds",
    "ladder.weights",
    "ladder.window-months",
    "ladder.decay-ppm-per-month",
    "ladder.national-rungs",
    "ladder.national-regions-min",
    "ladder.climbs-after-measure",
    "deviation.notice-required",
    "deviation.notice-days-max",
    "deviation.kinds",  # it gave the severities that are weighed, when each was reported
)


@dataclass(frozen=True, slots=True)
class LadderTerms:
    """The ladder's rules as the policy has them on a date; ``resolved`` says where each came from."""

    rungs: tuple[Rung, ...]
    thresholds: tuple[int, ...]
    weights: tuple[int, ...]
    window_months: int
    decay_ppm_per_month: int
    national_rungs: tuple[Rung, ...]
    national_regions_min: tuple[int, ...]
    climbs_after_measure: bool
    notice_required: bool
    notice_days_max: int
    resolved: tuple[Resolved, ...] = ()

    @classmethod
    def of(cls, book: Book, on: date, scope: Scope) -> "LadderTerms":
        """The terms on a date. Raises LookupError for a missing value or rungs without thresholds."""
        return _made_of((book.values(TERMS, on, scope),))

    @classmethod
    def made_of(cls, found: Mapping[str, Resolved]) -> "LadderTerms":
        """The terms from resolved values. Raises LookupError for rungs without thresholds."""
        rungs, thresholds = _rungs(found, "ladder.rungs", "ladder.thresholds")
        national, regions_min = _rungs(found, "ladder.national-rungs", "ladder.national-regions-min")
        return cls(
            rungs=rungs,
            thresholds=thresholds,
            weights=found["ladder.weights"].numbers,
            window_months=found["ladder.window-months"].number,
            decay_ppm_per_month=found["ladder.decay-ppm-per-month"].number,
            national_rungs=national,
            national_regions_min=regions_min,
            climbs_after_measure=found["ladder.climbs-after-measure"].truth,
            notice_required=found["deviation.notice-required"].truth,
            notice_days_max=found["deviation.notice-days-max"].number,
            resolved=tuple(found[term] for term in TERMS),
        )

    def rung_at(self, points_ppm: int) -> Rung:
        """The highest rung whose threshold the points reach."""
        return _reached(self.rungs, self.thresholds, points_ppm // PPM)

    def tops(self, points_ppm: int) -> bool:
        """Whether the points reach the top rung of a region's ladder."""
        return bool(self.rungs) and self.rung_at(points_ppm) == self.rungs[-1]

    def national_rung_at(self, regions: int) -> Rung:
        """The highest national rung for so many regions at the top of their own ladders."""
        return _reached(self.national_rungs, self.national_regions_min, regions)

    def rung_above(self, rung: Rung) -> Rung:
        """The next rung of a region's ladder, the top one above itself; none above an unknown one."""
        if rung not in self.rungs:
            return "none"
        return self.rungs[min(self.rungs.index(rung) + 1, len(self.rungs) - 1)]

    def weight_ppm(self, severity: int, months_old: int) -> int:
        """The weight of a deviation so many whole months old; a severity above the list is its last."""
        weight = self.weights[min(max(severity, 1), len(self.weights)) - 1]
        return weight * max(0, PPM - self.decay_ppm_per_month * months_old)


@remembered
def _made_of(values: tuple[Mapping[str, Resolved]]) -> LadderTerms:
    """The terms from resolved values; the same values make the same terms."""
    return LadderTerms.made_of(values[0])


def _rungs(found: Mapping[str, Resolved], rungs: str, least: str) -> tuple[tuple[Rung, ...], tuple[int, ...]]:
    """Rungs and the least for each. Raises LookupError where they do not fit."""
    named, numbers = found[rungs].words, found[least].numbers
    if len(named) != len(numbers) or not set(named) <= set(RUNGS):
        raise LookupError(f"{rungs} must be known rungs with one of {least} each")
    return cast("tuple[Rung, ...]", named), numbers


def _reached(rungs: tuple[Rung, ...], least: tuple[int, ...], found: int) -> Rung:
    reached: Rung = "none"
    for rung, needed in zip(rungs, least, strict=True):
        if found >= needed:
            reached = rung
    return reached


def whole_months(since: date, until: date) -> int:
    """The most calendar months that can be added to one date without passing another (adds, clamping)."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return months if plus_months(since, months) <= until else months - 1


def lapses_on(occurred_on: date, window_months: int) -> date:
    """The first date at which a deviation has left the window: date − months ≥ its own date (subtracts)."""
    day = plus_months(occurred_on, window_months)
    while plus_months(day, -window_months) < occurred_on:
        day += DAY
    return day
