"""Finished measurements, kept so that an interrupted run goes on; those of other code are measured again.

The ledger alone stays, since its bytes are what they are: how fast it was written is told with the code.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.national.plan import Plan
from projections.code import code_version

LASTING = frozenset({"generate"})


@dataclass(slots=True)
class Kept:
    """What has been measured of a plan so far, by stage, in a file."""

    path: Path
    plan: Plan
    stages: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path, plan: Plan, name: str = "measured") -> "Kept":
        """What an earlier run of the same plan left and still says something, or nothing."""
        kept = cls(home / f"{name}-{plan.events}-{plan.seed}.json", plan)
        if kept.path.exists():
            found = json.loads(kept.path.read_text())
            if found["plan"] == kept._planned():
                kept.stages = {n: one for n, one in found["stages"].items() if _stands(n, one)}
        return kept

    def add(self, stage: str, found: Mapping[str, Any]) -> None:
        """Keep a stage's measurements; a crash leaves what was kept before."""
        self.stages[stage] = {**found, "code": code_version()}
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps({"plan": self._planned(), "stages": self.stages}, indent=1))
        beside.replace(self.path)

    def _planned(self) -> Any:
        return json.loads(json.dumps(asdict(self.plan)))


def _stands(stage: str, found: Mapping[str, Any]) -> bool:
    return stage in LASTING or found["code"] == code_version()
