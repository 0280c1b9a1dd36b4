"""Contracts of assignments: concluded after award, acceptance and confirmation."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    mandate_of,
    pinned_terms,
    require_mandate,
    require_past,
    require_published,
)
from ledger.decisions.refusals import InstantAhead, OrderUnknown, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.offers import OfferCorrected, OfferReceived
from ledger.events.orders import OrderPosition, OrderPublished
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.orders import AwardHeld, OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.deadlines import STANDSTILL
from ledger.policy.model import Library
from ledger.values import AssignmentId, Instant, OfferId, OrderId, Text, local_date

ORDERERS = frozenset({"authorised-orderer", "contract-owner"})


class NotAwarded(Refusal):
    """The offer holds no award of this order."""

    code = "not-awarded"
    clause = "domain 3.4: award, acceptance, confirmation, then the contract is concluded"
    title_sv = "Avropssvaret har ingen tilldelning"
    title_en = "Offer holds no award"


class AwardNotAccepted(Refusal):
    """The unit's acceptance has not reached the supplier's channel."""

    code = "award-not-accepted"
    clause = "domain 3.4: acceptance reaches the supplier's channel"
    title_sv = "Tilldelningen är inte accepterad"
    title_en = "Award not accepted"


class AwardNotConfirmed(Refusal):
    """The supplier has not confirmed in time."""

    code = "award-not-confirmed"
    clause = "domain 3.4: confirmation within the deadline"
    title_sv = "Uppdraget är inte orderbekräftat i tid"
    title_en = "Award not confirmed in time"


class ConcludedAlready(Refusal):
    """The contract of this award was concluded before."""

    code = "contract-concluded"
    clause = "domain 3.4: one contract an award"
    title_sv = "Avtalet är redan slutet"
    title_en = "Contract concluded already"


class ConcludedTooEarly(Refusal):
    """A contract cannot have been concluded before its confirmation."""

    code = "concluded-too-early"
    clause = "domain 3.4: award, acceptance, confirmation, then the contract is concluded"
    title_sv = "Avtalet anges slutet före orderbekräftelsen"
    title_en = "Concluded before its confirmation"


class NoticeTooEarly(Refusal):
    """A notice of the contract cannot have been sent before the award: the time for a review runs from it."""

    code = "notice-too-early"
    clause = "domain 7: the time for a review may run from a notice"
    title_sv = "Underrättelsen anges sänd före tilldelningen"
    title_en = "Notice sent before the award"


class AssignmentIdTaken(Refusal):
    """The assignment id belongs to another contract."""

    code = "assignment-id-taken"
    clause = "domain 3.5: one assignment, one contract"
    title_sv = "Uppdragets beteckning är upptagen"
    title_en = "Assignment id is taken"


class AssignmentUnknown(Refusal):
    """No contract was concluded for this assignment."""

    code = "assignment-unknown"
    clause = "domain 3.5: an assignment begins with a concluded contract"
    title_sv = "Uppdraget finns inte"
    title_en = "Assignment not found"


@command
class ConcludeContract:
    """Record that the contract of a confirmed award was concluded; from now on unless an instant is given."""

    assignment: AssignmentId
    order: OrderId
    offer: OfferId
    how: Text
    concluded_at: Instant | None = None
    notice_sent_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class ConcludeFacts:
    """The mandate, the order with its offers and awards, whatever holds the assignment id, and the policy."""

    mandate: Mandate
    order: OrderHeld
    assignment: Assignment
    library: Library = field(default_factory=Library)


def _conclude_facts(command: ConcludeContract, context: Context) -> Asking[ConcludeFacts]:
    mandate = yield from mandate_of(context)
    order = yield orders(command.order)
    assignment = yield assignments(command.assignment)
    if order.published is None:
        return ConcludeFacts(mandate, order, assignment)
    library = yield policies(order.published.event.agreement)
    return ConcludeFacts(mandate, order, assignment, library)


@decides(
    ConcludeContract,
    facts=_conclude_facts,
    example={
        "assignment": "a-1001",
        "order": "o-2025-0001",
        "offer": "of-1",
        "how": "Order confirmation received in the supplier's channel",
    },
    raises=(
        *MANDATE_REFUSALS,
        OrderUnknown,
        NotAwarded,
        ConcludedAlready,
        AwardNotAccepted,
        AwardNotConfirmed,
        AssignmentIdTaken,
        ConcludedTooEarly,
        NoticeTooEarly,
        InstantAhead,
        PolicyTermMissing,
    ),
)
def conclude_contract(command: ConcludeContract, facts: ConcludeFacts, context: Context) -> Ruling:
    """A contract follows from an award that was accepted and confirmed, once, with the consultant agreed."""
    published = require_published(facts.order, command.order).event
    require_mandate(facts.mandate, context, ORDERERS, published, context.received_at)
    award = _confirmed(facts.order.award_of(command.offer), command)
    if facts.assignment.concluded is not None:
        raise AssignmentIdTaken(
            f"{command.assignment} has a contract", "assignment", facts.assignment.positions()
        )
    at = context.received_at if command.concluded_at is None else command.concluded_at
    require_past(at, context, "concluded_at")
    require_past(command.notice_sent_at or 0, context, "notice_sent_at")
    confirmed = award.confirmation
    if confirmed and at < confirmed.event.confirmed_at:
        raise ConcludedTooEarly("the confirmation came later", "concluded_at", positions_of(confirmed))
    if command.notice_sent_at is not None and command.notice_sent_at < award.awarded.event.decided_at:
        raise NoticeTooEarly("the award came later", "notice_sent_at", positions_of(award.awarded))
    offer = facts.order.offers[command.offer].latest
    place = facts.order.position(award.awarded.event.position)
    if place is None:
        raise NotAwarded("the award is for no position of the order", "offer", award.positions())
    standstill = pinned_terms(facts.library, published, (STANDSTILL,))[STANDSTILL]
    last_on = _standstill(award, standstill.number)
    contract = _contract(command, published, place, offer, context.actor, at, last_on)
    return Ruling((contract,), published.authority, (standstill,))


def _standstill(award: AwardHeld, days: int) -> date | None:
    """The last day of a standstill of so many days after the award; None where none is kept."""
    return local_date(award.awarded.event.decided_at) + timedelta(days) if days else None


def _confirmed(award: AwardHeld | None, command: ConcludeContract) -> AwardHeld:
    """The award, if it stands, is accepted, confirmed and not concluded yet."""
    if award is None or not award.stands:
        positions = award.positions() if award else ()
        raise NotAwarded(f"{command.offer} holds no award of {command.order}", "offer", positions)
    if award.concluded is not None:
        raise ConcludedAlready("the contract is concluded", "offer", positions_of(award.concluded))
    if award.accepted is None:
        raise AwardNotAccepted("no acceptance is recorded", "offer", award.positions())
    if award.confirmation is None:
        raise AwardNotConfirmed("no confirmation in time is recorded", "offer", award.positions())
    return award


def _contract(
    command: ConcludeContract,
    order: OrderPublished,
    place: OrderPosition,
    offer: OfferReceived | OfferCorrected,
    by: str,
    at: int,
    standstill_last_on: date | None,
) -> ContractConcluded:
    return ContractConcluded(
        assignment=command.assignment,
        agreement=order.agreement,
        order=order.order,
        offer=offer.offer,
        supplier=offer.supplier,
        consultant=offer.consultant,
        region=order.region,
        authority=order.authority,
        unit=order.unit,
        operating_unit=order.operating_unit,
        lot=order.lot,
        ordered_by=order.ordered_by,
        article=place.article,
        from_on=offer.from_on,
        until_on=offer.until_on,
        planned_shifts=place.planned_shifts,
        follows=order.follows,
        concluded_at=at,
        concluded_by=by,
        how=command.how,
        notice_sent_at=command.notice_sent_at,
        legal_person=order.legal_person,
        standstill_last_on=standstill_last_on,
        in_standstill=standstill_last_on is not None and local_date(at) <= standstill_last_on,
    )


def require_concluded(assignment: Assignment, name: str) -> ContractConcluded:
    """The contract of an assignment. Refuses an assignment without one."""
    if assignment.concluded is None:
        raise AssignmentUnknown(f"no contract was concluded for {name}", "assignment")
    return assignment.concluded.event
