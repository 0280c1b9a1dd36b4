"""Receipts: that a record stands in the log (RFC 9942), and before a place may be told, that it was received.

A receipt of inclusion is an inclusion proof of RFC 9162 under the log's signature on the root that it leads
to. A commitment has neither position nor size: 64 bytes of each record that fix everything in it, the whole
second it was recorded in, and the log's signature.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import cbor2
import msgspec

from ledger.proof.check import ProofError, check_inclusion, root_by_inclusion
from ledger.proof.cose import (
    ALGORITHM,
    CLAIMS,
    CONTENT_TYPE,
    EDDSA,
    ISSUED_AT,
    ISSUER,
    KEY_ID,
    check_signature,
    known_key,
    read,
    signed,
    taken_apart,
    written,
)
from ledger.proof.note import SigningKey, VerifierKey

COMMITMENT_BYTES = 64
COMMITMENT_TYPE = "application/x.liggare-commitment"
MEDIA_TYPE = 'application/cose; cose-type="cose-sign1"'
_STRUCTURE, _PROOFS = 395, 396  # vds and vdp of RFC 9942
_RFC9162_SHA256 = 1
_INCLUSION = -1
_Proof = tuple[int, int, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt of inclusion taken apart: whose it says it is, the tree's size, the leaf's index, the path.

    The root is not in it: it is what the leaf and the path lead to.
    """

    origin: str
    key_id: bytes
    size: int
    index: int
    path: tuple[bytes, ...]
    signature: bytes = b""

    @property
    def protected(self) -> bytes:
        """The header that is signed."""
        claims = {ISSUER: self.origin}
        return cbor2.dumps(
            {ALGORITHM: EDDSA, KEY_ID: self.key_id, CLAIMS: claims, _STRUCTURE: _RFC9162_SHA256}
        )

    @property
    def content(self) -> bytes:
        """The receipt as it is given."""
        proof = cbor2.dumps([self.size, self.index, list(self.path)])
        return written(self.protected, {_PROOFS: {_INCLUSION: [proof]}}, None, self.signature)

    def root(self, entry: bytes) -> bytes:
        """The root that the entry of a record leads to. Raises ProofError."""
        return root_by_inclusion(_leaf(entry), self.index, self.size, self.path)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment taken apart: whose, 64 bytes of each record of the command, the second (POSIX)."""

    origin: str
    key_id: bytes
    committed: bytes
    recorded_at: int
    signature: bytes = b""

    @property
    def protected(self) -> bytes:
        """The header that is signed."""
        claims = {ISSUER: self.origin, ISSUED_AT: self.recorded_at}
        return cbor2.dumps(
            {ALGORITHM: EDDSA, CONTENT_TYPE: COMMITMENT_TYPE, KEY_ID: self.key_id, CLAIMS: claims}
        )

    @property
    def content(self) -> bytes:
        """The commitment as it is given."""
        return written(self.protected, {}, self.committed, self.signature)

    def records(self) -> tuple[bytes, ...]:
        """The 64 bytes of each record, in order."""
        whole, width = self.committed, COMMITMENT_BYTES
        return tuple(whole[at : at + width] for at in range(0, len(whole), width))


def signed_receipt(
    key: SigningKey, entry: bytes, size: int, index: int, path: Sequence[bytes], root: bytes
) -> bytes:
    """A receipt for the record of this entry, under a root that the caller knows to be the log's own.

    Raises ProofError when the path does not lead there: nothing is signed then.
    """
    check_inclusion(_leaf(entry), index, size, path, root)
    made = Receipt(key.name, key.verifier.id, size, index, tuple(path))
    return replace(made, signature=signed(key, made.protected, root)).content


def signed_commitment(key: SigningKey, committed: bytes, recorded_at: int) -> bytes:
    """A commitment to records, 64 bytes of each, in this whole second."""
    made = Commitment(key.name, key.verifier.id, committed, recorded_at)
    return replace(made, signature=signed(key, made.protected, committed)).content


def parsed(content: bytes) -> Receipt | Commitment:
    """A receipt or a commitment; nothing in it may be believed before its signature is checked.

    Raises ProofError.
    """
    protected, unprotected, payload, signature = taken_apart(content)
    try:
        origin, key_id = protected[CLAIMS][ISSUER], protected[KEY_ID]
        made: Receipt | Commitment
        if payload is None:
            size, index, path = _convert(read(_only(unprotected[_PROOFS][_INCLUSION])), _Proof)
            made = Receipt(_convert(origin, str), _convert(key_id, bytes), size, index, path)
        else:
            second = _convert(protected[CLAIMS][ISSUED_AT], int)
            made = Commitment(_convert(origin, str), _convert(key_id, bytes), _committed(payload), second)
        made = replace(made, signature=_convert(signature, bytes))
    except (KeyError, TypeError, IndexError, msgspec.ValidationError):
        raise ProofError("this is neither a receipt of inclusion (RFC 9942) nor a commitment") from None
    if made.content != content:
        raise ProofError("the receipt says something else too, or is written in another way")
    return made


def checked_receipt(receipt: Receipt, entry: bytes, keys: Iterable[VerifierKey]) -> bytes:
    """The root of the tree in which a receipt shows an entry to stand. Raises ProofError."""
    root = receipt.root(entry)
    key = known_key(receipt.origin, receipt.key_id, keys)
    check_signature(key, receipt.protected, root, receipt.signature)
    return root


def check_commitment(commitment: Commitment, keys: Iterable[VerifierKey]) -> None:
    """Raise ProofError unless one of the keys signed it."""
    key = known_key(commitment.origin, commitment.key_id, keys)
    check_signature(key, commitment.protected, commitment.committed, commitment.signature)


def _leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def _convert(value: Any, kind: Any) -> Any:
    """Raises msgspec.ValidationError for another type; a truth is no number."""
    return msgspec.convert(value, kind)


def _only(proofs: Any) -> bytes:
    if len(proofs) != 1:
        raise ProofError("a receipt here has one proof")
    return bytes(_convert(proofs[0], bytes))


def _committed(payload: Any) -> bytes:
    found = bytes(_convert(payload, bytes))
    if not found or len(found) % COMMITMENT_BYTES:
        raise ProofError(f"a commitment has {COMMITMENT_BYTES} bytes of each record")
    return found
