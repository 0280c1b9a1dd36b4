"""`liggare doctor`: on one screen, whether this installation is safe to run."""

from api.cli.program import CODES, DIFFERENT, FINE, PROGRAM, Json, Result, carry_out, example, table
from api.diagnosis import Row, diagnosed
from api.place import place_of
from api.settings import Settings

MARKS = {"ok": "ok", "warn": "WARN", "fail": "FAIL"}


@PROGRAM.command("doctor", epilog=example("liggare doctor", "liggare doctor --json") + "\n\n" + CODES)
def doctor(as_json: Json = False) -> None:
    """Look at roles, durability, schema, clock, keys, disk, views and versions; each row says what to do.

    3 is the exit code when something is unsafe, 4 when the database does not answer.
    """
    carry_out(as_json, lambda _: _doctor())


def _doctor() -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        return result_of(list(diagnosed(place, settings)), place.origin)


def result_of(rows: list[Row], origin: str) -> Result:
    """What the rows come to."""
    failing = [row for row in rows if row.state == "fail"]
    listed = table("", "vad\nwhat", "funnet\nfound", "att göra\nwhat to do")
    for row in rows:
        listed.add_row(MARKS[row.state], row.name, row.found, row.advice)
    found = [{"name": r.name, "state": r.state, "found": r.found, "advice": r.advice} for r in rows]
    verdict = "INTE SÄKER att köra / NOT SAFE to run" if failing else "säker att köra / safe to run"
    document = {"safe": not failing, "origin": origin, "checks": found}
    return Result(document, (f"{origin}: {verdict}", listed), DIFFERENT if failing else FINE)
