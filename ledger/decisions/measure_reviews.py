"""A review keeps a quarantine for a further set time; to end one instead is a release."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, assumed, latest_book, mandate_of, resolve_terms
from ledger.decisions.measure_contents import QUARANTINE_MONTHS
from ledger.decisions.measure_effects import authority_of, require_in_effect
from ledger.decisions.measure_refusals import (
    EndOrReviewMissing,
    MeasureNotServed,
    MeasurePeriodWrong,
    MeasureReleasedAlready,
    MeasureUnknown,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.events.measures import Decider, MeasureReviewed
from ledger.facts.mandates import Mandate
from ledger.facts.measures import measures
from ledger.facts.policies import policies
from ledger.facts.standing import MeasureHeld
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import AuthorityId, LocalDate, MeasureId, Text, local_date, plus_months


@command
class ReviewMeasure:
    """Keep a measure in effect after a review, until an end or a next review."""

    measure: MeasureId
    ends_on: LocalDate | None = None
    review_on: LocalDate | None = None
    employer: AuthorityId
    delegation: Text
    conflict_of_interest: Text
    reasons: Text


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """The mandate, the measure as it stands, and the policy."""

    mandate: Mandate
    measure: MeasureHeld | None
    library: Library


def _facts(command: ReviewMeasure, context: Context) -> Asking[ReviewFacts]:
    mandate = yield from mandate_of(context)
    held: MeasureHeld | None = yield measures(command.measure)
    library = Library()
    if held is not None:
        library = yield policies(held.decided.event.agreement)
    return ReviewFacts(mandate, held, library)


@decides(
    ReviewMeasure,
    facts=_facts,
    example={
        "measure": "me-1",
        "review_on": "2026-12-01",
        "employer": "jamtland-harjedalen-region",
        "delegation": "RS/7/2026",
        "conflict_of_interest": "None declared",
        "reasons": "The action plan has begun and shows no effect yet",
    },
    raises=(
        *MANDATE_REFUSALS,
        MeasureUnknown,
        MeasureNotServed,
        MeasureReleasedAlready,
        EndOrReviewMissing,
        MeasurePeriodWrong,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def review_measure(command: ReviewMeasure, facts: ReviewFacts, context: Context) -> Ruling:
    """A measure in effect is kept for no longer than the policy lets a quarantine last without a review."""
    held = require_in_effect(facts.mandate, facts.measure, command.measure, context)
    decision = held.decided.event
    book = latest_book(facts.library, decision.agreement)
    scope = Scope(region=decision.region, lot=decision.lot)
    terms = resolve_terms(book, (QUARANTINE_MONTHS,), context.decided_at, scope)
    _require_period(command, held, terms[QUARANTINE_MONTHS], context)
    event = MeasureReviewed(
        measure=command.measure,
        supplier=decision.supplier,
        reviewed_at=context.decided_at,
        ends_on=command.ends_on,
        review_on=command.review_on,
        decider=Decider(
            actor=context.actor,
            employer=command.employer,
            delegation=command.delegation,
            conflict_of_interest=command.conflict_of_interest,
        ),
        reasons=command.reasons,
        terms=used_terms(terms.values()),
    )
    return Ruling((event,), authority_of(held), tuple(terms.values()))


def _require_period(
    command: ReviewMeasure, held: MeasureHeld, months_max: Resolved, context: Context
) -> None:
    """Refuse without an end or a next review, with one that has passed, and one beyond the policy's time."""
    dates = [day for day in (command.ends_on, command.review_on) if day is not None]
    if not dates:
        raise EndOrReviewMissing("a review sets an end or the next review", "review_on", held.positions())
    reviewed_on = local_date(context.decided_at)
    latest_on = plus_months(reviewed_on, months_max.number)
    if min(dates) < reviewed_on or min(dates) > latest_on:
        detail = f"the policy allows from {reviewed_on} until {latest_on}"
        field = "ends_on" if command.ends_on is not None else "review_on"
        raise MeasurePeriodWrong(detail, field, (months_max.position,), assumed(months_max))
