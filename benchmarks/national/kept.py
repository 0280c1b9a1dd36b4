"""Finished measurements, kept so that an interrupted run goes on; those of other code are measured again."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.national.plan import Plan
from projections.code import code_version


@dataclass(slots=True)
class Kept:
    """What has been measured of a plan so far, by stage, in a file."""

    path: Path
    plan: Plan
    stages: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path, plan: Plan) -> "Kept":
        """What an earlier run of the same plan and code left, or nothing."""
        kept = cls(home / f"measured-{plan.events}-{plan.seed}.json", plan)
        if kept.path.exists():
            found = json.loads(kept.path.read_text())
            if found["of"] == kept._of():
                kept.stages = found["stages"]
        return kept

    def add(self, stage: str, found: Any) -> None:
        """Keep a stage's measurements; a crash leaves what was kept before."""
        self.stages[stage] = found
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps({"of": self._of(), "stages": self.stages}, indent=1))
        beside.replace(self.path)

    def _of(self) -> dict[str, Any]:
        return {"code": code_version(), "plan": json.loads(json.dumps(asdict(self.plan)))}
