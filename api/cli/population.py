"""A whole population as a table: a row a key, with the main figures of its answer.

What a reading repeats stands side by side: each part's own figures, however many lines they take. Where the
terminal is too narrow words go on below, and a key or a figure stands whole or ends with "…".
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import chain, groupby, pairwise, zip_longest
from typing import Any

from rich.table import Table

from api.cli.program import table
from projections.base import View
from replay.population import Population

FIGURES: dict[str, tuple[str, ...]] = {
    "admissions": ("suppliers", "rounds.round", "rounds.admitted"),
    "agreement-loyalty": ("share_ppm", "lots.lot", "lots.within_ore", "lots.around_ore"),
    "assignment-time": ("supplier", "unit", "planned", "worked", "worked_minutes"),
    "continuity-streaks": ("places.where.key", "places.amount", "places.measure", "places.reached"),
    "credentials": ("checks.name", "checks.outcome"),
    "data-quality": ("late.ppm", "corrected.ppm", "voided.ppm", "missing.ppm"),
    "delivery-precision": ("lots.lot", "lots.orders", "lots.filled_ppm"),
    "eighteen-months": ("units.unit", "units.readings.governs", "units.exceeded"),
    "escalation-ladder": (
        "ladder.national_indicated", "ladder.national_decided", "ladder.regions.region",
        "ladder.regions.indicated", "ladder.regions.decided",
    ),
    "evidence-cases": ("kind", "pinned", "closed", "questions.question", "awards.order"),
    "former-employee-bar": ("bars.authority", "bars.barred", "bars.last_on"),
    "hired-staff-share": ("hired_ore", "waiting_ore", "staff_cost_ore", "share_ppm", "within_target"),
    "order-board": ("status", "region", "unit", "lot", "positions.status", "positions.awards.supplier"),
    "order-estimate": ("estimated_ore", "positions.article", "positions.zone"),
    "price-list": ("lot", "articles.article", "articles.hour_ore"),
    "statutory-placement": ("units.operating_unit",),
    "supplier-invoices": ("standing_ore", "assignments.assignment", "assignments.mismatches"),
    "supplier-reports": ("overdue", "reports.kind", "reports.outcome"),
    "supplier-staffing": (
        "assignments", "differing", "lit", "unordered_minutes", "invoiced_minutes", "unordered_lit",
    ),
    "supplier-standing": ("places.lot", "places.region", "places.status", "places.receives_orders"),
    "whistleblowing-clocks": ("kept", "classification"),
}  # fmt: skip
"""What a table shows of each view's answers; of any other what its reading says in single values."""
YES, NO = "ja / yes", "nej / no"
_SHOWN_MAX = 12
SILENT_MAX = 20


def figures_of(view: View) -> tuple[str, ...]:
    """The dotted paths into a reading that a table shows."""
    return FIGURES.get(view.name) or tuple(
        field.name for field in fields(view.reading)[1:] if _single(field.type)
    )[:_SHOWN_MAX]  # fmt: skip


def shown(view: View, found: Population) -> tuple[str | Table, ...]:
    """A population for people: its answers, then the keys that have none with the reason, then its token."""
    paths = figures_of(view)
    lines = [(one.key, *line) for one in found.answers for line in _lines(one.reading, _split(paths))]
    rows = table(view.kind.prefix, *(_heading(path, paths) for path in paths))
    for number, column in enumerate(rows.columns):
        if number == 0 or _figures(line[number] for line in lines):
            column.no_wrap, column.overflow = True, "ellipsis"
    for before, line in pairwise((("",), *lines)):
        rows.add_row("" if line[0] == before[0] else line[0], *line[1:])
    silent = [f"{one.key}: {one.detail}" for one in found.unanswered]
    more = [f"… (+{len(silent) - SILENT_MAX}: --json)"] if len(silent) > SILENT_MAX else []
    said = f"{len(found.answers)} svar / answers, {len(silent)} utan / without"
    return rows, *silent[:SILENT_MAX], *more, said, f"token {found.token}"


def _heading(path: str, paths: Sequence[str]) -> str:
    """The last name of a path, or the last two where another path ends alike; a word a line."""
    names = path.split(".")
    alike = sum(other.split(".")[-1] == names[-1] for other in paths) > 1
    return " ".join(names[-2:] if alike else names[-1:]).replace("_", " ").replace(" ", "\n")


def _single(kind: Any) -> bool:
    return kind in (str, int, bool, date) or kind in (int | None, str | None, date | None, bool | None)


def _split(paths: Sequence[str]) -> list[list[str]]:
    return [path.split(".") for path in paths]


def _figures(values: Iterable[str]) -> bool:
    return all(value in (YES, NO) or not any(map(str.isalpha, value)) for value in values)


def _lines(value: Any, paths: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """What stands at the paths: what they share is gone through once, part by part."""
    if not is_dataclass(value):
        yield (_text(value),) * len(paths)
        return
    blocks = []
    for name, alike in groupby(paths, lambda path: path[0]):
        tails = [path[1:] for path in alike]
        blocks.append((len(tails), list(_block(getattr(value, name), tails))))
    for line in zip_longest(*(rows for _, rows in blocks)):
        yield tuple(chain.from_iterable(
            row or ("",) * width for (width, _), row in zip(blocks, line, strict=True)
        ))  # fmt: skip


def _block(value: Any, tails: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """The lines of one part of a reading, or of each that it repeats."""
    if not tails[0]:
        yield (_text(value),)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _lines(one, tails)
    else:
        yield from _lines(value, tails)


def _text(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return YES if value else NO
        case dict():
            return _text(tuple(value.items()))
        case tuple() | list():
            return ", ".join(" ".join(map(_text, one if isinstance(one, tuple) else (one,))) for one in value)
    return str(value)
