"""The figures of a run put into docs/benchmarks.md: nobody types them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.evidence.report import KINDS
from benchmarks.national.pages import floors, machine, put, table
from benchmarks.national.report import number

PAGE, BEGIN = "benchmarks.md", "<!-- made by make bench-evidence -->"


def write(found: Mapping[str, Any], docs: Path) -> Path:
    """Write them; the page. Raises ValueError where the page has no place for them."""
    return put(docs / PAGE, BEGIN, figures(found))


def figures(found: Mapping[str, Any]) -> str:
    """The part of the page that a run makes."""
    return "\n\n".join((_conditions(found), floors(found), _appends(found), *_proofs(found))) + "\n"


def _conditions(found: Mapping[str, Any]) -> str:
    stages = found["stages"]
    tree, packed = stages["seal"], stages["packages"]
    rate = "–" if tree["rate"] is None else number(tree["rate"])
    return (
        f"{number(stages['ledger']['events'])} events, {stages['ledger']['bytes_an_event']} bytes an event on"
        f" disk, {tree['tree_bytes_an_event']} of them the tree; sealed from the beginning at {rate} events a"
        f" second.\nThe package: {packed['records']} records of {packed['awards']} awards,"
        f" {packed['files']} files, {packed['took']} s, of it {packed['processor_seconds']} s of the asking"
        f" process' processor.\n{machine(found)}"
    )


def _appends(found: Mapping[str, Any]) -> str:
    rate, wait = found["rate"], found["latency_ms"]["sealing_wait_p99"]
    rows = [
        (
            count, number(rate["append_unsealed"][count]), number(rate["append_sealed"][count]),
            number(ratio), number(wait[count]),
        )
        for count, ratio in found["ratios"]["sealed_vs_unsealed"].items()
    ]  # fmt: skip
    head = (
        "callers",
        "appends a second",
        "sealed",
        "ratio of the rounds",
        "wait for the checkpoint, p99, ms",
    )
    return table(head, rows)


def _proofs(found: Mapping[str, Any]) -> Iterator[str]:
    lengths = found["stages"]["proofs"]["lengths"]
    for kind in KINDS:
        rows = [
            (
                number(int(size)),
                *(_both(one[kind], *names) for names in _COLUMNS),
                str(one[kind]["hashes_most"]),
            )
            for size, one in lengths.items()
        ]
        head = (f"{kind}: events", "ms p50 / p99", "statements", "rows", "pages of 8 KiB", "hashes at most")
        yield table(head, rows)


_COLUMNS = (
    ("p50", "p99"),
    ("statements_mean", "statements_most"),
    ("rows_mean", "rows_most"),
    ("pages_mean", "pages_most"),
)


def _both(one: Mapping[str, float], first: str, second: str) -> str:
    return f"{number(one[first])} / {number(one[second])}"
