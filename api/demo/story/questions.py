"""Whom the story has for those questions that are not about its contested order and its consultant."""

from collections.abc import Mapping

from api.demo.story.roster import Assignment


def questions(contested: str, held: Assignment) -> Mapping[str, Mapping[str, str]]:
    """Parameters by question, about the contested order and an assignment with days of its own."""
    return {
        "measure-grounds": {"measure": "me-delta-vgr-1"},
        "whistleblowing-case": {"case": "vb-1", "supplier": "s-delta"},
        "right-price": {"assignment": held.assignment, "on": str(held.days[0])},
        "assumptions-share": {"question": "continuity-at-award", "asked": f"order={contested}"},
    }
