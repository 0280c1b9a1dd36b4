"""What somebody may have meant whose name for something does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches

LISTED_MAX = 60  # more names help nobody


def no_such(what: str, name: str, names: Iterable[str]) -> str:
    """That there is no such thing, with the nearest names, or where none is near with all if they are few."""
    there = sorted(names)
    bare = {one.lstrip("-"): one for one in there}  # two options are not alike for their dashes
    if near := [bare[one] for one in get_close_matches(name.lstrip("-"), bare)]:
        return f"there is no {what} {name}; menade du / did you mean: {', '.join(near)}?"
    listed = f"; there are: {', '.join(there)}" if 0 < len(there) <= LISTED_MAX else ""
    return f"there is no {what} {name}{listed}"
