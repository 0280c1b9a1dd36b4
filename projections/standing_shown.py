"""What the standing of a supplier shows: where it is admitted, what bars it, what it rests on, what runs."""

from dataclasses import dataclass
from datetime import date

from ledger.policy.model import Resolved


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """One lot in one region: the admission, the status on the date, and whether new orders are sent."""

    lot: str
    region: str
    admitted_from: date
    round: str
    exception: str
    reason: str
    status: str
    since: date
    until: date | None
    source: str
    measures: tuple[str, ...]
    receives_orders: bool
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CapacityShown:
    """Another firm's capacity: for what, until when, whether it is there on the date, and why not."""

    capacity: str
    firm: str
    purpose: str
    from_on: date
    until_on: date | None
    there: bool
    ended_because: str
    firm_status: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TurnoverShown:
    """A period's turnover (öre) as it was judged when it was reported."""

    from_on: date
    until_on: date
    own_ore: int
    relied_ore: int
    required_ore: int
    met: bool
    evidence: str
    position: int


@dataclass(frozen=True, slots=True)
class SubcontractorShown:
    """A subcontractor or sub-consultant's company, and whether it is one on the date."""

    kind: str
    firm: str
    from_on: date
    until_on: date | None
    there: bool
    position: int


@dataclass(frozen=True, slots=True)
class RunningShown:
    """An assignment that runs; whether the supplier's status calls for a decision, and what was decided."""

    assignment: str
    region: str
    unit: str
    lot: str
    from_on: date
    until_on: date
    decision_called_for: bool
    decided: str
    successor: str | None
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SupplierStanding:
    """How one supplier stands under one agreement on a date. Successions are of the legal person."""

    supplier: str
    agreement: str
    on: date
    places: tuple[PlaceShown, ...]
    capacities: tuple[CapacityShown, ...]
    turnover: tuple[TurnoverShown, ...]
    subcontractors: tuple[SubcontractorShown, ...]
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    running: tuple[RunningShown, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]
