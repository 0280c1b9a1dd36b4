"""Where two values of plain lists, mappings and scalars differ: dotted paths with both values as text."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

_ABSENT = object()
_SHOWN_MAX = 200


def differing(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, before, after) of every scalar that differs, in order; what one side lacks is absent."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from differing(before.get(name, _ABSENT), after.get(name, _ABSENT), _under(path, name))
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        for index, (one, other) in enumerate(zip_longest(before, after, fillvalue=_ABSENT)):
            yield from differing(one, other, _under(path, str(index)))
    elif before is _ABSENT or after is _ABSENT or type(before) is not type(after) or before != after:
        yield path, _shown(before), _shown(after)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> str:
    text = "absent" if value is _ABSENT else str(value)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + "…"
