"""Who is admitted to an agreement and may be sent its orders; its admission rounds; the agreement itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.admissions import AdmissionRoundOpened, SupplierCountClaimed
from ledger.events.agreements import AgreementRegistered
from ledger.events.parties import SupplierAdmitted
from ledger.events.supplier_status import SupplierStatusRecorded
from ledger.facts.recorded import Recorded
from ledger.facts.supplier_status import StatusFact, barring
from ledger.fold import FoldKind

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Admissions:
    """Every admission of one agreement by (lot, region), in the order recorded, and suppliers' statuses."""

    by_place: Mapping[Place, tuple[Recorded[SupplierAdmitted], ...]] = field(default_factory=dict)
    statuses: Mapping[str, tuple[StatusFact, ...]] = field(default_factory=dict)

    def of(self, lot: str, region: str, on: date) -> tuple[Recorded[SupplierAdmitted], ...]:
        """The admissions for a lot in a region that are in force on a date, whatever became of the firm."""
        return tuple(fact for fact in self.by_place.get((lot, region), ()) if fact.event.from_on <= on)

    def barred(self, lot: str, region: str, on: date, kinds: Collection[str]) -> Mapping[str, StatusFact]:
        """Those admitted there whose status on the date is of a kind that keeps them from orders."""
        admitted = [fact.event.supplier for fact in self.of(lot, region, on)] if self.statuses else []
        found = {
            supplier: barring(self.statuses[supplier], (lot, region), on, kinds)
            for supplier in admitted
            if supplier in self.statuses
        }
        return {supplier: status for supplier, status in found.items() if status is not None}


admissions: FoldKind[Admissions] = FoldKind("admissions", "agreement", Admissions())


@admissions.on(SupplierAdmitted)
def _admission(state: Admissions, e: SupplierAdmitted, position: int) -> Admissions:
    place = (e.lot, e.region)
    there = (*state.by_place.get(place, ()), Recorded(position, e))
    return replace(state, by_place={**state.by_place, place: there})


@admissions.on(SupplierStatusRecorded)
def _status(state: Admissions, e: SupplierStatusRecorded, position: int) -> Admissions:
    known = (*state.statuses.get(e.supplier, ()), Recorded(position, e))
    return replace(state, statuses={**state.statuses, e.supplier: known})


@dataclass(frozen=True, slots=True)
class Rounds:
    """The admission rounds of one agreement by name, and what sources say of its suppliers' number."""

    opened: Mapping[str, Recorded[AdmissionRoundOpened]] = field(default_factory=dict)
    counts: tuple[Recorded[SupplierCountClaimed], ...] = ()


rounds: FoldKind[Rounds] = FoldKind("rounds", "agreement", Rounds())


@rounds.on(AdmissionRoundOpened)
def _opened(state: Rounds, e: AdmissionRoundOpened, position: int) -> Rounds:
    return replace(state, opened={**state.opened, e.round: Recorded(position, e)})


@rounds.on(SupplierCountClaimed)
def _counted(state: Rounds, e: SupplierCountClaimed, position: int) -> Rounds:
    return replace(state, counts=(*state.counts, Recorded(position, e)))


agreements: FoldKind[Recorded[AgreementRegistered] | None] = FoldKind("agreements", "agreement", None)


@agreements.on(AgreementRegistered)
def _agreement(
    _state: Recorded[AgreementRegistered] | None, e: AgreementRegistered, position: int
) -> Recorded[AgreementRegistered] | None:
    return Recorded(position, e)
