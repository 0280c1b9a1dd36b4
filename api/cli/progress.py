"""How far a long command has come: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

LINE_EVERY_SECONDS = 10.0
Told = Callable[[int, int], None]  # done, all


@dataclass(slots=True)
class Rate:
    """Events a second since the first was told of, and the seconds left at that rate."""

    began: float = field(default_factory=time.monotonic)
    first: int | None = None

    def line(self, done: int, whole: int) -> str:
        """How far it has come, in words."""
        self.first = done if self.first is None else self.first
        rate = (done - self.first) / max(0.001, time.monotonic() - self.began)
        if not rate:
            return f"{done:,} / {whole:,}"
        left = int((whole - done) / rate)
        return f"{done:,} / {whole:,}  {rate:,.0f}/s  {left // 60}:{left % 60:02} kvar/left"


@contextmanager
def telling() -> Iterator[Told]:
    """Progress in the form that fits where standard error goes."""
    rate, console = Rate(), Console(stderr=True)
    if not console.is_terminal:
        yield _lines(rate)
        return
    with Progress(BarColumn(), TextColumn("{task.fields[said]}"), console=console) as bar:
        task = bar.add_task("", total=None, said="")
        yield lambda done, whole: bar.update(task, total=whole, completed=done, said=rate.line(done, whole))


def _lines(rate: Rate) -> Told:
    told_at = 0.0

    def tell(done: int, whole: int) -> None:
        nonlocal told_at
        line = rate.line(done, whole)
        if (now := time.monotonic()) - told_at >= LINE_EVERY_SECONDS:
            told_at = now
            print(f"  {line}", file=sys.stderr, flush=True)

    return tell
