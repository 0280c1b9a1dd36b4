"""Reports of supplier deviations."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown
from ledger.decisions.deviation_refusals import (
    DeviationAhead,
    DeviationDoubled,
    DeviationKindUnknown,
    DeviationOfOther,
    DeviationReportedAlready,
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
from ledger.events.deviations import (
    DeviationKind,
    DeviationReported,
)
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.deviations import Deviation, deviations
from ledger.facts.ladder import Ladder, ladder
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.model import Library, Resolved, Scope
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
)

REPORTERS = frozenset({"authorised-orderer", "attester", "contract-owner", "central-contract-management"})
KINDS, SEVERITIES = "deviation.kinds", "deviation.severities"


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
    kind: DeviationKind
    occurred_on: LocalDate
    cause: Code
    facts: tuple[int, ...] = ()
    description: Text


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The mandate, the id's earlier report, the policy, the supplier's ladder, and the assignment named."""

    mandate: Mandate
    earlier: Deviation
    library: Library
    climbed: Ladder
    assignment: Assignment | None


def _report_facts(command: ReportDeviation, context: Context) -> Asking[ReportFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield deviations(command.deviation)
    library = yield policies(command.agreement)
    climbed = yield ladder(command.supplier)
    assignment = None
    if command.assignment is not None:
        assignment = yield assignments(command.assignment)
    return ReportFacts(mandate, earlier, library, climbed, assignment)


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
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def report_deviation(command: ReportDeviation, facts: ReportFacts, context: Context) -> Ruling:
    """A deviation is reported once, within a mandate, of what has happened; its kind gives the severity."""
    place = (command.agreement, command.region, command.unit or "")
    require_mandate(facts.mandate, context, REPORTERS, place, context.received_at)
    if facts.earlier.reported is not None:
        raise DeviationReportedAlready(
            f"{command.deviation} is reported", "deviation", positions_of(facts.earlier.reported)
        )
    if command.occurred_on > local_date(context.received_at):
        raise DeviationAhead(f"{command.occurred_on} has not come", "occurred_on")
    _require_parties(command, facts.assignment)
    _require_single(command, facts.climbed)
    severity, terms = _severity(command, facts.library, context)
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
    )
    return Ruling((event,), command.authority, terms)


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


def _severity(
    command: ReportDeviation, library: Library, context: Context
) -> tuple[int, tuple[Resolved, ...]]:
    """The severity that the policy gives a kind, with the values it comes from."""
    book = latest_book(library, command.agreement)
    scope = Scope(region=command.region, lot=command.lot)
    terms = resolve_terms(book, (KINDS, SEVERITIES), context.received_at, scope)
    graded = dict(zip(terms[KINDS].words, terms[SEVERITIES].numbers, strict=False))
    if command.kind not in graded:
        detail = f"the policy grades no {command.kind}"
        raise DeviationKindUnknown(detail, "kind", (book.position,), assumed(*terms.values()))
    return graded[command.kind], tuple(terms.values())
