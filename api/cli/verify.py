"""`liggare verify`: every record anew from its bytes, and everything derived against it."""

import time
from typing import Annotated

import typer

from api.cli.program import CODES, DIFFERENT, FINE, PROGRAM, Json, Out, Result, carry_out, example, table
from api.cli.progress import telling
from api.place import place_of
from api.settings import Settings
from ledger.store.verify import Report
from ledger.store.verify import verify as verified

SHOWN_MAX = 20
Headers = Annotated[
    bool, typer.Option("--headers", help="Do not open bodies: all but their roots, in about half the time.")
]
Processes = Annotated[
    int | None,
    typer.Option(min=1, max=64, help="How many processes; one for each core unless the ledger is short."),
]


@PROGRAM.command(
    "verify",
    epilog=example("liggare verify", "liggare verify --headers --processes 2", "liggare verify --json")
    + "\n\n"
    + CODES,
)
def verify(headers: Headers = False, processes: Processes = None, as_json: Json = False) -> None:
    """Recompute every body root and leaf, and compare everything derived with the records.

    Derived are columns, tag rows and command rows. 3 is the exit code when anything differs; the positions
    are named, the same ones by however many processes. Events cut off at the end, or a ledger written anew as
    a whole, show only against a number of events and a last leaf that were noted elsewhere.
    """
    carry_out(as_json, lambda out: _verify(out, processes, bodies=not headers))


def _verify(out: Out, processes: int | None, *, bodies: bool) -> Result:
    with place_of(Settings.from_environment(), make=False) as place, telling() as told:
        began = time.monotonic()
        report = verified(place.serve_url, told, processes=processes, bodies=bodies)
        seconds = time.monotonic() - began
    out.progress(f"{report.events:,} events in {seconds:.1f} s ({report.events / seconds:,.0f} a second)")
    return result_of(report)


def result_of(report: Report) -> Result:
    """What a report says: 3 when anything differs."""
    findings = [{"position": position, "what": what} for position, what in report.findings]
    leaf = report.last_leaf.hex()
    document = {
        "intact": report.intact, "events": report.events, "bodies": report.bodies, "findings": findings,
        "last_leaf": leaf,
    }  # fmt: skip
    if report.intact:
        left_out = "" if report.bodies else ", their bodies not opened"
        noted = f"last leaf {leaf}: note it elsewhere, since a cut end shows only against it"
        return Result(document, (f"intact: {report.events} events{left_out}", noted if leaf else ""), FINE)
    listed = table("position", "what differs")
    for position, what in report.findings[:SHOWN_MAX]:
        listed.add_row(str(position), what)
    more = f"… and {len(findings) - SHOWN_MAX} more" if len(findings) > SHOWN_MAX else ""
    return Result(document, (f"NOT INTACT: {report.events} events", listed, more), DIFFERENT)
