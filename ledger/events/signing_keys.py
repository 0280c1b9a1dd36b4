"""Events about the keys that sign checkpoints: the first is named, each later one under the one before it."""

from typing import Literal

from ledger.events.base import event
from ledger.events.ledger import ThisLedger
from ledger.values import Text

Cause = Literal["rotated", "revoked", "compromised"]


@event("signing-key-named", tags=("scope",))
class SigningKeyNamed:
    """The origin of this ledger's checkpoints and the first key that signs them, signed by that key.

    ``key`` is a public key as C2SP writes it, ``signature`` the base64 of a note's signature line.
    """

    scope: ThisLedger = "this"
    origin: Text
    key: Text
    signature: Text


@event("signing-key-changed", tags=("scope",))
class SigningKeyChanged:
    """Another key signs every checkpoint of a larger size than this event's position.

    The one that contains this event as its last is still signed by the ``previous`` key, as this event is.
    """

    scope: ThisLedger = "this"
    previous: Text
    key: Text
    cause: Cause
    reason: Text
    signature: Text
