"""Field by field: where two plain values differ, with lists told by what they hold rather than by index.

A list of records is aligned by a field that names each of them once; a list of plain values says what left it
and what came into it. So one new element is one line, and not a change of everything after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

from ledger.store.canonical import encoded

ABSENT = "absent"
SUPPORT = frozenset({"evidence", "facts", "positions", "position"})
_SHOWN_MAX = 200
_LEAD = 40  # characters shown before the place where two long texts part
_NOTHING: Any = object()
Found = Iterator["FieldChange"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs, by its dotted path, with both values as text.

    ``support`` says that the field only names the records an answer rests on.
    """

    path: str
    before: str
    after: str
    support: bool


def changes(before: Any, after: Any) -> tuple[FieldChange, ...]:
    """Every difference of two plain values (what JSON can hold), in order."""
    return tuple(_of(before, after, ""))


def _of(before: Any, after: Any, path: str) -> Found:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _of(before.get(name, _NOTHING), after.get(name, _NOTHING), _under(path, name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    elif type(before) is not type(after) or before != after:
        yield _change(path, _text(before), _text(after))


def _lists(before: list[Any], after: list[Any], path: str) -> Found:
    both = [*before, *after]
    if not any(isinstance(one, dict | list) for one in both):
        yield from _plain_lists(before, after, path)
    elif names := _naming(before, after):
        olds, news = ({_name(one, names): one for one in side} for side in (before, after))
        for key in dict.fromkeys((*olds, *news)):
            yield from _of(olds.get(key, _NOTHING), news.get(key, _NOTHING), f"{path}[{key}]")
    else:
        for index in range(max(len(before), len(after))):
            one, other = (side[index] if index < len(side) else _NOTHING for side in (before, after))
            yield from _of(one, other, f"{path}[{index + 1}]")


def _plain_lists(before: list[Any], after: list[Any], path: str) -> Found:
    left = [one for one in before if one not in after]
    came = [one for one in after if one not in before]
    if left or came:
        yield _change(path, _row(left), _row(came))
    elif before != after:
        yield _change(path, _row(before), _row(after))


def _naming(before: Sequence[Any], after: Sequence[Any]) -> tuple[str, ...]:
    """The first fields, one or two, that name every record on both sides once: words before numbers."""
    both = [*before, *after]
    if not all(isinstance(one, dict) for one in both):
        return ()
    common = [name for name in both[0] if all(name in one for one in both)]
    words, numbers = ([n for n in common if all(type(one[n]) is kind for one in both)] for kind in (str, int))
    candidates = chain(combinations(words, 1), combinations(words, 2), combinations(numbers, 1))
    return next((names for names in candidates if _once(before, names) and _once(after, names)), ())


def _once(side: Sequence[Any], names: tuple[str, ...]) -> bool:
    return len({_name(one, names) for one in side}) == len(side)


def _name(one: Any, names: tuple[str, ...]) -> str:
    return " ".join(str(one[name]) for name in names)


def _change(path: str, before: str, after: str) -> FieldChange:
    last = path.rpartition(".")[2].partition("[")[0]
    return FieldChange(path, *_shown(before, after), last in SUPPORT)


def _shown(before: str, after: str) -> tuple[str, str]:
    """Both cut to what fits; two that only part beyond that, from a little before where they do."""
    if before != after and _cut(before) == _cut(after):
        pairs = enumerate(zip(before, after, strict=False))
        parts_at = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
        kept = max(0, parts_at - _LEAD)
        before, after = (f"…{text[kept:]}" for text in (before, after))
    return _cut(before), _cut(after)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _row(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values)) if values else ABSENT


def _text(value: Any) -> str:
    if value is _NOTHING:
        return ABSENT
    return encoded(value).decode() if isinstance(value, dict | list) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + "…"
