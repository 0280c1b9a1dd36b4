"""The fields that differ between two answers, for people: grouped, records in short, never raw JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.table import Table

from api.cli.layout import paragraph
from api.diff_body import DiffField
from replay.diff_fields import ABSENT, SUPPORT

FIELDS_MAX, KEYS_MAX, TEXT_MAX, INDENT = 12, 3, 160, 4
WORDS = {"None": "–", ABSENT: "–", "True": "ja / yes", "False": "nej / no"}
Line = tuple[str, str]  # under what it stands, and what it says


def fields_shown(found: Sequence[DiffField], *, whole: bool = False) -> Iterator[Table]:
    """A line a field, under what they have in common; ``whole`` shows each record that came or left."""
    lines = list(_lines(found, whole=whole))
    listed = lines if whole else lines[:FIELDS_MAX]
    for under, group in groupby(listed, lambda line: line[0]):
        said = [line for _, line in group]
        if under and len(said) > 1:
            yield paragraph(f"{under}:", INDENT)
            yield from (paragraph(line, 2 * INDENT) for line in said)
        else:
            yield from (paragraph(f"{under}.{line}" if under else line, INDENT) for line in said)
    if len(lines) > len(listed):
        yield paragraph(f"… (+{len(lines) - len(listed)}: --json)", INDENT)


def _lines(found: Sequence[DiffField], *, whole: bool) -> Iterator[Line]:
    """Records of one list that came, or that left, are on one line together; their insides come last."""
    told: dict[tuple[str, bool], list[str]] = {}
    for one in found:
        if record := _record(one):
            told.setdefault(record[:2], []).append(record[2])
    for one in sorted(found, key=lambda one: "[" in one.path and not _record(one)):
        record = _record(one)
        keys = told.get(record[:2], []) if record else []
        if len(keys) < 2 or whole or record is None:
            yield _field(one)
        elif record[2] == keys[0]:
            yield "", f"{record[0]}: {_counted(keys, came=record[1])}"


def _record(one: DiffField) -> tuple[str, bool, str] | None:
    """The list, whether it came into it or left it, and the name of a record."""
    path, _, key = one.path.removesuffix("]").rpartition("[")
    if not (one.path.endswith("]") and ABSENT in (one.before, one.after)):
        return None
    return path, one.before == ABSENT, key


def _counted(keys: Sequence[str], *, came: bool) -> str:
    words = f"{len(keys)} nya / {len(keys)} new" if came else f"{len(keys)} borta / {len(keys)} gone"
    left = f" … (+{len(keys) - KEYS_MAX})" if len(keys) > KEYS_MAX else ""
    return f"{words}: {', '.join(keys[:KEYS_MAX])}{left}"


def _field(one: DiffField) -> Line:
    if record := _record(one):
        sign, text = ("ny / new", one.after) if record[1] else ("borta / gone", one.before)
        return "", f"{one.path}: {sign}: {short(text)}"
    under, _, name = one.path.rpartition(".")
    if "]" in name:  # the point stands within the name of a record
        under, name = "", one.path
    return under, f"{name}: {short(one.before)} → {short(one.after)}"


def short(text: str) -> str:
    """A value in words: a record by its fields that say something, whether all of it is there or not."""
    if text[:1] in {"{", "["}:
        value, cut = _begun(text)
        text = _said(value) + (" …" if cut else "")
    text = WORDS.get(text, text)
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def _said(value: Any) -> str:
    if isinstance(value, dict):
        held = {name: one for name, one in value.items() if name not in SUPPORT and _says(one)}
        return ", ".join(f"{name.replace('_', ' ')} {_said(one)}" for name, one in held.items())
    if isinstance(value, list):
        return _listed(_said(one) for one in value)
    return "–" if value is None else WORDS.get(str(value), str(value))


def _says(value: Any) -> bool:
    """Whether a value is worth its place: nothing, no and an empty list are not."""
    return bool(value) or (value == 0 and value is not False)


def _listed(said: Iterable[str]) -> str:
    return f"({'; '.join(said)})"


def _begun(text: str) -> tuple[Any, bool]:
    """What a JSON text says, and whether it was cut: then as much as ends before a comma."""
    try:
        return json.loads(text), False
    except ValueError:
        ends = (_closed(text[:end]) for end in range(len(text) - 1, 0, -1) if text[end] == ",")
        return next((value for value in ends if value is not None), {}), True


def _closed(begun: str) -> Any:
    """A JSON text closed where it was cut; None if it was cut within a text or a name."""
    opened: list[str] = []
    for char in begun:
        if char in "{[":
            opened.append("}" if char == "{" else "]")
        elif char in "}]" and opened:
            opened.pop()
    try:
        return json.loads(begun + "".join(reversed(opened)))
    except ValueError:
        return None
