"""The escalation ladder: measures decided on noticed deviations, served, reviewed, ended or run out."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from api.demo.story.days import next_working, working
from api.demo.story.world import AGREEMENT
from api.generate.engine import Engine, clock_at
from api.generate.ground import OAF, owner
from api.generate.world import Region
from ledger.decisions.measure_commands import DecideMeasure
from ledger.decisions.measure_effects import ReleaseMeasure, ServeMeasure
from ledger.decisions.measure_reviews import ReviewMeasure
from ledger.events.measures import Rung
from ledger.values import local_date

DAY = timedelta(days=1)
WEIGHTS = {
    "late-confirmation": 1, "invoice-error": 1, "late-cancellation": 2, "missing-documents": 2,
    "no-show": 4, "wrong-consultant": 4,
}  # fmt: skip
RUNGS: tuple[tuple[int, Rung], ...] = (
    (9, "quarantine"), (7, "fee-or-penalty"), (5, "warning"), (3, "action-plan"), (1, "remark"),
)  # fmt: skip
"""What the policy book has (assumed there): a deviation's weight by its kind, and the weight of each rung."""
CLAUSES: dict[Rung, str] = {"fee-or-penalty": "20.2", "quarantine": "24.2", "national-quarantine": "24.3"}
DECIDED = 800
"""Of a thousand indicated steps those that somebody decides. Of three quarantines one ends early, one
is kept after it, one runs out. Assumed."""
REGIONS_MIN = 2
DELEGATION, CONFLICT = "RS 2023-701", "Inget jäv anmält"


@dataclass(frozen=True, slots=True)
class Noticed:
    """A deviation that was upheld and noticed: when it happened, its weight, its events' positions."""

    on: date
    weight: int
    positions: tuple[int, ...]


@dataclass(slots=True)
class Place:
    """A supplier's standing for one lot in one region."""

    noticed: dict[str, Noticed] = field(default_factory=dict)
    weight_answered: int = 0
    quarantined_until: date = date.min

    def counting(self, on: date) -> list[Noticed]:
        """What happened in the last twelve months, less a margin for the time a decision takes."""
        return [one for one in self.noticed.values() if one.on > on - 330 * DAY]


@dataclass(slots=True)
class Ladder:
    """Every supplier's standing by lot and region, and the measures that come of it."""

    engine: Engine
    places: dict[tuple[str, str], dict[str, Place]] = field(default_factory=lambda: defaultdict(dict))
    count: int = 0
    quarantines: int = 0

    def noticed(
        self, at: int, supplier: str, lot: str, region: Region, deviation: str, found: Noticed
    ) -> None:
        """A deviation was noticed: a step is indicated when it weighs more than what a step answered."""
        place = self.places[supplier, lot].setdefault(region.region, Place())
        place.noticed[deviation] = found
        counting = place.counting(local_date(at))
        weight = sum(one.weight for one in counting)
        place.weight_answered = min(place.weight_answered, weight - found.weight)
        rung = next((name for least, name in RUNGS if weight >= least > place.weight_answered), None)
        if rung is not None and self.engine.chance(DECIDED):
            place.weight_answered = weight
            relied = tuple(p for one in counting for p in one.positions)
            self._heard(at, supplier, lot, region, rung, relied)

    def withdrawn(self, supplier: str, lot: str, region: Region, deviation: str) -> None:
        """A deviation was taken back, and counts no more."""
        self.places[supplier, lot][region.region].noticed.pop(deviation, None)

    def _heard(
        self, at: int, supplier: str, lot: str, region: Region, rung: Rung, relied: tuple[int, ...]
    ) -> None:
        """The supplier is told what is considered, and has sixteen days; then it is decided."""
        told = local_date(at)
        day = working(told + 17 * DAY)
        self.engine.on(day, 870, lambda now: self._decide(now, at, supplier, lot, region, rung, relied))

    def _decide(
        self, at: int, told_at: int, supplier: str, lot: str, region: Region, rung: Rung,
        relied: tuple[int, ...],
    ) -> None:  # fmt: skip
        self.count += 1
        measure, day = f"me-{self.count}", local_date(at)
        national = rung == "national-quarantine"
        quarantine = national or rung == "quarantine"
        ends_on, review_on = (day + 120 * DAY, day + 60 * DAY) if quarantine else (None, None)
        kind: Literal["admin-fee"] | None = "admin-fee" if rung == "fee-or-penalty" else None
        command = DecideMeasure(
            measure=measure, agreement=AGREEMENT, supplier=supplier, lot=lot,
            region=None if national else region.region, rung=rung, kind=kind,
            contracting_party=f"{region.name}, {region.organisation_number}",
            registry_number=f"{region.region} {day.year}-{self.count}", clause=CLAUSES.get(rung, "21"),
            relied_on=relied, communicated_at=told_at,
            reply_by=clock_at(local_date(told_at) + 16 * DAY, 0),
            reasons="Reklamerade avvikelser inom fönstret",
            alternatives="Ett lägre trappsteg har vägts", proportionality="Andra leverantörer täcker behovet",
            ends_on=ends_on, review_on=review_on, running_assignments="Arbetas till sitt slut",
            open_offers="Prövas inte medan åtgärden varar" if quarantine else "Berörs inte",
            employer="vastra-gotaland-rs" if national else region.authority,
            delegation=DELEGATION, conflict_of_interest=CONFLICT,
        )  # fmt: skip
        who = OAF if national else owner(region)
        if self.engine.attempt(at, who, f"{measure}/decide", command):
            self.engine.on(
                next_working(day), 600,
                lambda at: self._serve(at, measure, supplier, lot, region, ends_on, national=national),
            )  # fmt: skip

    def _serve(
        self, at: int, measure: str, supplier: str, lot: str, region: Region, ends_on: date | None, *,
        national: bool,
    ) -> None:  # fmt: skip
        who = OAF if national else owner(region)
        command = ServeMeasure(measure=measure, channel="registered-letter")
        self.engine.tell(at, who, f"{measure}/serve", command)
        if ends_on is None:
            return
        employer = "vastra-gotaland-rs" if national else region.authority
        day = local_date(at)
        self.quarantines += 1
        if self.quarantines % 3:
            kept = ReviewMeasure(
                measure=measure,
                ends_on=ends_on,
                employer=employer,
                reasons="Verkan visas ännu inte",
                delegation=DELEGATION,
                conflict_of_interest=CONFLICT,
            )
            self.engine.on(
                working(day + 58 * DAY), 610,
                lambda at: self.engine.attempt(at, who, f"{measure}/review", kept),
            )  # fmt: skip
        if self.quarantines % 3 == 1:
            ended = ReleaseMeasure(
                measure=measure,
                employer=employer,
                reasons="Åtgärdsplanen fungerar",
                delegation=DELEGATION,
                conflict_of_interest=CONFLICT,
            )
            self.engine.on(
                working(day + 90 * DAY), 610,
                lambda at: self.engine.attempt(at, who, f"{measure}/release", ended),
            )  # fmt: skip
        if not national:
            self._several(at, supplier, lot, region, ends_on)

    def _several(self, at: int, supplier: str, lot: str, region: Region, ends_on: date) -> None:
        """Quarantined in several regions at a time: the national step is considered."""
        held, day = self.places[supplier, lot], local_date(at)
        held[region.region].quarantined_until = ends_on
        barred = [place for place in held.values() if place.quarantined_until > day]
        if len(barred) == REGIONS_MIN:
            relied = tuple(p for place in barred for one in place.counting(day) for p in one.positions)
            self._heard(at, supplier, lot, region, "national-quarantine", relied)
