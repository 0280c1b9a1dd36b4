"""What somebody kept of a ledger, given to the program as files and keys: checkpoints, and who signs them."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from api.cli.program import NOT_CHECKED, USAGE, StopError
from api.opening import ledger_at
from api.place import Place
from api.sealing import keys_at, signing_key_of
from api.settings import Settings, SettingsError
from ledger.errors import Unsafe
from ledger.proof.checkpoint import Checkpoint, opened_checkpoint, unverified_checkpoint
from ledger.proof.note import NOTE_BYTES_MAX, NoteError, VerifierKey, parsed_verifier
from ledger.store.sealing_tree import SealedNote, StoredTree

Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key", metavar="KEY", help="A public key that checkpoints may be signed with (keys show)."
    ),
]

NOT_KEPT = "hur långt det kommit sparas inte / how far it has come is not kept: {}"


def keys_of(texts: Sequence[str] | None) -> tuple[VerifierKey, ...]:
    """The keys that were given. Raises StopError."""
    try:
        return tuple(parsed_verifier(text) for text in texts or ())
    except NoteError as error:
        raise StopError(f"--key: {error}", USAGE) from error


def own_key(place: Place, settings: Settings) -> tuple[VerifierKey, ...]:
    """The public half of the signing key that this installation has; nothing where it has none to be used."""
    try:
        key = signing_key_of(place, settings, ledger_at(place.serve_url), make=False)
    except (SettingsError, Unsafe):
        return ()
    return (key.verifier,) if key else ()


def sealed_at(tree: StoredTree | None, size: int | None) -> tuple[StoredTree, SealedNote]:
    """The tree with the checkpoint of a size, or with the newest one. Raises StopError."""
    if tree is None or (newest := tree.newest()) is None:
        raise StopError("there is no checkpoint yet; make one with: liggare seal")
    found = newest if size is None else tree.checkpoint(size)
    if found is None:
        raise StopError(f"--size: there is no checkpoint of {size}; the newest is of {newest.size}")
    return tree, found


def signers_of(
    note: SealedNote, given: Sequence[VerifierKey], place: Place, settings: Settings
) -> tuple[VerifierKey, ...]:
    """Who signed a checkpoint, of the keys given, this installation's own and those that the log names.

    Raises StopError where none of them did.
    """
    named = (one.key for one in keys_at(place.serve_url).keys)
    found = []
    for key in dict.fromkeys((*given, *own_key(place, settings), *named)):
        with suppress(NoteError):
            opened_checkpoint(note.note, [key])
            found.append(key)
    if not found:
        raise StopError(f"the checkpoint of {note.size}: no key that is known signed it; give it with --key")
    return tuple(found)


def note_in(file: Path) -> bytes:
    """The bytes of a kept checkpoint. Raises StopError."""
    try:
        with file.open("rb") as content:
            return content.read(NOTE_BYTES_MAX + 1)
    except OSError as error:
        raise StopError(f"{file}: {error.strerror}", USAGE) from error


def checkpoint_in(file: Path, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The checkpoint in a file, opened with the keys if there are any. Raises StopError."""
    note = note_in(file)
    try:
        return opened_checkpoint(note, keys) if keys else unverified_checkpoint(note)
    except NoteError as error:
        raise StopError(f"{file} holds no checkpoint to be believed: {error}", NOT_CHECKED) from error
