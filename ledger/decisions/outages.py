"""Outages while an order could be answered, and the extension of its answer time that somebody may decide."""

from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    assumed,
    mandate_of,
    pinned_terms,
    require_mandate,
    require_open,
    require_past,
    require_published,
)
from ledger.decisions.outage_refusals import (
    ExtensionAfterDraw,
    ExtensionTooLong,
    ExtensionTooShort,
    OutageNotThere,
    OutageOutside,
    OutageRecordedAlready,
)
from ledger.decisions.refusals import (
    InstantAhead,
    OrderAwardedAlready,
    OrderUnknown,
    OrderWithdrawnAlready,
    PolicyTermMissing,
)
from ledger.events.orders import (
    AnswerTimeExtended,
    DrawRule,
    OrderOutageRecorded,
    OrderPublished,
    RefusedAttempt,
)
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.outages import shortest
from ledger.facts.policies import Calendars, calendars, policies
from ledger.facts.recorded import Recorded
from ledger.policy.model import Library
from ledger.policy.window import TERMS as WINDOW_TERMS
from ledger.policy.window import Window
from ledger.values import Code, Instant, OrderId, SupplierId, Text, instant_text

WITNESSES = ORDERERS | {"contract-owner", "central-contract-management"}


@command
class RecordOutage:
    """Record that a system refused offers while an order could be answered, with what shows it."""

    order: OrderId
    outage: Code
    channel: Code
    from_at: Instant
    until_at: Instant
    suppliers: tuple[SupplierId, ...] = ()
    evidence: Text
    attempts: tuple[RefusedAttempt, ...] = ()


@command
class ExtendAnswerTime:
    """Extend the time an order may be answered in, for what outages had taken of it.

    A round of the beacon that is fixed before the new end could draw no tie: then a later one is named.
    """

    order: OrderId
    answer_by: Instant
    reason: Text
    draw: DrawRule | None = None


@dataclass(frozen=True, slots=True)
class OutageFacts:
    """The order, the mandate, and for an extension the policy and the calendars."""

    order: OrderHeld
    mandate: Mandate
    library: Library = field(default_factory=Library)
    calendars: Calendars = field(default_factory=lambda: Calendars({}))


def _record_facts(command: RecordOutage, context: Context) -> Asking[OutageFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return OutageFacts(order, mandate)


@decides(
    RecordOutage,
    facts=_record_facts,
    example={
        "order": "o-1",
        "outage": "out-1",
        "channel": "portal",
        "from_at": "2025-03-03T10:00:00+01:00",
        "until_at": "2025-03-03T11:30:00+01:00",
        "evidence": "Operator's log, incident 17",
        "attempts": [
            {
                "supplier": "s-exempel-ett",
                "attempted_at": "2025-03-03T10:05:00+01:00",
                "evidence": "Answer 503, request id 81f2",
            }
        ],
    },
    raises=(OrderUnknown, *MANDATE_REFUSALS, OutageRecordedAlready, OutageOutside, InstantAhead),
)
def record_outage(command: RecordOutage, facts: OutageFacts, context: Context) -> Ruling:
    """Within a mandate, once an outage, and of a time in which the order could be answered.

    A supplier's own word is no outage: whoever answers for the order or the agreement records it.
    """
    published = require_published(facts.order, command.order)
    require_mandate(facts.mandate, context, WITNESSES, published.event, context.received_at)
    for former in facts.order.outages:
        if former.event.outage == command.outage:
            raise OutageRecordedAlready(f"{command.outage} is recorded", "outage", (former.position,))
    _require_inside(command, facts.order, published)
    require_past(command.until_at, context, "until_at")
    event = OrderOutageRecorded(
        order=command.order,
        outage=command.outage,
        channel=command.channel,
        from_at=command.from_at,
        until_at=command.until_at,
        suppliers=command.suppliers,
        evidence=command.evidence,
        attempts=command.attempts,
    )
    return Ruling((event,), published.event.authority)


def _require_inside(command: RecordOutage, order: OrderHeld, published: Recorded[OrderPublished]) -> None:
    starts, ends = published.event.published_at, order.answer_by
    if not (command.from_at < command.until_at and command.from_at < ends and command.until_at > starts):
        detail = (
            f"{instant_text(command.from_at)} to {instant_text(command.until_at)}; answers could come "
            f"{instant_text(starts)} to {instant_text(ends)}"
        )
        raise OutageOutside(detail, "from_at", (published.position,))
    for attempt in command.attempts:
        known = attempt.supplier in order.recipients
        if not (known and command.from_at <= attempt.attempted_at < command.until_at):
            detail = f"{attempt.supplier} at {instant_text(attempt.attempted_at)}"
            raise OutageOutside(
                f"no attempt of a recipient in it: {detail}", "attempts", (published.position,)
            )


def _extend_facts(command: ExtendAnswerTime, context: Context) -> Asking[OutageFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    if order.published is None:
        return OutageFacts(order, mandate)
    library = yield policies(order.published.event.agreement)
    frozen = yield calendars(order.published.event.agreement)
    return OutageFacts(order, mandate, library, frozen)


@decides(
    ExtendAnswerTime,
    facts=_extend_facts,
    example={
        "order": "o-1",
        "answer_by": "2025-03-05T12:00:00+01:00",
        "reason": "The portal was down for ninety minutes",
    },
    raises=(
        OrderUnknown,
        *MANDATE_REFUSALS,
        OrderWithdrawnAlready,
        OrderAwardedAlready,
        ExtensionAfterDraw,
        PolicyTermMissing,
        OutageNotThere,
        ExtensionTooShort,
        ExtensionTooLong,
    ),
)
def extend_answer_time(command: ExtendAnswerTime, facts: OutageFacts, context: Context) -> Ruling:
    """Within a mandate, before award and draw, after an outage that took answer time, and within limits."""
    published, order = require_published(facts.order, command.order), facts.order
    require_mandate(facts.mandate, context, ORDERERS, published.event, context.decided_at)
    require_open(order, command.order)
    if order.seed is not None:
        raise ExtensionAfterDraw(f"{command.order} has its seed", "order", (order.seed.position,))
    names = (*WINDOW_TERMS, "order.extension-minutes-max")
    terms = pinned_terms(facts.library, published.event, names)
    window = Window.of(terms, facts.calendars.non_working())
    time = shortest(order, window)
    if time is None or time.lost_minutes == 0:
        raise OutageNotThere("no outage took any of the answer time", "order", (published.position,))
    after = max(order.answer_by, context.decided_at)
    if command.answer_by <= after:
        detail = f"{instant_text(command.answer_by)} does not lie after {instant_text(after)}"
        raise ExtensionTooShort(detail, "answer_by", time.facts)
    limit, added = terms["order.extension-minutes-max"], window.minutes(after, command.answer_by)
    if added > limit.number:
        detail = f"{added} minutes more inside the window; at most {limit.number}"
        raise ExtensionTooLong(detail, "answer_by", (limit.position,), assumed(limit))
    event = AnswerTimeExtended(
        order=command.order,
        former_answer_by=order.answer_by,
        answer_by=command.answer_by,
        minutes_lost=time.lost_minutes,
        decided_at=context.decided_at,
        reason=command.reason,
        facts=time.facts,
        draw=command.draw,
    )
    return Ruling((event,), published.event.authority, tuple(terms.values()))
