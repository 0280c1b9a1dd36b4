"""Receipts: verified by somebody else's program too, under a kilobyte, and of no other bytes than these."""

import os
from hashlib import sha256

import cbor2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from scitt_cose.cose_sign1 import CoseError, verify_sign1
from scitt_cose.receipt import verify_receipt

from ledger.proof.check import ProofError
from ledger.proof.note import SigningKey, VerifierKey
from ledger.proof.receipt import (
    COMMITMENT_BYTES,
    Commitment,
    Receipt,
    check_commitment,
    checked_receipt,
    parsed,
    signed_commitment,
    signed_receipt,
)
from tests.proof import naive

KEY = SigningKey("avrop.example.se/liggare", bytes(range(32)))
ENTRIES = [bytes([2]) + number.to_bytes(8, "big") + bytes(72) for number in range(1, 12)]
SECOND = 1_760_000_000


def leaves(entries: list[bytes]) -> list[bytes]:
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def receipt_for(index: int, size: int) -> bytes:
    tree = leaves(ENTRIES[:size])
    return signed_receipt(KEY, ENTRIES[index], size, index, naive.path(index, tree), naive.mth(tree))


def pem(key: VerifierKey) -> bytes:
    return Ed25519PublicKey.from_public_bytes(key.public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def foreign(receipt: bytes, entry: bytes, key: VerifierKey = KEY.verifier):
    """What an implementation says that shares nothing with ours but the decoder of CBOR."""
    return verify_receipt(receipt, leaf_entry_hex=entry.hex(), log_public_key_pem=pem(key))


@given(st.integers(1, len(ENTRIES)).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_a_receipt_holds_here_and_for_another_program(where: tuple[int, int]):
    index, size = where
    content = receipt_for(index, size)
    found = parsed(content)
    assert isinstance(found, Receipt)
    assert (found.origin, found.index, found.size, found.content) == (KEY.name, index, size, content)
    root = naive.mth(leaves(ENTRIES[:size]))
    assert checked_receipt(found, ENTRIES[index], [KEY.verifier]) == root
    told = foreign(content, ENTRIES[index])
    assert (told.ok, told.root, told.tree_size, told.leaf_index) == (True, root.hex(), size, index), (
        told.errors
    )
    assert told.issuer == KEY.name


def holds(content: bytes, entry: bytes = b"") -> bool:
    try:
        found = parsed(content)
        if isinstance(found, Receipt):
            checked_receipt(found, entry, [KEY.verifier])
        else:
            check_commitment(found, [KEY.verifier])
    except ProofError:
        return False
    return True


def test_another_entry_key_or_tree_does_not_hold():
    content = receipt_for(3, 9)
    found = parsed(content)
    assert isinstance(found, Receipt)
    stranger = SigningKey(KEY.name, bytes(32)).verifier
    for entry, key in ((ENTRIES[4], KEY.verifier), (ENTRIES[3], stranger), (b"", KEY.verifier)):
        with pytest.raises(ProofError):
            checked_receipt(found, entry, [key])
        assert not foreign(content, entry, key).ok
    tree = leaves(ENTRIES[:9])
    with pytest.raises(ProofError):
        signed_receipt(KEY, ENTRIES[4], 9, 3, naive.path(3, tree), naive.mth(tree))


def test_no_byte_of_a_receipt_can_be_another():
    content, entry = receipt_for(3, 9), ENTRIES[3]
    assert holds(content, entry)
    for at in range(len(content)):
        for flip in (0x01, 0x80):
            changed = content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :]
            assert not holds(changed, entry)


def test_no_byte_of_a_commitment_can_be_another():
    content = signed_commitment(KEY, os.urandom(COMMITMENT_BYTES), SECOND)
    assert holds(content)
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert not holds(changed)


@given(st.binary(max_size=300))
def test_whatever_a_stranger_sends_is_an_error_that_says_so(content: bytes):
    with pytest.raises(ProofError):
        parsed(content)


@pytest.mark.parametrize(
    "message",
    [
        cbor2.CBORTag(18, [b"", {}, None, b""]),
        cbor2.CBORTag(18, [cbor2.dumps({}), {}, None, b""]),
        cbor2.CBORTag(18, [cbor2.dumps({15: 1, 4: b""}), {396: {-1: [b""]}}, None, b""]),
        cbor2.CBORTag(
            18, [cbor2.dumps({15: {1: 7}, 4: b""}), {396: {-1: [cbor2.dumps([1, 0, []])]}}, None, b""]
        ),
        cbor2.CBORTag(
            18, [cbor2.dumps({15: {1: "o"}, 4: b""}), {396: {-1: [cbor2.dumps([True, 0, []])]}}, None, b""]
        ),
        cbor2.CBORTag(18, [cbor2.dumps({15: {1: "o", 6: 1}, 4: b""}), {}, b"short", b""]),
        cbor2.CBORTag(17, []),
        [1, 2, 3, 4],
        b"x" * 70_000,
    ],
)
def test_other_messages_are_no_receipts(message: object):
    with pytest.raises(ProofError):
        parsed(cbor2.dumps(message))


def test_what_is_added_is_found_although_nobody_signed_it():
    """The unprotected header is under no signature; trailing bytes are under none either."""
    content = receipt_for(3, 9)
    protected, unprotected, payload, signature = cbor2.loads(content).value
    more = cbor2.CBORTag(18, [protected, {**unprotected, 99: b"added"}, payload, signature])
    for changed in (content + b"\x00", cbor2.dumps(more)):
        with pytest.raises(ProofError, match="something else"):
            parsed(changed)


def test_a_receipt_of_ten_million_events_has_less_than_a_kilobyte():
    path = [os.urandom(32) for _ in range(24)]
    for origin in (KEY.name, "x" * 64):
        made = Receipt(origin, bytes(4), 10_000_000, 5_000_000, tuple(path), bytes(64))
        assert len(made.content) < 1000, len(made.content)
    assert len(signed_commitment(KEY, bytes(COMMITMENT_BYTES), SECOND)) < 300


def test_a_commitment_says_what_and_when_and_not_where():
    committed = os.urandom(2 * COMMITMENT_BYTES)
    content = signed_commitment(KEY, committed, SECOND)
    found = parsed(content)
    assert isinstance(found, Commitment)
    check_commitment(found, [KEY.verifier])
    assert found.records() == (committed[:COMMITMENT_BYTES], committed[COMMITMENT_BYTES:])
    assert found.recorded_at == SECOND
    told = verify_sign1(content, public_key_pem=pem(KEY.verifier))
    assert told.payload == committed
    assert told.protected[15] == {1: KEY.name, 6: SECOND}
    with pytest.raises(CoseError):
        verify_sign1(content, public_key_pem=pem(SigningKey("other", bytes(32)).verifier))
    with pytest.raises(ProofError):
        check_commitment(found, [SigningKey(KEY.name, bytes(32)).verifier])
