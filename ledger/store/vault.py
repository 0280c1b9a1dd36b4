"""The port of the vault: persons' keys, the blind index and the command digest, apart from the ledger.

What identifies a person stands in the ledger only as ciphertext under that person's own key. Destroying the
key erases the person everywhere the ciphertext has gone, and breaks no proof. Two implementations keep one
contract: `vault_postgres.PostgresVault` and its twin `vault_memory.MemoryVault`.

No message or repr here holds an identity, a plaintext or key material: they name random ids and settings
only.
"""

from dataclasses import dataclass
from typing import Protocol

from ledger.errors import Corrupt, LedgerError

PLAINTEXT_BYTES_MAX = 64 * 1024


class VaultError(LedgerError):
    """Everything the vault refuses, or cannot do."""


class MasterKeyMissing(VaultError):
    """The environment holds no usable master key; the message names the variable and what belongs there."""


class MasterKeyWrong(VaultError):
    """A stored key was wrapped by another master key than those given; nothing is damaged."""


class KeyDestroyed(VaultError):
    """The person was erased: nothing can be read any more, and nothing new can be written about that id."""


class KeyUnknown(VaultError):
    """There is no key for this id: another vault's ciphertext, or a vault restored from before it."""


class Tampered(VaultError, Corrupt):
    """A ciphertext or a stored key is not what the vault wrote, or belongs to another person or purpose."""


class InvalidIdentity(VaultError, ValueError):
    """The identity cannot be one of its kind; the message says why, without repeating it."""


class Ciphertext(Protocol):
    """Anything with the three fields of `Protected`, such as an event's own field."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def nonce(self) -> str: ...  # noqa: D102
    @property
    def ciphertext(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, repr=False)
class Protected:
    """A ciphertext as an event stores it, in ASCII: the key's random id, and nonce and ciphertext in base64.

    The ciphertext's length tells that of the plaintext only up to the next multiple of 64 bytes.
    """

    key: str
    nonce: str
    ciphertext: str

    def __repr__(self) -> str:
        return f"Protected(key={self.key[:8]}…, {len(self.ciphertext)} characters)"


class Vault(Protocol):
    """Keeps each person's key, finds several registrations of one human, and digests commands.

    Every call asks the store (but `mac` without a subject, and `order_secret`), so a key destroyed anywhere
    is refused everywhere at once. All calls may be repeated without harm, from any number of processes; all
    raise `ledger.errors.Unavailable` when the store is silent.
    """

    def protect(self, subject: str, plaintext: bytes, purpose: str) -> Protected:
        """Encrypt for one person, whose key is made on first use. ``purpose`` must be given again to reveal.

        Args:
            subject: the person's random id; never an identity.
            plaintext: at most 64 KiB.
            purpose: what it is, as a code: ``name``, ``contact.phone``.

        Raises:
            KeyDestroyed: the person was erased.
            ValueError: an argument has another form.
        """
        ...

    def reveal(self, subject: str, protected: Ciphertext, purpose: str) -> bytes:
        """Decrypt. Raises KeyDestroyed, KeyUnknown, or Tampered when anything differs from what was given."""
        ...

    def destroy(self, subject: str, at: int) -> None:
        """Erase a person: key and index entries go; the id and the first instant given (µs) stay for ever."""
        ...

    def find_or_link(self, identity: str, kind: str, subject: str) -> tuple[str, ...]:
        """Register an identity for a subject; give the other subjects registered for it, the earliest first.

        Of subjects registered at the same time exactly one gets the empty answer. An erased subject is not
        found.

        Args:
            identity: as people write it; see `personnummer` for the forms.
            kind: ``personnummer``, which holds coordination numbers too.
            subject: the person's random id.

        Raises:
            InvalidIdentity: the identity cannot be one of its kind.
            KeyDestroyed: the person was erased.
        """
        ...

    def mac(self, content: bytes, subject: str | None = None) -> bytes:
        """The keyed digest (32 bytes) that recognises a repeated command; it never changes in a vault.

        Content that identifies a person is digested under that person's own key, so that after an erasure
        nobody can try other contents against it. Raises KeyDestroyed then.
        """
        ...

    def order_secret(self, ledger: str) -> bytes:
        """The secret (32 bytes) that the keys of a ledger's orders follow from; it never changes."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...
