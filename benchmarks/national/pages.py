"""The figures of a run put into docs/performance.md, and its growth curves beside it: nobody types them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.national.calm import CALM
from benchmarks.national.graph import Again, graph
from benchmarks.national.report import floor_rows, number

PAGE = "performance.md"
BEGIN, END = "<!-- made by make bench-national -->", "<!-- until here -->"
CURVES = {
    "key": ("growth-key.svg", "As-of, en nyckel / one key", {"golv / floor": 3.0}),
    "population": (
        "growth-population.svg", "As-of, 1 000 nycklar / keys",
        {"golv / floor (streaks, 18 months)": 250.0, "golv / floor (ladder, board)": 60.0},
    ),
}  # fmt: skip
DOTTED = ("prickat: samma frågor", "dotted: the same questions")
MEANING = (
    "A view's own row is of moments drawn over each whole prefix: what it answers grows with the ledger.\n"
    "“The same questions” are of moments within the first prefix, with the very same answers from each: what"
    " grows there is finding them."
)
LOOPS = (
    "A fixed loop on each core took {least} ms of processor time at least; before and after a stage, the"
    " slower core took so many\ntimes that. Up to {calm} is calm. A stage that was disturbed is measured"
    " again while there is time (`--calm`), and which try\nstands is decided by the loop alone: every try is"
    " told with its seconds and the worse of its two loops."
)


def write(found: Mapping[str, Any], docs: Path) -> list[Path]:
    """Write page and curves; the paths written. Raises ValueError where the page has no place for them."""
    page = put(docs / PAGE, BEGIN, figures(found))
    return [page, *(_curve(found, docs, what) for what in CURVES)]


def put(page: Path, mark: str, text: str) -> Path:
    """Put a text between a mark of a page and the next end; the page. Raises ValueError without them."""
    before, begin, rest = page.read_text("utf-8").partition(mark)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no lines {mark} and {END}")
    page.write_text(f"{before}{mark}\n\n{text}\n{END}{after}", "utf-8")
    return page


def _curve(found: Mapping[str, Any], docs: Path, what: str) -> Path:
    name, title, limits = CURVES[what]
    events = sorted(int(one) for one in found["growth"]["points"])
    views = list(found["stages"][f"as_of_{events[-1]}"]["views"])
    newest, again = (
        {view: [points[str(one)][f"as_of_{what}_p99"][view] for one in events] for view in views}
        for points in (found["growth"]["points"], found["growth"]["same_questions"]["points"])
    )
    path = docs / name
    path.write_text(graph(f"{title}, p99", events, newest, limits, Again(again, *DOTTED)), "utf-8")
    return path


def figures(found: Mapping[str, Any]) -> str:
    """The part of the page that a run makes: conditions, floors, growth, rebuilds, memory, the machine."""
    made = (conditions(found), floors(found), *_growth(found), _rebuilds(found), _memory(found))
    parts = (*made, *loops(found))
    return "\n\n".join(parts) + "\n"


def conditions(found: Mapping[str, Any]) -> str:
    """Of what ledger, and on what machine."""
    plan, made = found["conditions"]["plan"], found["stages"]["generate"]
    return (
        f"{number(made['events'])} events of {number(made['commands'])} commands, seed {plan['seed']},"
        f" {made['bytes_an_event']} bytes an event on disk.\n{machine(found)}"
    )


def machine(found: Mapping[str, Any]) -> str:
    """What it was measured on, and how long that took."""
    facts = found["conditions"]
    return (
        f"PostgreSQL {facts['postgresql']}, Python"
        f" {facts['python']}, {facts['cores']} cores, {facts['machine']}, fsync {facts['fsync']},"
        f" {facts['commit_us']['p50']} µs a commit, load before {facts['load_before']:.1f};"
        f" {facts['plan']['processes']} processes;\nall stages together {facts['seconds']} s."
    )


def floors(found: Mapping[str, Any]) -> str:
    """The table of the floors."""
    return table(("", "measured", "floor", "aim", "reached"), floor_rows(found))


def _growth(found: Mapping[str, Any]) -> Iterator[str]:
    growth = found["growth"]
    yield MEANING
    for what, (name, title, _) in CURVES.items():
        yield f"![{title}]({name})"
        rows = []
        for view, grown in growth["by_view"][what].items():
            rows.append(_row(view, growth["points"], what, view, grown))
            again = growth["same_questions"]
            rows.append(_row("– the same questions", again["points"], what, view, again[what][view]))
        events = [number(int(one)) for one in growth["points"]]
        yield table((f"{what}: ms p50 / p99 at", *events, "growth of p50"), rows)


def _row(name: str, points: Mapping[str, Any], what: str, view: str, grown: float) -> tuple[str, ...]:
    return (name, *(_both(point, what, view) for point in points.values()), number(grown))


def _both(point: Mapping[str, Any], what: str, view: str) -> str:
    return " / ".join(number(point[f"as_of_{what}_{of}"][view]) for of in ("p50", "p99"))


def _rebuilds(found: Mapping[str, Any]) -> str:
    stages, rate = found["stages"], found["rate"]
    last = stages[f"as_of_{found['conditions']['plan']['events']}"]["rebuild"]
    every, library = stages["all_projections"], stages["library"]
    rows = [
        (
            "four views with history",
            number(last["events"]),
            number(rate["rebuild"]),
            number(last["bytes_an_event"]),
        ),
        ("every projection", number(every["events"]), number(every["rate"]), number(every["bytes_an_event"])),
        ("the library's runner, four views", number(library["events"]), number(library["rate"]), "–"),
    ]
    each = number(library["events"] // len(library["rates"]))
    for after, one in zip(library["from"], library["rates"], strict=True):
        rows.append((f"the same from event {number(after + 1)}", each, number(one), "–"))
    return table(("rebuild", "events", "events a second", "bytes of history an event"), rows)


def _memory(found: Mapping[str, Any]) -> str:
    rows = [(name.replace("_", " "), number(most)) for name, most in found["memory_mib"].items()]
    return table(("the largest process of", "MiB at most"), rows)


def loops(found: Mapping[str, Any]) -> Iterator[str]:
    """What the machine was like before and after each stage, and every try of it."""
    stages = found["stages"]
    seen = [one["loop_ms"]["least"] for one in stages.values() if "loop_ms" in one]
    if not seen:
        return
    least = min(seen)
    yield LOOPS.format(least=number(least), calm=CALM)
    rows = [(name.replace("_", " "), *_loop(one, least), _tries(one, least)) for name, one in stages.items()]
    yield table(("stage", "before", "after", "every try"), rows)


def _loop(one: Mapping[str, Any], least: float) -> tuple[str, str]:
    """The loop before and after, as a multiple of the least; of older runs it is not known."""
    loop = one.get("loop_ms")
    return (f"{loop['before'] / least:.2f}", f"{loop['after'] / least:.2f}") if loop else ("–", "–")


def _tries(one: Mapping[str, Any], least: float) -> str:
    """Each try's seconds beside the worse of its two loops."""
    tries = [(f"{each['seconds']} s", _loop(each, least)) for each in one.get("tries", [one])]
    return ", ".join(f"{seconds} × {max(both)}" for seconds, both in tries)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
