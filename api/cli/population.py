"""A whole population as a table: a row a key, with the main figures of its answer."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import zip_longest
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
    "order-board": ("status", "region", "unit", "lot", "positions.status", "positions.awards.supplier"),
    "order-estimate": ("estimated_ore", "positions.article", "positions.zone"),
    "price-list": ("lot", "articles.article", "articles.hour_ore"),
    "statutory-placement": ("units.operating_unit",),
    "supplier-invoices": ("standing_ore", "assignments.assignment", "assignments.mismatches"),
    "supplier-reports": ("overdue", "reports.kind", "reports.outcome"),
    "supplier-standing": ("places.lot", "places.region", "places.status", "places.receives_orders"),
    "whistleblowing-clocks": ("kept", "classification"),
}  # fmt: skip
"""What a table shows of each view's answers; of any other what its reading says in single values."""
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
    rows = table(view.kind.prefix, *(_heading(path, paths) for path in paths))
    for column in rows.columns:
        column.no_wrap = True
    for answer in found.answers:
        columns = (_values(answer.reading, path.split(".")) for path in paths)
        for line in zip_longest((answer.key,), *columns, fillvalue=""):  # what repeats stays side by side
            rows.add_row(*line)
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


def _values(value: Any, path: list[str]) -> Iterator[str]:
    """What stands at a path, one value a line where a part of it is repeated."""
    if isinstance(value, tuple | list):
        for one in value:
            yield from _values(one, path) if path else (_text(one),)
    elif path and is_dataclass(value):
        yield from _values(getattr(value, path[0]), path[1:])
    else:
        yield _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "ja / yes" if value else "nej / no"
        case dict():
            return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)
