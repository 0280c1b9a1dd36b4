"""The vault's cryptography: the master key, keys wrapped by it, and what is sealed under those.

AES-256-GCM with random 96-bit nonces throughout. Everything a ciphertext belongs to (person, key, purpose) is
bound to it as associated data, each part with its length, so that no two contexts read alike.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.store.vault import PLAINTEXT_BYTES_MAX, MasterKeyMissing, MasterKeyWrong, Tampered

Kind = Literal["person", "purpose"]

MASTER_KEY_VARIABLE = "LIGGARE_MASTER_KEY"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
BLOCK_BYTES = 64
LENGTH_BYTES = 4
DISTINCT_BYTES_MIN = 12  # 32 random bytes practically never have fewer; zeros and placeholders do


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A stored key: whose it is, its random id, which master key wraps it, and the wrapped key (60 bytes)."""

    kind: Kind
    holder: str
    key_id: str
    master_id: str
    wrapped: bytes = field(repr=False)


class MasterKey:
    """The key that wraps all others. Its id is a truncated keyed digest, and says nothing of the key."""

    __slots__ = ("_secret", "_wrapping", "id")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES or len(set(secret)) < DISTINCT_BYTES_MIN:
            raise MasterKeyMissing("a master key is 32 random bytes")
        self._secret = secret
        self._wrapping = AESGCM(_derived(secret, "wrapping"))
        self.id = _derived(secret, "id")[:8].hex()

    @classmethod
    def generate(cls) -> "MasterKey":
        """A new random master key; `exported` gives it for safe keeping."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_environment(cls, env: Mapping[str, str], variable: str = MASTER_KEY_VARIABLE) -> "MasterKey":
        """The master key in a variable, as base64 of 32 random bytes. Raises MasterKeyMissing."""
        text = env.get(variable, "").strip()
        if not text:
            raise MasterKeyMissing(f"{variable} is not set; it holds base64 of 32 random bytes")
        try:
            return cls(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError, MasterKeyMissing):
            raise MasterKeyMissing(f"{variable} must hold base64 of exactly 32 random bytes") from None

    def exported(self) -> str:
        """The secret itself, as the environment holds it: for a keeper of secrets, never for a log."""
        return base64.b64encode(self._secret).decode()

    def wrap(self, kind: Kind, holder: str, key_id: str, key: bytes) -> KeyRow:
        """A key as it may be stored, bound to its holder."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._wrapping.encrypt(nonce, key, context("wrap", kind, holder, key_id))
        return KeyRow(kind, holder, key_id, self.id, nonce + sealed)

    def unwrap(self, row: KeyRow) -> bytes:
        """The stored key. Raises MasterKeyWrong: another master wraps it; Tampered: the row is damaged."""
        if row.master_id != self.id:
            raise MasterKeyWrong(
                f"key {row.key_id} is wrapped by master key {row.master_id}, not by {self.id}"
            )
        nonce, sealed = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
        try:
            return self._wrapping.decrypt(nonce, sealed, context("wrap", row.kind, row.holder, row.key_id))
        except (InvalidTag, ValueError):
            raise Tampered(f"the stored key {row.key_id} is damaged") from None

    def __repr__(self) -> str:
        return f"MasterKey(id={self.id})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a master key is never copied or pickled")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master key that wraps new keys, and older ones that still unwrap theirs while a rotation lasts."""

    master: MasterKey
    older: tuple[MasterKey, ...] = ()

    def new_key(self, kind: Kind, holder: str) -> KeyRow:
        """A fresh random key, wrapped."""
        return self.master.wrap(kind, holder, secrets.token_hex(16), secrets.token_bytes(KEY_BYTES))

    def unwrap(self, row: KeyRow) -> bytes:
        """The stored key, by whichever master key wraps it. Raises MasterKeyWrong, Tampered."""
        wrapper = next((old for old in self.older if old.id == row.master_id), self.master)
        return wrapper.unwrap(row)


def context(*parts: str) -> bytes:
    """Parts joined unmistakably: each after its length as u16be."""
    encoded = [part.encode() for part in ("liggare-vault-1", *parts)]
    return b"".join(len(part).to_bytes(2) + part for part in encoded)


def seal(key: bytes, plaintext: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
    """(nonce, ciphertext) of a plaintext padded to a multiple of 64 bytes. Raises ValueError: too long."""
    if len(plaintext) > PLAINTEXT_BYTES_MAX:
        raise ValueError(f"what is protected may have {PLAINTEXT_BYTES_MAX} bytes at most")
    framed = len(plaintext).to_bytes(LENGTH_BYTES) + plaintext
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, framed + bytes(-len(framed) % BLOCK_BYTES), bound_to)


def unseal(key: bytes, nonce: bytes, ciphertext: bytes, bound_to: bytes) -> bytes:
    """The plaintext without its padding. Raises Tampered."""
    try:
        framed = AESGCM(key).decrypt(nonce, ciphertext, bound_to)
    except (InvalidTag, ValueError):
        raise Tampered("the ciphertext is damaged, or belongs to another person or purpose") from None
    return framed[LENGTH_BYTES:][: int.from_bytes(framed[:LENGTH_BYTES])]


def digest(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (32 bytes)."""
    return hmac.digest(key, message, "sha256")


def _derived(secret: bytes, use: str) -> bytes:
    return digest(secret, context("master", use))
