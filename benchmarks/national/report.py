"""What a run says: ratios, latencies, rates, growth and memory under their names, and which floors hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from benchmarks.national.plan import Plan

Stages = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure must come to: at least ``least``, or at most ``most``; ``aim`` is better still."""

    figure: str
    least: float | None = None
    most: float | None = None
    aim: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value reaches it."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


FLOORS = (
    Floor("ratios.rebuild_vs_library", least=60, aim=100),
    Floor("ratios.fold_vs_copy_decode", least=0.25, aim=0.5),
    Floor("ratios.what_if_vs_reperform_time", most=2),
    Floor("latency_ms.as_of_key_p99.worst", most=3),
    Floor("latency_ms.as_of_population_p99.continuity-streaks", most=250),
    Floor("latency_ms.as_of_population_p99.eighteen-months", most=250),
    Floor("latency_ms.as_of_population_p99.escalation-ladder", most=60),
    Floor("latency_ms.as_of_population_p99.order-board", most=60),
    Floor("rate.generate", least=20_000),
    Floor("rate.reperform", least=20_000),
    Floor("rate.reperform_awards", least=1_500),
    Floor("rate.verify_headers", least=400_000),
    Floor("rate.verify_bodies", least=120_000),
    Floor("growth.key", most=1.3),
    Floor("growth.population", most=1.3),
    Floor("memory_mib.worst", most=1024),
)


def document(stages: Stages, plan: Plan, environment: Mapping[str, Any]) -> dict[str, Any]:
    """The whole of build/bench-national.json."""
    last = stages[f"as_of_{plan.events}"]
    found: dict[str, Any] = {
        "ratios": _ratios(stages, last), "latency_ms": _latency(last), "rate": _rates(stages, last),
        "growth": _growth(stages, plan), "memory_mib": _memory(stages),
        "conditions": {**environment, "plan": asdict(plan), "seconds": round(_seconds(stages))},
        "stages": dict(stages),
    }  # fmt: skip
    return {**found, "floors": list(floors(found, FLOORS))}


def _ratios(stages: Stages, last: Any) -> dict[str, float]:
    found = {"rebuild_vs_library": last["rebuild"]["rate"] / stages["library"]["rate"]}
    found["fold_vs_copy_decode"] = stages["fold"]["fold_rate"] / stages["fold"]["copy_decode_rate"]
    found["what_if_vs_reperform_time"] = stages["what_if"]["took"] / stages["reperform"]["took"]
    return {name: round(value, 3) for name, value in found.items()}


def _rates(stages: Stages, last: Any) -> dict[str, float | None]:
    names = {"awards": "reperform_awards"}
    found = {
        names.get(name, name): stages[name]["rate"]
        for name in (
            "generate",
            "reperform",
            "awards",
            "what_if",
            "verify_headers",
            "verify_bodies",
            "library",
        )
        if name in stages
    }
    return {
        **found, "rebuild": last["rebuild"]["rate"],
        "rebuild_every_projection": stages["all_projections"]["rate"],
    }  # fmt: skip


def _latency(point: Any) -> dict[str, dict[str, float]]:
    found = {
        f"as_of_{what}_{of}": {view: one[what][of] for view, one in point["views"].items()}
        for what in ("key", "population")
        for of in ("p50", "p99")
    }
    return {name: {**by_view, "worst": max(by_view.values())} for name, by_view in found.items()}


def _growth(stages: Stages, plan: Plan) -> dict[str, Any]:
    """By prefix, and the worst view's median at the whole ledger against a tenth of it.

    ``evidence`` is how many positions an answer rests on in the middle, at a tenth and at the whole.
    ``same_questions`` is of those that are asked of each prefix's projections alike.
    """
    by_prefix = {str(events): stages[f"as_of_{events}"] for events in plan.prefixes()}
    ratios, points = _grown(by_prefix), {events: _latency(one) for events, one in by_prefix.items()}
    worst = {what: max(by_view.values()) for what, by_view in ratios.items()}
    first, last = _ends(by_prefix)
    evidence = {view: [one.get("evidence"), last[view].get("evidence")] for view, one in first.items()}
    again = stages["same_questions"]["points"]
    same = {"points": {events: _latency(one) for events, one in again.items()}, **_grown(again)}
    return {"points": points, "by_view": ratios, "evidence": evidence, "same_questions": same, **worst}


def _grown(by_prefix: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The median at the longest prefix over that at the shortest, by view, of a key and of a population."""
    first, last = _ends(by_prefix)
    return {
        what: {view: round(last[view][what]["p50"] / first[view][what]["p50"], 3) for view in first}
        for what in ("key", "population")
    }


def _ends(by_prefix: Mapping[str, Any]) -> tuple[Any, Any]:
    """What was measured of each view at the shortest prefix and at the longest."""
    lengths = sorted(by_prefix, key=int)
    return by_prefix[lengths[0]]["views"], by_prefix[lengths[-1]]["views"]


def _memory(stages: Stages) -> dict[str, int]:
    found = {name: max(_peaks(one)) for name, one in stages.items()}
    return {**found, "worst": max(found.values())}


def _peaks(stage: Mapping[str, Any]) -> Iterator[int]:
    """Of the stage's own processes, and of those that a rebuild or a fold started and told of."""
    yield from stage["memory_mib"].values()
    yield from (one["peak_mib"] for one in (stage, stage.get("rebuild", {})) if "peak_mib" in one)


def _seconds(stages: Stages) -> float:
    return sum(one["seconds"] for one in stages.values())


def floors(found: Mapping[str, Any], wanted: Iterable[Floor]) -> Iterator[dict[str, Any]]:
    """Each floor with what was measured, and whether it is reached."""
    for floor in wanted:
        value: Any = found
        for name in floor.figure.split("."):
            value = value.get(name) if value else None
        holds = None if value is None else floor.holds(value)
        yield {"figure": floor.figure, "measured": value, "holds": holds, **_bounds(floor)}


def _bounds(floor: Floor) -> dict[str, float]:
    bounds = {"least": floor.least, "most": floor.most, "aim": floor.aim}
    return {name: value for name, value in bounds.items() if value is not None}


def show(found: Mapping[str, Any], console: Console, title: str = "bench-national") -> None:
    """Print every figure that has a floor, and whether it is reached."""
    heads = ("uppmätt\nmeasured", "golv\nfloor", "mål\naim")
    table = Table("", *(Column(head, justify="right") for head in heads), "", title=title, box=None)
    for group, rows in groupby(floor_rows(found), key=lambda row: row[0].partition(".")[0]):
        table.add_row(group, style="bold")
        for figure, *values in rows:
            table.add_row(f"  {figure.removeprefix(group + '.')}", *values)
    console.print(table)
    if (events := found["conditions"]["plan"]["events"]) < Plan().events:
        console.print(f"golven gäller {number(Plan().events)} händelser, inte {number(events)}")
        console.print(f"the floors are for {number(Plan().events)} events, not {number(events)}")


def floor_rows(found: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Each floor as text: figure, measured, floor, aim, and whether it is reached."""
    return [_row(one) for one in found["floors"]]


def _row(one: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    floor = f"≥ {number(one['least'])}" if "least" in one else f"≤ {number(one['most'])}"
    measured = "–" if one["measured"] is None else number(one["measured"])
    reached = {True: "ja/yes", False: "NEJ/NO", None: "–"}[one["holds"]]
    return one["figure"], measured, floor, number(one["aim"]) if "aim" in one else "–", reached


def number(value: float) -> str:
    """A figure as people read it: thousands parted, three digits where it is small."""
    return f"{value:,.0f}".replace(",", "\u00a0") if abs(value) >= 100 else f"{value:.3g}"
