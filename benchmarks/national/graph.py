"""A line graph as SVG, of a few points by a few lines: what a growth curve needs, and no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log2

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 790, 380, 64, 260, 56, 56
COLOURS = ("#005ea8", "#b3261e", "#2e7d32", "#7b4ea3", "#8a5a00", "#00695c")
LABEL_APART = 17
DOTTED = "stroke-dasharray='2 5' stroke-linecap='round'"
NOTES_APART = 16
NOTE = "fill='#595959' font-size='12'"
Lines = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Again:
    """The same lines measured in another way, drawn dotted, and what that way is, in two languages."""

    lines: Lines
    swedish: str
    english: str


def graph(
    title: str, events: Sequence[int], lines: Lines, limits: Mapping[str, float], again: Again | None = None
) -> str:
    """Milliseconds over the number of events (each step to the right doubles it), a line for each name.

    ``limits`` are drawn dashed across, and named at the right like the lines: among curves a name is crossed.
    """
    every = [*lines.values(), *(again.lines.values() if again else ())]
    top = _nice(max([value for line in every for value in line] + list(limits.values())))
    x = [_x(one, events) for one in events]
    parts = [*_axes(title, events, x, top)]
    parts += [_limit(value, top) for value in limits.values()]
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
        parts += _line(colour, x, [_y(value, top) for value in line])
        if again:
            parts += _line(colour, x, [_y(value, top) for value in again.lines[name]], DOTTED)
    parts += _names(lines, limits, top)
    for nr, note in enumerate((again.swedish, again.english) if again else ()):
        at = HEIGHT - BOTTOM + 20 + nr * NOTES_APART
        parts.append(_text(WIDTH - RIGHT + 12, at, note, NOTE))
    style = "font-family='system-ui, sans-serif' font-size='13' fill='#1f1f1f'"
    size = f"viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}'"
    head = f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img' {style}>"
    back = f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#ffffff'/>"
    return "\n".join([head, f"<title>{escape(title)}</title>", back, *parts, "</svg>"]) + "\n"


def _axes(title: str, events: Sequence[int], x: Sequence[float], top: float) -> list[str]:
    right = WIDTH - RIGHT
    parts = [_text(LEFT, 26, title, "font-size='15' font-weight='600'"), _text(LEFT, 46, "ms")]
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        parts.append(f"<path d='M{LEFT} {y:.1f}H{right}' stroke='#d9d9d9'/>")
        parts.append(_text(LEFT - 8, y + 4, f"{value:g}", "text-anchor='end'"))
    for at, one in zip(x, events, strict=True):
        parts.append(_text(at, HEIGHT - BOTTOM + 20, _count(one), "text-anchor='middle'"))
    middle = (LEFT + right) / 2
    return [*parts, _text(middle, HEIGHT - 12, "händelser / events", "text-anchor='middle'")]


def _limit(value: float, top: float) -> str:
    return f"<path d='M{LEFT} {_y(value, top):.1f}H{WIDTH - RIGHT}' stroke='#6b6b6b' stroke-dasharray='6 4'/>"


def _names(lines: Lines, limits: Mapping[str, float], top: float) -> list[str]:
    """What each line is, at its end, and each limit at its height."""
    named = [
        (_y(line[-1], top), name, f"style='fill:{colour}'")
        for colour, (name, line) in zip(COLOURS, lines.items(), strict=False)
    ]
    named += [(_y(value, top), f"{name}: {value:g} ms", NOTE) for name, value in limits.items()]
    heights = _apart([wanted for wanted, _, _ in named])
    return [
        _text(WIDTH - RIGHT + 12, height + 4, name, more)
        for height, (_, name, more) in zip(heights, named, strict=True)
    ]


def _line(colour: str, x: Sequence[float], y: Sequence[float], more: str = "") -> list[str]:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    dots = [f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3.5' fill='{colour}'/>" for a, b in zip(x, y, strict=True)]
    line = f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='2' {more}/>"
    return [line, *dots]


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' {more}>{escape(text)}</text>"


def _x(events: int, over: Sequence[int]) -> float:
    span = log2(over[-1] / over[0]) or 1
    return LEFT + 24 + (WIDTH - LEFT - RIGHT - 48) * log2(events / over[0]) / span


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _apart(wanted: Sequence[float]) -> list[float]:
    """Heights for labels that overlap nowhere, each about where it is wanted."""
    found, lowest = [0.0] * len(wanted), -LABEL_APART * 1.0
    for n in sorted(range(len(wanted)), key=lambda n: wanted[n]):
        lowest = found[n] = max(wanted[n], lowest + LABEL_APART)
    return found


def _nice(value: float) -> float:
    """A round number at or above a value, whose quarters are round too."""
    step = 10.0 ** (len(str(int(value))) - 1)
    return ceil(value / (step * 0.4)) * step * 0.4 if value >= 1 else ceil(value * 25) / 25 or 1.0


def _count(events: int) -> str:
    return f"{events / 1e6:g} M" if events >= 1_000_000 else f"{events:,}".replace(",", "\u00a0")
