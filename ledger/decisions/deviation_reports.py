"""Reports of supplier deviations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown
from ledger.decisions.deviation_refusals import (
    DeviationAhead,
    DeviationDoubled,
    DeviationKindUnknown,
    DeviationOfOther,
    DeviationReportedAlready,
    FactExcused,
    FactForeign,
)
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.events.deviations import DeviationReported
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.deviations import Deviation, deviations
from ledger.facts.evidence import assignment_evidence, part_in_order, supplier_evidence
from ledger.facts.ladder import Ladder, ladder
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import (
    AgreementId,
    AssignmentId,
    AuthorityId,
    Code,
    DeviationId,
    LocalDate,
    LotId,
    OrderId,
    RegionId,
    SupplierId,
    Text,
    UnitId,
    local_date,
    local_instant,
)

KINDS, REPORTERS = "deviation.kinds", "deviation.reporters"


@command
class ReportDeviation:
    """Report that a supplier departed from the agreement. Reports of one event carry the same cause."""

    deviation: DeviationId
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    authority: AuthorityId
    lot: LotId
    unit: UnitId | None = None
    order: OrderId | None = None
    assignment: AssignmentId | None = None
    kind: Code
    occurred_on: LocalDate
    cause: Code
    facts: tuple[int, ...] = ()
    clause: Text = "20.3"
    description: Text


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The mandate, the id's earlier report, the policy, the supplier's ladder, and what is named.

    ``concerning`` holds the positions of events that concern the supplier, looked up where facts are named;
    ``excuses`` the positions of what excused a late confirmation, by that confirmation's position.
    """

    mandate: Mandate
    earlier: Deviation
    library: Library
    climbed: Ladder
    assignment: Assignment | None
    concerning: frozenset[int] = frozenset()
    excuses: Mapping[int, int] = field(default_factory=dict)


def _report_facts(command: ReportDeviation, context: Context) -> Asking[ReportFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield deviations(command.deviation)
    library = yield policies(command.agreement)
    climbed = yield ladder(command.supplier)
    assignment = None
    if command.assignment is not None:
        assignment = yield assignments(command.assignment)
    contract = assignment.concluded.event if assignment and assignment.concluded else None
    named = command.order or (contract.order if contract else None)
    order: OrderHeld = (yield orders(named)) if named and command.facts else OrderHeld()
    concerning = yield from _concerning(command, order)
    return ReportFacts(mandate, earlier, library, climbed, assignment, concerning, _excuses(order))


def _excuses(order: OrderHeld) -> Mapping[int, int]:
    return {held.late.position: held.excused.position for held in order.awards if held.late and held.excused}


def _concerning(command: ReportDeviation, order: OrderHeld) -> Asking[frozenset[int]]:
    """Positions about the supplier itself, the assignment named, and the supplier's part in the order."""
    if not command.facts:
        return frozenset()
    found = set((yield supplier_evidence(command.supplier)))
    if command.assignment is not None:
        found |= set((yield assignment_evidence(command.assignment)))
    found |= set(part_in_order(order, command.supplier))
    return frozenset(found)


@decides(
    ReportDeviation,
    facts=_report_facts,
    example={
        "deviation": "d-1",
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "region": "jamtland-harjedalen",
        "authority": "jamtland-harjedalen-region",
        "lot": "nurses",
        "assignment": "a-1001",
        "kind": "no-show",
        "occurred_on": "2025-03-03",
        "cause": "no-show-a-1001-2025-03-03",
        "description": "Nobody came to the night shift",
    },
    raises=(
        *MANDATE_REFUSALS,
        DeviationReportedAlready,
        DeviationAhead,
        AssignmentUnknown,
        DeviationOfOther,
        DeviationDoubled,
        DeviationKindUnknown,
        FactForeign,
        FactExcused,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def report_deviation(command: ReportDeviation, facts: ReportFacts, context: Context) -> Ruling:
    """A deviation is reported once, by a role the policy lets, of what has happened; its kind is graded."""
    terms = _terms(command, facts.library, context)
    place = (command.agreement, command.region, command.unit or "")
    require_mandate(facts.mandate, context, terms[REPORTERS].words, place, context.received_at)
    if facts.earlier.reported is not None:
        raise DeviationReportedAlready(
            f"{command.deviation} is reported", "deviation", positions_of(facts.earlier.reported)
        )
    if command.occurred_on > local_date(context.received_at):
        raise DeviationAhead(f"{command.occurred_on} has not come", "occurred_on")
    _require_parties(command, facts.assignment)
    _require_single(command, facts.climbed)
    _require_own(command.facts, facts.concerning)
    _require_unexcused(command.facts, facts.excuses)
    severity = _severity(command, terms)
    event = DeviationReported(
        deviation=command.deviation,
        agreement=command.agreement,
        supplier=command.supplier,
        region=command.region,
        authority=command.authority,
        lot=command.lot,
        unit=command.unit,
        order=command.order,
        assignment=command.assignment,
        kind=command.kind,
        severity=severity,
        occurred_on=command.occurred_on,
        cause=command.cause,
        facts=command.facts,
        description=command.description,
        clause=command.clause,
        terms=used_terms(terms.values()),
    )
    return Ruling((event,), command.authority, tuple(terms.values()))


def _require_parties(command: ReportDeviation, assignment: Assignment | None) -> None:
    if assignment is None:
        return
    if assignment.concluded is None:
        raise AssignmentUnknown(f"no contract was concluded for {command.assignment}", "assignment")
    contract = assignment.concluded.event
    theirs = (contract.agreement, contract.supplier, contract.region, contract.lot, contract.authority)
    given = (command.agreement, command.supplier, command.region, command.lot, command.authority)
    elsewhere = command.unit not in (None, contract.unit) or command.order not in (None, contract.order)
    if theirs != given or elsewhere:
        detail = f"{command.assignment} is of other parties"
        raise DeviationOfOther(detail, "assignment", positions_of(assignment.concluded))


def _require_single(command: ReportDeviation, climbed: Ladder) -> None:
    """Refuse one event twice: same assignment, kind and date, but another cause, so that both would count."""
    for deviation in climbed.deviations.values():
        e = deviation.reported.event if deviation.reported else None
        if e is None or command.assignment is None or deviation.withdrawn is not None:
            continue
        same = (e.assignment, e.kind, e.occurred_on) == (
            command.assignment, command.kind, command.occurred_on,
        )  # fmt: skip
        if same and e.cause != command.cause:
            detail = f"{e.deviation} reports it with the cause {e.cause}"
            raise DeviationDoubled(detail, "cause", positions_of(deviation.reported))


def _require_unexcused(named: tuple[int, ...], excuses: Mapping[int, int]) -> None:
    """Refuse a late confirmation that was excused."""
    if held := sorted(set(named) & set(excuses)):
        detail = f"position {held[0]} is late because of the channel"
        raise FactExcused(detail, "facts", (held[0], excuses[held[0]]))


def _require_own(named: tuple[int, ...], concerning: frozenset[int]) -> None:
    """Refuse a fact that is recorded nowhere, or does not concern the supplier."""
    if foreign := tuple(sorted(set(named) - concerning)):
        detail = (
            f"position {foreign[0]} holds nothing about the supplier, its assignment or its part of the order"
        )
        raise FactForeign(detail, "facts", foreign)


def _terms(command: ReportDeviation, library: Library, context: Context) -> Mapping[str, Resolved]:
    """The taxonomy that held when it occurred, and the roles that may report now."""
    scope = Scope(region=command.region, lot=command.lot)
    book, occurred_at = latest_book(library, command.agreement), local_instant(command.occurred_on, 0)
    graded = resolve_terms(book, (KINDS,), occurred_at, scope)
    return {**graded, **resolve_terms(book, (REPORTERS,), context.received_at, scope)}


def _severity(command: ReportDeviation, terms: Mapping[str, Resolved]) -> int:
    """The severity that the policy gives a kind."""
    graded = terms[KINDS].table
    if command.kind not in graded:
        detail = f"the policy grades no {command.kind}"
        raise DeviationKindUnknown(detail, "kind", (terms[KINDS].position,), assumed(terms[KINDS]))
    return graded[command.kind]
