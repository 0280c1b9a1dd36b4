"""Who the parties are: regions and what they joined, care units, suppliers and where they were admitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.parties import (
    CareUnitRegistered,
    RegionAcceded,
    RegionRegistered,
    SupplierAdmitted,
    SupplierRegistered,
)
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind


@dataclass(frozen=True, slots=True)
class Region:
    """One region: its registration, and its accession to each (agreement, lot), oldest first."""

    registered: Recorded[RegionRegistered] | None = None
    joined: Mapping[tuple[str, str], Recorded[RegionAcceded]] = field(default_factory=dict)

    @property
    def accessions(self) -> tuple[Recorded[RegionAcceded], ...]:
        """Every accession, oldest first."""
        return tuple(self.joined.values())

    def authorities(self) -> frozenset[str]:
        """The ids of its legal persons and authorities."""
        return (
            frozenset(e.authority for e in self.registered.event.entities) if self.registered else frozenset()
        )

    def legal_person(self, authority: str) -> str | None:
        """The organisation number of the legal person that an authority belongs to."""
        entities = self.registered.event.entities if self.registered else ()
        return next((e.organisation_number for e in entities if e.authority == authority), None)

    def acceded(self, agreement: str, lot: str, on: date | None = None) -> Recorded[RegionAcceded] | None:
        """Its accession to a lot, if any; with a date, only if in force on it."""
        fact = self.joined.get((agreement, lot))
        return fact if fact is not None and (on is None or fact.event.from_on <= on) else None


regions: FoldKind[Region] = FoldKind("regions", "region", Region())


@regions.on(RegionRegistered)
def _region(state: Region, e: RegionRegistered, position: int) -> Region:
    return replace(state, registered=Recorded(position, e))


@regions.on(RegionAcceded)
def _acceded(state: Region, e: RegionAcceded, position: int) -> Region:
    return replace(state, joined={**state.joined, (e.agreement, e.lot): Recorded(position, e)})


units: FoldKind[Recorded[CareUnitRegistered] | None] = FoldKind("units", "unit", None)


@units.on(CareUnitRegistered)
def _unit(
    _state: Recorded[CareUnitRegistered] | None, e: CareUnitRegistered, position: int
) -> Recorded[CareUnitRegistered] | None:
    return Recorded(position, e)


@dataclass(frozen=True, slots=True)
class Supplier:
    """One supplier: its registration and its admissions, oldest first."""

    registered: Recorded[SupplierRegistered] | None = None
    admissions: tuple[Recorded[SupplierAdmitted], ...] = ()

    def admitted(self, agreement: str, lot: str, region: str) -> Recorded[SupplierAdmitted] | None:
        """Its admission for one lot in one region, if any."""
        for fact in self.admissions:
            if (fact.event.agreement, fact.event.lot, fact.event.region) == (agreement, lot, region):
                return fact
        return None


suppliers: FoldKind[Supplier] = FoldKind("suppliers", "supplier", Supplier())


@suppliers.on(SupplierRegistered)
def _supplier(state: Supplier, e: SupplierRegistered, position: int) -> Supplier:
    return replace(state, registered=Recorded(position, e))


@suppliers.on(SupplierAdmitted)
def _admitted(state: Supplier, e: SupplierAdmitted, position: int) -> Supplier:
    return replace(state, admissions=(*state.admissions, Recorded(position, e)))


@dataclass(frozen=True, slots=True)
class Admissions:
    """Every admission of one agreement, by (lot, region), in the order it was recorded."""

    by_place: Mapping[tuple[str, str], tuple[Recorded[SupplierAdmitted], ...]] = field(default_factory=dict)

    def of(self, lot: str, region: str, on: date) -> tuple[Recorded[SupplierAdmitted], ...]:
        """The admissions for a lot in a region that are in force on a date."""
        return tuple(fact for fact in self.by_place.get((lot, region), ()) if fact.event.from_on <= on)


admissions: FoldKind[Admissions] = FoldKind("admissions", "agreement", Admissions())


@admissions.on(SupplierAdmitted)
def _admission(state: Admissions, e: SupplierAdmitted, position: int) -> Admissions:
    place = (e.lot, e.region)
    return Admissions({**state.by_place, place: (*state.by_place.get(place, ()), Recorded(position, e))})
