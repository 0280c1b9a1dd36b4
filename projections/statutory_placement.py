"""The statutory counter of one human at each operating unit (uthyrningslagen 12 a §): an indicator."""

from dataclasses import dataclass
from datetime import date

from ledger.facts.hires import Person
from ledger.facts.placement import (
    TERMS,
    PlacementReading,
    PlacementTerms,
    placed_at,
    reading_at,
    settled_by,
)
from ledger.facts.worked_time import worked_time
from ledger.policy.model import Resolved
from ledger.values import AgreementId, ConsultantId, LocalDate, OperatingUnitId, RegionId
from projections.base import UnanswerableError, evidence_of, view
from projections.dossiers import Dossier, asks_dossier, resolved, understood
from projections.humans import LINKS
from projections.worked_kept import WORKED_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementParams:
    """One operating unit or every one she was placed at; a proposed half-open period, if there is one."""

    agreement: AgreementId
    region: RegionId | None = None
    operating_unit: OperatingUnitId | None = None
    from_on: LocalDate | None = None
    until_on: LocalDate | None = None

    @property
    def proposed(self) -> tuple[date, date] | None:
        """The proposed period. Raises UnanswerableError for half of one, or one that is empty."""
        if self.from_on is None and self.until_on is None:
            return None
        if self.from_on is None or self.until_on is None or self.until_on <= self.from_on:
            raise UnanswerableError("a proposed period has a first date and a later date after it")
        return self.from_on, self.until_on


@dataclass(frozen=True, slots=True)
class UnitPlacement:
    """The counter at one operating unit. Days are dates of placement; ``companies`` added up to them."""

    operating_unit: OperatingUnitId
    companies: tuple[str, ...]
    counter: PlacementReading


@dataclass(frozen=True, slots=True)
class StatutoryPlacement:
    """The counters of one human; ``own_company`` are positions of registrations as staff of an own company.

    Whether the act applies to such staff is argued: they are flagged, and nothing is excluded for it.
    """

    consultant: ConsultantId
    same_human: tuple[ConsultantId, ...]
    on: date
    own_company: tuple[int, ...]
    units: tuple[UnitPlacement, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@view(
    "statutory-placement",
    titles=("24-månadersregeln", "Statutory placement"),
    kind=worked_time,
    shape=WORKED_TIME,
    params=PlacementParams,
    asks=asks_dossier,
    beside=(LINKS,),
)
def read(facts: Dossier[PlacementParams], at: date) -> StatutoryPlacement:
    """How long a consultant was placed at an operating unit, and from when it is more than the act allows."""
    person, terms, params = facts.known(), facts.terms(), facts.params
    rule = understood(PlacementTerms, resolved(terms, TERMS, at, params.region))
    units = tuple(_unit(unit, person, at, rule, params) for unit in _units(person, params.operating_unit))
    evidence = evidence_of(person.own_company, *(_evidence(unit.counter) for unit in units))
    return StatutoryPlacement(
        facts.consultant, facts.ids, at, person.own_company, units, evidence, terms.all()
    )


def _units(person: Person, only: str | None) -> tuple[str, ...]:
    worked = {held.operating_unit for time in person.worked for held in time.assignments.values()}
    earlier = {f.event.operating_unit for p in person.profiles for f in p.earlier_placements}
    return (only,) if only else tuple(sorted(worked | earlier))


def _unit(
    unit: str, person: Person, at: date, rule: PlacementTerms, params: PlacementParams
) -> UnitPlacement:
    placed = placed_at(person.worked, person.profiles, unit, at, rule)
    settled = settled_by(person.profiles, unit, at)
    held = (h for time in person.worked for h in time.assignments.values() if h.operating_unit == unit)
    earlier = (f.event for p in person.profiles for f in p.earlier_placements)
    companies = {h.supplier for h in held} | {e.company for e in earlier if e.operating_unit == unit}
    counter = reading_at(placed, settled, at, rule, params.proposed)
    return UnitPlacement(unit, tuple(sorted(companies)), counter)


def _evidence(counter: PlacementReading) -> tuple[int, ...]:
    return (*counter.facts, *(() if counter.settled is None else (counter.settled,)))
