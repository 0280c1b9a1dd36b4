"""`liggare init`: databases, roles, schemas and the genesis."""

from typing import Annotated

import typer

from api.cli.program import PROGRAM, USAGE, Json, Out, Result, StopError, carry_out, example
from api.opening import Mode, mode_of, opened
from api.place import place_of
from api.settings import Settings
from ledger.errors import Unsafe

Simulated = Annotated[
    bool | None,
    typer.Option("--simulated/--real", help="What a ledger without genesis becomes, for ever."),
]


@PROGRAM.command("init", epilog=example("liggare init --simulated", "liggare init --real --json"))
def init(simulated: Simulated = None, as_json: Json = False) -> None:
    """Make the databases and roles, bring them to this version's schemas, and append the genesis.

    What is there already stays. Without LIGGARE_DATABASE_URL the ledger lives in a PostgreSQL of its own
    under LIGGARE_STATE_DIR.
    """
    carry_out(as_json, lambda _: _init(wanted_mode(simulated)))


def wanted_mode(simulated: bool | None) -> Mode | None:
    """The mode that the flags ask for; None when they ask for none."""
    return None if simulated is None else "simulated" if simulated else "real"


def _init(wanted: Mode | None) -> Result:
    settings = Settings.from_environment()
    with place_of(settings) as place:
        try:
            mode_of(place.serve_url, wanted)
        except Unsafe as error:
            raise StopError(str(error), USAGE) from error
        with opened(place, settings, wanted, follow=False) as parts:
            head = parts.log.head().position
            document = {"ledger": parts.ledger.ledger, "mode": parts.ledger.mode, "position": head}
            shown = (
                f"ledger {parts.ledger.ledger} ({parts.ledger.mode} time), {head} events, on {place.origin}"
            )
            return Result(document | {"origin": place.origin}, (shown,))


__all__ = ["Out", "Simulated", "init", "wanted_mode"]
