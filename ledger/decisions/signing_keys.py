"""Decisions about the keys that sign checkpoints: to name the first, and to let another follow it.

Whoever runs the ledger decides them, under no mandate, and shows it by the signature of the key in force.
"""

from typing import Any

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.ledgers import LedgerNotOpen
from ledger.errors import Refusal
from ledger.events.signing_keys import Cause, SigningKeyChanged, SigningKeyNamed
from ledger.facts.genesis import THIS, Genesis, genesis
from ledger.facts.signing_keys import Announcement, Chain, chain_of, signing_keys
from ledger.proof.announcement import change_text, naming_text, require_signature
from ledger.proof.note import NoteError, VerifierKey, parsed_verifier
from ledger.values import Text

CLAUSE = "docs/proof.md"


class SigningKeyUnderMandate(Refusal):
    """A mandate is for the agreement; the ledger's keys are the matter of who runs it, under none."""

    code = "signing-key-under-mandate"
    clause = CLAUSE
    title_sv = "Nyckeln är driftens sak"
    title_en = "The key is the operator's matter"


class SigningKeyUnreadable(Refusal):
    """A public key is written as C2SP writes it: name+id+base64, where the id is that of name and key."""

    code = "signing-key-unreadable"
    clause = "C2SP signed-note"
    title_sv = "Nyckeln går inte att läsa"
    title_en = "The key cannot be read"


class SigningKeyNamedAlready(Refusal):
    """The first key is named once; another follows it under its signature."""

    code = "signing-key-named-already"
    clause = CLAUSE
    title_sv = "Den första nyckeln är redan angiven"
    title_en = "The first key is named already"


class SigningKeyNotNamed(Refusal):
    """A key follows one that the log names; this log names none yet."""

    code = "signing-key-not-named"
    clause = CLAUSE
    title_sv = "Liggaren har ingen nyckel angiven"
    title_en = "The log names no key yet"


class SigningKeyOfOtherOrigin(Refusal):
    """A key has the name of the origin whose checkpoints it signs, and the origin is one for ever."""

    code = "signing-key-of-other-origin"
    clause = "C2SP tlog-checkpoint"
    title_sv = "Nyckeln har ett annat ursprung"
    title_en = "The key is of another origin"


class SigningKeyNotInForce(Refusal):
    """Only the key that is in force names the one that follows it."""

    code = "signing-key-not-in-force"
    clause = CLAUSE
    title_sv = "Nyckeln gäller inte"
    title_en = "The key is not in force"


class SigningKeyUsedBefore(Refusal):
    """A key that was in force never comes back: what it signs then could not be told from what it signed."""

    code = "signing-key-used-before"
    clause = CLAUSE
    title_sv = "Nyckeln har använts tidigare"
    title_en = "The key was in force before"


class SigningKeyNotSigned(Refusal):
    """The announcement is not signed by the key in force, so that nobody knows who speaks."""

    code = "signing-key-not-signed"
    clause = CLAUSE
    title_sv = "Tillkännagivandet är inte signerat av nyckeln som gäller"
    title_en = "The announcement is not signed by the key in force"


@command
class NameSigningKey:
    """Name the origin of this ledger's checkpoints and the first key that signs them, signed by that key."""

    origin: Text
    key: Text
    signature: Text


@command
class ChangeSigningKey:
    """Let another key sign checkpoints from here on, announced under the signature of the one before."""

    previous: Text
    key: Text
    cause: Cause
    reason: Text
    signature: Text


Known = tuple[Genesis, tuple[Announcement, ...]]


def _facts(_: Any, __: Context) -> Asking[Known]:
    found = yield {"genesis": genesis(THIS), "keys": signing_keys(THIS)}
    return found["genesis"], found["keys"]


@decides(
    NameSigningKey,
    facts=_facts,
    raises=(
        LedgerNotOpen, SigningKeyUnderMandate, SigningKeyUnreadable, SigningKeyNamedAlready,
        SigningKeyOfOtherOrigin, SigningKeyNotSigned,
    ),
    example={
        "origin": "avrop.example.se/liggare",
        "key": "avrop.example.se/liggare+9a8eddc6+AWa+fjMsekUzMr2dCn99sFX1xe8aBq2mbZizn7aBDEc6",
        "signature": "mo7dxsJ4LziP74O1FYvUlH0pRn/5jOPDFcOqIe7nDVBd"
        "67+G8/CU8dVRkHw38U9/cWsiiGId+fkfO/dcStEDufcz9Q0=",
    },
)  # fmt: skip
def name_signing_key(command: NameSigningKey, known: Known, context: Context) -> Ruling:
    """Once, of an open ledger, by whoever holds the key."""
    chain = _chain(known, context)
    if chain.keys:
        first = chain.keys[0]
        raise SigningKeyNamedAlready(f"it is {first.key.text}", "key", (first.announced,))
    key = _read(command.key, "key")
    if key.name != command.origin:
        raise SigningKeyOfOtherOrigin(f"the key is that of {key.name}, not of {command.origin}", "origin")
    _require_signed(naming_text(key), command.signature, key)
    return Ruling((SigningKeyNamed(origin=command.origin, key=key.text, signature=command.signature),))


@decides(
    ChangeSigningKey,
    facts=_facts,
    raises=(
        LedgerNotOpen, SigningKeyUnderMandate, SigningKeyUnreadable, SigningKeyNotNamed, SigningKeyNotInForce,
        SigningKeyOfOtherOrigin, SigningKeyUsedBefore, SigningKeyNotSigned,
    ),
    example={
        "previous": "avrop.example.se/liggare+9a8eddc6+AWa+fjMsekUzMr2dCn99sFX1xe8aBq2mbZizn7aBDEc6",
        "key": "avrop.example.se/liggare+b66c5bbe+AQtROtm0kkAVygkC7QeQRNOsXb7CMG8GlIwQ2o62458t",
        "cause": "rotated",
        "reason": "yearly rotation",
        "signature": "mo7dxvgmYWL58dNmubSx051NTDfn+pOl3PheQnxRFfba"
        "FR2TZtJszuqOwoq9l5JeI6JNgjHHdLRZdmXe8tFQnEhhZAY=",
    },
)  # fmt: skip
def change_signing_key(command: ChangeSigningKey, known: Known, context: Context) -> Ruling:
    """Under the key in force, to one of the same origin that never was in force."""
    chain = _chain(known, context)
    last = chain.last
    if last is None:
        raise SigningKeyNotNamed("the log names no first key", "previous")
    behind = (last.announced,)
    if _read(command.previous, "previous") != last.key:
        raise SigningKeyNotInForce(f"the key in force is {last.key.text}", "previous", behind)
    key = _read(command.key, "key")
    if key.name != last.key.name:
        raise SigningKeyOfOtherOrigin(f"the key is that of {key.name}, not of {last.key.name}", "key", behind)
    used = next((one for one in chain.keys if one.key == key), None)
    if used is not None:
        raise SigningKeyUsedBefore(f"it was announced at p{used.announced}", "key", (used.announced,))
    text = change_text(last.key, key, command.cause, command.reason)
    _require_signed(text, command.signature, last.key)
    changed = SigningKeyChanged(
        previous=last.key.text, key=key.text, cause=command.cause, reason=command.reason,
        signature=command.signature,
    )  # fmt: skip
    return Ruling((changed,))


def _chain(known: Known, context: Context) -> Chain:
    """The keys so far. Refuses a ledger that is not open, and a command under a mandate."""
    opened, announcements = known
    if opened.opened is None:
        raise LedgerNotOpen("the ledger has no genesis yet")
    if context.mandate is not None:
        raise SigningKeyUnderMandate(f"the command names mandate {context.mandate}")
    return chain_of(announcements)


def _read(text: str, field: str) -> VerifierKey:
    try:
        return parsed_verifier(text)
    except NoteError as error:
        raise SigningKeyUnreadable(str(error), field) from error


def _require_signed(text: str, signature: str, key: VerifierKey) -> None:
    try:
        require_signature(text, signature, key)
    except NoteError as error:
        raise SigningKeyNotSigned(str(error), "signature") from error
