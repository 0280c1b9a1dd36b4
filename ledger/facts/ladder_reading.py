"""A supplier's ladder read at a local date: indicated beside decided, in each region and the nation.

Nothing here has effect: a rung is indicated by counting and decided by somebody. Weights and points are in
parts per million of the policy's units, so that decay needs no fractions. Months are calendar months,
subtracted with clamping: a deviation counts at D while D − window < its date ≤ D.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ledger.events.measures import RUNGS, Rung
from ledger.events.shape import shaped
from ledger.facts.ladder import Ladder
from ledger.facts.ladder_counting import Counted, NotCounted, Window, clustered, end_of, rate_ppm, repeated
from ledger.facts.ladder_places import AtPlace
from ledger.facts.ladder_terms import LadderTerms
from ledger.facts.standing import MeasureHeld
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
class Rungs:
    """A supplier's ladder in one agreement and lot at a local date, judged once for all regions.

    Of another region a rung knows only what counts there now: the rest of it is not looked at. ``national``
    are the points of each region when a cause counts once in the nation, ``nation`` the rungs indicated and
    decided there.
    """

    agreement: str
    lot: str
    window: Window
    places: Mapping[str | None, AtPlace]
    counting: Mapping[str | None, tuple[Counted, ...]]
    national: Mapping[str, int]
    nation: tuple[Rung, Rung]
    read: dict[str, RegionReading | None] = field(default_factory=dict)
    elsewhere: LadderReading | None = None  # in a region where there is nothing

    @classmethod
    def of(cls, state: Ladder, at: date, agreement: str, lot: str, terms: LadderTerms) -> "Rungs":
        """What counts of a ladder at a date."""
        window, places = Window.until(at, terms), state.regions(agreement, lot)
        counting = {region: _counting(window, held) for region, held in places.items()}
        national: dict[str, int] = {}
        for one in clustered([one for held in counting.values() for one in held]):
            national[one.region] = national.get(one.region, 0) + one.weight_ppm
        at_top = [name for name in places if name is not None and terms.tops(national.get(name, 0))]
        begun = sum([_begun(places[name], counting[name]) for name in at_top])
        measures = places[None].measures.told.values() if None in places else ()
        nation = terms.national_rung_at(begun), _rung_decided(measures, at)
        return cls(agreement, lot, window, places, counting, national, nation)

    def region(self, name: str) -> RegionReading | None:
        """The reading of one region, or None if nothing counts, was decided or concluded there."""
        if name not in self.read:
            self.read[name] = self._region(name)
        return self.read[name]

    def everywhere(self) -> Sequence[Counted]:
        """What counts in any region."""
        return [one for region, held in self.counting.items() if region for one in held]

    def measures(self, region: str | None) -> Mapping[str, MeasureHeld]:
        """The measures of one region by id, or those of the nation."""
        held = self.places.get(region)
        return held.measures.told if held else {}

    def reading(self, only: str | None = None) -> LadderReading:
        """The ladder in one region, or in every one; the national rungs stay beside it."""
        if only is not None and only not in self.places:
            if self.elsewhere is None:
                self.elsewhere = self._reading([])
            return self.elsewhere
        return self._reading([name for name in self.places if name] if only is None else [only])

    def _reading(self, names: Sequence[str]) -> LadderReading:
        read = [found for name in sorted(names) if (found := self.region(name))]
        counting = sorted([one for name in names for one in self.counting.get(name, ())], key=_id)
        left_out = sorted([one for name in names for one in self._left_out(name)], key=_id)
        total = sum([one.assignments for one in read])
        return LadderReading(
            at=self.window.at,
            agreement=self.agreement,
            lot=self.lot,
            regions=tuple(read),
            national_indicated=self.nation[0],
            national_decided=self.nation[1],
            repeated=repeated(counting) if counting else False,
            counting=tuple(counting),
            not_counting=tuple(left_out),
            next_lapse_on=min([one.lapses_on for one in counting], default=None),
            causes=len({one.cause for one in counting}),
            assignments=total,
            rate_ppm=rate_ppm(counting, total),
        )

    def _left_out(self, region: str) -> Iterable[NotCounted]:
        held, counting = self.places.get(region), {one.deviation for one in self.counting.get(region, ())}
        told = held.deviations.judged.told if held else ()
        found = [self.window.left_out(one) for one in told if one.deviation not in counting]
        return [one for one in found if one is not None]

    def _region(self, name: str) -> RegionReading | None:
        counting, measures = self.counting.get(name, ()), self.measures(name)
        held = self.places.get(name)
        if held is None or not _begun(held, counting):
            return None
        contracts = held.concluded.within(self.window.after, self.window.at)
        causes = clustered(counting)
        points = sum(c.weight_ppm for c in causes)
        reached, step = (
            self.window.terms.rung_at(points),
            _next_step(measures.values(), counting, self.window),
        )
        indicated = max(reached, step, key=RUNGS.index)
        return RegionReading(
            region=name,
            points_ppm=points,
            indicated=indicated,
            indicated_by="nothing" if indicated == "none" else "points" if indicated == reached else "step",
            decided=_rung_decided(measures.values(), self.window.at),
            repeated=repeated(counting),
            national_points_ppm=self.national.get(name, 0),
            causes=len(causes),
            assignments=contracts,
            rate_ppm=rate_ppm(counting, contracts),
        )


def ladder_at(state: Ladder, at: date, agreement: str, lot: str, terms: LadderTerms) -> LadderReading:
    """The ladder of one supplier at a local date, in every region and in the nation."""
    return Rungs.of(state, at, agreement, lot, terms).reading()


def _counting(window: Window, held: AtPlace) -> tuple[Counted, ...]:
    found = [window.counted(one) for one in held.deviations.judged.told]
    return tuple([one for one in found if one is not None])


def _begun(held: AtPlace, counting: tuple[Counted, ...]) -> bool:
    """Whether there is anything to read of a region."""
    return bool(counting or held.measures.told or held.concluded.days.told)


def _id(one: Counted | NotCounted) -> str:
    return one.deviation


def _next_step(measures: Iterable[MeasureHeld], counting: Iterable[Counted], window: Window) -> Rung:
    """The rung above the last step decided and served there, if a breach that counts came after it."""
    steps = [held for held in measures if _lately(held, window)]
    if not window.terms.climbs_after_measure or not steps:
        return "none"
    last = max(steps, key=lambda held: (_served_on(held), held.decided.position))
    after = any(c.occurred_on > _served_on(last) for c in counting)
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
