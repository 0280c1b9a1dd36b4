"""What a key signs to name itself as a log's first, or another as the one that follows it.

A checkpoint's second line is a number, and here it is none: no signature over one is one over the other.
"""

from hashlib import sha256

from ledger.proof.note import NoteError, SigningKey, VerifierKey, decoded, opened_note


def naming_text(key: VerifierKey) -> str:
    """What the first key signs of itself."""
    return f"{key.name}\nliggare signing key named\n{key.text}\n"


def change_text(previous: VerifierKey, key: VerifierKey, cause: str, reason: str) -> str:
    """What the previous key signs: both keys, the cause, and the SHA-256 of the reason's UTF-8."""
    digest = sha256(reason.encode()).hexdigest()
    return f"{previous.name}\nliggare signing key changed\n{previous.text}\n{key.text}\n{cause}\n{digest}\n"


def signature_over(text: str, key: SigningKey) -> str:
    """The base64 of the signature line that a note of this text has. Raises NoteError."""
    return key.sign(text).rstrip("\n").rpartition(" ")[2]


def require_signature(text: str, signature: str, key: VerifierKey) -> None:
    """Raise NoteError unless the signature is over this text and by this key."""
    if len(decoded(signature)) != 4 + 64:
        raise NoteError("the signature is not 4 bytes of a key's id and 64 of Ed25519")
    opened_note(f"{text}\n— {key.name} {signature}\n".encode(), [key])
