"""Who the parties are: regions, their legal persons and what they joined, care units, suppliers."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.accessions import AccessionClaimed, AccessionSettled
from ledger.events.parties import (
    CareUnitRegistered,
    Entity,
    RegionAcceded,
    RegionRegistered,
    SupplierAdmitted,
    SupplierRegistered,
)
from ledger.events.succession import EntitySucceeded
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind


class Region(Struct, frozen=True):
    """One region: its registration, and its accession to each (agreement, lot), oldest first.

    ``claims`` holds what sources say of the same accessions, ``settled`` which date governs instead of the
    recorded one, ``successions`` those among its legal persons.
    """

    registered: Recorded[RegionRegistered] | None = None
    joined: Mapping[tuple[str, str], Recorded[RegionAcceded]] = field(default_factory=dict)
    claims: Mapping[tuple[str, str], tuple[Recorded[AccessionClaimed], ...]] = field(default_factory=dict)
    settled: Mapping[tuple[str, str], Recorded[AccessionSettled]] = field(default_factory=dict)
    successions: tuple[Recorded[EntitySucceeded], ...] = ()

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
        if fact is None or on is None:
            return fact
        settled = self.settled.get((agreement, lot)) if self.settled else None
        governs = fact.event.from_on if settled is None else settled.event.from_on
        return fact if governs <= on else None

    def joined_on(self, agreement: str, lot: str) -> date | None:
        """The local date that governs its accession to a lot: the settled one, else the recorded one."""
        settled, fact = self.settled.get((agreement, lot)), self.joined.get((agreement, lot))
        return settled.event.from_on if settled else fact.event.from_on if fact else None

    def accession_facts(self, agreement: str, lot: str) -> tuple[int, ...]:
        """The positions of everything recorded about its accession to a lot."""
        place = (agreement, lot)
        return positions_of(self.joined.get(place), self.settled.get(place), *self.claims.get(place, ()))

    def entity(self, authority: str) -> Entity | None:
        """One of its legal persons or authorities."""
        entities = self.registered.event.entities if self.registered else ()
        return next((one for one in entities if one.authority == authority), None)

    def contracting_party(self, authority: str) -> Entity | None:
        """The legal person behind an authority: who is party to the contract, and can be sued (domain 1)."""
        own = self.entity(authority)
        if own is None or self.registered is None:
            return None
        same = (e for e in self.registered.event.entities if e.organisation_number == own.organisation_number)
        return next((one for one in same if one.level != "authority"), own)

    def same_legal_person(self, authority: str, on: date) -> frozenset[str]:
        """The authorities that are one legal person with this one, or that it had succeeded by a date."""
        found = self._sharing({authority})
        while len(wider := self._sharing(found | self._succeeded_by(found, on))) > len(found):
            found = wider
        return frozenset(found)

    def line(self, authority: str) -> frozenset[str]:
        """The authorities that it has succeeded, and those that they had."""
        found: set[str] = set()
        while len(wider := found | self._succeeded_by({authority, *found}, date.max)) > len(found):
            found = wider
        return frozenset(found)

    def _sharing(self, authorities: set[str]) -> set[str]:
        entities = self.registered.event.entities if self.registered else ()
        numbers = {e.organisation_number for e in entities if e.authority in authorities}
        return authorities | {e.authority for e in entities if e.organisation_number in numbers}

    def _succeeded_by(self, authorities: set[str], on: date) -> set[str]:
        told = [fact.event for fact in self.successions if fact.event.from_on <= on]
        return {succession.former for succession in told if succession.successor in authorities}


regions: FoldKind[Region] = FoldKind("regions", "region", Region())


@regions.on(RegionRegistered)
def _region(state: Region, e: RegionRegistered, position: int) -> Region:
    return replace(state, registered=Recorded(position, e))


@regions.on(RegionAcceded)
def _acceded(state: Region, e: RegionAcceded, position: int) -> Region:
    return replace(state, joined={**state.joined, (e.agreement, e.lot): Recorded(position, e)})


@regions.on(AccessionClaimed)
def _claimed(state: Region, e: AccessionClaimed, position: int) -> Region:
    place = (e.agreement, e.lot)
    claims = (*state.claims.get(place, ()), Recorded(position, e))
    return replace(state, claims={**state.claims, place: claims})


@regions.on(AccessionSettled)
def _settled(state: Region, e: AccessionSettled, position: int) -> Region:
    return replace(state, settled={**state.settled, (e.agreement, e.lot): Recorded(position, e)})


@regions.on(EntitySucceeded)
def _succeeded(state: Region, e: EntitySucceeded, position: int) -> Region:
    return replace(state, successions=(*state.successions, Recorded(position, e)))


units: FoldKind[Recorded[CareUnitRegistered] | None] = FoldKind("units", "unit", None)


@units.on(CareUnitRegistered)
def _unit(
    _state: Recorded[CareUnitRegistered] | None, e: CareUnitRegistered, position: int
) -> Recorded[CareUnitRegistered] | None:
    return Recorded(position, e)


class Supplier(Struct, frozen=True):
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
