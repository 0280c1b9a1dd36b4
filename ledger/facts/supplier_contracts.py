"""Every contract concluded with one supplier, and what regions took back, in the order of the log."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.awards import AwardLapsed
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind
from ledger.values import local_date

Contracts = tuple[Recorded[ContractConcluded], ...]
supplier_contracts: FoldKind[Contracts] = FoldKind("contracts-of-supplier", "supplier", ())


@supplier_contracts.on(ContractConcluded)
def _concluded(state: Contracts, e: ContractConcluded, position: int) -> Contracts:
    return (*state, Recorded(position, e))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An award or an assignment that a region took back: which, from which local date, and where recorded."""

    what: Literal["award-lapsed", "assignment-cancelled"]
    named: str
    on: date
    position: int


taken_back: FoldKind[tuple[TakenBack, ...]] = FoldKind("taken-back-from-supplier", "supplier", ())


@taken_back.on(AwardLapsed)
def _lapsed(state: tuple[TakenBack, ...], e: AwardLapsed, position: int) -> tuple[TakenBack, ...]:
    """Only where the unit withdrew: a missed confirmation is the supplier's own."""
    if e.cause != "unit-withdrew":
        return state
    return (*state, TakenBack("award-lapsed", e.offer, local_date(e.decided_at), position))


@taken_back.on(AssignmentCancelled)
def _cancelled(state: tuple[TakenBack, ...], e: AssignmentCancelled, position: int) -> tuple[TakenBack, ...]:
    if e.by != "region":
        return state
    return (*state, TakenBack("assignment-cancelled", e.assignment, e.from_on, position))
