"""What a run says: the ratios under their names, the rates behind them, and tables to read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.plan import FULL, Plan

FLOORS: dict[str, tuple[float, float | None]] = {
    "append_64_vs_library": (7, 12),
    "append_256_vs_raw_insert": (0.8, 1.2),
    "append_64_sealed_vs_unsealed": (0.9, None),
    "decision_16_vs_library": (2.5, None),
    "decision_16_vs_library_cached": (5, None),
    "replay_vs_library": (40, None),
}
CEILING_MS = {"busy_tag_query_ms": 5.0, "sealing_wait_p99_ms": 1000.0}


def ratios(rounds: Mapping[str, Any], plan: Plan) -> dict[str, float]:
    """Ours beside the others, threads beside threads: the median of the rounds' own ratios.

    A round's sides are measured one after the other, so that what else the machine does reaches them alike. A
    tiny plan compares at the callers it has.
    """
    appends, decisions, replay = rounds["appends"], rounds["decisions"], rounds["replay"]
    many, most = str(min(64, max(plan.callers))), str(max(plan.callers))
    sealing = rounds["sealing"]
    ours = appends["ours, threads"]
    found = {
        "append_64_vs_library": _ratio(ours[many], appends["library-dcb, threads"][many]),
        "append_256_vs_raw_insert": _ratio(ours[most], appends["raw-insert, threads"][most]),
        "append_64_sealed_vs_unsealed": _ratio(sealing["with"][many], sealing["without"][many]),
        "decision_16_vs_library": _ratio(decisions["ours, cold"], decisions["library-dcb"]),
        "decision_16_vs_library_cached": _ratio(decisions["ours, cached"], decisions["library-dcb"]),
        "replay_vs_library": _ratio(replay["ours"], replay["library-runner"]),
        "busy_tag_query_ms": rounds["busy_tag"]["ours"]["p50_ms"],
        "sealing_wait_p99_ms": max(sealing["wait ms"]["p99"]),
    }
    return {name: round(value, 3) for name, value in found.items()}


def document(rounds: dict[str, Any], plan: Plan, environment: dict[str, Any]) -> dict[str, Any]:
    """The whole of build/bench.json: ``rates`` are medians of ``rounds``."""
    callers = {
        "kind": "threads of one process, unless a name says tasks (of one event loop) or processes",
        "counts": list(plan.callers),
        "processes": f"{plan.process_callers} threads in {plan.processes} processes",
        "decisions": f"{plan.decision_callers} threads",
    }
    return {
        "ratios": ratios(rounds, plan), "rates": _medians(rounds), "rounds": rounds,
        "environment": environment, "callers": callers, "plan": asdict(plan),
    }  # fmt: skip


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _medians(rounds: Any) -> Any:
    if isinstance(rounds, dict):
        return {name: _medians(value) for name, value in rounds.items()}
    return round(median(rounds), 2) if isinstance(rounds, list) else rounds


def show(found: Mapping[str, Any], console: Console) -> None:
    """Print the tables."""
    console.print(_appends(found["rates"]["appends"]))
    console.print(_others(found["rates"]))
    console.print(_ratios(found["ratios"]))
    if _is_less(found["plan"]):
        console.print("golven gäller en hel körning, inte en kortare som denna")
        console.print("the floors are for a full run, not a shorter one like this")


def _is_less(plan: Mapping[str, Any]) -> bool:
    """Whether less was measured than the floors are for; more events are as much."""
    most = asdict(FULL)
    return plan | {"events": min(plan["events"], FULL.events)} != most


def _appends(appends: Mapping[str, Mapping[str, float]]) -> Table:
    counts = list(next(iter(appends.values())))
    extra = [count for rates in appends.values() for count in rates if count not in counts]
    columns = counts + list(dict.fromkeys(extra))
    table = Table(
        "appends a second", *columns, title="Conditional appends of 512 bytes with four tags, by callers"
    )
    for side, rates in appends.items():
        table.add_row(side, *(f"{rates[c]:,.0f}" if c in rates else "–" for c in columns))
    return table


def _others(rates: Mapping[str, Any]) -> Table:
    table = Table("", "", title="Decisions, replay, query")
    for side, rate in rates["decisions"].items():
        table.add_row(f"decisions a second: {side}", f"{rate:,.0f}")
    for side, rate in rates["replay"].items():
        table.add_row(f"events a second: {side}", f"{rate:,.0f}")
    for side, rate in rates["sealing"]["with"].items():
        without = rates["sealing"]["without"][side]
        table.add_row(f"appends a second, {side} callers, sealed (not)", f"{rate:,.0f} ({without:,.0f})")
    for side, times in rates["busy_tag"].items():
        table.add_row(f"busy tag, ms (p99): {side}", f"{times['p50_ms']:.2f} ({times['p99_ms']:.2f})")
    return table


def _ratios(found: Mapping[str, float]) -> Table:
    table = Table("ratio", "measured", "floor", "aim", title="Ratios")
    for name, (floor, aim) in FLOORS.items():
        table.add_row(name, f"{found[name]:.2f}", f"≥ {floor}", f"{aim or '–'}")
    for name, ceiling in CEILING_MS.items():
        table.add_row(name, f"{found[name]:.2f}", f"≤ {ceiling}", "–")
    return table
