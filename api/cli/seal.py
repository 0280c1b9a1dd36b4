"""`liggare seal`: a checkpoint over everything recorded, at once."""

from contextlib import closing
from functools import partial

from api.cli.layout import both
from api.cli.program import CODES, PROGRAM, Json, Out, Result, StopError, carry_out, example
from api.opening import ledger_at
from api.place import place_of
from api.sealing import NO_KEY, signing_key_of
from api.settings import Settings
from ledger.proof.checkpoint import Checkpoint
from ledger.store.sealing import Sealer, connected


@PROGRAM.command("seal", epilog=example("liggare seal", "liggare seal --json") + "\n\n" + CODES)
def seal(as_json: Json = False) -> None:
    """Extend the tree over everything recorded and sign a checkpoint over it.

    `liggare serve` does so by itself a moment after each append; this is for a ledger that nobody serves. 3
    is the exit code when what is stored no longer goes on from the last checkpoint: nothing is signed then.
    """
    carry_out(as_json, _seal)


def _seal(out: Out) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        key = signing_key_of(place, settings, ledger_at(place.serve_url))
        if key is None:
            raise StopError(NO_KEY)
        with closing(Sealer(partial(connected, place.serve_url), key)) as sealer:
            made = _sealed(sealer, out)
            newest = made or sealer.signed
    document = {"origin": key.name, "size": newest.size, "root": newest.root.hex(), "new": made is not None}
    size = newest.size
    sv, en = f"förseglad till p{size}", f"sealed up to p{size}"
    if made is None:
        sv, en = f"inget nytt sedan kontrollpunkten p{size}", f"nothing new since the checkpoint p{size}"
    return Result(document, (key.name, *both(sv, en), "rot / root", newest.root.hex()))


def _sealed(sealer: Sealer, out: Out) -> Checkpoint | None:
    last = None
    while (made := sealer.seal()) is not None:
        if last is not None:
            out.progress(f"sealed up to p{made.size}")
        last = made
    return last
