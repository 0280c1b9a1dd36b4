"""Which key signs checkpoints of which sizes, as the log itself says it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ledger.events.signing_keys import SigningKeyChanged, SigningKeyNamed
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind
from ledger.proof.announcement import change_text, naming_text, require_signature
from ledger.proof.note import NoteError, VerifierKey, parsed_verifier

Announcement = Recorded[SigningKeyNamed | SigningKeyChanged]


@dataclass(frozen=True, slots=True)
class InForce:
    """A key and the sizes of the checkpoints that it signs: above ``after``, up to and with ``upto``.

    ``announced`` is the position that announced it. ``upto`` is None, and ``ended`` empty, while it is in
    force.
    """

    key: VerifierKey
    announced: int
    after: int = 0
    upto: int | None = None
    ended: str = ""

    def signs(self, size: int) -> bool:
        """Whether a checkpoint of this size is this key's to sign."""
        return self.after < size and (self.upto is None or size <= self.upto)


@dataclass(frozen=True, slots=True)
class Chain:
    """The keys that the log names, in order, and what is wrong with announcements that were not followed."""

    keys: tuple[InForce, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()

    def at(self, size: int) -> InForce | None:
        """Whose a checkpoint of this size is to sign; None where the log names no key."""
        return next((one for one in self.keys if one.signs(size)), None)

    @property
    def last(self) -> InForce | None:
        """The key in force after everything that was announced."""
        return self.keys[-1] if self.keys else None


signing_keys: FoldKind[tuple[Announcement, ...]] = FoldKind("signing-keys", "ledger", ())


@signing_keys.on(SigningKeyNamed, SigningKeyChanged)
def _announced(
    state: tuple[Announcement, ...], e: SigningKeyNamed | SigningKeyChanged, position: int
) -> tuple[Announcement, ...]:
    return (*state, Recorded(position, e))


def chain_of(announcements: Iterable[Announcement]) -> Chain:
    """The keys that these announcements name, each verified by the key in force when it came.

    One that is not signed as it must be changes nothing, and is told of.
    """
    chain = Chain()
    for one in announcements:
        try:
            chain = replace(chain, keys=_followed(chain.keys, one))
        except NoteError as error:
            wrong = one.position, f"announcement of a signing key: {error}"
            chain = replace(chain, wrong=(*chain.wrong, wrong))
    return chain


def _followed(keys: tuple[InForce, ...], one: Announcement) -> tuple[InForce, ...]:
    if isinstance(one.event, SigningKeyNamed):
        return _named(keys, one.event, one.position)
    return _changed(keys, one.event, one.position)


def _named(keys: tuple[InForce, ...], event: SigningKeyNamed, position: int) -> tuple[InForce, ...]:
    if keys:
        raise NoteError(f"the first key was named at p{keys[0].announced} already")
    key = parsed_verifier(event.key)
    if key.name != event.origin:
        raise NoteError(f"the key is that of {key.name}, the origin {event.origin}")
    require_signature(naming_text(key), event.signature, key)
    return (InForce(key, position),)


def _changed(keys: tuple[InForce, ...], event: SigningKeyChanged, position: int) -> tuple[InForce, ...]:
    if not keys:
        raise NoteError("no first key was named before")
    *before, last = keys
    if event.previous != last.key.text:
        raise NoteError(f"the key in force is {last.key.text}, not the one it says")
    key = parsed_verifier(event.key)
    if key.name != last.key.name:
        raise NoteError(f"the key is that of {key.name}, the origin {last.key.name}")
    if key in [one.key for one in keys]:
        raise NoteError("the key was in force before")
    require_signature(change_text(last.key, key, event.cause, event.reason), event.signature, last.key)
    return (*before, replace(last, upto=position, ended=event.cause), InForce(key, position, position))
