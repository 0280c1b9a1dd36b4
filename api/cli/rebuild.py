"""`liggare rebuild`: what the views rest on, made anew from the log beside what serves, and switched to."""

import os
import time
from typing import Annotated

import typer

from api.cli.program import CODES, NOT_CHECKED, PROGRAM, Json, Out, Result, StopError, carry_out, example
from api.cli.progress import telling
from api.place import place_of
from api.settings import Settings
from ledger.store.guard import ensure_safe
from projections.migrate import check_projections
from projections.rebuilding import Plan, rebuild_beside
from projections.shelf_postgres import PostgresShelf

Processes = Annotated[
    int | None, typer.Option(min=1, max=64, help="How many processes fold; one a core unless given.")
]
Forget = Annotated[
    bool,
    typer.Option(
        "--forget-others",
        help="Afterwards drop what other versions of the code keep; they fold the log then.",
    ),
]


@PROGRAM.command(
    "rebuild",
    epilog=example("liggare rebuild", "liggare rebuild --processes 4 --json") + "\n\n" + CODES,
)  # fmt: skip
def rebuild(processes: Processes = None, forget_others: Forget = False, as_json: Json = False) -> None:
    """Make the histories behind all views anew from the log, and switch to them at once.

    Servers go on answering and following meanwhile, from what they have; nobody sees a part of either. What
    is interrupted, by whatever, the next rebuild of the same code goes on with. A server whose code nobody
    has rebuilt for yet starts this by itself, in the background.
    """
    carry_out(as_json, lambda out: _rebuilt(out, processes, forget_others=forget_others))


def _rebuilt(out: Out, processes: int | None, *, forget_others: bool) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        ensure_safe(place.serve_url, durability=settings.durability)
        check_projections(place.serve_url)
        plan = Plan(processes=processes or os.cpu_count() or 1)
        out.progress(f"bygger om / rebuilding with {plan.processes} processes, on {place.origin}")
        began = time.monotonic()
        with telling() as told:
            done = rebuild_beside(place.serve_url, plan, told=told)
        if done is None:
            raise StopError("another process rebuilds for this version of the code already", NOT_CHECKED)
        seconds = round(time.monotonic() - began, 3)
        if forget_others:
            _forget(place.serve_url)
    new = done.position - done.before
    document = {
        "position": done.position, "before": done.before, "processes": done.processes, "code": plan.code,
        "seconds": seconds, "rate": round(new / seconds) if seconds else 0, "memory_mib": done.peak_mib,
    }  # fmt: skip
    return Result(document, (f"position {done.position:,}: {new:,} events in {seconds:.1f} s",))


def _forget(serve_url: str) -> None:
    shelf = PostgresShelf(serve_url)
    try:
        shelf.forget_other_code()
    finally:
        shelf.close()


__all__ = ["Out", "rebuild"]
