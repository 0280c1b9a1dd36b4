"""Whom the story has for those questions that are not about its contested order and its consultant."""

from collections.abc import Mapping

from api.demo.story.answering import struck
from api.demo.story.chapter import Tale
from api.demo.story.invoicing import Line, wrong_zone
from api.demo.story.setup import ORDERS_AND_ATTESTS
from api.demo.story.unsuitable import Extra, former_employee, without_licence
from api.demo.story.world import AGREEMENT, region_of


def questions(contested: str, tale: Tale) -> Mapping[str, Mapping[str, str]]:
    """Parameters by question, about the contested order and what the chapters tell."""
    return {
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
