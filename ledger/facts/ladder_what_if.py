"""The ladder as it would stand without some deviations, or if a clause or a term were void (question 7).

A void clause takes with it the deviations reported under it, the notices served under it and the measures
decided under it. A void term leaves the rule without that value: no window, no decay, no time for the notice,
equal weights, or no rungs at all. Nothing is guessed in its place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from msgspec import structs

from ledger.facts.deviations import Deviation
from ledger.facts.ladder import Ladder
from ledger.facts.ladder_places import AtPlace, Deviations, Measures
from ledger.facts.ladder_reading import LadderReading, ladder_at
from ledger.facts.ladder_terms import LadderTerms
from ledger.facts.standing import MeasureHeld

CENTURY_MONTHS, CENTURY_DAYS = 1200, 36525  # longer than any ledger, so that nothing lapses or is late
VOID: Mapping[str, Callable[[LadderTerms], LadderTerms]] = {
    "deviation.notice-days-max": lambda terms: replace(terms, notice_days_max=CENTURY_DAYS),
    "deviation.notice-required": lambda terms: replace(terms, notice_required=False),
    "ladder.climbs-after-measure": lambda terms: replace(terms, climbs_after_measure=False),
    "ladder.decay-ppm-per-month": lambda terms: replace(terms, decay_ppm_per_month=0),
    "ladder.national-regions-min": lambda terms: replace(terms, national_rungs=(), national_regions_min=()),
    "ladder.national-rungs": lambda terms: replace(terms, national_rungs=(), national_regions_min=()),
    "ladder.rungs": lambda terms: replace(terms, rungs=(), thresholds=()),
    "ladder.thresholds": lambda terms: replace(terms, rungs=(), thresholds=()),
    "ladder.weights": lambda terms: replace(terms, weights=(1,)),
    "ladder.window-months": lambda terms: replace(terms, window_months=CENTURY_MONTHS),
}


@dataclass(frozen=True, slots=True)
class Without:
    """What is thought away: deviations by id, clauses, and policy terms by name."""

    deviations: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()

    def ladder(self, state: Ladder) -> Ladder:
        """The supplier's ladder without them."""
        return Ladder({
            lot: {region: self._place(at) for region, at in regions.items()}
            for lot, regions in state.lots.items()
        })  # fmt: skip

    def _place(self, at: AtPlace) -> AtPlace:
        deviations, measures = at.deviations.told, at.measures.told
        kept = {name: self._unnoticed(one) for name, one in deviations.items() if self._keeps(name, one)}
        stand = {name: one for name, one in measures.items() if not self._voids(one)}
        return structs.replace(at, deviations=Deviations(kept), measures=Measures(stand))

    def rules(self, terms: LadderTerms) -> LadderTerms:
        """The ladder's terms without the void ones. Raises KeyError for a term of another rule."""
        for name in sorted(self.terms):
            terms = VOID[name](terms)
        return terms

    def _keeps(self, name: str, held: Deviation) -> bool:
        clause = held.reported.event.clause if held.reported else ""
        return name not in self.deviations and clause not in self.clauses

    def _unnoticed(self, held: Deviation) -> Deviation:
        void = held.noticed is not None and held.noticed.event.clause in self.clauses
        return structs.replace(held, noticed=None) if void else held

    def _voids(self, held: MeasureHeld) -> bool:
        return held.decided.event.clause in self.clauses


def ladder_without(
    state: Ladder, at: date, place: tuple[str, str], terms: LadderTerms, without: Without
) -> LadderReading:
    """The ladder of a supplier at a local date in a place (agreement, lot), with something thought away."""
    return ladder_at(without.ladder(state), at, *place, without.rules(terms))
