"""The escalation ladder of one supplier: the rung its deviations indicate, the rung decided (domain 6).

Nothing here has effect: a rung is indicated by counting and decided by somebody. Weights and points are in
parts per million of the policy's units, so that decay needs no fractions. Months are calendar months,
subtracted with clamping: a deviation counts at D while D − window < its date ≤ D.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

from ledger.events.assignments import ContractConcluded
from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationCommunicated,
    DeviationDecided,
    DeviationReplied,
    DeviationReported,
    DeviationWithdrawn,
)
from ledger.events.measures import RUNGS, MeasureDecided, MeasureReleased, MeasureServed, Rung
from ledger.facts.deviations import Deviation, DeviationEvent
from ledger.facts.recorded import Recorded
from ledger.facts.standing import MeasureHeld
from ledger.fold import FoldKind
from ledger.policy.model import Book, Resolved, Scope
from ledger.values import local_date, local_instant, plus_months

PPM = 1_000_000
DAY = timedelta(days=1)
NATIONAL_RUNG: Rung = "national-quarantine"
TERMS = (
    "ladder.rungs",
    "ladder.thresholds",
    "ladder.weights",
    "ladder.window-months",
    "ladder.decay-ppm-per-month",
    "ladder.national-regions-min",
    "deviation.notice-required",
    "deviation.notice-days-max",
)
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ladder:
    """What one supplier's ladder rests on: deviations and measures by id, contracts by place and date."""

    deviations: Mapping[str, Deviation] = field(default_factory=dict)
    measures: Mapping[str, MeasureHeld] = field(default_factory=dict)
    concluded: Mapping[Place, Mapping[date, int]] = field(default_factory=dict)


ladder: FoldKind[Ladder] = FoldKind("ladder", "supplier", Ladder())


@ladder.on(
    DeviationReported,
    DeviationCommunicated,
    DeviationReplied,
    DeviationDecided,
    DeviationWithdrawn,
    BreachNoticeServed,
)
def _deviated(state: Ladder, e: DeviationEvent, position: int) -> Ladder:
    stepped = state.deviations.get(e.deviation, Deviation()).after(e, position)
    return replace(state, deviations={**state.deviations, e.deviation: stepped})


@ladder.on(MeasureDecided)
def _decided(state: Ladder, e: MeasureDecided, position: int) -> Ladder:
    return _with_measure(state, e.measure, MeasureHeld(Recorded(position, e)))


@ladder.on(MeasureServed)
def _served(state: Ladder, e: MeasureServed, position: int) -> Ladder:
    return _with_measure(state, e.measure, replace(state.measures[e.measure], served=Recorded(position, e)))


@ladder.on(MeasureReleased)
def _released(state: Ladder, e: MeasureReleased, position: int) -> Ladder:
    return _with_measure(state, e.measure, replace(state.measures[e.measure], released=Recorded(position, e)))


@ladder.on(ContractConcluded)
def _concluded(state: Ladder, e: ContractConcluded, _position: int) -> Ladder:
    place, on = (e.agreement, e.lot, e.region), local_date(e.concluded_at)
    dates = state.concluded.get(place, {})
    return replace(state, concluded={**state.concluded, place: {**dates, on: dates.get(on, 0) + 1}})


def _with_measure(state: Ladder, measure: str, held: MeasureHeld) -> Ladder:
    return replace(state, measures={**state.measures, measure: held})


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
        found = {term: book.resolve(term, on, scope) for term in TERMS}
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
            resolved=tuple(found.values()),
        )

    def rung_at(self, points_ppm: int) -> Rung:
        """The highest rung whose threshold the points reach."""
        reached: Rung = "none"
        for rung, threshold in zip(self.rungs, self.thresholds, strict=True):
            if points_ppm >= threshold * PPM:
                reached = rung
        return reached

    def weight_ppm(self, severity: int, months_old: int) -> int:
        """The weight of a deviation so many whole months old; a severity above the list weighs as the last."""
        weight = self.weights[min(max(severity, 1), len(self.weights)) - 1]
        return weight * max(0, PPM - self.decay_ppm_per_month * months_old)


@dataclass(frozen=True, slots=True)
class Counted:
    """A deviation that counts: its weight, the first date it no longer does, the positions behind it."""

    deviation: str
    region: str
    cause: str
    occurred_on: date
    noticed_on: date | None
    weight_ppm: int
    lapses_on: date
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A deviation that does not count, and why: a code such as ``withdrawn`` or ``lapsed``."""

    deviation: str
    region: str
    why: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RegionReading:
    """The ladder in one region: its own points, and those it keeps when a cause counts once in the nation."""

    region: str
    points_ppm: int
    indicated: Rung
    decided: Rung
    repeated: bool
    national_points_ppm: int
    assignments: int
    rate_ppm: int | None


@dataclass(frozen=True, slots=True)
class LadderReading:
    """The ladder of a supplier, agreement and lot at a local date: indicated beside decided, never mixed.

    ``repeated`` is a breach after notice of another; ``rate_ppm`` is counted causes per assignment concluded
    inside the window (None without any).
    """

    at: date
    agreement: str
    lot: str
    regions: tuple[RegionReading, ...]
    national_indicated: Rung
    national_decided: Rung
    repeated: bool
    counting: tuple[Counted, ...]
    not_counting: tuple[NotCounted, ...]
    next_lapse_on: date | None
    assignments: int
    rate_ppm: int | None

    def region(self, region: str) -> RegionReading | None:
        """The reading of one region, or None if nothing was ever reported or concluded there."""
        return next((r for r in self.regions if r.region == region), None)


def ladder_at(state: Ladder, at: date, agreement: str, lot: str, terms: LadderTerms) -> LadderReading:
    """The ladder of one supplier at a local date, in every region and in the nation."""
    window = _Window(at, terms)
    judged = [
        window.judged(deviation, deviation.reported.event)
        for _, deviation in sorted(state.deviations.items())
        if deviation.reported and _concerns(deviation.reported.event, agreement, lot)
    ]
    counting = tuple(one for one in judged if isinstance(one, Counted))
    measures = [m for m in state.measures.values() if _concerns(m.decided.event, agreement, lot)]
    contracts = window.contracts(state, agreement, lot)
    regions = _regions(counting, measures, contracts, window)
    at_top = [r for r in regions if terms.rung_at(r.national_points_ppm) == terms.rungs[-1]]
    total = sum(contracts.values())
    return LadderReading(
        at=at,
        agreement=agreement,
        lot=lot,
        regions=regions,
        national_indicated=NATIONAL_RUNG if len(at_top) >= terms.national_regions_min else "none",
        national_decided=_rung_decided(measures, None, at),
        repeated=_repeated(counting),
        counting=counting,
        not_counting=tuple(one for one in judged if isinstance(one, NotCounted)),
        next_lapse_on=min((c.lapses_on for c in counting), default=None),
        assignments=total,
        rate_ppm=_rate(counting, total),
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """The rolling window up to a date, and the terms a deviation is judged by."""

    at: date
    terms: LadderTerms

    def holds(self, day: date) -> bool:
        """Whether a date lies in the window."""
        return plus_months(self.at, -self.terms.window_months) < day <= self.at

    def judged(self, deviation: Deviation, e: DeviationReported) -> Counted | NotCounted:
        """Whether one deviation counts, and if not, why."""
        why = self._why_not(deviation, e.occurred_on)
        if why:
            return NotCounted(e.deviation, e.region, why, deviation.positions())
        return Counted(
            deviation=e.deviation,
            region=e.region,
            cause=e.cause,
            occurred_on=e.occurred_on,
            noticed_on=deviation.noticed_on(),
            weight_ppm=self.terms.weight_ppm(e.severity, whole_months(e.occurred_on, self.at)),
            lapses_on=lapses_on(e.occurred_on, self.terms.window_months),
            positions=deviation.positions(),
        )

    def _why_not(self, deviation: Deviation, occurred_on: date) -> str | None:
        if occurred_on > self.at:
            return "later"
        if deviation.decided is None or local_date(deviation.decided.event.decided_at) > self.at:
            return "withdrawn" if self._withdrawn(deviation) else "undecided"
        if not deviation.decided.event.upheld:
            return "dismissed"
        if self._withdrawn(deviation):
            return "withdrawn"
        return self._why_unnoticed(deviation, occurred_on) or (None if self.holds(occurred_on) else "lapsed")

    def _withdrawn(self, deviation: Deviation) -> bool:
        return deviation.withdrawn is not None and deviation.withdrawn.event.withdrawn_at < _end(self.at)

    def _why_unnoticed(self, deviation: Deviation, occurred_on: date) -> str | None:
        noticed_on = deviation.noticed_on()
        if not self.terms.notice_required:
            return None
        if noticed_on is None or noticed_on > self.at:
            return "not-noticed"
        late = noticed_on > occurred_on + timedelta(days=self.terms.notice_days_max)
        return "noticed-too-late" if late else None

    def contracts(self, state: Ladder, agreement: str, lot: str) -> dict[str, int]:
        """Contracts concluded inside the window, by region."""
        return {
            region: sum(n for day, n in dates.items() if self.holds(day))
            for (of_agreement, of_lot, region), dates in state.concluded.items()
            if (of_agreement, of_lot) == (agreement, lot)
        }


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


def _end(day: date) -> int:
    return local_instant(day + DAY, 0)


def _concerns(e: DeviationReported | MeasureDecided, agreement: str, lot: str) -> bool:
    return (e.agreement, e.lot) == (agreement, lot)


def _regions(
    counting: Iterable[Counted], measures: list[MeasureHeld], contracts: Mapping[str, int], window: _Window
) -> tuple[RegionReading, ...]:
    counting = list(counting)
    once = clustered(counting)
    decided_in = {m.decided.event.region for m in measures} - {None}
    names = sorted({c.region for c in counting} | contracts.keys() | {r for r in decided_in if r})
    return tuple(
        _region(
            name, [c for c in counting if c.region == name], once, measures, contracts.get(name, 0), window
        )
        for name in names
    )


def _region(
    name: str,
    counting: list[Counted],
    once: tuple[Counted, ...],
    measures: list[MeasureHeld],
    assignments: int,
    window: _Window,
) -> RegionReading:
    points = sum(c.weight_ppm for c in clustered(counting))
    return RegionReading(
        region=name,
        points_ppm=points,
        indicated=window.terms.rung_at(points),
        decided=_rung_decided(measures, name, window.at),
        repeated=_repeated(counting),
        national_points_ppm=sum(c.weight_ppm for c in once if c.region == name),
        assignments=assignments,
        rate_ppm=_rate(counting, assignments),
    )


def clustered(counting: Iterable[Counted]) -> tuple[Counted, ...]:
    """One deviation of each cause: the heaviest, then the earliest, then the first by id."""
    heaviest: dict[str, Counted] = {}
    for one in sorted(counting, key=lambda c: (-c.weight_ppm, c.occurred_on, c.deviation)):
        heaviest.setdefault(one.cause, one)
    return tuple(heaviest.values())


def _repeated(counting: Iterable[Counted]) -> bool:
    """Whether a breach came after the notice of another one, of another cause."""
    found = list(counting)
    noticed = [(c.noticed_on, c.cause) for c in found if c.noticed_on is not None]
    return any(c.occurred_on > on and c.cause != cause for c in found for on, cause in noticed)


def _rate(counting: Iterable[Counted], assignments: int) -> int | None:
    return len({c.cause for c in counting}) * PPM // assignments if assignments else None


def _rung_decided(measures: Iterable[MeasureHeld], region: str | None, at: date) -> Rung:
    """The highest rung in effect at the end of a local date, for exactly this region or for the nation."""
    rungs = [m.decided.event.rung for m in measures if m.decided.event.region == region and _holds(m, at)]
    return max(rungs, key=RUNGS.index, default="none")


def _holds(measure: MeasureHeld, at: date) -> bool:
    return measure.active(_end(at) - 1)
