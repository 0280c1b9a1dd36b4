"""`liggare serve`: the server, on loopback, until it is told to stop."""

from typing import Annotated

import typer

from api.access import NOTICE
from api.cli.init import Simulated, wanted_mode
from api.cli.layout import both
from api.cli.program import DIFFERENT, PROGRAM, USAGE, Json, Out, Result, StopError, carry_out, example
from api.confirming import confirming
from api.opening import Mode, mode_of, opened
from api.parts import Parts
from api.place import Place, place_of
from api.policies import require_unedited
from api.running import LOOPBACK, listening, serve_until_stopped
from api.settings import Settings
from ledger.errors import Unsafe

MODES = {"simulated": "simulerad tid / simulated time", "real": "verklig tid / real time"}
NOTICE_SV = (
    "Identitet prövas inte än: Liggare-Actor och Liggare-Mandate tas på ordet. Bara den egna maskinen."
)
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="The port; LIGGARE_PORT or 8321 unless given.")
]


@PROGRAM.command(
    "serve", epilog=example("liggare serve", "liggare serve --port 9000 --real", "liggare serve --json")
)
def serve(port: Port = None, simulated: Simulated = None, as_json: Json = False) -> None:
    """Serve the ledger over HTTP on the loopback address, with its API description at /docs.

    Serves the ledger of the environment's addresses, or the one under LIGGARE_STATE_DIR, which it makes if
    it is not there (simulated unless --real). Stops at SIGINT or SIGTERM after answering what is under way.
    With --json the document is written when the server listens.
    """
    carry_out(as_json, lambda out: _serve(out, port, wanted_mode(simulated)))


def _serve(out: Out, port: int | None, wanted: Mode | None) -> Result:
    settings = Settings.from_environment()
    with place_of(settings) as place, opened(place, settings, _mode(place, wanted), seal=True) as parts:
        _unedited(parts)
        listener = listening(LOOPBACK, settings.port if port is None else port)
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        _announce(out, parts, place, url)
        with confirming(place.serve_url, settings.others):
            serve_until_stopped(parts, listener)
    out.progress("stoppad / stopped")
    raise typer.Exit


def _unedited(parts: Parts) -> None:
    try:
        require_unedited(parts.log)
    except Unsafe as error:
        raise StopError(str(error), DIFFERENT) from error


def _mode(place: Place, wanted: Mode | None) -> Mode:
    """The mode to serve in; a ledger of this program's own making is for trying out unless told otherwise."""
    own = place.origin.startswith("embedded")
    try:
        return mode_of(place.serve_url, wanted)
    except Unsafe as error:
        if own and wanted is None:
            return "simulated"
        raise StopError(str(error), USAGE) from error


def _announce(out: Out, parts: Parts, place: Place, url: str) -> None:
    head = parts.log.head().position
    out.show(
        f"liggare / ledger {parts.ledger.ledger}: {head} händelser / events",
        f"{MODES[parts.ledger.mode]}, {place.origin}",
        f"API            {url}/docs",
        f"redo / ready?  {url}/health/ready",
        *both(NOTICE_SV, NOTICE),
    )
    if place.demonstration_key:
        out.show(*both(
            "Huvudnyckeln ligger bredvid data: bara för demonstration (liggare doctor).",
            "The master key lies beside the data: for demonstration only (liggare doctor).",
        ))  # fmt: skip
    if out.as_json:
        named = {"ledger": parts.ledger.ledger, "mode": parts.ledger.mode, "position": head}
        out.document({"url": url, **named, "simulated": parts.simulated})
