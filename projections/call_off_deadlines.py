"""The deadlines of a call-off: standstill, review, damages, and how long its records are kept (domain 7)."""

from dataclasses import dataclass
from datetime import date, timedelta

from ledger.decisions.base import Asking
from ledger.events.assignments import ContractConcluded
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.policy.deadlines import TERMS, Retention, Review, retention_of, review_of
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AssignmentId, Instant, OrderId, local_date
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineParams:
    """The view takes no more than the assignment."""


@dataclass(frozen=True, slots=True)
class DeadlineFacts:
    """The assignment with its contract, the order that was awarded, and the policy."""

    assignment: str
    held: Assignment
    contract: Recorded[ContractConcluded]
    order: OrderHeld
    library: Library


@dataclass(frozen=True, slots=True)
class CallOffDeadlines:
    """The last days of review and retention of one assignment.

    That a call-off can be reviewed is argued, never asserted: ``review`` says until when somebody could try.
    The ``..._open`` fields compare with the date asked about. ``last_on`` is the assignment's last day, a
    cancellation counted.
    """

    assignment: AssignmentId
    order: OrderId
    awarded_at: Instant | None
    concluded_at: Instant
    notice_sent_at: Instant | None
    last_on: date
    review: Review
    validity_open: bool
    damages_open: bool
    retention: Retention
    records_kept: bool
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(assignment: str, _at: date, _params: DeadlineParams) -> Asking[DeadlineFacts]:
    """The assignment, its order, and the policy of its agreement."""
    held: Assignment = yield assignments(assignment)
    if held.concluded is None:
        raise UnknownKeyError(f"no contract was concluded for {assignment}")
    order = yield orders(held.concluded.event.order)
    library = yield policies(held.concluded.event.agreement)
    return DeadlineFacts(assignment, held, held.concluded, order, library)


@view(
    "call-off-deadlines",
    titles=("Frister för avropet", "Deadlines of a call-off"),
    kind=assignments,
    shape=plain(Assignment),
    params=DeadlineParams,
    asks=asks,
)
def read(facts: DeadlineFacts, at: date) -> CallOffDeadlines:
    """Until when a contract can be argued about in court, and how long its records must be kept."""
    contract = facts.contract.event
    terms = Terms.of(facts.library, contract.agreement)
    concluded_on, scope = local_date(contract.concluded_at), Scope.of(contract)
    resolved = {name: terms.resolve(name, concluded_on, scope) for name in TERMS}
    award = facts.order.award_of(contract.offer)
    awarded_at = award.awarded.event.decided_at if award else None
    awarded_on = local_date(awarded_at) if awarded_at is not None else concluded_on
    notice_on = None if contract.notice_sent_at is None else local_date(contract.notice_sent_at)
    last_on = _last_on(facts)
    review = review_of(awarded_on, concluded_on, notice_on, resolved)
    retention = retention_of(last_on, resolved)
    return CallOffDeadlines(
        assignment=facts.assignment,
        order=contract.order,
        awarded_at=awarded_at,
        concluded_at=contract.concluded_at,
        notice_sent_at=contract.notice_sent_at,
        last_on=last_on,
        review=review,
        validity_open=at <= review.validity_last_on,
        damages_open=at <= review.damages_last_on,
        retention=retention,
        records_kept=at <= max(retention.agreement_last_on, retention.bookkeeping_last_on),
        evidence=evidence_of(facts.held.positions(), award.positions() if award else ()),
        terms=terms.all(),
    )


def _last_on(facts: DeadlineFacts) -> date:
    contract, cancelled = facts.contract.event, facts.held.cancelled
    ends_on = min(contract.until_on, cancelled.event.from_on) if cancelled else contract.until_on
    return max(contract.from_on, ends_on - timedelta(days=1))
