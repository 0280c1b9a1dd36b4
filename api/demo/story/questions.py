"""Whom the story has for those questions that are not about its contested order and its consultant."""

from collections.abc import Mapping


def questions(contested: str) -> Mapping[str, Mapping[str, str]]:
    """Parameters by question."""
    return {
        "assumptions-share": {"question": "continuity-at-award", "asked": f"order={contested}"},
    }
