"""Decides commands one after the other against what it remembers, to be sealed elsewhere: no log is read.

What no later decision reads (the canonical text of commands and events, digests, ids) is left to the sealing.
The same rules, headers and bytes as ``shell.py`` makes for one caller who reads before every command. Only a
ledger that nobody else writes to may be made this way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, structs

from ledger.decisions.base import DECISIONS, Context, command_name
from ledger.events.base import EVENTS, OPEN, declared_of, strictest, tags_of
from ledger.handle.chance import Chance
from ledger.handle.headers import LedgerIdentity, Made, agreement_read, order_key, order_keys, shared_header
from ledger.handle.remembered import Remembered
from ledger.handle.shell import Envelope, person_of, protected
from ledger.store.canonical import encoded
from ledger.store.codec import Header, contents_of, groups_named, sealed, uuid7
from ledger.store.log import Sealed
from ledger.store.vault import Vault


class Ruled(Struct, frozen=True):
    """A command that was decided, and where its events stand: ``tags`` has those of each.

    ``made`` lacks digest and payload. ``said`` is the command as it was received, ``kept`` the same with
    what identifies a person encrypted.
    """

    made: Made
    first: int
    recorded_at: int
    tags: tuple[tuple[str, ...], ...]
    said: Any
    kept: Any

    @property
    def events(self) -> tuple[Any, ...]:
        """The events, in order."""
        return self.made.ruling.events

    @property
    def last(self) -> int:
        """The position of the last of them."""
        return self.first + len(self.events) - 1


class Part(Struct, frozen=True, array_like=True):
    """One event: its stored type, tags, agreement, and itself; where it was sent, a dict of its fields."""

    type: str
    tags: tuple[str, ...]
    agreement: str | None
    event: Any


class Parted(Struct, frozen=True, array_like=True):
    """A command that was decided and waits to be sealed: what its headers share, its events, and itself.

    The header lacks the command's digest, and the key of the order that it ``opens``, if any. ``kept`` is
    None where it is what was said; ``person`` is under whose key it is digested, if anybody's.
    """

    header: Header
    parts: tuple[Part, ...]
    first: int
    recorded_at: int
    said: Any
    kept: Any = None
    person: str | None = None
    opens: str | None = None

    def sealed(self, chance: Chance, vault: Vault) -> tuple[bytes, Sequence[Sealed]]:
        """The keyed digest of the command as it was received, and its events as an append would write them.

        Raises Unsafe for a ledger that the chance is not for, NotCanonicalError.
        """
        shared, said = self.header, encoded(self.said)
        mac = vault.mac(encoded((shared.command, shared.client, shared.command_id)) + said, self.person)
        payload = said if self.kept is None else encoded(self.kept)
        shared = structs.replace(shared, command_mac=mac.hex())
        return mac, tuple(self._events(chance, shared, payload, vault))

    def _events(self, chance: Chance, shared: Header, payload: bytes, vault: Vault) -> Iterator[Sealed]:
        command, total = (shared.client, shared.command_id), len(self.parts)
        said = strictest(EVENTS[part.type].secrecy for part in self.parts)
        needed = said != OPEN or self.opens is not None
        ordered = order_keys(shared.ledger, vault) if needed else None
        keys = None if said == OPEN else ordered
        for k, part in enumerate(self.parts, 1):
            secret, salt, drawn = chance.draw(shared.ledger, shared.mode, command, k)
            declared = EVENTS[part.type]
            header = structs.replace(
                shared, agreement=part.agreement, event_id=uuid7(shared.decided_at, drawn), n=(k, total),
                type=part.type, tags=part.tags, secrecy=declared.secrecy, retention=declared.retention,
                groups=groups_named(declared, said if k == 1 else None),
                order_key=order_key(self.opens, ordered) if k == 1 else None,
            )  # fmt: skip
            contents = contents_of(declared, part.event, payload if k == 1 else None)
            yield sealed(header, contents, secret, salt, keys)


@dataclass(slots=True)
class Maker:
    """Gives commands their events, positions and instants, in the order in which it is handed them.

    ``head`` and ``recorded_at`` are those of the last event; ``vault`` digests commands and encrypts persons.
    """

    ledger: LedgerIdentity
    vault: Vault
    remembered: Remembered
    head: int = 0
    recorded_at: int = 0

    def decide(self, envelope: Envelope) -> Ruled:
        """Decide a command at the instant it was received, and remember its events. Raises Refusal."""
        decision = DECISIONS[command_name(envelope.command)]
        said = envelope.command
        if decision.personal:
            envelope = protected(envelope, decision, self.vault)
        context = Context(
            envelope.client, envelope.command_id, envelope.actor, envelope.mandate, envelope.received_at,
            envelope.received_at, envelope.origin,
        )  # fmt: skip
        gathered = self.remembered.gather(decision.facts(envelope.command, context))
        ruling = decision.rule(envelope.command, gathered.facts, context)
        made = Made(
            decision, context, gathered, ruling, self.head, b"", b"", envelope.correlation, envelope.causation
        )
        return self._placed(made, said, envelope.command)

    def parted(self, ruled: Ruled) -> Parted:
        """What is left to seal of a command, without a state: fit to be sent."""
        agreement = agreement_read(ruled.made)
        parts = [
            Part(declared_of(one).stored, tags, getattr(one, "agreement", None) or agreement, one)
            for one, tags in zip(ruled.events, ruled.tags, strict=True)
        ]
        kept = None if ruled.kept is ruled.said else ruled.kept
        shared = shared_header(ruled.made, self.ledger)
        person, opens = person_of(ruled.said, ruled.made.decision), ruled.made.ruling.opens
        return Parted(shared, tuple(parts), ruled.first, ruled.recorded_at, ruled.said, kept, person, opens)

    def _placed(self, made: Made, said: Any, kept: Any) -> Ruled:
        self.recorded_at = max(self.recorded_at + 1, made.context.decided_at)
        first, note, carried = self.head + 1, self.remembered.note, []
        for position, happened in enumerate(made.ruling.events, first):
            tags = tags_of(happened)
            note(position, happened, tags)
            carried.append(tags)
        self.head += len(carried)
        return Ruled(made, first, self.recorded_at, tuple(carried), said, kept)
