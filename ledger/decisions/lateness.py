"""Excusing a late confirmation that the channel caused: decided by somebody, on what shows it down."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    mandate_of,
    require_award,
    require_mandate,
    require_past,
    require_published,
)
from ledger.decisions.outages import WITNESSES
from ledger.decisions.refusals import AwardLapsedAlready, AwardUnknown, InstantAhead, OrderUnknown
from ledger.errors import Refusal
from ledger.events.assignments import ConfirmationLate, LatenessExcused
from ledger.facts.mandates import Mandate
from ledger.facts.orders import AwardHeld, OrderHeld, orders
from ledger.facts.recorded import Recorded
from ledger.values import Code, Instant, OfferId, OrderId, Text, instant_text

CLAUSE = "domain 3.4: lateness caused by the channel is excused"


class NothingToExcuse(Refusal):
    """No late confirmation of the award is recorded."""

    code = "nothing-to-excuse"
    clause = CLAUSE
    title_sv = "Ingen sen bekräftelse att ursäkta"
    title_en = "Nothing to excuse"


class LatenessExcusedAlready(Refusal):
    """The late confirmation was excused before."""

    code = "lateness-excused"
    clause = CLAUSE
    title_sv = "Förseningen är redan ursäktad"
    title_en = "Lateness excused already"


class ChannelNotAtFault(Refusal):
    """The channel was up while the supplier could confirm, or the confirmation is later than it was down."""

    code = "channel-not-at-fault"
    clause = CLAUSE
    title_sv = "Kanalen orsakade inte förseningen"
    title_en = "The channel did not cause the lateness"


@command
class ExcuseLateness:
    """Decide that the channel caused a late confirmation, which then stands as if it had come in time.

    The channel was down from ``from_at`` until ``until_at``, half-open.
    """

    order: OrderId
    offer: OfferId
    channel: Code
    from_at: Instant
    until_at: Instant
    evidence: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class ExcuseFacts:
    """The order and the mandate."""

    order: OrderHeld
    mandate: Mandate


def _excuse_facts(command: ExcuseLateness, context: Context) -> Asking[ExcuseFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return ExcuseFacts(order, mandate)


@decides(
    ExcuseLateness,
    facts=_excuse_facts,
    example={
        "order": "o-1",
        "offer": "f-1",
        "channel": "portal",
        "from_at": "2025-03-07T15:00:00+01:00",
        "until_at": "2025-03-07T17:30:00+01:00",
        "evidence": "Operator's log, incident 18",
        "reason": "The portal took no confirmations when the time ran out",
    },
    raises=(
        OrderUnknown,
        *MANDATE_REFUSALS,
        AwardUnknown,
        AwardLapsedAlready,
        NothingToExcuse,
        LatenessExcusedAlready,
        InstantAhead,
        ChannelNotAtFault,
    ),
)
def excuse_lateness(command: ExcuseLateness, facts: ExcuseFacts, context: Context) -> Ruling:
    """Once, by whoever answers for the order, and for no more time than the channel took of it."""
    published = require_published(facts.order, command.order)
    require_mandate(facts.mandate, context, WITNESSES, published.event, context.decided_at)
    held = require_award(facts.order, command.order, command.offer)
    if held.late is None:
        raise NothingToExcuse(f"{command.offer} was not confirmed late", "offer", held.positions())
    if held.excused is not None:
        raise LatenessExcusedAlready(f"{command.offer} was excused", "offer", (held.excused.position,))
    require_past(command.until_at, context, "until_at")
    _require_fault(command, held, held.late)
    late = held.late.event
    event = LatenessExcused(
        order=command.order,
        offer=command.offer,
        supplier=late.supplier,
        confirmed_at=late.confirmed_at,
        confirm_by=late.confirm_by,
        channel=command.channel,
        from_at=command.from_at,
        until_at=command.until_at,
        evidence=command.evidence,
        reason=command.reason,
        decided_at=context.decided_at,
        facts=held.positions(),
    )
    return Ruling((event,), published.event.authority)


def _require_fault(command: ExcuseLateness, held: AwardHeld, late: Recorded[ConfirmationLate]) -> None:
    """Refuse unless the time given back is later than the confirmation: what the outage took of it."""
    reached = held.accepted.event.reached_at if held.accepted else late.event.confirmed_at
    begins, ends = max(reached, command.from_at), min(late.event.confirmed_at, command.until_at)
    due = late.event.confirm_by + max(0, ends - begins)
    if begins >= late.event.confirm_by or late.event.confirmed_at >= due:
        detail = (
            f"confirmed {instant_text(late.event.confirmed_at)}, due before "
            f"{instant_text(late.event.confirm_by)}, with the outage before {instant_text(due)}"
        )
        raise ChannelNotAtFault(detail, "from_at", held.positions())
