"""Where two values of plain lists, mappings and scalars differ: dotted paths with both values as text."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import msgspec

_ABSENT = object()
_SHOWN_MAX = 200
_ENCODE = msgspec.json.Encoder().encode
_SCALARS = frozenset({str, int, bool, type(None)})


def differing(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, before, after) of every scalar that differs, in order; what one side lacks is absent."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before if before.keys() == after.keys() else dict.fromkeys((*before, *after)):
            one, other = before.get(name, _ABSENT), after.get(name, _ABSENT)
            if not _plainly_same(one, other):
                yield from differing(one, other, _under(path, name))
    elif isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        for index, (one, other) in enumerate(zip_longest(before, after, fillvalue=_ABSENT)):
            if not _plainly_same(one, other):
                yield from differing(one, other, _under(path, str(index)))
    elif before is _ABSENT or after is _ABSENT or type(before) is not type(after) or before != after:
        yield path, _shown(before), _shown(after)


def _plainly_same(one: Any, other: Any) -> bool:
    """Whether two values need no closer look: equal to the byte, since 1 equals true and is another value."""
    if one.__class__ is not other.__class__ or one != other:
        return False
    return one.__class__ in _SCALARS or _ENCODE(one) == _ENCODE(other)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> str:
    text = "absent" if value is _ABSENT else str(value)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + "…"
