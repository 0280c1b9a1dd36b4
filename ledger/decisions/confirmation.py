"""Confirming an accepted award: in time it makes an assignment, late it is evidence."""

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import require_award, require_published, spoken_at
from ledger.decisions.refusals import DEADLINE_CLAUSE, AwardLapsedAlready, AwardUnknown, OrderUnknown
from ledger.errors import Refusal
from ledger.events.assignments import AssignmentConfirmed, ConfirmationLate
from ledger.events.awards import AwardAccepted
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


@command
class ConfirmAssignment:
    """Confirm an accepted award."""

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    channel: Code


def _confirm_facts(command: ConfirmAssignment, _context: Context) -> Asking[OrderHeld]:
    order: OrderHeld = yield orders(command.order)
    return order


@decides(
    ConfirmAssignment,
    facts=_confirm_facts,
    example={"order": "o-1", "offer": "f-1", "supplier": "s-exempel-ett", "channel": "ledger"},
    raises=(OrderUnknown, AwardUnknown, AwardLapsedAlready, NotAcceptedYet, ConfirmedAlready),
)
def confirm_assignment(command: ConfirmAssignment, order: OrderHeld, context: Context) -> Ruling:
    """Before the deadline it is a confirmation; at the deadline and after, a late one, kept as evidence."""
    published = require_published(order, command.order)
    held = require_award(order, command.order, command.offer, command.supplier)
    if held.accepted is None:
        raise NotAcceptedYet(f"{command.offer} is awarded, not accepted", "offer", held.positions())
    if held.confirmed is not None or held.late is not None:
        raise ConfirmedAlready(f"{command.offer} is confirmed", "offer", held.positions())
    at = spoken_at(context)
    late = at >= held.accepted.event.confirm_by
    event = _late(command, held.accepted, at, held) if late else _in_time(command, held.accepted, at)
    return Ruling((event,), published.event.authority)


def _in_time(command: ConfirmAssignment, accepted: Recorded[AwardAccepted], at: int) -> AssignmentConfirmed:
    return AssignmentConfirmed(
        order=command.order,
        offer=command.offer,
        supplier=command.supplier,
        confirmed_at=at,
        confirm_by=accepted.event.confirm_by,
        channel=command.channel,
    )


def _late(
    command: ConfirmAssignment, accepted: Recorded[AwardAccepted], at: int, held: AwardHeld
) -> ConfirmationLate:
    due = accepted.event.confirm_by
    return ConfirmationLate(
        order=command.order,
        offer=command.offer,
        supplier=command.supplier,
        confirmed_at=at,
        confirm_by=due,
        channel=command.channel,
        code="confirmation-late",
        clause=DEADLINE_CLAUSE,
        detail=f"confirmed {instant_text(at)}, due before {instant_text(due)}",
        facts=tuple(sorted({*held.positions(), *accepted.event.calendar_facts})),
    )
