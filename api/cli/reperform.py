"""`liggare reperform`: every decision in history made again from its own past, and compared."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from api.cli.kept import NOT_KEPT
from api.cli.layout import both, counted
from api.cli.moments import scope_told
from api.cli.parties import require_known
from api.cli.program import (
    CODES,
    DIFFERENT,
    FINE,
    NOT_CHECKED,
    PROGRAM,
    Json,
    Out,
    Result,
    carry_out,
    example,
    table,
)
from api.cli.progress import Told, telling
from api.opening import clock_of, identity_of, log_to_read, mode_of, order_keys_at
from api.place import place_of
from api.settings import Settings
from projections.code import code_version
from replay.reperform import Scope, reperformed
from replay.shares import Kept, Progress, in_processes, leaf_where_it_ends, processes_for
from replay.tally import Tally, merged

SHOWN_MAX = 20
RULES = (
    "regel\nrule", "beslut\ndecisions", "lika\nsame", "olika\ndifferent", "går inte\ncannot",
    "µs var\nµs each", "ms",
)  # fmt: skip
FOUND = (
    "beslut\ndecision", "regel\nrule", "vid\nat", "fakta\nfact", "antecknat\nrecorded", "på nytt\nmade again"
)  # fmt: skip
GOES_ON = "går vidare med en avbruten körning / goes on from an interrupted run"
BEGINS = "ingen avbruten körning / no interrupted run: begins at the first decision"
NOTHING = (
    "INGET FATTAT PÅ NYTT: inget beslut finns i denna omfattning",
    "NOTHING MADE AGAIN: no decision is within this scope",
)
KEEP_SECONDS = 2.0
From = Annotated[
    str | None, typer.Option("--from", help="Begin at an instant (RFC 3339) or a position such as p120.")
]
Until = Annotated[
    str | None, typer.Option(help="End there: an instant or a position; where the ledger ends unless given.")
]
Region = Annotated[str | None, typer.Option(help="Only decisions of this region, for example stockholm.")]
Supplier = Annotated[str | None, typer.Option(help="Only decisions that concern this supplier.")]
Processes = Annotated[
    int | None,
    typer.Option(min=1, max=64, help="How many processes; one for each core unless the ledger is short."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on where a run with the same options was interrupted.")
]


@PROGRAM.command(
    "reperform",
    epilog=example(
        "liggare reperform", "liggare reperform --region stockholm --from 2025-01-01T00:00:00+01:00",
        "liggare reperform --supplier s-delta --until p17000 --json",
        "liggare reperform --processes 2 --resume",
    ) + "\n\n" + CODES,
)  # fmt: skip
def reperform(
    start: From = None,
    until: Until = None,
    region: Region = None,
    supplier: Supplier = None,
    processes: Processes = None,
    resume: Resume = False,
    as_json: Json = False,
) -> None:
    """Make every decision in history again from its own recorded past, and compare with what was recorded.

    Each is decided under the rule and the policy that its header names, at its own time, on what was recorded
    by then; recorded refusals too. A difference names decision, fact and rule, and 3 is the exit code. What
    was masked or disposed of cannot be made again: that is said, never counted as the same, and 4 is the exit
    code unless something differs.
    """
    carry_out(as_json, lambda out: _reperform(out, (start, until), (region, supplier), processes, resume))


def _reperform(
    out: Out,
    times: tuple[str | None, str | None],
    parties: tuple[str | None, str | None],
    processes: int | None,
    resume: bool,
) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        mode = mode_of(place.serve_url, None)
        log = log_to_read(place.serve_url, mode, None)
        try:
            scope = Scope(*scope_told(log, clock_of(log, mode, settings), *times), *parties)
            ledger = identity_of(log)
            open_log = partial(log_to_read, place.serve_url, mode, order_keys_at(place, ledger))
            with closing(open_log()) as whole:
                require_known(whole, {"region": scope.region, "supplier": scope.supplier})
            of = processes_for(scope.upto or 0, processes)
            named = scope if times[1] else msgspec.structs.replace(scope, upto=None)  # it may grow meanwhile
            kept = Kept(settings.state_dir, ledger.ledger if ledger else "", code_version(), named, of)
            run = Run(out, kept, time.monotonic(), partial(leaf_where_it_ends, log))
            return result_of(run.carried_out(open_log, scope, of, resume=resume), run.seconds())
        finally:
            log.close()


@dataclass(slots=True)
class Run:
    """One run: tells how far it is, and keeps its progress now and then."""

    out: Out
    kept: Kept
    began: float
    leaf_of: Callable[[Scope], str]
    saved: float = field(default_factory=time.monotonic)
    unkept: str = ""

    def carried_out(self, open_log: Any, scope: Scope, of: int, *, resume: bool) -> Tally:
        """The tally of the whole scope, from the beginning or from where an interrupted run had come to."""
        earlier = self._earlier() if resume else None
        if resume:
            self.out.progress(GOES_ON if earlier else BEGINS)
        begun = [Tally(scope.after) for _ in range(of)]
        progress = earlier or Progress(scope, begun, self.leaf_of(scope))
        with telling() as told:
            if of == 1:
                log = open_log()
                first = progress.tallies[0]
                reperformed(log, progress.scope, so_far=first, tell=lambda _: self.tell(progress, told))
                log.close()
                tally = first
            else:
                tally = in_processes(open_log, progress, lambda _: self.tell(progress, told))
        self.kept.forget()
        self._say_unkept()
        return tally

    def _earlier(self) -> Progress | None:
        """What an interrupted run left, if the ledger still has the event that it would have ended with."""
        found = self.kept.load()
        return found if found is not None and self.leaf_of(found.scope) == found.leaf else None

    def tell(self, progress: Progress, told: Told) -> None:
        """Say how far it is, and keep that, not more often than every other second."""
        told(merged(progress.tallies).position, progress.scope.upto or 0)
        if time.monotonic() - self.saved >= KEEP_SECONDS:
            self.saved = time.monotonic()
            self.kept.save(progress)
            self._say_unkept()

    def _say_unkept(self) -> None:
        """Say once that progress is not kept, and why."""
        if self.kept.problem != self.unkept:
            self.unkept = self.kept.problem
            self.out.progress(NOT_KEPT.format(self.unkept))

    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began


def result_of(tally: Tally, seconds: float) -> Result:
    """What a re-performance says: 3 when something differs, else 4 when something cannot be made again."""
    total = tally.total()
    document = {
        "decisions": total.decisions, "same": total.same, "different": total.different,
        "cannot": total.cannot, "refusals": tally.refusals, "events": tally.events,
        "position": tally.position,
        "seconds": round(seconds, 3), "per_second": round(total.decisions / max(seconds, 0.001)),
        "code": code_version(), "zones": tally.zones,
        "rules": {rule: msgspec.to_builtins(count) for rule, count in sorted(tally.rules.items())},
        "findings": msgspec.to_builtins(tally.findings),
    }  # fmt: skip
    unchecked = total.cannot or not total.decisions
    code = DIFFERENT if total.different else NOT_CHECKED if unchecked else FINE
    return Result(document, tuple(_shown(tally, seconds)), code)


def _shown(tally: Tally, seconds: float) -> Sequence[str | Table]:
    total = tally.total()
    if not total.decisions:
        return NOTHING
    same = total.same == total.decisions
    decisions, no = counted(total.decisions, "decision", "decisions"), tally.refusals
    first = both(
        f"{'DETSAMMA' if same else 'INTE DETSAMMA'}: {total.decisions} beslut ({no} av dem nej), "
        f"{total.same} lika, {total.different} olika, {total.cannot} går inte att fatta på nytt",
        f"{'THE SAME' if same else 'NOT THE SAME'}: {decisions} ({counted(no, 'refusal', 'refusals')}), "
        f"{total.same} the same, {total.different} different, {total.cannot} cannot be made again",
    )
    speed = f"{seconds:.1f} s, {total.decisions / max(seconds, 0.001):.0f}/s"
    rules = table(*RULES)
    for rule, count in sorted(tally.rules.items()):
        each = count.spent_ns // max(count.decisions, 1) // 1_000
        spent = each, count.spent_ns // 1_000_000
        numbers = (count.decisions, count.same, count.different, count.cannot, *spent)
        rules.add_row(rule, *map(str, numbers))
    return (*first, speed, rules, *_findings(tally))


def _findings(tally: Tally) -> Sequence[str | Table]:
    if not tally.findings:
        return ()
    found = table(*FOUND)
    for verdict in tally.findings[:SHOWN_MAX]:
        if verdict.cannot:
            found.add_row(str(verdict.position), verdict.rule, "", "cannot", "", verdict.cannot)
        for one in verdict.differences[:SHOWN_MAX]:
            found.add_row(
                str(verdict.position), verdict.rule, str(one.position), one.fact, one.recorded, one.made
            )
    left = len(tally.findings) - SHOWN_MAX
    more = both(f"… och {left} till (alla med --json)", f"… and {left} more (all with --json)")
    return (found, *more) if left > 0 else (found,)


__all__ = ["reperform", "result_of"]
