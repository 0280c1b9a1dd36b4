"""How far a generation has come: a bar with rate and time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

LINE_EVERY_SECONDS = 10.0


@dataclass(slots=True)
class Rate:
    """Events a second since events were first told of, and the seconds left at that rate."""

    total: int
    began: float = field(default_factory=time.monotonic)

    def line(self, decided: int, committed: int) -> str:
        """How far it has come, in words; what an earlier run wrote is decided again and not yet written."""
        rate = decided / max(0.001, time.monotonic() - self.began)
        left = int(max(0, self.total - decided) / max(1.0, rate))
        doing = "skrivna/written" if committed <= decided else "beslutade igen/decided again"
        shown = min(decided, committed) if committed <= decided else decided
        return f"{shown:,} {doing}  {rate:,.0f}/s  {left // 60}:{left % 60:02} kvar/left"


@dataclass(slots=True)
class Lines:
    """A line now and then."""

    rate: Rate
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    told_at: float = field(default_factory=time.monotonic)  # at once there would be no rate to tell

    def __call__(self, decided: int, committed: int) -> None:
        """Told how many events are decided and committed."""
        if (now := time.monotonic()) - self.told_at >= LINE_EVERY_SECONDS:
            self.told_at = now
            print(f"  {self.rate.line(decided, committed)}", file=self.stream, flush=True)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar."""

    rate: Rate
    bar: Progress

    def __call__(self, decided: int, committed: int) -> None:
        """Told how many events are decided and committed."""
        self.bar.update(self.bar.task_ids[0], completed=decided, said=self.rate.line(decided, committed))


@contextmanager
def telling(total: int) -> Iterator[Lines | Bar]:
    """Progress in the form that fits where standard error goes."""
    rate, console = Rate(total), Console(stderr=True)
    if not console.is_terminal:
        yield Lines(rate)
        return
    with Progress(BarColumn(), TextColumn("{task.fields[said]}"), console=console, transient=True) as bar:
        bar.add_task("", total=total, said="")
        yield Bar(rate, bar)
