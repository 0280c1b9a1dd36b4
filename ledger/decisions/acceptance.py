"""Accepting an award: from here the supplier's time to confirm runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    assumed,
    behind,
    mandate_of,
    pinned_terms,
    require_award,
    require_mandate,
    require_past,
    require_published,
    spoken_at,
)
from ledger.decisions.refusals import (
    DEADLINE_CLAUSE,
    AwardLapsedAlready,
    AwardUnknown,
    InstantAhead,
    OrderUnknown,
    PolicyTermMissing,
)
from ledger.errors import Refusal
from ledger.events.awards import AwardAccepted
from ledger.facts.mandates import Mandate
from ledger.facts.orders import AwardHeld, OrderHeld, orders
from ledger.facts.policies import Calendars, calendars, policies
from ledger.policy.hours import confirm_by
from ledger.policy.model import Library, Resolved, used_terms
from ledger.values import Code, Instant, OfferId, OrderId, instant_text, local_date

TERMS = ("confirmation.working-days", "confirmation.cut-off-minute", "confirmation.end-minute")


class AcceptedAlready(Refusal):
    """The award was accepted before; its deadline runs."""

    code = "award-accepted"
    clause = DEADLINE_CLAUSE
    title_sv = "Tilldelningen är redan accepterad"
    title_en = "Award accepted already"


class AcceptanceOutOfOrder(Refusal):
    """The acceptance precedes the award, or reached the supplier before it was given."""

    code = "acceptance-out-of-order"
    clause = DEADLINE_CLAUSE
    title_sv = "Accepten ligger i fel tidsföljd"
    title_en = "Acceptance out of order"


class DeadlineSpent(Refusal):
    """Given so long ago, the acceptance leaves the supplier no time: it could only be missed."""

    code = "deadline-spent"
    clause = DEADLINE_CLAUSE
    title_sv = "Tidsfristen har redan löpt ut"
    title_en = "Deadline has passed already"


class CalendarNotFrozen(Refusal):
    """The deadline reaches into a year whose working days are not frozen."""

    code = "calendar-not-frozen"
    clause = DEADLINE_CLAUSE
    title_sv = "Årets kalender är inte fryst"
    title_en = "Calendar not frozen"


@dataclass(frozen=True, slots=True)
class AwardedFacts:
    """The order, and what its acceptance rests on."""

    order: OrderHeld
    mandate: Mandate = field(default_factory=Mandate)
    library: Library = field(default_factory=Library)
    calendars: Calendars = field(default_factory=lambda: Calendars({}))


@command
class AcceptAward:
    """Accept an award; the supplier's time to confirm runs from when the acceptance reached its channel."""

    order: OrderId
    offer: OfferId
    channel: Code
    accepted_at: Instant | None = None
    reached_at: Instant | None = None


def _accept_facts(command: AcceptAward, context: Context) -> Asking[AwardedFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    if order.published is None:
        return AwardedFacts(order, mandate)
    agreement = order.published.event.agreement
    library = yield policies(agreement)
    frozen = yield calendars(agreement)
    return AwardedFacts(order, mandate, library, frozen)


@decides(
    AcceptAward,
    facts=_accept_facts,
    example={
        "order": "o-1",
        "offer": "f-1",
        "channel": "ledger",
        "reached_at": "2025-03-05T10:00:00+01:00",
    },
    raises=(
        OrderUnknown,
        *MANDATE_REFUSALS,
        AwardUnknown,
        AwardLapsedAlready,
        AcceptedAlready,
        InstantAhead,
        AcceptanceOutOfOrder,
        PolicyTermMissing,
        CalendarNotFrozen,
        DeadlineSpent,
    ),
)
def accept_award(command: AcceptAward, facts: AwardedFacts, context: Context) -> Ruling:
    """A standing award is accepted once, within a mandate; the deadline is computed and fixed."""
    published = require_published(facts.order, command.order)
    spoken = spoken_at(context)
    require_mandate(facts.mandate, context, ORDERERS, published.event, spoken)
    held = require_award(facts.order, command.order, command.offer)
    if held.accepted is not None:
        raise AcceptedAlready(f"{command.offer} is accepted", "offer", held.positions())
    accepted_at = spoken if command.accepted_at is None else command.accepted_at
    reached_at = accepted_at if command.reached_at is None else command.reached_at
    require_past(max(accepted_at, reached_at), context, "reached_at")
    _require_order(held, accepted_at, reached_at)
    terms = pinned_terms(facts.library, published.event, TERMS)
    due, calendar_facts = _deadline(reached_at, terms, facts.calendars)
    if due <= spoken:
        detail = f"reached the supplier {instant_text(reached_at)}, due {instant_text(due)}"
        grounds = (*held.positions(), *calendar_facts, *behind(*terms.values()))
        raise DeadlineSpent(detail, "reached_at", grounds, assumed(*terms.values()))
    event = AwardAccepted(
        order=command.order,
        offer=command.offer,
        supplier=held.awarded.event.supplier,
        accepted_at=accepted_at,
        reached_at=reached_at,
        channel=command.channel,
        confirm_by=due,
        calendar_facts=calendar_facts,
        terms=used_terms(terms.values()),
    )
    return Ruling((event,), published.event.authority, tuple(terms.values()))


def _require_order(held: AwardHeld, accepted_at: int, reached_at: int) -> None:
    awarded_at = held.awarded.event.decided_at
    if not awarded_at <= accepted_at <= reached_at:
        detail = (
            f"awarded {instant_text(awarded_at)}, accepted {instant_text(accepted_at)}, "
            f"reached the supplier {instant_text(reached_at)}"
        )
        raise AcceptanceOutOfOrder(detail, "accepted_at", (held.awarded.position,))


def _deadline(
    reached_at: int, terms: Mapping[str, Resolved], frozen: Calendars
) -> tuple[int, tuple[int, ...]]:
    """The confirmation deadline and the positions of the calendars it was counted in."""
    days, cut_off, ends = (terms[name].number for name in TERMS)
    due = confirm_by(reached_at, days, cut_off, ends, frozen.non_working())
    years = range(local_date(reached_at).year, local_date(due).year + 1)
    for year in years:
        if year not in frozen.years:
            detail = f"the working days of {year} are not frozen"
            raise CalendarNotFrozen(detail, "reached_at", frozen.positions(*years))
    return due, frozen.positions(*years)
