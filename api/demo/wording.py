"""How the account writes: Swedish first, English beside or below it, local times, few numbers."""

import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ledger.values import STOCKHOLM, moment, parsed_instant

WIDTH = 98
POSITIONS_SHOWN = 6
ASSUMED = "ANTAGANDE / ASSUMPTION"
YES, NO = Text("ja/yes", "green"), Text("nej/no", "dim")


def room() -> int:
    """How wide the account may be."""
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 0)).columns)


def two(swedish: str, english: str) -> Text:
    """A phrase with its English below it."""
    return Text.assemble(swedish, "\n", (english, "dim"))


def beside(swedish: str, english: str) -> Text:
    """A phrase with its English beside it."""
    return Text.assemble(swedish, (f" / {english}", "dim"))


def heading(swedish: str, english: str) -> Table:
    """The heading of a section."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(overflow="fold")
    made.add_row(Text.assemble(("\n■ " + swedish, "bold cyan"), (f"  {english}", "cyan")))
    return made


def framed(*lines: RenderableType) -> Table:
    """A frame around what must not be missed."""
    made = Table(box=ROUNDED, show_header=False, width=room(), border_style="yellow")
    made.add_column(overflow="fold")
    for line in lines:
        made.add_row(line)
    return made


def table(*headings: Text | str, right: Sequence[int] = (), whole: Sequence[int] = ()) -> Table:
    """A table with a line under its headings; columns in ``right`` hold numbers, in ``whole`` do not wrap.

    In a terminal too narrow for that everything wraps: what does not fit would be cut away.
    """
    roomy = room() == WIDTH
    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", width=None)
    for n, head in enumerate(headings):
        side: Literal["left", "right"] = "right" if n in right else "left"
        made.add_column(head, justify=side, overflow="fold", no_wrap=roomy and n in whole)
    return made


def instant(text: str | None) -> str:
    """An instant as a local time: 2025-03-10 08:53:01."""
    if text is None:
        return "–"
    return f"{moment(int(str(parsed_instant(text)))).astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}"


def minute(text: str | None) -> str:
    """An instant as a local time without seconds."""
    return instant(text)[:16]


def day(text: str | date | None) -> str:
    """A local date."""
    return str(text) if text else "–"


def positions(found: Iterable[int], shown: int = POSITIONS_SHOWN) -> str:
    """Positions in the ledger, the first of them: ``p12, p15–p18 … (+20)``."""
    runs = _runs(sorted(set(found)))
    written = [f"p{a}" if a == b else f"p{a}–p{b}" for a, b in runs]
    left = sum(b - a + 1 for a, b in runs[shown:])
    return ", ".join(written[:shown]) + (f" … (+{left})" if left else "") if written else "–"


def _runs(ordered: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for position in ordered:
        if found and found[-1][1] + 1 == position:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found


def terms_table(used: Iterable[dict[str, Any]]) -> Table:
    """Policy values with their sources; what nobody has published is marked."""
    made = table(two("Policyvärde", "Policy term"), two("Värde", "Value"), two("Källa", "Source"))
    for term in used:
        scope = "" if term["scope"] == "nation" else f" [{term['scope']}]"
        source = Text(ASSUMED, "yellow") if term["source"] == "assumption" else Text(term["source"])
        if term.get("permitted_by") == "UNKNOWN":
            source.append("  avsteg utan känd grund / overlay, permission unknown", "yellow")
        made.add_row(Text(term["term"] + scope), Text(term["value"].strip("[]").replace('"', "")), source)
    return made


def resolved_terms(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The policy values of a question's answer or a view's reading in the form of an award's."""
    if "terms" in told:
        return [{**term, "value": _written(term["value"])} for term in told["terms"]]
    found = []
    for resolved in told["reading"]["terms"]:
        row = resolved["row"]
        scope = row["level"] if row["level"] == "nation" else f"{row['level']}:{row['scope']}"
        kept = {name: row[name] for name in ("term", "source", "permitted_by")}
        found.append({**kept, "scope": scope, "value": _written(row["value"])})
    return found


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(" ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    return ("ja / yes" if value else "nej / no") if isinstance(value, bool) else str(value)


def token_lines(told: Iterable[dict[str, Any]]) -> Table:
    """The tokens by which the answers can be made again, byte for byte."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="dim", overflow="fold")
    made.add_column(overflow="fold")
    for one in told:
        made.add_row(f"token {one.get('view') or one['question']}", Text(one["token"]["text"], "green"))
    made.add_row("", Text("samma token, samma svar / the same token, the same answer", "dim"))
    return made
