"""`liggare keys`: the key that signs checkpoints: made, and its public half shown."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.program import PROGRAM, USAGE, Json, Result, StopError, carry_out, example
from api.opening import ledger_at
from api.place import place_of, write_secret
from api.sealing import NO_KEY, read_key, signing_key_of
from api.settings import Settings
from ledger.proof.note import NoteError, SigningKey

KEYS = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The key that signs checkpoints.")
PROGRAM.add_typer(KEYS, name="keys")

Target = Annotated[Path, typer.Argument(metavar="FILE", help="Where the key goes; nothing may be there yet.")]
Origin = Annotated[
    str,
    typer.Option(help="The ledger's name for ever, an address without https://: avrop.example.se/liggare."),
]


@KEYS.command("new", epilog=example("liggare keys new signing.key --origin avrop.example.se/liggare"))
def new(file: Target, origin: Origin, as_json: Json = False) -> None:
    """Make a signing key in a file that only its owner may read, and show its public half.

    LIGGARE_SIGNING_KEY then names the file. The first checkpoint pins the origin: a ledger keeps it for ever.
    """
    carry_out(as_json, lambda _: _new(file, origin))


@KEYS.command("show", epilog=example("liggare keys show", "liggare keys show --json"))
def show(as_json: Json = False) -> None:
    """Show the public half of this ledger's signing key: give it to everybody who shall check checkpoints."""
    carry_out(as_json, lambda _: _show())


def _new(file: Path, origin: str) -> Result:
    if file.exists():
        raise StopError(f"{file} exists already; a key is never overwritten", USAGE)
    try:
        key = SigningKey.generate(origin)
    except NoteError as error:
        raise StopError(f"--origin: {error}", USAGE) from error
    try:
        write_secret(file, key.text + "\n")
    except OSError as error:
        raise StopError(f"{file} cannot be written: {error.strerror}", USAGE) from error
    return _shown(read_key(file))


def _show() -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        key = signing_key_of(place, settings, ledger_at(place.serve_url))
    if key is None:
        raise StopError(NO_KEY)
    return _shown(key)


def _shown(key: SigningKey) -> Result:
    public = key.verifier
    document = {"origin": key.name, "key_id": public.id.hex(), "verifier_key": public.text}
    return Result(document, (public.text,))
