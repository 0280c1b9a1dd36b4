"""Two offers that no award may take: a former employee of the region, and a nurse without her licence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from api.demo.story.chapter import DAY, MADE_UP, Chapter, Tale, about
from api.demo.story.credentials import proof
from api.demo.story.days import next_working
from api.demo.story.market import Ask
from api.demo.story.people import Consultant
from api.demo.story.setup import OAF, owner, portal
from api.demo.story.world import DELTA, NURSES, PROFESSION, SUPPLIERS, Region

BAR_DAYS = 400
"""More than the twelve months of the bar, from the offer on."""


@dataclass(frozen=True, slots=True)
class Extra:
    """One more offer for an order of the main story, which leaves its ranking as it is."""

    ask: Ask
    one: Consultant

    @property
    def offer(self) -> str:
        """Its id."""
        return f"f-{self.ask.order[2:]}-{self.one.supplier[2:]}"


def unsuitable(tale: Tale) -> None:
    """Both, offered at twenty past eleven on the day of an order."""
    told = tale.chapter("unsuitable", 11, 20)
    _former_employee(tale, told, former_employee(tale))
    _without_licence(tale, told, without_licence(tale))


def former_employee(tale: Tale) -> Extra:
    """The first order with somebody who is not offered in the region while the bar holds."""

    def free(ask: Ask, one: Consultant) -> bool:
        others = [a for a in tale.played if a.region == ask.region and _offers(a, one)]
        before = any(a.day <= ask.day and _offers(a, one) for a in tale.played)
        return not before and all((a.day - ask.day).days > BAR_DAYS for a in others)

    return next(_extras(tale, tale.played, free))


def without_licence(tale: Tale) -> Extra:
    """The last order with somebody who is offered for none after it, and has no assignment left."""

    def free(ask: Ask, one: Consultant) -> bool:
        later = any(a.day >= ask.day and _offers(a, one) for a in tale.played)
        held = (h for h in tale.market.assignments if h.consultant.human == one.human)
        return not later and all(h.free_from < ask.day for h in held)

    return next(_extras(tale, tale.played[::-1], free))


def _extras(tale: Tale, asks: Sequence[Ask], free: Callable[[Ask, Consultant], bool]) -> Iterator[Extra]:
    for ask in asks:
        if ask.twist or ask.days or ask.lot != NURSES:
            continue
        for one in tale.people:
            if _receives(one, ask) and free(ask, one):
                yield Extra(ask, one)


def _receives(one: Consultant, ask: Ask) -> bool:
    """Whether the supplier is sent the order and has not answered; nobody who is registered twice."""
    supplier = next(s for s in SUPPLIERS if s.supplier == one.supplier)
    answered = {other.supplier for other in ask.offers}
    there = supplier.from_on <= ask.day and one.lot == ask.lot and one.supplier not in answered
    return there and one.supplier not in (DELTA, "s-alfa", "s-beta")


def _offers(ask: Ask, one: Consultant) -> bool:
    return any(other.human == one.human for other in ask.offers)


def _former_employee(tale: Tale, told: Chapter, extra: Extra) -> None:
    """Employed by the region until two months before; the contract owner records it before the order."""
    ask, one = extra.ask, extra.one
    until_on = ask.day - 60 * DAY
    body = about(
        consultant=one.consultant, employer=_number(ask.region, ask.unit.authority),
        authority=ask.unit.authority, form="monthly", from_on=date(2019, 8, 1), until_on=until_on,
        source=f"Tjänstgöringsintyg ({MADE_UP})",
    )  # fmt: skip
    told.add(_before(ask.day), owner(ask.region), "record-employment", body)
    _offer(tale, told, extra)


def _without_licence(tale: Tale, told: Chapter, extra: Extra) -> None:
    """Withdrawn, as the central management sees in HOSP; the supplier offers her all the same."""
    day = _before(extra.ask.day)
    body = about(
        consultant=extra.one.consultant, profession=PROFESSION[extra.ask.lot], state="withdrawn",
        from_on=day - 5 * DAY, proof=proof("hosp-extract", day - DAY),
    )  # fmt: skip
    told.add(day, OAF, "change-licence", body)
    _offer(tale, told, extra)


def _offer(tale: Tale, told: Chapter, extra: Extra) -> None:
    body = tale.market.presentation(extra.ask, extra.one, extra.offer)
    told.add(extra.ask.day, portal(extra.one.supplier), "submit-offer", body, f"{extra.offer}/submit")


def _before(day: date) -> date:
    """The last working day before."""
    before = day - DAY
    while next_working(before - DAY) != before:
        before -= DAY
    return before


def _number(region: Region, authority: str) -> str:
    return next(one.organisation_number for one in region.entities if one.authority == authority)
