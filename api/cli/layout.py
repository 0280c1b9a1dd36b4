"""How texts are laid out for people: paragraphs that wrap between words, counts, runs of positions."""

from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

SPANS_MAX = 12
RUN_MIN = 3


def paragraph(text: str | Text, indent: int = 0, style: str = "") -> Table:
    """Words that wrap between words, each line indented by as many columns."""
    made = Table.grid(padding=(0, 0, 0, indent), pad_edge=True)
    made.add_column(overflow="fold")
    made.add_row(Text(text, style) if isinstance(text, str) else text)
    return made


def both(sv: str, en: str) -> tuple[Table, Table]:
    """The same sentence twice, Swedish first."""
    return paragraph(sv), paragraph(en)


def counted(count: int, one: str, many: str) -> str:
    """A number of something: 1 event, 2 events."""
    return f"{count} {one if count == 1 else many}"


def spans(found: Iterable[int]) -> str:
    """Positions as they are cited, each run of them by its ends, the first of many."""
    runs = list(_runs(sorted(set(found))))
    shown = [_run(*run) for run in runs[:SPANS_MAX]]
    left = sum(last - first + 1 for first, last in runs[SPANS_MAX:])
    return " ".join(shown) + (f" … (+{left})" if left else "")


def _runs(positions: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run without a gap."""
    start = 0
    for index, position in enumerate(positions, 1):
        if index == len(positions) or positions[index] != position + 1:
            yield positions[start], position
            start = index


def _run(first: int, last: int) -> str:
    if last - first + 1 < RUN_MIN:
        return " ".join(f"p{position}" for position in range(first, last + 1))
    return f"p{first}–p{last}"
