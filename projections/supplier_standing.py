"""The standing of one supplier under an agreement: may it be sent orders, what does it rest on, what runs.

It decides nothing: that an assignment runs while its supplier is bankrupt is shown, and somebody decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.decisions.base import Asking
from ledger.events.assignments import ContractConcluded
from ledger.events.parties import SupplierAdmitted
from ledger.facts.assignments import Assignment
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.facts.standing import Standing, standing
from ledger.facts.succession import Succession, successors
from ledger.facts.supplier_records import SupplierRecord, supplier_records
from ledger.facts.supplier_status import CapacityHeld, StatusFact, governing
from ledger.policy.model import Library, Scope
from ledger.values import AgreementId, local_instant
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import plain
from projections.standing_shown import (
    CapacityShown,
    PlaceShown,
    RunningShown,
    SubcontractorShown,
    SupplierStanding,
    TurnoverShown,
)

BARRING, RUNNING = "status.barring", "status.running-decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingParams:
    """The agreement; another one's record of the same supplier is not looked at."""

    agreement: AgreementId


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """What the reading rests on; ``firms`` are the records of firms relied upon that are suppliers too."""

    supplier: str
    agreement: str
    record: SupplierRecord
    measures: Standing
    succession: Succession
    firms: Mapping[str, SupplierRecord]
    library: Library


def asks(supplier: str, _at: date, params: StandingParams) -> Asking[StandingFacts]:
    """The supplier's record, its measures and successions, and the records of firms it relies upon."""
    record: SupplierRecord = yield supplier_records(supplier)
    measures = yield standing(supplier)
    succession = yield successors(supplier)
    named = {held.relied.event.firm_supplier for held in record.capacities.values()} - {None}
    firms = yield {firm: supplier_records(firm) for firm in sorted(map(str, named))}
    library = yield policies(params.agreement)
    return StandingFacts(supplier, params.agreement, record, measures, succession, firms, library)


@view(
    "supplier-standing",
    titles=("Leverantörens ställning", "Standing of a supplier"),
    kind=supplier_records,
    shape=plain(SupplierRecord),
    params=StandingParams,
    asks=asks,
)
def read(facts: StandingFacts, at: date) -> SupplierStanding:
    """Where a supplier is admitted, what bars it from orders, what it rests on, and what runs meanwhile."""
    admitted = [f for f in facts.record.admissions if f.event.agreement == facts.agreement]
    if not admitted:
        raise UnknownKeyError(f"{facts.supplier} was never admitted to {facts.agreement}")
    terms = Terms.of(facts.library, facts.agreement)
    places = tuple(_place(facts, fact, at, terms) for fact in admitted)
    capacities, running = tuple(_capacities(facts, at)), tuple(_running(facts, at, terms))
    turnover = tuple(_turnover(facts))
    subcontractors = tuple(_subcontractors(facts, at))
    return SupplierStanding(
        supplier=facts.supplier,
        agreement=facts.agreement,
        on=at,
        places=places,
        capacities=capacities,
        turnover=turnover,
        subcontractors=subcontractors,
        predecessors=facts.succession.predecessors(facts.supplier, at),
        successors=facts.succession.successors(facts.supplier, at),
        running=running,
        evidence=evidence_of(
            facts.succession.positions(),
            *(shown.positions for shown in places),
            *(shown.positions for shown in capacities),
            *(shown.positions for shown in running),
            (shown.position for shown in turnover),
            (shown.position for shown in subcontractors),
        ),
        terms=terms.all(),
    )


def _statuses(facts: StandingFacts) -> tuple[StatusFact, ...]:
    return tuple(fact for fact in facts.record.statuses if fact.event.agreement == facts.agreement)


def _place(facts: StandingFacts, fact: Recorded[SupplierAdmitted], at: date, terms: Terms) -> PlaceShown:
    e = fact.event
    status = governing(_statuses(facts), e.lot, e.region, at)
    end_of_day = local_instant(at + timedelta(days=1), 0) - 1
    bars = facts.measures.bars(facts.agreement, e.lot, e.region, end_of_day)
    barring = terms.resolve(BARRING, at, Scope(region=e.region, lot=e.lot)).words
    closed = status is not None and status.event.status in barring
    return PlaceShown(
        lot=e.lot,
        region=e.region,
        admitted_from=e.from_on,
        round=e.round,
        exception=e.exception,
        reason=e.reason,
        status=status.event.status if status else "admitted",
        since=status.event.from_on if status else e.from_on,
        until=status.event.until_on if status else None,
        source=status.event.source if status else e.registry_number,
        measures=tuple(held.decided.event.measure for held in bars),
        receives_orders=e.from_on <= at and not closed and not bars,
        positions=evidence_of(positions_of(fact, status), *(held.positions() for held in bars)),
    )


def _capacities(facts: StandingFacts, at: date) -> Iterator[CapacityShown]:
    for held in sorted(facts.record.capacities.values(), key=lambda one: one.relied.position):
        e = held.relied.event
        if e.agreement == facts.agreement:
            firm = _firm_status(facts, held, at)
            yield CapacityShown(
                capacity=e.capacity,
                firm=e.firm,
                purpose=e.purpose,
                from_on=e.from_on,
                until_on=e.until_on,
                there=held.there(at),
                ended_because=held.ended.event.cause if held.ended else "",
                firm_status=firm.event.status if firm else "",
                positions=evidence_of(held.positions(), positions_of(firm)),
            )


def _firm_status(facts: StandingFacts, held: CapacityHeld, at: date) -> StatusFact | None:
    """The status of a firm relied upon that is a supplier under the same agreement, if it has one."""
    record = facts.firms.get(held.relied.event.firm_supplier or "")
    same = [f for f in record.statuses if f.event.agreement == facts.agreement] if record else []
    return governing(same, None, None, at)


def _turnover(facts: StandingFacts) -> Iterator[TurnoverShown]:
    for fact in facts.record.turnover:
        e = fact.event
        if e.agreement == facts.agreement:
            yield TurnoverShown(
                from_on=e.from_on,
                until_on=e.until_on,
                own_ore=e.own_ore,
                relied_ore=e.relied_ore,
                required_ore=e.required_ore,
                met=e.met,
                evidence=e.evidence,
                position=fact.position,
            )


def _subcontractors(facts: StandingFacts, at: date) -> Iterator[SubcontractorShown]:
    for fact in facts.record.subcontractors:
        e = fact.event
        if e.agreement == facts.agreement:
            there = e.from_on <= at and (e.until_on is None or at < e.until_on)
            yield SubcontractorShown(e.kind, e.firm, e.from_on, e.until_on, there, fact.position)


def _running(facts: StandingFacts, at: date, terms: Terms) -> Iterator[RunningShown]:
    for held in facts.record.running(facts.agreement, at):
        if held.concluded is not None:
            yield _shown(facts, held, held.concluded.event, at, terms)


def _shown(
    facts: StandingFacts, held: Assignment, e: ContractConcluded, at: date, terms: Terms
) -> RunningShown:
    status = governing(_statuses(facts), e.lot, e.region, at)
    calls = terms.resolve(RUNNING, at, Scope.of(e)).words
    decided = [fact for fact in facts.record.decided if e.assignment in fact.event.assignments]
    latest = decided[-1] if decided else None
    return RunningShown(
        assignment=e.assignment,
        region=e.region,
        unit=e.unit,
        lot=e.lot,
        from_on=e.from_on,
        until_on=e.until_on,
        decision_called_for=status is not None and status.event.status in calls,
        decided=latest.event.choice if latest else "",
        successor=latest.event.successor if latest else None,
        positions=evidence_of(held.positions(), positions_of(status, latest)),
    )
