"""`liggare clock accept`: an operator's word that a clock which jumped is right."""

import secrets
from typing import Annotated

import typer

from api.cli.program import PROGRAM, Json, Result, carry_out, example
from api.opening import opened
from api.place import place_of
from api.settings import Settings
from ledger.decisions.ledgers import AcceptClock
from ledger.handle.shell import Envelope
from ledger.values import instant_text

CLOCK = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The ledger's clock.")
PROGRAM.add_typer(CLOCK, name="clock")

Reason = Annotated[
    str, typer.Option(help="Why the clock is right; recorded for ever, so without personal data.")
]
Actor = Annotated[str, typer.Option(help="The operator's pseudonym.")]


@CLOCK.command(
    "accept", epilog=example('liggare clock accept --reason "stood still over the summer" --actor operator-1')
)
def accept(reason: Reason, actor: Actor, as_json: Json = False) -> None:
    """Accept that the clock has jumped ahead beyond its limit, as an event, so that appends go on."""
    carry_out(as_json, lambda _: _accept(reason, actor))


def _accept(reason: str, actor: str) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        now = parts.clock.now()
        command = AcceptClock(jumped_to=now, reason=reason)
        key = f"accept-{secrets.token_hex(8)}"
        outcome = parts.shell.handle(Envelope(command, "liggare-cli", key, actor, None, now)).outcome
    accepted = {"position": outcome.first, "accepted": instant_text(now)}
    return Result(accepted, (f"accepted at position {outcome.first}: {instant_text(now)}",))
