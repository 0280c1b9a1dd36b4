"""Groups locked under the key of an order until the award that opens it tells the key (docs/format.md).

Every key follows from one secret of the ledger and the order's id, so there is nothing to store beside an
append and nothing that a crash between two stores could lose; a key that is told says nothing of another's.
"""

import hmac
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import Corrupt
from ledger.store.body import HASH_BYTES, LOCKED, NO_SECRET, commitment, groups_of

KEY_BYTES, NONCE_BYTES, BLOCK_BYTES = 32, 12, 64
ORDER_TAG = "order:"
GENERATED = "generated-"
_KEYS_KEPT = 8192
_ORDER_AT = HASH_BYTES + 1
_FIRST = HASH_BYTES + 1

Opened = Callable[[bytes, bytes], bytes | None]
"""Gives salt and canonical JSON of a group, of its name and what it holds locked; None without the key."""


@dataclass(frozen=True, slots=True)
class OrderKey:
    """The key of one order (32 bytes)."""

    order: str
    key: bytes = field(repr=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)
    _mark: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name = self.order.encode()
        object.__setattr__(self, "_cipher", AESGCM(self.key))
        object.__setattr__(self, "_mark", len(name).to_bytes(1, "big") + name)

    def locked(self, name: bytes, committed: bytes, plain: bytes) -> bytes:
        """What a locked group holds: its commitment, the order, and salt and JSON (``plain``) encrypted.

        The nonce is the beginning of the commitment: that hides 32 random bytes, so it comes once, and the
        same group is locked to the same bytes. Lengths show only in steps of 64 bytes.
        """
        padded = plain.ljust(-(-len(plain) // BLOCK_BYTES) * BLOCK_BYTES, b"\0")
        sealed = self._cipher.encrypt(committed[:NONCE_BYTES], padded, committed + name)
        return b"".join((committed, self._mark, sealed))

    def opened(self, name: bytes, held: bytes) -> bytes | None:
        """Salt and canonical JSON of a locked group, unchecked; None where this is not its key."""
        committed, sealed = held[:HASH_BYTES], held[_ORDER_AT + held[HASH_BYTES] :]
        try:
            return self._cipher.decrypt(held[:NONCE_BYTES], sealed, committed + name).rstrip(b"\0")
        except (InvalidTag, ValueError):
            return None


class OrderKeys:
    """The keys of all orders of a ledger, from its secret (32 bytes); one's own processes may be sent it."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("the secret of a ledger's orders is 32 bytes")
        self._secret = secret

    def of(self, order: str) -> OrderKey:
        """The key of an order."""
        return _key_of(self._secret, order.encode())

    def opened(self, name: bytes, held: bytes) -> bytes | None:
        """Salt and canonical JSON of a group that these keys lock; None of another."""
        return _key_of(self._secret, held[_ORDER_AT : _ORDER_AT + held[HASH_BYTES]]).opened(name, held)

    def unlocked(self, body: bytes) -> bytes:
        """A body with everything shown that these keys lock. Raises Corrupt."""
        return unlocked(body, self.opened) if may_be_locked(body) else body

    def packed(
        self, contents: Sequence[tuple[bytes, bytes]], secret: bytes, order: str, names: Collection[bytes]
    ) -> tuple[bytes, bytes]:
        """(body, root) of groups as (name, canonical JSON), those of these names locked; the root stays.

        The secret is left out: the salts of what is locked follow from it.
        """
        key, count = self.of(order), len(contents).to_bytes(1, "big")
        body, root = [NO_SECRET, count], [b"\x02", count]
        for name, content in contents:
            mark = len(name).to_bytes(1, "big") + name
            salt = sha256(b"\x04" + secret + mark).digest()
            committed = sha256(b"\x03" + salt + mark + content).digest()
            root += (mark, committed)
            if name in names:
                kind, held = b"\x03", key.locked(name, committed, salt + content)
            else:
                kind, held = b"\x02", salt + content
            body += (kind, mark, len(held).to_bytes(4, "big"), held)
        return b"".join(body), sha256(b"".join(root)).digest()


@lru_cache(maxsize=16)
def public_secret(ledger: str) -> bytes | None:
    """The secret of the orders of a generated ledger, which its id tells everybody; None of any other."""
    return sha256(b"orders of " + ledger.encode()).digest() if ledger.startswith(GENERATED) else None


@lru_cache(maxsize=_KEYS_KEPT)
def _key_of(secret: bytes, order: bytes) -> OrderKey:
    return OrderKey(order.decode("ascii", "replace"), hmac.digest(secret, order, "sha256"))


def may_be_locked(body: bytes | None) -> bool:
    """Whether a group of a body may be locked: a body with its secret, or none at all, has no such group."""
    return body is not None and body[:HASH_BYTES] == NO_SECRET


def unlocked(body: bytes, opened: Opened) -> bytes:
    """A body without a secret, with every locked group shown that is opened; no commitment is checked.

    Raises Corrupt.
    """
    parts, at = [body[:_FIRST]], _FIRST
    try:
        for _ in range(body[HASH_BYTES]):
            begin, start = at, at + 6 + body[at + 1]
            at = start + int.from_bytes(body[start - 4 : start], "big")
            plain = opened(body[begin + 2 : start - 4], body[start:at]) if body[begin] == LOCKED else None
            if plain is None:
                parts.append(body[begin:at])
            else:
                parts += (b"\x02", body[begin + 1 : start - 4], len(plain).to_bytes(4, "big"), plain)
    except IndexError as error:
        raise Corrupt("a body ends before its last group") from error
    if at != len(body):
        raise Corrupt("a body is longer or shorter than its groups")
    return b"".join(parts)


def orders_of(body: bytes) -> set[str]:
    """The orders under whose keys groups of a body are locked. Raises Corrupt."""
    return {order_of(one.commitment + one.locked) for one in groups_of(body) if one.locked}


def opens(body: bytes, keys: Collection[OrderKey]) -> bool:
    """Whether every group that is locked under the order of one of these keys opens to what it commits to."""
    by_order = {key.order: key for key in keys}
    return all(_right(*one, by_order) for one in _locked(body))


def order_of(held: bytes) -> str:
    """The order under whose key a group is locked, of what it holds."""
    return held[_ORDER_AT : _ORDER_AT + held[HASH_BYTES]].decode("ascii", "replace")


def _locked(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((one.name, one.commitment + one.locked) for one in groups_of(body) if one.locked)


def _right(name: bytes, held: bytes, keys: dict[str, OrderKey]) -> bool:
    key = keys.get(order_of(held))
    if key is None:
        return True
    plain = key.opened(name, held)
    return plain is not None and commitment(plain[:HASH_BYTES], name, plain[HASH_BYTES:]) == held[:HASH_BYTES]
