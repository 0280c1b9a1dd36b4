"""Signed notes by C2SP (c2sp.org/signed-note): a text, and lines of signatures under it, here by Ed25519.

Keys are written as the tools around C2SP write them: a verifier key is `name+id+base64`, a signing key the
same after `PRIVATE+KEY+`. The name is that of the log or witness; the id is short and no proof of anything.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTE_BYTES_MAX = 64 * 1024
ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"
_LINE = re.compile(r"— (\S+) (\S+)\Z")
_KEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\Z")


class NoteError(ValueError):
    """A note or key is not what it should be, or no known key signed it; the message says which."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may be believed: a name and a public key of 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names the key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as it is given to others."""
        return f"{self.name}+{self.id.hex()}+{_encoded(ED25519 + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether a signature over a text was made with this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The secret half: a name and a seed of 32 bytes, never shown by accident."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """A new key of this name. Raises NoteError for a name that cannot be one."""
        return cls(named(name), Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, public)

    @property
    def text(self) -> str:
        """The key as it is kept in a file that nobody else may read."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{_encoded(ED25519 + self.seed)}"

    def sign(self, text: str) -> str:
        """The signed note over a text, which ends with a newline."""
        if not text.endswith("\n") or not _clean(text):
            raise NoteError("the text of a note ends with a newline and has no other control characters")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n— {self.name} {_encoded(self.verifier.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: whose it says it is, the key's id, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart; nothing in it may be believed before a signature is verified."""

    text: str
    signatures: tuple[Signature, ...]


def named(name: str) -> str:
    """The name, if a key can have it. Raises NoteError."""
    if not name or "+" in name or any(one.isspace() for one in name) or not _clean(name):
        raise NoteError("a key's name has neither spaces nor plus signs, and is not empty")
    return name


def parsed_verifier(text: str) -> VerifierKey:
    """A verifier key from how it is written. Raises NoteError."""
    name, key_id, public = _key(text.strip())
    key = VerifierKey(name, public)
    if key.id != key_id:
        raise NoteError("the key's id is not that of its name and its public key")
    return key


def parsed_signer(text: str) -> SigningKey:
    """A signing key from how it is kept. Raises NoteError, which does not repeat the key."""
    kept = text.strip()
    if not kept.startswith(_PRIVATE):
        raise NoteError("a signing key begins with PRIVATE+KEY+")
    name, key_id, seed = _key(kept.removeprefix(_PRIVATE))
    key = SigningKey(name, seed)
    if key.verifier.id != key_id:
        raise NoteError("the key's id is not that of its name and its public key")
    return key


def parsed_note(content: bytes) -> Note:
    """A note taken apart at its last empty line. Raises NoteError."""
    if len(content) > NOTE_BYTES_MAX:
        raise NoteError("the note is too long")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8") from None
    text, between, lines = whole.rpartition("\n\n")
    if not (between and lines.endswith("\n") and _clean(whole)):
        raise NoteError("a note is a text, an empty line, and lines of signatures; this is none")
    return Note(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))


def opened_note(content: bytes, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that at least one of the keys signed.

    Raises NoteError when none did, or when a signature that names one of them is not by it.
    """
    note = parsed_note(content)
    known = {(key.name, key.id): key for key in keys}
    found = [(known.get((one.name, one.key_id)), one.signature) for one in note.signatures]
    by_known = [(key, signature) for key, signature in found if key is not None]
    if not by_known:
        raise NoteError("the note is not signed by a key that is known")
    for key, signature in by_known:
        if not key.verifies(note.text, signature):
            raise NoteError(f"the signature of {key.name} is not over this text, or not by its key")
    return note.text


def _signature(line: str) -> Signature:
    match = _LINE.match(line)
    if match is None:
        raise NoteError("a line of a signature is: em dash, name, base64")
    content = decoded(match[2])
    if len(content) <= len(b"name"):
        raise NoteError("a signature has a key's id and something after it")
    return Signature(named(match[1]), content[:4], content[4:])


def _key(text: str) -> tuple[str, bytes, bytes]:
    match = _KEY.match(text)
    if match is None:
        raise NoteError("a key is written as name+id+base64")
    content = decoded(match[3])
    if content[:1] != ED25519 or len(content) != len(ED25519) + 32:
        raise NoteError("the key is none of Ed25519")
    return named(match[1]), bytes.fromhex(match[2]), content[1:]


def decoded(text: str) -> bytes:
    """Octets from base64, of which there is one way to write them. Raises NoteError."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        content = b""
    if _encoded(content) != text:
        raise NoteError("this is not base64, padded and without a bit to spare")
    return content


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _clean(text: str) -> bool:
    return all(one == "\n" or one >= " " for one in text)
