"""Cosignatures by C2SP (c2sp.org/tlog-cosignature, by Ed25519): a witness's word on a checkpoint, dated.

It says that at this time the checkpoint was the largest one of its origin that the witness had seen, and that
it goes on from all that it had cosigned before. Under a note it is one more line of a signature.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.proof.note import (
    NoteError,
    Signature,
    SigningKey,
    VerifierKey,
    decoded,
    named,
    parsed_note,
)

ED25519_COSIGNATURE = b"\x04"
TIME_MAX = (1 << 63) - 1
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_KEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\Z")


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness who may be believed: its name and its public key of 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a cosignature names the key; of a log's key they would be others."""
        return sha256(self.name.encode() + b"\n" + ED25519_COSIGNATURE + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as it is given to others."""
        content = base64.b64encode(ED25519_COSIGNATURE + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{content}"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature: whose, when (POSIX seconds), and its line under the note, newline and all."""

    name: str
    cosigned_at: int
    line: str


def witness_key(key: SigningKey) -> WitnessKey:
    """The public half of a witness's key."""
    return WitnessKey(key.name, key.verifier.public)


def parsed_witness(text: str) -> WitnessKey:
    """A witness's public key from how it is given. Raises NoteError."""
    match = _KEY.match(text.strip())
    if match is None:
        raise NoteError("a witness's key is written as name+id+base64")
    content = decoded(match[3])
    if content[:1] != ED25519_COSIGNATURE or len(content) != len(ED25519_COSIGNATURE) + 32:
        raise NoteError("the key is none of a witness, by Ed25519 (type 0x04)")
    key = WitnessKey(named(match[1]), content[1:])
    if key.id.hex() != match[2]:
        raise NoteError("the key's id is not that of its name and its public key")
    return key


def cosigned(text: str, key: SigningKey, at: int) -> Cosignature:
    """A cosignature over a checkpoint's text, at this POSIX time; who calls it has checked what it says."""
    signature = Ed25519PrivateKey.from_private_bytes(key.seed).sign(_message(text, at))
    one = Signature(key.name, witness_key(key).id, at.to_bytes(_TIME_BYTES) + signature)
    return Cosignature(key.name, at, _line(one))


def cosignatures(note: bytes, keys: Iterable[WitnessKey]) -> list[Cosignature]:
    """The cosignatures of these witnesses under a note, in its order; others are left aside.

    Raises NoteError when one that names a witness of these is not by its key, or not over this text.
    """
    known = {(key.name, key.id): key for key in keys}
    parsed = parsed_note(note)
    found = ((known.get((one.name, one.key_id)), one) for one in parsed.signatures)
    return [_verified(parsed.text, one, key) for key, one in found if key is not None]


def signed_alone(note: bytes, keys: Iterable[VerifierKey]) -> bytes:
    """The note with the signatures of these keys and no other line. Raises NoteError.

    Anybody may write lines under a note; who keeps it keeps what he verified.
    """
    parsed = parsed_note(note)
    known = {(key.name, key.id) for key in keys}
    lines = [_line(one) for one in parsed.signatures if (one.name, one.key_id) in known]
    return f"{parsed.text}\n{''.join(lines)}".encode()


def _verified(text: str, one: Signature, key: WitnessKey) -> Cosignature:
    at = int.from_bytes(one.signature[:_TIME_BYTES])
    if len(one.signature) != _TIME_BYTES + _SIGNATURE_BYTES or at > TIME_MAX:
        raise NoteError(f"the cosignature of {key.name} is a time and a signature of Ed25519")
    try:
        public = Ed25519PublicKey.from_public_bytes(key.public)
        public.verify(one.signature[_TIME_BYTES:], _message(text, at))
    except InvalidSignature:
        raise NoteError(f"the cosignature of {key.name} is not over this text, or not by its key") from None
    return Cosignature(key.name, at, _line(one))


def _line(one: Signature) -> str:
    return f"— {one.name} {base64.b64encode(one.key_id + one.signature).decode()}\n"


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
