"""The supplier is heard: a deviation is communicated and answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.deviation_refusals import (
    DeviationCommunicatedAlready,
    DeviationDecidedAlready,
    DeviationRepliedAlready,
    DeviationUnknown,
    DeviationWithdrawnAlready,
    ReplyForOther,
    StepBackdated,
)
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    require_mandate,
    require_past,
    resolve_terms,
)
from ledger.decisions.refusals import InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.deviations import (
    DeviationCommunicated,
    DeviationReplied,
)
from ledger.facts.deviations import Deviation, ReportedSeen, deviations
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.model import Library, Scope, used_terms
from ledger.values import (
    Code,
    DeviationId,
    Instant,
    Text,
    local_date,
    local_instant,
)

OWNERS = frozenset({"contract-owner", "central-contract-management"})
REPLY_DAYS = "deviation.reply-days"


@dataclass(frozen=True, slots=True)
class StepFacts:
    """The mandate, and the deviation as it stands."""

    mandate: Mandate
    deviation: Deviation


def require_reported(facts: StepFacts, name: str, roles: Collection[str], context: Context) -> ReportedSeen:
    """The report of a deviation that was not taken back, if the actor may act on it."""
    reported = facts.deviation.reported
    if reported is None:
        raise DeviationUnknown(f"no deviation {name} was reported", "deviation")
    place = (reported.event.agreement, reported.event.region, reported.event.unit or "")
    require_mandate(facts.mandate, context, roles, place, context.received_at)
    if facts.deviation.withdrawn is not None:
        raise DeviationWithdrawnAlready(
            f"{name} is withdrawn", "deviation", positions_of(facts.deviation.withdrawn)
        )
    return reported.event


def step_at(at: int | None, after: int, context: Context, field: str, positions: tuple[int, ...]) -> int:
    """When a step was taken: now unless given; refuses what lies ahead or before the step it follows."""
    given = context.received_at if at is None else at
    require_past(given, context, field)
    if given < after:
        raise StepBackdated("it follows a later step", field, positions)
    return given


@command
class CommunicateDeviation:
    """Record that the supplier was told of a deviation; its time to reply runs from then."""

    deviation: DeviationId
    channel: Code
    communicated_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class CommunicateFacts:
    """The step's facts and the policy."""

    step: StepFacts
    library: Library


def _communicate_facts(command: CommunicateDeviation, context: Context) -> Asking[CommunicateFacts]:
    mandate = yield from mandate_of(context)
    deviation: Deviation = yield deviations(command.deviation)
    library = Library()
    if deviation.reported is not None:
        library = yield policies(deviation.reported.event.agreement)
    return CommunicateFacts(StepFacts(mandate, deviation), library)


STEP_REFUSALS: tuple[type[Refusal], ...] = (
    *MANDATE_REFUSALS,
    DeviationUnknown,
    DeviationWithdrawnAlready,
    InstantAhead,
    StepBackdated,
)


@decides(
    CommunicateDeviation,
    facts=_communicate_facts,
    example={"deviation": "d-1", "channel": "supplier-portal"},
    raises=(*STEP_REFUSALS, DeviationCommunicatedAlready, PolicyMissing, PolicyTermMissing),
)
def communicate_deviation(command: CommunicateDeviation, facts: CommunicateFacts, context: Context) -> Ruling:
    """The supplier is told once and gets the policy's whole days after that day to reply."""
    reported = require_reported(facts.step, command.deviation, OWNERS, context)
    if (earlier := facts.step.deviation.communicated) is not None:
        raise DeviationCommunicatedAlready("the supplier was told", "deviation", positions_of(earlier))
    after = local_instant(reported.occurred_on, 0)
    at = step_at(command.communicated_at, after, context, "communicated_at", facts.step.deviation.positions())
    scope = Scope(region=reported.region, lot=reported.lot)
    book = latest_book(facts.library, reported.agreement)
    terms = resolve_terms(book, (REPLY_DAYS,), at, scope)
    last_on = local_date(at) + timedelta(days=terms[REPLY_DAYS].number)
    reply_by = local_instant(last_on + timedelta(days=1), 0)
    if reply_by <= context.received_at:
        detail = "the supplier's time to reply would have run out before this was recorded"
        raise StepBackdated(
            detail, "communicated_at", (terms[REPLY_DAYS].position,), assumed(*terms.values())
        )
    event = DeviationCommunicated(
        deviation=command.deviation,
        supplier=reported.supplier,
        communicated_at=at,
        reply_by=reply_by,
        channel=command.channel,
        terms=used_terms(terms.values()),
    )
    return Ruling((event,), reported.authority, tuple(terms.values()))


@command
class ReplyToDeviation:
    """Record the supplier's reply to a deviation."""

    deviation: DeviationId
    admits: bool
    reply: Text
    replied_at: Instant | None = None


def step_facts(command: ReplyToDeviation, context: Context) -> Asking[StepFacts]:
    """Facts: the mandate and the deviation."""
    mandate = yield from mandate_of(context)
    deviation = yield deviations(command.deviation)
    return StepFacts(mandate, deviation)


@decides(
    ReplyToDeviation,
    facts=step_facts,
    example={"deviation": "d-1", "admits": False, "reply": "The consultant fell ill and we told the ward"},
    raises=(*STEP_REFUSALS, ReplyForOther, DeviationRepliedAlready, DeviationDecidedAlready),
)
def reply_to_deviation(command: ReplyToDeviation, facts: StepFacts, context: Context) -> Ruling:
    """A supplier replies once, for itself, before the decision; a late reply is still heard."""
    reported = require_reported(facts, command.deviation, {"supplier"}, context)
    acts_for = facts.mandate.granted.event.supplier if facts.mandate.granted else None
    if acts_for != reported.supplier:
        raise ReplyForOther(f"the mandate acts for {acts_for}", "deviation", facts.mandate.positions())
    if facts.deviation.replied is not None:
        raise DeviationRepliedAlready(
            "a reply is recorded", "deviation", positions_of(facts.deviation.replied)
        )
    if facts.deviation.decided is not None:
        raise DeviationDecidedAlready("it is decided", "deviation", positions_of(facts.deviation.decided))
    communicated = facts.deviation.communicated
    after = communicated.event.communicated_at if communicated else local_instant(reported.occurred_on, 0)
    event = DeviationReplied(
        deviation=command.deviation,
        supplier=reported.supplier,
        replied_at=step_at(command.replied_at, after, context, "replied_at", facts.deviation.positions()),
        admits=command.admits,
        reply=command.reply,
    )
    return Ruling((event,), reported.authority)
