"""What every vault does, over the few reads and writes that differ between them.

A person's key is never kept in memory: each call reads the row, since that read is what makes an erasure hold
in all processes at once, and unwrapping costs little beside it. Only the purpose keys, which nobody can
erase, stay.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol, Self

from ledger.store.personnummer import normalised
from ledger.store.vault import (
    Ciphertext,
    InvalidIdentity,
    KeyDestroyed,
    KeyUnknown,
    Protected,
    Tampered,
    Vault,
)
from ledger.store.vault_keys import Keyring, KeyRow, Kind, MasterKey, context, digest, seal, unseal
from ledger.values import ID_PATTERN, INSTANT_MAX, STOCKHOLM

SUBJECT = re.compile(ID_PATTERN)
LIKE_AN_IDENTITY = re.compile(r"[0-9]{6}([0-9]{2})?-?[0-9]{4}")
PURPOSE = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
BLIND_INDEX = "blind-index"
COMMAND_MAC = "command-mac"
ORDER_KEYS = "order-keys"
REWRAP_BATCH = 500

NORMALISERS: Mapping[str, Callable[[str, date], str]] = MappingProxyType({"personnummer": normalised})


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stays of an erased person's key: the instant of erasure (µs)."""

    destroyed_at: int


class Rows(Protocol):
    """Where wrapped keys and index entries lie. Each call is durable and atomic by itself."""

    def find(self, kind: Kind, holder: str) -> KeyRow | Tombstone | None:
        """The row of a holder as it is now."""
        ...

    def add(self, row: KeyRow) -> KeyRow | Tombstone:
        """Store a first key unless the holder has a row; give what is stored."""
        ...

    def link(self, index: bytes, subject: str) -> tuple[str, ...] | None:
        """Enter a living subject under an index; give the others, earliest first; None if it is dead."""
        ...

    def destroy(self, subject: str, at: int) -> None:
        """Replace a person's key by a tombstone unless there is one, and remove the index entries."""
        ...

    def wrapped_by(self, master_id: str, limit: int) -> Sequence[KeyRow]:
        """Some of the keys that this master key wraps."""
        ...

    def rewrap(self, exchanges: Sequence[tuple[KeyRow, KeyRow]]) -> None:
        """Put the second of each pair in place of the first, where the first still stands."""
        ...

    def close(self) -> None:
        """Release what is held."""
        ...


def today_in_stockholm() -> date:
    """The local date; it settles the century of a ten-digit identity number."""
    return datetime.now(STOCKHOLM).date()


class KeyedVault(Vault):
    """A `Vault` over rows. It starts by reading the purpose keys, so a wrong master key shows at once."""

    def __init__(self, rows: Rows, keyring: Keyring, today: Callable[[], date] = today_in_stockholm) -> None:
        self._rows = rows
        self._keyring = keyring
        self._today = today
        self._index_key = self._purpose_key(BLIND_INDEX)
        self._mac_key = self._purpose_key(COMMAND_MAC)
        self._orders_key = self._purpose_key(ORDER_KEYS)

    def protect(self, subject: str, plaintext: bytes, purpose: str) -> Protected:
        """Encrypt for one person; see `Vault.protect`."""
        row = self._made(_subject(subject))
        key = self._keyring.unwrap(row)
        nonce, ciphertext = seal(key, plaintext, _bound(subject, row.key_id, purpose))
        return Protected(row.key_id, base64.b64encode(nonce).decode(), base64.b64encode(ciphertext).decode())

    def reveal(self, subject: str, protected: Ciphertext, purpose: str) -> bytes:
        """Decrypt; see `Vault.reveal`."""
        row = _living(self._rows.find("person", _subject(subject)))
        if row.key_id != protected.key:
            raise Tampered("the ciphertext names a key that is not this person's")
        key = self._keyring.unwrap(row)
        bound_to = _bound(subject, row.key_id, purpose)
        return unseal(key, _decoded(protected.nonce), _decoded(protected.ciphertext), bound_to)

    def destroy(self, subject: str, at: int) -> None:
        """Erase a person; see `Vault.destroy`."""
        if not 0 <= at <= INSTANT_MAX:
            raise ValueError("an instant is given in microseconds since the epoch")
        self._rows.destroy(_subject(subject), at)

    def find_or_link(self, identity: str, kind: str, subject: str) -> tuple[str, ...]:
        """Register an identity for a subject; see `Vault.find_or_link`."""
        normaliser = NORMALISERS.get(kind)
        if normaliser is None:
            raise InvalidIdentity(f"identities are of the kinds {', '.join(NORMALISERS)}")
        index = digest(self._index_key, context(kind, normaliser(identity, self._today())))
        self._made(_subject(subject))
        others = self._rows.link(index, subject)
        if others is None:
            raise KeyDestroyed("the person behind this id was erased")
        return others

    def mac(self, content: bytes, subject: str | None = None) -> bytes:
        """The keyed digest of a command; see `Vault.mac`."""
        if subject is None:
            return digest(self._mac_key, content)
        own = self._keyring.unwrap(self._made(_subject(subject)))
        return digest(digest(own, context(COMMAND_MAC, subject)), content)

    def order_secret(self, ledger: str) -> bytes:
        """What the keys of a ledger's orders follow from; see `Vault.order_secret`."""
        return digest(self._orders_key, context(ORDER_KEYS, ledger))

    def rewrap(self, old: MasterKey, new: MasterKey) -> int:
        """Wrap by ``new`` every key that ``old`` wraps, and every later key; give the number of the former.

        Nothing else changes: ciphertexts, index and digests stay as they are. Processes that know only
        ``old`` are refused afterwards (`MasterKeyWrong`), so first start them with ``new`` and, as an older
        key, ``old``. A run that was cut short is simply repeated. Raises Tampered at a damaged key; those
        before it are done.
        """
        if old.id == new.id:
            raise ValueError("the two master keys are the same")
        self._keyring = Keyring(new, (old,))
        count = 0
        while rows := self._rows.wrapped_by(old.id, REWRAP_BATCH):
            self._rows.rewrap(
                [(row, new.wrap(row.kind, row.holder, row.key_id, old.unwrap(row))) for row in rows]
            )
            count += len(rows)
        return count

    def close(self) -> None:
        """Release connections."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _made(self, subject: str) -> KeyRow:
        found = self._rows.find("person", subject)
        return _living(found or self._rows.add(self._keyring.new_key("person", subject)))

    def _purpose_key(self, purpose: str) -> bytes:
        found = self._rows.find("purpose", purpose)
        return self._keyring.unwrap(
            _living(found or self._rows.add(self._keyring.new_key("purpose", purpose)))
        )


def _living(found: KeyRow | Tombstone | None) -> KeyRow:
    if found is None:
        raise KeyUnknown("there is no key for this id; is this the vault that protected it?")
    if isinstance(found, Tombstone):
        raise KeyDestroyed("the person behind this id was erased")
    return found


def _subject(subject: str) -> str:
    """Ids of subjects are stored in the clear for ever, so one that is an identity itself is refused."""
    if SUBJECT.fullmatch(subject) is None or LIKE_AN_IDENTITY.fullmatch(subject):
        raise ValueError(
            "a subject is a random id of lower-case letters, digits and hyphens, and no identity number"
        )
    return subject


def _bound(subject: str, key_id: str, purpose: str) -> bytes:
    if PURPOSE.fullmatch(purpose) is None:
        raise ValueError("a purpose is a code such as contact.phone")
    return context("protected", subject, key_id, purpose)


def _decoded(text: str) -> bytes:
    """Base64 in its one canonical spelling, so that not a single character can be changed unnoticed."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content or base64.b64encode(content).decode() != text:
        raise Tampered("the ciphertext is not the base64 that was written")
    return content
