"""How far a long command has come: a bar with rate and time left on a terminal, nothing elsewhere.

The bar is on standard error and takes itself away when the work is done.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

Told = Callable[[int, int], None]  # done, all
ToldStage = Callable[[str, int, int], None]  # stage, done, all
LINE_WIDTH, DRAW_SECONDS, ERASE = 20, 0.2, "\r\x1b[K"


@dataclass(slots=True)
class Rate:
    """How many a second since the first was told of, and the seconds left at that rate."""

    began: float = field(default_factory=time.monotonic)
    first: int | None = None

    def line(self, done: int, whole: int) -> str:
        """How far it has come, in words."""
        self.first = done if self.first is None else self.first
        rate = (done - self.first) / max(0.001, time.monotonic() - self.began)
        if rate <= 0:
            return f"{done:,} / {whole:,}"
        left = int((whole - done) / rate)
        return f"{done:,} / {whole:,}  {rate:,.0f}/s  {left // 60}:{left % 60:02} kvar/left"


@contextmanager
def telling() -> Iterator[Told]:
    """A bar while something goes on, where standard error is a terminal."""
    with telling_stages({"": ""}) as tell:
        yield partial(tell, "")


@contextmanager
def telling_stages(words: Mapping[str, str]) -> Iterator[ToldStage]:
    """The same for what goes on in stages, each with its words and a rate of its own."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    rates: dict[str, Rate] = {}
    with Progress(BarColumn(20), TextColumn("{task.fields[said]}"), console=console, transient=True) as bar:
        task = bar.add_task("", total=None, said="")

        def tell(stage: str, done: int, whole: int) -> None:
            said = f"{words[stage]} {rates.setdefault(stage, Rate()).line(done, whole)}".strip()
            bar.update(task, total=whole, completed=done, said=said)

        yield tell


@dataclass(slots=True)
class Line:
    """A bar that can be sent to another process: one line, drawn over until it is erased."""

    whole: int
    rate: Rate = field(default_factory=Rate)
    drawn: float = 0.0

    def draw(self, done: int) -> None:
        """Draw it, a few times a second, where standard error is a terminal."""
        now = time.monotonic()
        if now - self.drawn < DRAW_SECONDS or not sys.stderr.isatty():
            return
        self.drawn = now
        filled = LINE_WIDTH * done // max(self.whole, 1)
        bar = "━" * filled + "─" * (LINE_WIDTH - filled)
        print(f"{ERASE}{bar} {self.rate.line(done, self.whole)}", end="", file=sys.stderr, flush=True)


def erase() -> None:
    """Take a line away that was drawn."""
    if sys.stderr.isatty():
        print(ERASE, end="", file=sys.stderr, flush=True)
