"""Publishing an order to the admitted suppliers, within a mandate."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Context, Ruling, decides
from ledger.decisions.criteria import TERMS as CRITERIA_TERMS
from ledger.decisions.criteria import Announced
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    latest_book,
    require_accession,
    require_agreement,
    require_amount,
    require_mandate,
    resolve_terms,
    spoken_at,
)
from ledger.decisions.order_facts import PublishFacts, PublishOrder, publish_facts
from ledger.decisions.order_hours import (
    AnswerTimeTooShort,
    Hours,
    HoursExceptionNotAllowed,
    HoursReasonMissing,
    hours_of,
    require_answer_time,
)
from ledger.decisions.order_limits import (
    ChainTooLong,
    OrderTooLong,
    PositionsUnclear,
    chain_of,
    require_length,
)
from ledger.decisions.order_refusals import FollowedOrderUnknown, OrderPublishedAlready, UnitNotThere
from ledger.decisions.recipients import Mailing, NoRecipients, NotificationUnclear
from ledger.decisions.refusals import (
    AgreementNotInForce,
    InstantAhead,
    MandateAmountExceeded,
    PolicyMissing,
    PolicyTermMissing,
    RegionNotAcceded,
)
from ledger.events.orders import OrderChain, OrderPublished
from ledger.events.parties import CareUnitRegistered
from ledger.facts.chains import TERMS as CHAIN_TERMS
from ledger.facts.order_prices import OrderEstimated, estimate_of, order_pricing
from ledger.facts.orders import OrderHeld
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Book, Resolved, Scope
from ledger.policy.window import OFFICE_TERMS
from ledger.policy.window import TERMS as WINDOW_TERMS
from ledger.policy.within import Within
from ledger.values import (
    local_date,
)

TERMS = (
    "order.months-max",
    "status.barring",
    "mandate.amount-unknown",
    *WINDOW_TERMS,
    *OFFICE_TERMS,
    "order.window-exception-roles",
    "order.answer-minutes-min",
    *CHAIN_TERMS,
    *CRITERIA_TERMS,
    "continuity.reference",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What publishing found out: the policy in force, its values, and where the order stands by them."""

    book: Book
    terms: Mapping[str, Resolved]
    hours: Hours
    chain: OrderChain | None
    estimate: OrderEstimated | None
    announced: Announced
    legal_person: str | None
    amount_unknown: bool

    def resolved(self) -> tuple[Resolved, ...]:
        """Every value behind the order, those of its estimate among them."""
        return (*self.terms.values(), *(self.estimate.terms if self.estimate else ()))


@decides(
    PublishOrder,
    facts=publish_facts,
    example={
        "order": "o-1",
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "unit": "u-medicin-ostersund",
        "lot": "nurses",
        "registry_number": "RS/100/2025",
        "profession": "nurse",
        "reason": "Vacancy during recruitment",
        "positions": [
            {
                "number": 1,
                "from_on": "2025-04-07",
                "until_on": "2025-06-30",
                "planned_shifts": 48,
                "article": "ssk-1",
            }
        ],
        "answer_by": "2025-03-05T09:00:00+01:00",
        "notifications": [
            {"supplier": "s-exempel-ett", "notified_at": "2025-03-03T09:00:02+01:00", "channel": "ledger"}
        ],
        "draw": {"beacon": "public-beacon", "round": 4711},
    },
    raises=(
        OrderPublishedAlready,
        UnitNotThere,
        InstantAhead,
        *MANDATE_REFUSALS,
        MandateAmountExceeded,
        AgreementNotInForce,
        RegionNotAcceded,
        FollowedOrderUnknown,
        PositionsUnclear,
        PolicyMissing,
        PolicyTermMissing,
        OrderTooLong,
        NotificationUnclear,
        NoRecipients,
        HoursReasonMissing,
        HoursExceptionNotAllowed,
        AnswerTimeTooShort,
        ChainTooLong,
    ),
)
def publish_order(command: PublishOrder, facts: PublishFacts, context: Context) -> Ruling:
    """Within a mandate, for an acceded lot, no longer than allowed, with a fair time for every recipient."""
    at = spoken_at(context)
    unit = _require_new_at_unit(command, facts)
    where = (command.agreement, command.region, command.unit, command.lot)
    require_mandate(facts.mandate, context, ORDERERS, where, at)
    require_agreement(facts.agreement, local_date(at))
    require_accession(facts.region, command.agreement, command.lot, local_date(at))
    _require_followed(command, facts.followed)
    book = latest_book(facts.library, command.agreement)
    legal_person = facts.region.legal_person(unit.event.authority)
    scope = Scope(command.region, command.lot, legal_person)
    terms = resolve_terms(book, TERMS, at, scope)
    require_length(command.positions, terms["order.months-max"])
    place = (command.agreement, command.lot, command.region)
    barring = terms["status.barring"].words
    barred = facts.admitted.barred(command.lot, command.region, local_date(at), barring)
    mailing = Mailing(command.order, place, at, command.notifications, facts.standings, barred)
    excluded = mailing.excluded()
    notified = mailing.notified(excluded)
    said = (command.outside_hours_reason, facts.mandate.granted.event.role if facts.mandate.granted else "")
    hours = hours_of(said, notified, at, terms, facts.calendars)
    require_answer_time(command.answer_by, notified, terms, facts.calendars)
    chain = chain_of(command.order, command.positions, facts.followed, terms)
    estimate, announced = _estimated(command, unit.event, facts, book, at, scope), Announced.of(terms)
    ore = estimate.ore if estimate else None
    unknown = require_amount(facts.mandate, ore, terms["mandate.amount-unknown"])
    found = Found(book, terms, hours, chain, estimate, announced, legal_person, unknown)
    published = _published(command, unit.event, found, context, at)
    return Ruling((published, *notified, *excluded), unit.event.authority, found.resolved())


def _estimated(
    command: PublishOrder, unit: CareUnitRegistered, facts: PublishFacts, book: Book, at: int, scope: Scope
) -> OrderEstimated | None:
    """What the order is expected to cost; None where the policy has no price list."""
    pricing = order_pricing(command.lot, unit, local_date(at), facts.articles, Within(book, scope))
    try:
        return estimate_of(pricing, command.positions)
    except LookupError:
        return None


def _require_new_at_unit(command: PublishOrder, facts: PublishFacts) -> Recorded[CareUnitRegistered]:
    if facts.order.published is not None:
        raise OrderPublishedAlready(
            f"{command.order} is published", "order", (facts.order.published.position,)
        )
    if facts.unit is None or facts.unit.event.region != command.region:
        raise UnitNotThere(
            f"{command.unit} is not a unit of {command.region}", "unit", positions_of(facts.unit)
        )
    return facts.unit


def _require_followed(command: PublishOrder, followed: tuple[OrderHeld, ...]) -> None:
    if not followed:
        return
    published = followed[0].published
    if published is None or published.event.unit != command.unit:
        raise FollowedOrderUnknown(
            f"no order {command.follows} at {command.unit}", "follows", positions_of(published)
        )


def _published(
    command: PublishOrder, unit: CareUnitRegistered, found: Found, context: Context, at: int
) -> OrderPublished:
    by_answer = found.terms["continuity.reference"].text == "answer-by"
    return OrderPublished(
        order=command.order,
        agreement=command.agreement,
        region=command.region,
        authority=unit.authority,
        registry_number=command.registry_number,
        unit=command.unit,
        operating_unit=unit.operating_unit,
        lot=command.lot,
        profession=command.profession,
        reason=command.reason,
        positions=command.positions,
        zone=unit.zone,
        requirements=command.requirements,
        follows=command.follows,
        published_at=at,
        reference_at=command.answer_by if by_answer else at,
        answer_by=command.answer_by,
        policy_version=found.book.version,
        policy_position=found.book.position,
        ordered_by=context.actor,
        mandate=context.mandate or "",
        outside_hours=found.hours.outside,
        outside_hours_reason=command.outside_hours_reason,
        draw=command.draw,
        outside_office=found.hours.outside_office,
        hours_facts=found.hours.facts,
        criteria=found.announced.criteria,
        method=found.announced.method,
        chain=found.chain,
        estimated_ore=found.estimate.ore if found.estimate else None,
        legal_person=found.legal_person,
        amount_unknown=found.amount_unknown,
    )
