"""What a run says of evidence: ratios, waits, latencies, rates, packages, and which floors hold."""

from collections.abc import Mapping
from dataclasses import asdict
from statistics import median
from typing import Any

from benchmarks.evidence.plan import Plan
from benchmarks.national.report import Floor, floors

Stages = Mapping[str, Any]
KINDS = ("inclusion", "consistency")
COST_LEAST = 0.9  # sealing costs appends at most a tenth


def wanted(plan: Plan) -> list[Floor]:
    """The floors of the issue, and of what this project promised of verification."""
    return [
        *(Floor(f"ratios.sealed_vs_unsealed.{count}", least=COST_LEAST) for count in plan.appends.callers),
        Floor("latency_ms.sealing_wait_p99.worst", most=1_000),
        *(Floor(f"latency_ms.{kind}_p99", most=10) for kind in KINDS),
        Floor("seconds.package_of_1000_records", most=5),
        Floor("rate.verify", least=120_000),
    ]


def document(stages: Stages, plan: Plan, environment: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of build/bench-evidence.json."""
    callers, last = stages["appends"]["callers"], stages["proofs"]["lengths"][str(plan.events)]
    found: dict[str, Any] = {
        "ratios": {"sealed_vs_unsealed": {count: _ratio(one) for count, one in callers.items()}},
        "latency_ms": {
            "sealing_wait_p99": _waits(callers), **{f"{kind}_p99": last[kind]["p99"] for kind in KINDS},
        },
        "rate": {"seal": stages["seal"]["rate"], "verify": stages["verify"]["rate"], **_appends(callers)},
        "seconds": {"package_of_1000_records": stages["packages"]["seconds_of_1000"]},
        "conditions": {**environment, "plan": asdict(plan), "seconds": round(_seconds(stages))},
        "stages": dict(stages),
    }  # fmt: skip
    return {**found, "floors": list(floors(found, wanted(plan)))}


def _ratio(rounds: Mapping[str, Any]) -> float:
    """The median of the rounds' own ratios: within one, the sides stand one after the other."""
    return round(median(one / other for one, other in _pairs(rounds)), 3)


def _pairs(rounds: Mapping[str, Any]) -> list[tuple[float, float]]:
    """(with, without) of each round; of one number of callers there is one list a side."""
    (sealed,), (plain,) = rounds["with"].values(), rounds["without"].values()
    return list(zip(sealed, plain, strict=True))


def _waits(callers: Mapping[str, Any]) -> dict[str, float]:
    """The worst round's p99, by callers."""
    found = {count: round(max(one["wait ms"]["p99"]), 1) for count, one in callers.items()}
    return {**found, "worst": max(found.values())}


def _appends(callers: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        f"append_{name}": {
            count: round(median(pair[side] for pair in _pairs(one))) for count, one in callers.items()
        }
        for side, name in enumerate(("sealed", "unsealed"))
    }


def _seconds(stages: Stages) -> float:
    return float(sum(one["seconds"] for one in stages.values()))
