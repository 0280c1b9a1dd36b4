"""Messages signed with Ed25519 by COSE (RFC 9052, COSE_Sign1), in the one way that CBOR is written here.

Whoever reads one takes its parts out, writes it anew from them, and asks for the same bytes: so there
is one way to write each (RFC 8949, section 4.2), and nothing beside the parts that were read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.proof.check import ProofError
from ledger.proof.note import SigningKey, VerifierKey

MESSAGE_BYTES_MAX = 16 * 1024
ALGORITHM, CONTENT_TYPE, KEY_ID, CLAIMS = 1, 3, 4, 15
ISSUER, ISSUED_AT = 1, 6
EDDSA = -8
_SIGN1 = 18


def written(
    protected: bytes, unprotected: Mapping[int, Any], payload: bytes | None, signature: bytes
) -> bytes:
    """A message from its parts; without a payload it is detached: whoever verifies has it from elsewhere."""
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, dict(unprotected), payload, signature]))


def signed(key: SigningKey, protected: bytes, payload: bytes) -> bytes:
    """The signature over a protected header and a payload."""
    return Ed25519PrivateKey.from_private_bytes(key.seed).sign(_to_be_signed(protected, payload))


def check_signature(key: VerifierKey, protected: bytes, payload: bytes, signature: bytes) -> None:
    """Raise ProofError unless the key signed this header and payload."""
    try:
        public = Ed25519PublicKey.from_public_bytes(key.public)
        public.verify(signature, _to_be_signed(protected, payload))
    except InvalidSignature:
        raise ProofError(f"the signature of {key.name} is not over this, or not by its key") from None


def known_key(origin: str, key_id: bytes, keys: Iterable[VerifierKey]) -> VerifierKey:
    """The key that a message names. Raises ProofError when it is none of these."""
    for key in keys:
        if (key.name, key.id) == (origin, key_id):
            return key
    raise ProofError("it is not signed by a key that is known")


def taken_apart(message: bytes) -> tuple[Any, Any, Any, Any]:
    """(the protected header read, the unprotected one, payload, signature) of whatever a stranger sent.

    Nothing in it may be believed, not even its types. Raises ProofError.
    """
    if len(message) > MESSAGE_BYTES_MAX:
        raise ProofError("the message is too long")
    outer = read(message)
    parts = getattr(outer, "value", None)
    if getattr(outer, "tag", None) != _SIGN1 or not isinstance(parts, list | tuple) or len(parts) != 4:
        raise ProofError("this is no message of COSE with one signature (COSE_Sign1, tag 18)")
    protected, unprotected, payload, signature = parts
    return read(protected), unprotected, payload, signature


def read(content: Any) -> Any:
    """What a byte string says in CBOR. Raises ProofError."""
    try:
        return cbor2.loads(content)
    except Exception as error:  # whatever a stranger's bytes raise in the parser: they are no message
        raise ProofError(f"this is not CBOR: {type(error).__name__}") from error


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Begins with a byte that no text begins with: no signature on a checkpoint can be taken for one here."""
    return cbor2.dumps(["Signature1", protected, b"", payload])
