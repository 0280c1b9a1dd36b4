"""What comes of a deviation: upheld, dismissed or withdrawn, and the notice after an upheld one."""

from typing import Protocol

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.deviation_refusals import (
    BreachNoticedAlready,
    DeviationDecidedAlready,
    DeviationDismissed,
    DeviationNotCommunicated,
    DeviationNotUpheld,
    ReplyStillOpen,
)
from ledger.decisions.deviations import OWNERS, STEP_REFUSALS, StepFacts, require_reported, step_at
from ledger.decisions.guards import assumed_in, mandate_of
from ledger.events.deviations import BreachNoticeServed, DeviationDecided, DeviationWithdrawn
from ledger.facts.deviations import Deviation, deviations
from ledger.facts.recorded import positions_of
from ledger.values import Code, DeviationId, Instant, Text, instant_text


@command
class DecideDeviation:
    """Uphold or dismiss a deviation, with reasons."""

    deviation: DeviationId
    upheld: bool
    reasons: Text


@command
class WithdrawDeviation:
    """Take a deviation back; it counts nowhere from here on."""

    deviation: DeviationId
    reasons: Text
    withdrawn_at: Instant | None = None


@command
class ServeBreachNotice:
    """Record that the supplier was given notice of a breach."""

    deviation: DeviationId
    channel: Code
    clause: Text
    served_at: Instant | None = None


class _Names(Protocol):
    @property
    def deviation(self) -> str: ...


def _facts(command: _Names, context: Context) -> Asking[StepFacts]:
    mandate = yield from mandate_of(context)
    deviation = yield deviations(command.deviation)
    return StepFacts(mandate, deviation)


@decides(
    DecideDeviation,
    facts=_facts,
    example={"deviation": "d-1", "upheld": True, "reasons": "Nobody came and no substitute was offered"},
    raises=(*STEP_REFUSALS, DeviationDecidedAlready, DeviationNotCommunicated, ReplyStillOpen),
)
def decide_deviation(command: DecideDeviation, facts: StepFacts, context: Context) -> Ruling:
    """A deviation is decided once, after the supplier has replied or its time to reply has passed."""
    reported = require_reported(facts, command.deviation, OWNERS, context)
    if facts.deviation.decided is not None:
        raise DeviationDecidedAlready("it is decided", "deviation", positions_of(facts.deviation.decided))
    _require_heard(facts.deviation, context.decided_at)
    event = DeviationDecided(
        deviation=command.deviation,
        supplier=reported.supplier,
        upheld=command.upheld,
        decided_at=context.decided_at,
        reasons=command.reasons,
    )
    return Ruling((event,), reported.authority)


def _require_heard(deviation: Deviation, at: int) -> None:
    communicated = deviation.communicated
    if communicated is None:
        raise DeviationNotCommunicated("the supplier has not been told", "deviation", deviation.positions())
    if deviation.replied is None and at < communicated.event.reply_by:
        detail = f"the supplier may reply until {instant_text(communicated.event.reply_by)}"
        assumed = assumed_in(communicated.event.terms)
        raise ReplyStillOpen(detail, "deviation", positions_of(communicated), assumed)


@decides(
    WithdrawDeviation,
    facts=_facts,
    example={"deviation": "d-1", "reasons": "The ward had cancelled the shift itself"},
    raises=(*STEP_REFUSALS, DeviationDismissed),
)
def withdraw_deviation(command: WithdrawDeviation, facts: StepFacts, context: Context) -> Ruling:
    """A deviation that was not dismissed can be taken back, once, also after its notice."""
    reported = require_reported(facts, command.deviation, OWNERS, context)
    decided = facts.deviation.decided
    if decided is not None and not decided.event.upheld:
        raise DeviationDismissed("it was dismissed", "deviation", positions_of(decided))
    after = decided.event.decided_at if decided else 0
    event = DeviationWithdrawn(
        deviation=command.deviation,
        supplier=reported.supplier,
        withdrawn_at=step_at(
            command.withdrawn_at, after, context, "withdrawn_at", facts.deviation.positions()
        ),
        reasons=command.reasons,
    )
    return Ruling((event,), reported.authority)


@decides(
    ServeBreachNotice,
    facts=_facts,
    example={"deviation": "d-1", "channel": "registered-letter", "clause": "21"},
    raises=(*STEP_REFUSALS, DeviationNotUpheld, BreachNoticedAlready),
)
def serve_breach_notice(command: ServeBreachNotice, facts: StepFacts, context: Context) -> Ruling:
    """Only an upheld deviation is noticed, once, after its decision."""
    reported = require_reported(facts, command.deviation, OWNERS, context)
    decided = facts.deviation.decided
    if decided is None or not decided.event.upheld:
        raise DeviationNotUpheld("it is not upheld", "deviation", facts.deviation.positions())
    if facts.deviation.noticed is not None:
        raise BreachNoticedAlready("notice was served", "deviation", positions_of(facts.deviation.noticed))
    event = BreachNoticeServed(
        deviation=command.deviation,
        supplier=reported.supplier,
        served_at=step_at(
            command.served_at, decided.event.decided_at, context, "served_at", facts.deviation.positions()
        ),
        channel=command.channel,
        clause=command.clause,
    )
    return Ruling((event,), reported.authority)
