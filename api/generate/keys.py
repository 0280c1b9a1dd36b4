"""The vault of a generated ledger: keys that follow from the seed, and are kept nowhere.

The persons are made up, and nobody reads their names again. What a real vault would keep apart stands in no
database: to it, every person of a generated ledger is unknown.
"""

import base64
import hmac
from hashlib import sha256
from typing import NoReturn

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.store.vault import Ciphertext, KeyUnknown, Protected

_BLOCK = 64


class SeededVault:
    """Encrypts and digests with keys from a seed. It reveals nothing, links nobody and erases nobody."""

    def __init__(self, seed: int) -> None:
        self._root = sha256(f"liggare generate {seed}".encode()).digest()
        self._digests = self._derived("command-mac")

    def protect(self, subject: str, plaintext: bytes, purpose: str) -> Protected:
        """The same ciphertext for the same person and purpose, padded as a vault does."""
        key = self._derived(f"key {subject}")
        nonce = self._derived(f"nonce {subject} {purpose}")[:12]
        padded = plaintext.ljust(-(-len(plaintext) // _BLOCK) * _BLOCK, b"\0")
        sealed = AESGCM(key).encrypt(nonce, padded, f"{subject} {purpose}".encode())
        key_id = self._derived(f"id {subject}")[:16].hex()
        return Protected(key_id, base64.b64encode(nonce).decode(), base64.b64encode(sealed).decode())

    def mac(self, content: bytes, subject: str | None = None) -> bytes:
        """The keyed digest of a command."""
        key = self._digests if subject is None else self._derived(f"command-mac {subject}")
        return hmac.digest(key, content, "sha256")

    def order_secret(self, ledger: str) -> bytes:
        """What order keys would follow from in another ledger; a generated one's are everybody's."""
        return self._derived(f"orders {ledger}")

    def find_or_link(self, identity: str, kind: str, subject: str) -> tuple[str, ...]:  # noqa: ARG002  as the vault's
        """Nobody: every number of a generated history is one person's."""
        return ()

    def reveal(self, subject: str, protected: Ciphertext, purpose: str) -> NoReturn:  # noqa: ARG002  as the vault's
        """Never."""
        raise KeyUnknown(f"{subject} is a made-up person of a generated ledger")

    def destroy(self, subject: str, at: int) -> None:
        """Nothing: no key is kept."""

    def close(self) -> None:
        """Nothing."""

    def _derived(self, name: str) -> bytes:
        return hmac.digest(self._root, name.encode(), "sha256")
