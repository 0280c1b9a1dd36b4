"""`liggare restore-drill`: back up, restore elsewhere, verify, and go on; for real, without a trace."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from api.cli.program import CODES, DIFFERENT, FINE, PROGRAM, Json, Out, Result, carry_out, example, table
from api.drill import Step, rehearsed
from api.settings import Settings

Small = Annotated[
    bool, typer.Option("--small", help="Rehearse on a small ledger made for this, not on the one there.")
]


@PROGRAM.command(
    "restore-drill",
    epilog=example("liggare restore-drill", "liggare restore-drill --small --json") + "\n\n" + CODES,
)
def restore_drill(small: Small = False, as_json: Json = False) -> None:
    """Rehearse losing the server: dump, restore on a fresh one, verify, and append.

    Works on the ledger of the environment, or on a small one made for the rehearsal when there is none. The
    ledger itself is only read; everything made is removed.
    """
    carry_out(as_json, lambda out: _drill(out, small))


def _drill(out: Out, small: bool) -> Result:
    with TemporaryDirectory(prefix="liggare-drill-") as name:
        work = Path(name)
        work.chmod(0o755)
        steps = []
        for step in rehearsed(Settings.from_environment(), work, small=small):
            out.progress(f"{'ok  ' if step.fine else 'FAIL'} {step.name}")
            steps.append(step)
    return result_of(steps)


def result_of(steps: list[Step]) -> Result:
    """What the steps come to."""
    fine = all(step.fine for step in steps)
    listed = table("", "step", "found", "seconds")
    for step in steps:
        listed.add_row("ok" if step.fine else "FAIL", step.name, step.found, f"{step.seconds:.1f}")
    rows = [{"step": s.name, "fine": s.fine, "found": s.found, "seconds": round(s.seconds, 3)} for s in steps]
    verdict = "restored, verified, continued" if fine else "THE RESTORED LEDGER DIFFERS"
    return Result({"restored": fine, "steps": rows}, (listed, verdict), FINE if fine else DIFFERENT)
