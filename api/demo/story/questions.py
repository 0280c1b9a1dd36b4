"""Whom the story has for those questions that are not about its contested order and its consultant."""

from collections.abc import Mapping


def questions(contested: str) -> Mapping[str, Mapping[str, str]]:
    """Parameters by question."""
    return {
        "measure-grounds": {"measure": "me-delta-vgr-1"},
        "whistleblowing-case": {"case": "vb-1", "supplier": "s-delta"},
        "assumptions-share": {"question": "continuity-at-award", "asked": f"order={contested}"},
    }
