"""How far a command has come: a bar with rate and time left on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

LINE_EVERY_SECONDS = 10.0
Told = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def line(done: int, total: int, seconds: float) -> str:
    """How far it is in words, with the rate so far and the time left at that rate."""
    rate = done / max(seconds, 0.001)
    left = int(max(0, total - done) / max(rate, 1.0))
    return f"{done:,} / {total:,}  {rate:,.0f}/s  {left // 60}:{left % 60:02} kvar/left"


@contextmanager
def bar(doing: str) -> Iterator[Told]:
    """Tells of work in the form that fits where standard error goes; ``doing`` names it."""
    console, began = Console(stderr=True), time.monotonic()
    if not console.is_terminal:
        yield _lines(doing, began)
        return
    with Progress(
        TextColumn(doing), BarColumn(), TextColumn("{task.fields[said]}"), console=console, transient=True
    ) as shown:
        task = shown.add_task(doing, total=None, said="")

        def told(done: int, total: int) -> None:
            said = line(done, total, time.monotonic() - began)
            shown.update(task, completed=done, total=total, said=said)

        yield told


def _lines(doing: str, began: float) -> Told:
    told_at = began

    def told(done: int, total: int) -> None:
        nonlocal told_at
        if (now := time.monotonic()) - told_at >= LINE_EVERY_SECONDS:
            told_at = now
            print(f"{doing}: {line(done, total, now - began)}", file=sys.stderr, flush=True)

    return told
