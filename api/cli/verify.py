"""`liggare verify`: every record anew from its bytes, and everything derived against it."""

from api.cli.program import CODES, DIFFERENT, FINE, PROGRAM, Json, Out, Result, carry_out, example, table
from api.place import place_of
from api.settings import Settings
from ledger.store.verify import Report
from ledger.store.verify import verify as verified

SHOWN_MAX = 20


@PROGRAM.command("verify", epilog=example("liggare verify", "liggare verify --json") + "\n\n" + CODES)
def verify(as_json: Json = False) -> None:
    """Recompute every body root and leaf, and compare everything derived with the records.

    Derived are columns, tag rows and command rows. 3 is the exit code when anything differs; the positions
    are named. Events cut off at the end, or a ledger written anew as a whole, show only against a number of
    events and a last leaf that were noted elsewhere.
    """
    carry_out(as_json, _verify)


def _verify(out: Out) -> Result:
    with place_of(Settings.from_environment(), make=False) as place:
        report = verified(place.serve_url, lambda done: out.progress(f"{done} events verified"))
    return result_of(report)


def result_of(report: Report) -> Result:
    """What a report says: 3 when anything differs."""
    findings = [{"position": position, "what": what} for position, what in report.findings]
    leaf = report.last_leaf.hex()
    document = {"intact": report.intact, "events": report.events, "findings": findings, "last_leaf": leaf}
    if report.intact:
        noted = f"last leaf {leaf}: note it elsewhere, since a cut end shows only against it"
        return Result(document, (f"intact: {report.events} events", noted if leaf else ""), FINE)
    listed = table("position", "what differs")
    for position, what in report.findings[:SHOWN_MAX]:
        listed.add_row(str(position), what)
    more = f"… and {len(findings) - SHOWN_MAX} more" if len(findings) > SHOWN_MAX else ""
    return Result(document, (f"NOT INTACT: {report.events} events", listed, more), DIFFERENT)
