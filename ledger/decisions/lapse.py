"""Letting an award lapse: somebody decides that it came to nothing."""

from dataclasses import dataclass
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    assumed_in,
    mandate_of,
    require_award,
    require_mandate,
    require_published,
)
from ledger.decisions.refusals import DEADLINE_CLAUSE, AwardLapsedAlready, AwardUnknown, OrderUnknown
from ledger.errors import Refusal
from ledger.events.awards import AwardLapsed
from ledger.facts.mandates import Mandate
from ledger.facts.orders import AwardHeld, OrderHeld, orders
from ledger.values import OfferId, OrderId, Text, instant_text


class DeadlineNotPassed(Refusal):
    """While the supplier may still confirm, or did in time, the award does not lapse for want of it."""

    code = "deadline-not-passed"
    clause = DEADLINE_CLAUSE
    title_sv = "Tidsfristen har inte löpt ut"
    title_en = "Deadline not passed"


class ContractStands(Refusal):
    """The contract is concluded; it is cancelled, not lapsed."""

    code = "contract-stands"
    clause = "domain 3.4: the contract is concluded after confirmation"
    title_sv = "Avtalet gäller"
    title_en = "Contract stands"


@dataclass(frozen=True, slots=True)
class LapseFacts:
    """The order and the mandate."""

    order: OrderHeld
    mandate: Mandate


@command
class LapseAward:
    """Decide that an award came to nothing."""

    order: OrderId
    offer: OfferId
    cause: Literal["not-confirmed", "supplier-withdrew", "unit-withdrew"]
    reason: Text


def _lapse_facts(command: LapseAward, context: Context) -> Asking[LapseFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return LapseFacts(order, mandate)


@decides(
    LapseAward,
    facts=_lapse_facts,
    example={"order": "o-1", "offer": "f-1", "cause": "not-confirmed", "reason": "No confirmation came"},
    raises=(
        OrderUnknown,
        *MANDATE_REFUSALS,
        AwardUnknown,
        AwardLapsedAlready,
        ContractStands,
        DeadlineNotPassed,
    ),
)
def lapse_award(command: LapseAward, facts: LapseFacts, context: Context) -> Ruling:
    """Decided with a mandate, before a contract; for want of confirmation only after the deadline."""
    published = require_published(facts.order, command.order)
    roles = ORDERERS | {"contract-owner"}
    require_mandate(facts.mandate, context, roles, published.event, context.decided_at)
    held = require_award(facts.order, command.order, command.offer)
    if held.concluded is not None:
        raise ContractStands(f"{command.offer} has a contract", "offer", held.positions())
    if command.cause == "not-confirmed":
        _require_missed(held, context.decided_at)
    event = AwardLapsed(
        order=command.order,
        offer=command.offer,
        supplier=held.awarded.event.supplier,
        decided_at=context.decided_at,
        cause=command.cause,
        reason=command.reason,
        facts=held.positions(),
    )
    return Ruling((event,), published.event.authority)


def _require_missed(held: AwardHeld, at: int) -> None:
    accepted = held.accepted
    if accepted is None or held.confirmation is not None or at < accepted.event.confirm_by:
        due = instant_text(accepted.event.confirm_by) if accepted else "never, since it is not accepted"
        confirmed = _confirmed(held)
        terms = assumed_in(accepted.event.terms) if accepted else ()
        raise DeadlineNotPassed(f"{confirmed}; due {due}", "cause", held.positions(), terms)


def _confirmed(held: AwardHeld) -> str:
    if held.excused is not None:
        return "confirmed late, which the channel caused"
    return "confirmed in time" if held.confirmed else "not confirmed"
