"""Decides commands one after the other against what it remembers, to be sealed elsewhere: no log is read.

The same rules, headers and bytes as ``shell.py`` makes for one caller who reads before every command. Only a
ledger that nobody else writes to may be made this way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, structs

from ledger.decisions.base import DECISIONS, Context, command_name, gather
from ledger.events.base import EVENTS, event_type, tags_of
from ledger.handle.chance import Chance
from ledger.handle.headers import LedgerIdentity, Made, agreement_read, shared_header
from ledger.handle.remembered import Remembered
from ledger.handle.shell import Envelope, protected
from ledger.store.canonical import encoded
from ledger.store.codec import Header, contents_of, groups_named, sealed, uuid7
from ledger.store.log import Sealed
from ledger.store.vault import Vault


class Ruled(Struct, frozen=True):
    """A command that was decided, and where its events stand. ``made`` has all that sealing needs."""

    made: Made
    first: int
    recorded_at: int

    @property
    def events(self) -> tuple[Any, ...]:
        """The events, in order."""
        return self.made.ruling.events

    @property
    def last(self) -> int:
        """The position of the last of them."""
        return self.first + len(self.events) - 1


class Part(Struct, frozen=True, array_like=True):
    """One event: its stored type, tags, agreement, and groups as (name, canonical JSON)."""

    type: str
    tags: tuple[str, ...]
    agreement: str | None
    contents: tuple[tuple[bytes, bytes], ...]


class Parted(Struct, frozen=True, array_like=True):
    """A command that was decided and waits to be sealed: what its headers share, and its events."""

    header: Header
    parts: tuple[Part, ...]
    first: int
    recorded_at: int

    def sealed(self, chance: Chance) -> Iterator[Sealed]:
        """The events as an append would write them. Raises Unsafe for a ledger that the chance is not for."""
        shared, total = self.header, len(self.parts)
        command = shared.client, shared.command_id
        for k, part in enumerate(self.parts, 1):
            secret, drawn = chance.draw(shared.ledger, shared.mode, command, k)
            declared = EVENTS[part.type]
            header = structs.replace(
                shared, agreement=part.agreement, event_id=uuid7(shared.decided_at, drawn), n=(k, total),
                type=part.type, tags=part.tags, secrecy=declared.secrecy, retention=declared.retention,
                groups=groups_named(declared, k == 1),
            )  # fmt: skip
            yield sealed(header, part.contents, secret)


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
        payload = encoded(envelope.command)
        mac = self.vault.mac(encoded((decision.name, envelope.client, envelope.command_id)) + payload)
        if decision.personal:
            envelope = protected(envelope, decision, self.vault)
            payload = encoded(envelope.command)
        context = Context(
            envelope.client, envelope.command_id, envelope.actor, envelope.mandate, envelope.received_at,
            envelope.received_at, envelope.origin,
        )  # fmt: skip
        gathered = gather(decision.facts(envelope.command, context), self.remembered.answer)
        ruling = decision.rule(envelope.command, gathered.facts, context)
        made = Made(
            decision, context, gathered, ruling, self.head, mac, payload, envelope.correlation,
            envelope.causation,
        )  # fmt: skip
        return self._placed(made)

    def parted(self, ruled: Ruled) -> Parted:
        """What is left to seal of a command, without a state or an object of the domain: fit to be sent."""
        agreement, payload = agreement_read(ruled.made), ruled.made.payload
        parts = tuple(
            Part(
                event_type(happened).stored, tags_of(happened),
                getattr(happened, "agreement", None) or agreement,
                tuple(contents_of(happened, None if k else payload)),
            )
            for k, happened in enumerate(ruled.events)
        )  # fmt: skip
        return Parted(shared_header(ruled.made, self.ledger), parts, ruled.first, ruled.recorded_at)

    def _placed(self, made: Made) -> Ruled:
        self.recorded_at = max(self.recorded_at + 1, made.context.decided_at)
        ruled = Ruled(made, self.head + 1, self.recorded_at)
        for position, happened in enumerate(ruled.events, ruled.first):
            self.remembered.note(position, happened, tags_of(happened))
        self.head = ruled.last
        return ruled
