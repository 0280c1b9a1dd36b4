"""Confirming an accepted award: in time it makes an assignment, late it is evidence."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    SUPPLIER_REFUSALS,
    assumed_in,
    mandate_of,
    require_award,
    require_published,
    require_supplier,
    spoken_at,
)
from ledger.decisions.offer_intake import trust
from ledger.decisions.refusals import DEADLINE_CLAUSE, AwardLapsedAlready, AwardUnknown, OrderUnknown
from ledger.errors import Refusal
from ledger.events.assignments import AssignmentConfirmed, ConfirmationLate
from ledger.events.awards import AwardAccepted
from ledger.events.orders import Trust
from ledger.facts.mandates import Mandate
from ledger.facts.orders import AwardHeld, OrderHeld, orders
from ledger.facts.recorded import Recorded
from ledger.values import Code, OfferId, OrderId, SupplierId, instant_text


class NotAcceptedYet(Refusal):
    """The unit's acceptance has not reached the supplier, so there is nothing to confirm."""

    code = "not-accepted-yet"
    clause = "domain 3.4: acceptance reaches the supplier, then confirmation"
    title_sv = "Tilldelningen är inte accepterad"
    title_en = "Not accepted yet"


class ConfirmedAlready(Refusal):
    """The supplier answered before, in time or too late."""

    code = "confirmed-already"
    clause = "domain 3.4: acceptance reaches the supplier, then confirmation"
    title_sv = "Uppdraget är redan bekräftat"
    title_en = "Confirmed already"


class ConfirmedTooEarly(Refusal):
    """What has not reached the supplier cannot have been confirmed, whatever time an import claims."""

    code = "confirmed-too-early"
    clause = "domain 3.4: acceptance reaches the supplier, then confirmation"
    title_sv = "Bekräftelsen anges före accepten"
    title_en = "Confirmed before the acceptance"


@command
class ConfirmAssignment:
    """Confirm an accepted award."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    channel: Code


@dataclass(frozen=True, slots=True)
class ConfirmFacts:
    """The order and the mandate."""

    order: OrderHeld
    mandate: Mandate


def _confirm_facts(command: ConfirmAssignment, context: Context) -> Asking[ConfirmFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    return ConfirmFacts(order, mandate)


@decides(
    ConfirmAssignment,
    facts=_confirm_facts,
    example={"order": "o-1", "offer": "f-1", "supplier": "s-exempel-ett", "channel": "ledger"},
    raises=(
        OrderUnknown,
        *SUPPLIER_REFUSALS,
        AwardUnknown,
        AwardLapsedAlready,
        NotAcceptedYet,
        ConfirmedAlready,
        ConfirmedTooEarly,
    ),
)
def confirm_assignment(command: ConfirmAssignment, facts: ConfirmFacts, context: Context) -> Ruling:
    """Before the deadline it is a confirmation; at the deadline and after, a late one, kept as evidence."""
    published, at = require_published(facts.order, command.order), spoken_at(context)
    require_supplier(facts.mandate, context, command.supplier, published.event, at)
    held = require_award(facts.order, command.order, command.offer, command.supplier)
    if held.accepted is None:
        raise NotAcceptedYet(f"{command.offer} is awarded, not accepted", "offer", held.positions())
    if held.confirmed is not None or held.late is not None:
        raise ConfirmedAlready(f"{command.offer} is confirmed", "offer", held.positions())
    accepted = held.accepted.event
    if at < accepted.reached_at:
        detail = f"confirmed {instant_text(at)}, accepted {instant_text(accepted.reached_at)}"
        raise ConfirmedTooEarly(detail, "offer", (held.accepted.position,))
    event = _answer(command, held, held.accepted, at, trust(context))
    return Ruling((event,), published.event.authority)


def _answer(
    command: ConfirmAssignment, held: AwardHeld, accepted: Recorded[AwardAccepted], at: int, said: Trust
) -> AssignmentConfirmed | ConfirmationLate:
    late = at >= accepted.event.confirm_by
    return _late(command, accepted, at, said, held) if late else _in_time(command, accepted, at, said)


def _in_time(
    command: ConfirmAssignment, accepted: Recorded[AwardAccepted], at: int, said: Trust
) -> AssignmentConfirmed:
    return AssignmentConfirmed(
        order=command.order,
        offer=command.offer,
        supplier=command.supplier,
        confirmed_at=at,
        confirm_by=accepted.event.confirm_by,
        channel=command.channel,
        trust=said,
    )


def _late(
    command: ConfirmAssignment, accepted: Recorded[AwardAccepted], at: int, said: Trust, held: AwardHeld
) -> ConfirmationLate:
    due = accepted.event.confirm_by
    return ConfirmationLate(
        order=command.order,
        offer=command.offer,
        supplier=command.supplier,
        confirmed_at=at,
        confirm_by=due,
        channel=command.channel,
        trust=said,
        code="confirmation-late",
        clause=DEADLINE_CLAUSE,
        detail=f"confirmed {instant_text(at)}, due before {instant_text(due)}",
        facts=tuple(sorted({*held.positions(), *accepted.event.calendar_facts})),
        assumed=assumed_in(accepted.event.terms),
    )
