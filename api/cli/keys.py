"""`liggare keys`: the key that signs checkpoints: made, shown, named in the log, and followed by another."""

from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from api.announcing import change_key, name_first_key, seal_up_to
from api.cli.layout import both
from api.cli.program import (
    CODES,
    PROGRAM,
    USAGE,
    Json,
    Result,
    StopError,
    carry_out,
    example,
)
from api.opening import ledger_at, opened
from api.place import Place, place_of, write_secret
from api.sealing import NO_KEY, keys_at, read_key, sealed_by, signing_key_of
from api.settings import Settings
from ledger.events.signing_keys import Cause
from ledger.facts.signing_keys import Chain, InForce
from ledger.proof.note import NoteError, SigningKey

KEYS = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The key that signs checkpoints.")
PROGRAM.add_typer(KEYS, name="keys")

Target = Annotated[Path, typer.Argument(metavar="FILE", help="Where the key goes; nothing may be there yet.")]
Next = Annotated[Path, typer.Argument(metavar="FILE", help="The key that follows, made with keys new.")]
Origin = Annotated[
    str,
    typer.Option(help="The ledger's name for ever, an address without https://: avrop.example.se/liggare."),
]
Actor = Annotated[str, typer.Option(help="The operator's pseudonym.")]
Reason = Annotated[str, typer.Option(help="Why; recorded for ever, so without personal data.")]
Because = Annotated[str, typer.Option("--because", help=f"One of {', '.join(get_args(Cause))}.")]


@KEYS.command("new", epilog=example("liggare keys new signing.key --origin avrop.example.se/liggare"))
def new(file: Target, origin: Origin, as_json: Json = False) -> None:
    """Make a signing key in a file that only its owner may read, and show its public half.

    LIGGARE_SIGNING_KEY then names the file. The first checkpoint pins the origin: a ledger keeps it for ever.
    Where the file is named before the ledger is made, its public half stands in the log right after the
    genesis.
    """
    carry_out(as_json, lambda _: _new(file, origin))


@KEYS.command("show", epilog=example("liggare keys show", "liggare keys show --json"))
def show(as_json: Json = False) -> None:
    """Show the public half of this ledger's signing key: give it to everybody who shall check checkpoints."""
    carry_out(as_json, lambda _: _show())


@KEYS.command("list", epilog=example("liggare keys list"))
def listed(as_json: Json = False) -> None:
    """List the keys that the log names, and of which sizes each signs the checkpoints."""
    carry_out(as_json, lambda _: _listed())


@KEYS.command("name", epilog=example("liggare keys name --actor operator-1"))
def name(actor: Actor, as_json: Json = False) -> None:
    """Write this ledger's origin and signing key into the log, as the first; signed by that key."""
    carry_out(as_json, lambda _: _name(actor))


@KEYS.command(
    "rotate",
    epilog=example(
        'liggare keys rotate next.key --reason "yearly rotation" --actor operator-1',
        'liggare keys rotate next.key --because compromised --reason "lost laptop" --actor operator-1',
    ) + "\n\n" + CODES,
)  # fmt: skip
def rotate(
    file: Next, reason: Reason, actor: Actor, because: Because = "rotated", as_json: Json = False
) -> None:
    """Let another key sign from here on: announced in the log, under the signature of the key in force.

    The old key seals everything up to and with the announcement, and nothing after it. Then name the new file
    in LIGGARE_SIGNING_KEY and start `liggare serve` again: a server with the old key seals no more, and says
    so.
    """
    carry_out(as_json, lambda _: _rotate(file, reason, actor, because))


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
        return _shown(_own(place, settings))


def _listed() -> Result:
    with place_of(Settings.from_environment(), make=False) as place:
        chain = keys_at(place.serve_url)
    return _list_of(chain)


def _name(actor: str) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        key = _own(place, settings)
        if (stranger := sealed_by(place.serve_url, key)) is not None:
            raise StopError(f"the last checkpoint is not by this key: {stranger}")
        with opened(place, settings, follow=False) as parts:
            position = name_first_key(parts.shell, key, actor, parts.clock.now())
    document = {"position": position, "origin": key.name, "verifier_key": key.verifier.text}
    return Result(document, (f"namngiven vid / named at p{position}", key.verifier.text))


def _rotate(file: Path, reason: str, actor: str, because: str) -> Result:
    if because not in get_args(Cause):
        raise StopError(f"--because: one of {', '.join(get_args(Cause))}", USAGE)
    following, settings = read_key(file), Settings.from_environment()
    with place_of(settings, make=False) as place:
        key = _own(place, settings)
        with opened(place, settings, follow=False) as parts:
            position = change_key(parts, key, following, cast("Cause", because), reason, actor)
        sealed = seal_up_to(place, key, position)
    document = {
        "position": position, "sealed": sealed, "previous": key.verifier.text,
        "verifier_key": following.verifier.text, "cause": because,
    }  # fmt: skip
    sv = (
        f"Tillkännagiven vid p{position}, dit den gamla nyckeln har förseglat. Låt nu LIGGARE_SIGNING_KEY"
        f" vara {file}, och starta servern igen."
    )
    en = (
        f"Announced at p{position}, up to where the old key has sealed. Now set LIGGARE_SIGNING_KEY to"
        f" {file}, and start the server again."
    )
    return Result(document, (following.verifier.text, *both(sv, en)))


def _own(place: Place, settings: Settings) -> SigningKey:
    key = signing_key_of(place, settings, ledger_at(place.serve_url))
    if key is None:
        raise StopError(NO_KEY)
    return key


def _shown(key: SigningKey) -> Result:
    public = key.verifier
    document = {"origin": key.name, "key_id": public.id.hex(), "verifier_key": public.text}
    return Result(document, (public.text,))


def _list_of(chain: Chain) -> Result:
    keys = [
        {
            "verifier_key": one.key.text, "announced": one.announced, "after": one.after, "upto": one.upto,
            "ended": one.ended,
        }
        for one in chain.keys
    ]  # fmt: skip
    document = {"keys": keys, "findings": [{"position": at, "what": what} for at, what in chain.wrong]}
    wrong = tuple(f"p{at}: {what}" for at, what in chain.wrong)
    if not keys:
        return Result(
            document, ("loggen namnger ingen nyckel / the log names no key (liggare keys name)", *wrong)
        )
    shown = [line for one in chain.keys for line in _lines(one)]
    return Result(document, (*shown, *wrong))


def _lines(one: InForce) -> tuple[str, str]:
    """What a key signs, and the key on a line of its own, to be copied."""
    return f"sedan / since p{one.announced}, {_reach(one)}", one.key.text


_ENDED = {
    "rotated": "utbytt / rotated",
    "revoked": "återkallad / revoked",
    "compromised": "röjd / compromised",
}


def _reach(one: InForce) -> str:
    since = f"kontrollpunkter / checkpoints p{one.after + 1}–"
    return since if one.upto is None else f"{since}p{one.upto}: {_ENDED[one.ended]}"
