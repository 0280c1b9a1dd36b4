"""Whom the story has for those questions that are not about its contested order and its consultant."""

from collections import Counter
from collections.abc import Mapping

from api.demo.story.answering import struck
from api.demo.story.caught import between, offer_of
from api.demo.story.chapter import Tale
from api.demo.story.invoicing import Line, wrong_zone
from api.demo.story.market import Ask
from api.demo.story.oversight import tied
from api.demo.story.setup import ORDERS_AND_ATTESTS
from api.demo.story.unsuitable import Extra, former_employee, without_licence
from api.demo.story.working import watched
from api.demo.story.world import AGREEMENT, DELTA, STOCKHOLM, Region, region_of


def questions(contested: str, tale: Tale) -> Mapping[str, Mapping[str, str]]:
    """Parameters by question, about the contested order and what the chapters tell."""
    return {
        "booked-before-publication": {"order": tied(tale).order},
        "after-hours": {"order": _with(tale, "early").order},
        "continuity-switched-off": {"order": _last_in(tale, STOCKHOLM).order},
        "quarantined-when": {"order": between(tale).order, "offer": offer_of(DELTA)},
        "awarded-consultant-worked": {"order": watched(tale).order},
        "one-stay-or-split": _longest(tale),
        "late-or-cancelled-first": _lapsed(_with(tale, "missed")),
        "came-first": {"order": struck(tale).order},
        "former-employee-at-award": _offer(former_employee(tale)),
        "competence-at-award": _offer(without_licence(tale)),
        "own-approvals": {"agreement": AGREEMENT, "region": region_of(ORDERS_AND_ATTESTS).region},
        "measure-grounds": {"measure": "me-delta-vgr-1"},
        "whistleblowing-case": {"case": "vb-1", "supplier": "s-delta"},
        "right-price": _line(wrong_zone(tale)),
        "assumptions-share": {"question": "continuity-at-award", "asked": f"order={contested}"},
    }


def _offer(extra: Extra) -> Mapping[str, str]:
    return {"order": extra.ask.order, "offer": extra.offer}


def _line(line: Line) -> Mapping[str, str]:
    return {"assignment": line.shift.assignment.assignment, "on": str(line.shift.on)}


def _with(tale: Tale, twist: str) -> Ask:
    """The first order that something happened to."""
    return next(ask for ask in tale.played if ask.twist == twist)


def _lapsed(ask: Ask) -> Mapping[str, str]:
    """The order and the offer whose award was confirmed too late."""
    return {"order": ask.order, "offer": f"f-{ask.order[2:]}-{ask.offers[0].supplier[2:]}"}


def _last_in(tale: Tale, region: Region) -> Ask:
    """A region's last order that came to a contract, after any departure of its own."""
    held = {one.order for one in tale.market.assignments}
    return next(ask for ask in reversed(tale.played) if ask.region == region and ask.order in held)


def _longest(tale: Tale) -> Mapping[str, str]:
    """The consultant with the most contracts at one unit."""
    pairs = Counter((one.consultant.consultant, one.unit.unit) for one in tale.market.assignments)
    (consultant, unit), _ = max(pairs.items(), key=lambda pair: (pair[1], pair[0]))
    return {"consultant": consultant, "unit": unit}
