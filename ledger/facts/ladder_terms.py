"""The ladder's rules as policy has them, and the calendar months it counts in (domain 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from ledger.events.measures import RUNGS, Rung
from ledger.policy.model import Book, Resolved, Scope
from ledger.values import plus_months

PPM = 1_000_000
DAY = timedelta(days=1)
TERMS = (
    "ladder.rungs",
    "ladder.thresholds",
    "ladder.weights",
    "ladder.window-months",
    "ladder.decay-ppm-per-month",
    "ladder.national-regions-min",
    "deviation.notice-required",
    "deviation.notice-days-max",
    "deviation.kinds",  # the severities that are weighed were given by these two when each was reported
    "deviation.severities",
)


@dataclass(frozen=True, slots=True)
class LadderTerms:
    """The ladder's rules as the policy has them on a date; ``resolved`` says where each came from."""

    rungs: tuple[Rung, ...]
    thresholds: tuple[int, ...]
    weights: tuple[int, ...]
    window_months: int
    decay_ppm_per_month: int
    national_regions_min: int
    notice_required: bool
    notice_days_max: int
    resolved: tuple[Resolved, ...] = ()

    @classmethod
    def of(cls, book: Book, on: date, scope: Scope) -> "LadderTerms":
        """The terms on a date. Raises LookupError for a missing value or rungs without thresholds."""
        return cls.made_of({term: book.resolve(term, on, scope) for term in TERMS})

    @classmethod
    def made_of(cls, found: Mapping[str, Resolved]) -> "LadderTerms":
        """The terms from resolved values. Raises LookupError for rungs without thresholds."""
        rungs, thresholds = found["ladder.rungs"].words, found["ladder.thresholds"].numbers
        if len(rungs) != len(thresholds) or not set(rungs) <= set(RUNGS):
            raise LookupError("ladder.rungs must be known rungs with one of ladder.thresholds each")
        return cls(
            rungs=cast("tuple[Rung, ...]", rungs),
            thresholds=thresholds,
            weights=found["ladder.weights"].numbers,
            window_months=found["ladder.window-months"].number,
            decay_ppm_per_month=found["ladder.decay-ppm-per-month"].number,
            national_regions_min=found["ladder.national-regions-min"].number,
            notice_required=found["deviation.notice-required"].truth,
            notice_days_max=found["deviation.notice-days-max"].number,
            resolved=tuple(found[term] for term in TERMS),
        )

    def rung_at(self, points_ppm: int) -> Rung:
        """The highest rung whose threshold the points reach."""
        reached: Rung = "none"
        for rung, threshold in zip(self.rungs, self.thresholds, strict=True):
            if points_ppm >= threshold * PPM:
                reached = rung
        return reached

    def weight_ppm(self, severity: int, months_old: int) -> int:
        """The weight of a deviation so many whole months old; a severity above the list is its last."""
        weight = self.weights[min(max(severity, 1), len(self.weights)) - 1]
        return weight * max(0, PPM - self.decay_ppm_per_month * months_old)


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
