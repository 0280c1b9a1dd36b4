"""Stages measured one after another, each with what the machine was like before and after it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from benchmarks.national.apart import apart
from benchmarks.national.calm import CALM, Machine
from benchmarks.national.kept import Kept
from benchmarks.national.plan import Plan
from benchmarks.national.stages import Stage
from benchmarks.place import Database

PAUSE_S = 1


@dataclass(frozen=True, slots=True)
class Running:
    """A run: where it measures, and where it keeps what it measured."""

    machine: Machine
    kept: Kept
    database: Database
    plan: Plan
    console: Console

    def each(self, todo: Sequence[Stage]) -> None:
        """Measure what is not measured yet, whatever the machine is like."""
        for stage in todo:
            if stage.name in self.kept.stages:
                self.console.print(f"{stage.doing}: measured before", style="dim")
                continue
            self.console.print(f"{stage.doing} …")
            self._keep(stage, self._measured(stage))

    def calmer(self, todo: Sequence[Stage], minutes: float) -> None:
        """Measure again what was disturbed, the most of all first, each time the machine is calm.

        For so many minutes. The machine alone decides which measurement stands, never what was measured; each
        try is told.
        """
        until = time.monotonic() + minutes * 60
        while disturbed := [stage for stage in todo if self._around(stage) > CALM]:
            while not self.machine.calm():
                if time.monotonic() > until:
                    return
                time.sleep(PAUSE_S)
            if time.monotonic() > until:
                return
            self._again(max(disturbed, key=self._around))

    def _again(self, stage: Stage) -> None:
        before, found = self.kept.stages[stage.name], self._measured(stage)
        calmer = self.machine.around(found) < self._around(stage)
        self.console.print(f"{stage.doing}, again: {'calmer' if calmer else 'not calmer, left as it was'}")
        tries = [*before.get("tries", [_try(before)]), _try(found)]
        self._keep(stage, {**(found if calmer else before), "tries": tries})

    def _measured(self, stage: Stage) -> dict[str, Any]:
        before = self.machine.loop()
        found = apart(stage.work, self.database, self.plan)
        after = self.machine.loop()
        least = min(before.least, after.least)
        return {**found, "loop_ms": {"before": before.median, "after": after.median, "least": least}}

    def _around(self, stage: Stage) -> float:
        found = self.kept.stages[stage.name]
        return self.machine.around(found) if "loop_ms" in found else float("inf")

    def _keep(self, stage: Stage, found: dict[str, Any]) -> None:
        self.kept.add(stage.name, found)
        loop, least = found["loop_ms"], self.machine.least
        around = f"{loop['before'] / least:.2f}, {loop['after'] / least:.2f}"
        self.console.print(f"  {_said(found)}; the loop × {around} before and after")


def _try(found: dict[str, Any]) -> dict[str, Any]:
    told = ("seconds", "rate", "loop_ms")
    return {name: found[name] for name in told if name in found}


def _said(found: dict[str, Any]) -> str:
    rate = found.get("rate") or found.get("rebuild", {}).get("rate")
    return f"{found['seconds']:.0f} s" + (f", {rate:,} a second" if rate else "")
