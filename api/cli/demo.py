"""`liggare demo`: the main job, from a published order to answers that anyone can check."""

from typing import Annotated

import typer

from api.cli.program import CODES, DIFFERENT, PROGRAM, Json, Out, Result, StopError, carry_out, example
from api.settings import Settings

MONTHS_MIN, WHOLE = 3, 30
Keep = Annotated[
    bool, typer.Option("--keep", help="Play into the demonstration ledger that is there: nothing is added.")
]
Months = Annotated[
    int, typer.Option(min=MONTHS_MIN, max=WHOLE, help="How many months; fewer press the scenes together.")
]


@PROGRAM.command(
    "demo", epilog=example("liggare demo", "liggare demo --keep", "liggare demo --json") + "\n\n" + CODES
)
def demo(keep: Keep = False, months: Months = WHOLE, as_json: Json = False) -> None:
    """Play thirty months on a simulated clock, over HTTP, and answer the questions of a dispute.

    Makes a new ledger each time and throws the former demonstration away; any other ledger is left alone.
    Shows what happened, verifies the record, folds the views anew and compares.
    """
    carry_out(as_json, lambda out: _demo(out, keep, months))


def _demo(out: Out, keep: bool, months: int) -> Result:
    """Loads the demonstration only when it is asked for: no other command should wait for it."""
    from api.demo.account import account  # noqa: PLC0415  see above
    from api.demo.play import UnexpectedAnswerError  # noqa: PLC0415  see above
    from api.demo.run import Wish, demonstrated, result  # noqa: PLC0415  see above
    from api.demo.story.write import inputs_of  # noqa: PLC0415  see above

    settings = Settings.from_environment()
    try:
        told = demonstrated(out, settings, Wish(inputs_of(months), keep=keep))
    except UnexpectedAnswerError as error:
        raise StopError(str(error), DIFFERENT) from error
    return result(told, account(told, settings))
