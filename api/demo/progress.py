"""Progress: a bar on a terminal, plain lines elsewhere; always on standard error."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LINE_EVERY_MONTHS = 3


@dataclass(slots=True)
class Telling:
    """Tells how far the story has come, month by month of its own clock."""

    total: int
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    done: int = 0
    month: str = ""
    began: float = field(default_factory=time.monotonic)
    months: int = 0

    def say(self, text: str) -> None:
        """One line."""
        print(text, file=self.stream, flush=True)

    def step(self, count: int, month: str) -> None:
        """So many more commands are answered, the last of them in a month."""
        self.done += count
        if month != self.month:
            self.month = month
            self.months += 1
            if self.months % LINE_EVERY_MONTHS == 1:
                self._line()

    def _line(self) -> None:
        seconds = time.monotonic() - self.began
        self.say(f"  {self.month}  {self.done:5} av/of {self.total} kommandon/commands  {seconds:5.1f} s")


@dataclass(slots=True)
class Bar(Telling):
    """The same as a bar."""

    bar: Progress | None = None

    def step(self, count: int, month: str) -> None:
        """So many more commands are answered, the last of them in a month."""
        self.done += count
        if self.bar is not None:
            self.bar.update(self.bar.task_ids[0], completed=self.done, month=month)


@contextmanager
def telling(total: int) -> Iterator[Telling]:
    """Progress in the form that fits where standard error goes."""
    if not sys.stderr.isatty():
        yield Telling(total)
        return
    columns = (
        TextColumn("  {task.fields[month]}"), BarColumn(40), MofNCompleteColumn(),
        TextColumn("kommandon/commands"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        bar.add_task("", total=total, month="")
        yield Bar(total, bar=bar)
