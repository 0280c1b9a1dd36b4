"""`liggare generate`: a national ledger of made-up history, to measure and to look at."""

from typing import Annotated

import typer

from api.cli.layout import both
from api.cli.program import PROGRAM, USAGE, Json, Out, Result, StopError, carry_out, example
from api.generate.progress import telling
from api.generate.run import Generated, generate
from api.place import place_of
from api.settings import Settings
from ledger.errors import Unsafe
from ledger.values import instant_text

EVENTS_MIN, EVENTS_MAX = 2_000, 50_000_000
Events = Annotated[
    int,
    typer.Option(
        min=EVENTS_MIN,
        max=EVENTS_MAX,
        help="How many: a few more by the last command, or fewer where the agreement ends before.",
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, max=2**31 - 1, help="The same seed and number give the same bytes.")
]


@PROGRAM.command(
    "generate",
    epilog=example(
        "liggare generate --events 100000",
        "LIGGARE_DATABASE_NAME=national liggare generate --events 10000000 --json",
    ),
)  # fmt: skip
def generate_(events: Events = 1_000_000, seed: Seed = 1, as_json: Json = False) -> None:
    """Fill an empty ledger with a synthetic national history, or go on with one that was interrupted.

    Four years at the size that gives so many events: 21 regions, 74 suppliers, seasons, reports at each
    month's end, late rows, corrections, deviations, every version of the policy. The rules decide all of it;
    the bytes are those that appends would have written. Time is simulated, and secrets follow from the seed:
    the ledger's id begins with generated-, and nothing in it can be kept from anybody. A ledger that is not
    empty, and not the same one begun earlier, is refused. It takes about 2 kB of disk an event.
    """
    carry_out(as_json, lambda out: _generated(events, seed, out))


def _generated(events: int, seed: int, out: Out) -> Result:
    with place_of(Settings.from_environment()) as place:
        if place.owner_url is None:
            raise StopError(
                "generating takes the owner's address; LIGGARE_SERVE_URL alone is not enough", USAGE
            )
        out.progress(f"genererar / generating {events:,} events, seed {seed}, on {place.origin}")
        try:
            with telling(events) as progress:
                made = generate(place.owner_url, events, seed, progress)
        except Unsafe as error:
            raise StopError(str(error), USAGE) from error
    return result_of(made, seed, events)


def result_of(made: Generated, seed: int, asked: int) -> Result:
    """What was made, and whether the history ended before it had as many events as were asked for."""
    new = made.events - made.before
    rate = round(new / made.seconds) if made.seconds else 0
    until = instant_text(made.recorded_at)
    document = {
        "ledger": made.ledger, "seed": seed, "asked": asked, "events": made.events, "commands": made.commands,
        "last_leaf": made.last_leaf.hex(), "until": until, "before": made.before,
        "seconds": round(made.seconds, 1),
        "rate": rate,
    }  # fmt: skip
    shown = (
        f"{made.ledger}, simulerad tid / simulated time",
        *both(
            f"{made.events} händelser av {made.commands} kommandon, till {until}",
            f"{made.events} events of {made.commands} commands, until {until}",
        ),
        f"nu / now: {new}, {made.seconds:.1f} s ({rate}/s)",
        "sista löv / last leaf",
        made.last_leaf.hex(),
    )
    fewer = f"färre än {asked}: avtalet tar slut / fewer than {asked}: the agreement ends"
    return Result(document, (*shown, fewer) if made.events < asked else shown)


__all__ = ["Out", "generate_", "result_of"]
