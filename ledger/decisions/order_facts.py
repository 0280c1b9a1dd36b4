"""The order as a command, and what publishing one rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.decisions.base import Asking, Context, command
from ledger.decisions.guards import (
    mandate_of,
    spoken_at,
)
from ledger.decisions.recipients import Notification
from ledger.events.agreements import AgreementRegistered
from ledger.events.orders import DrawRule, OrderPosition
from ledger.events.parties import CareUnitRegistered
from ledger.facts.admissions import Admissions, admissions, agreements
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.parties import Region, regions, units
from ledger.facts.policies import Calendars, calendars, policies
from ledger.facts.prices import Articles, articles
from ledger.facts.recorded import Recorded
from ledger.facts.standing import Standing, standing
from ledger.policy.model import Library
from ledger.values import (
    AgreementId,
    Code,
    Instant,
    LotId,
    OrderId,
    RegionId,
    RegistryNumber,
    Remark,
    Text,
    UnitId,
    local_date,
)


@command
class PublishOrder:
    """Publish an order to the admitted suppliers of the region and lot."""

    order: OrderId
    agreement: AgreementId
    region: RegionId
    unit: UnitId
    lot: LotId
    registry_number: RegistryNumber
    profession: Code
    reason: Text
    positions: tuple[OrderPosition, ...]
    requirements: tuple[Text, ...] = ()
    follows: OrderId | None = None
    answer_by: Instant
    notifications: tuple[Notification, ...] = ()
    outside_hours_reason: Remark = ""
    draw: DrawRule


@dataclass(frozen=True, slots=True)
class PublishFacts:
    """What publishing rests on.

    ``followed`` are the orders it follows, the nearest first; ``standings`` holds every supplier admitted
    for the lot in the region.
    """

    order: OrderHeld
    followed: tuple[OrderHeld, ...]
    unit: Recorded[CareUnitRegistered] | None
    region: Region
    mandate: Mandate
    library: Library
    calendars: Calendars
    standings: Mapping[str, Standing] = field(default_factory=dict)
    admitted: Admissions = field(default_factory=Admissions)
    agreement: Recorded[AgreementRegistered] | None = None
    articles: Articles = field(default_factory=Articles)


def publish_facts(command: PublishOrder, context: Context) -> Asking[PublishFacts]:
    """Facts: the order, those it follows, its unit, its region, its recipients' standing, and the policy."""
    order = yield orders(command.order)
    followed = yield from _followed(command)
    unit = yield units(command.unit)
    region = yield regions(command.region)
    mandate = yield from mandate_of(context)
    library = yield policies(command.agreement)
    frozen = yield calendars(command.agreement)
    admitted: Admissions = yield admissions(command.agreement)
    on = local_date(spoken_at(context))
    names = [fact.event.supplier for fact in admitted.of(command.lot, command.region, on)]
    standings = yield {name: standing(name) for name in sorted(names)}
    agreement = yield agreements(command.agreement)
    numbers = yield articles(command.agreement)
    return PublishFacts(
        order, followed, unit, region, mandate, library, frozen, standings, admitted, agreement, numbers
    )


def _followed(command: PublishOrder) -> Asking[tuple[OrderHeld, ...]]:
    """The order that this one follows, the one that follows, and so on; a circle ends it."""
    found: dict[str, OrderHeld] = {}
    name = command.follows
    while name is not None and name not in found:
        held: OrderHeld = yield orders(name)
        found[name] = held
        name = held.published.event.follows if held.published else None
    return tuple(found.values())
