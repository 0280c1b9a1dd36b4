"""A supplier's ladder read at a local date: indicated beside decided, in each region and the nation.

Nothing here has effect: a rung is indicated by counting and decided by somebody. Weights and points are in
parts per million of the policy's units, so that decay needs no fractions. Months are calendar months,
subtracted with clamping: a deviation counts at D while D − window < its date ≤ D.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ledger.events.measures import RUNGS, Rung
from ledger.events.shape import shaped
from ledger.facts.deviations import ReportedSeen
from ledger.facts.ladder import Ladder
from ledger.facts.ladder_counting import Counted, NotCounted, Window, clustered, end_of, rate_ppm, repeated
from ledger.facts.ladder_terms import LadderTerms
from ledger.facts.standing import DecidedSeen, MeasureHeld
from ledger.values import local_date

Ground = Literal["nothing", "points", "step"]
STEPS = frozenset({"remark", "action-plan", "warning"})


@shaped
class RegionReading:
    """The ladder in one region: its own points, and those it keeps when a cause counts once in the nation.

    ``indicated_by`` says whether the points indicate the rung, or a breach after the last decided step.
    """

    region: str
    points_ppm: int
    indicated: Rung
    indicated_by: Ground
    decided: Rung
    repeated: bool
    national_points_ppm: int
    causes: int
    assignments: int
    rate_ppm: int | None


@shaped
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
    causes: int
    assignments: int
    rate_ppm: int | None

    def region(self, region: str) -> RegionReading | None:
        """The reading of one region, or None if nothing was ever reported or concluded there."""
        return next((r for r in self.regions if r.region == region), None)


@dataclass(slots=True)
class _Region:
    """What a region's reading is made of: its contracts, deviations that count, measures, national points."""

    contracts: int = 0
    counting: list[Counted] = field(default_factory=list)
    measures: list[MeasureHeld] = field(default_factory=list)
    national_ppm: int = 0


def ladder_at(state: Ladder, at: date, agreement: str, lot: str, terms: LadderTerms) -> LadderReading:
    """The ladder of one supplier at a local date, in every region and in the nation."""
    window = Window.until(at, terms)
    judged = [
        window.judged(deviation, deviation.reported.event)
        for _, deviation in sorted(state.deviations.items())
        if deviation.reported and _concerns(deviation.reported.event, agreement, lot)
    ]
    counting = tuple(one for one in judged if isinstance(one, Counted))
    measures = [m for m in state.measures.values() if _concerns(m.decided.event, agreement, lot)]
    contracts = _contracts(state, window, agreement, lot)
    regions = _regions(counting, measures, contracts, window)
    at_top = [r for r in regions if terms.tops(r.national_points_ppm)]
    total = sum(contracts.values())
    return LadderReading(
        at=at,
        agreement=agreement,
        lot=lot,
        regions=regions,
        national_indicated=terms.national_rung_at(len(at_top)),
        national_decided=_rung_decided([m for m in measures if m.decided.event.region is None], at),
        repeated=repeated(counting),
        counting=counting,
        not_counting=tuple(one for one in judged if isinstance(one, NotCounted)),
        next_lapse_on=min((c.lapses_on for c in counting), default=None),
        causes=len(clustered(counting)),
        assignments=total,
        rate_ppm=rate_ppm(counting, total),
    )


def _concerns(e: ReportedSeen | DecidedSeen, agreement: str, lot: str) -> bool:
    return (e.agreement, e.lot) == (agreement, lot)


def _contracts(state: Ladder, window: Window, agreement: str, lot: str) -> dict[str, int]:
    """Contracts concluded inside the window, by region."""
    return {
        region: state.contracts((of_agreement, of_lot, region), window.after, window.at)
        for of_agreement, of_lot, region in state.concluded
        if (of_agreement, of_lot) == (agreement, lot)
    }


def _regions(
    counting: Iterable[Counted], measures: list[MeasureHeld], contracts: Mapping[str, int], window: Window
) -> tuple[RegionReading, ...]:
    counting = list(counting)
    found = {name: _Region(contracts[name]) for name in contracts}
    for one in counting:
        found.setdefault(one.region, _Region()).counting.append(one)
    for held in measures:
        if (region := held.decided.event.region) is not None:
            found.setdefault(region, _Region()).measures.append(held)
    for one in clustered(counting):
        found[one.region].national_ppm += one.weight_ppm
    return tuple(_region(name, found[name], window) for name in sorted(found))


def _region(name: str, held: _Region, window: Window) -> RegionReading:
    causes = clustered(held.counting)
    points = sum(c.weight_ppm for c in causes)
    reached, step = window.terms.rung_at(points), _next_step(held, window)
    indicated = max(reached, step, key=RUNGS.index)
    return RegionReading(
        region=name,
        points_ppm=points,
        indicated=indicated,
        indicated_by="nothing" if indicated == "none" else "points" if indicated == reached else "step",
        decided=_rung_decided(held.measures, window.at),
        repeated=repeated(held.counting),
        national_points_ppm=held.national_ppm,
        causes=len(causes),
        assignments=held.contracts,
        rate_ppm=rate_ppm(held.counting, held.contracts),
    )


def _next_step(region: _Region, window: Window) -> Rung:
    """The rung above the last step decided and served there, if a breach that counts came after it."""
    steps = [held for held in region.measures if _lately(held, window)]
    if not window.terms.climbs_after_measure or not steps:
        return "none"
    last = max(steps, key=lambda held: (_served_on(held), held.decided.position))
    after = any(c.occurred_on > _served_on(last) for c in region.counting)
    return window.terms.rung_above(last.decided.event.rung) if after else "none"


def _lately(held: MeasureHeld, window: Window) -> bool:
    """Whether a measure was served inside the window and not released by its end."""
    released = held.released is not None and held.released.event.released_at < window.ends
    return held.served is not None and not released and window.holds(_served_on(held))


def _served_on(held: MeasureHeld) -> date:
    return local_date(_served_at(held)) if held.served else date.max


def _served_at(held: MeasureHeld) -> int:
    return held.served.event.served_at if held.served else 0


def _rung_decided(measures: Iterable[MeasureHeld], at: date) -> Rung:
    """The highest rung that measures of one region, or of the nation, have in effect at the end of a date.

    A step down ends the steps served before it; fee, quarantine and termination end by their own decisions.
    """
    held = [m for m in measures if _holds(m, at)]
    down = max((_served_at(m) for m in held if m.decided.event.kind == "step-down"), default=0)
    rungs = [m.decided.event.rung for m in held if m.decided.event.kind not in STEPS or _served_at(m) > down]
    return max(rungs, key=RUNGS.index, default="none")


def _holds(measure: MeasureHeld, at: date) -> bool:
    return measure.active(end_of(at) - 1)
