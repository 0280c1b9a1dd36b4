"""Writes the keys that sign checkpoints into the log: the first, and each that follows it."""

import secrets
from contextlib import closing
from functools import partial

from api.parts import Parts
from api.place import Place
from ledger.decisions.signing_keys import ChangeSigningKey, NameSigningKey
from ledger.errors import Unsafe
from ledger.events.signing_keys import Cause
from ledger.handle.shell import Envelope, Shell
from ledger.proof.announcement import change_text, naming_text, signature_over
from ledger.proof.note import SigningKey
from ledger.store.sealing import Sealer, connected

CLIENT = "liggare-cli"


def name_first_key(shell: Shell, key: SigningKey, actor: str, now: int, client: str = CLIENT) -> int:
    """The position at which a key is named as the log's first. Raises Refusal.

    The command's id is one for each key: two processes that name the same key at once do so once.
    """
    public = key.verifier
    signature = signature_over(naming_text(public), key)
    command = NameSigningKey(origin=key.name, key=public.text, signature=signature)
    envelope = Envelope(command, client, f"first-key-{public.id.hex()}", actor, None, now)
    return shell.handle(envelope).outcome.first


def change_key(parts: Parts, old: SigningKey, new: SigningKey, cause: Cause, reason: str, actor: str) -> int:
    """The position at which another key is announced under the one in force. Raises Refusal."""
    text = change_text(old.verifier, new.verifier, cause, reason)
    command = ChangeSigningKey(
        previous=old.verifier.text, key=new.verifier.text, cause=cause, reason=reason,
        signature=signature_over(text, old),
    )  # fmt: skip
    envelope = Envelope(command, CLIENT, f"key-{secrets.token_hex(8)}", actor, None, parts.clock.now())
    return parts.shell.handle(envelope).outcome.first


def seal_up_to(place: Place, key: SigningKey, position: int) -> int:
    """The size sealed once a key has signed the last checkpoint that is its own.

    Raises Corrupt where what is stored contradicts the last checkpoint.
    """
    with closing(Sealer(partial(connected, place.serve_url), key)) as sealer:
        try:
            while sealer.signed.size < position and sealer.seal() is not None:
                pass
        except Unsafe:  # a server sealed up to there meanwhile, and what follows is the next key's
            if sealer.signed.size < position:
                raise
        return sealer.signed.size
