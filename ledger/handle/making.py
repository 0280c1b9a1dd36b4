"""Decides commands one after the other against what it remembers, and seals them: the shell without a log.

The same rules, headers and bytes as ``shell.py`` makes for one caller who reads before every command. Only a
ledger that nobody else writes to may be made this way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from ledger.decisions.base import DECISIONS, Context, command_name, gather
from ledger.events.base import tags_of
from ledger.handle.chance import Chance
from ledger.handle.headers import LedgerIdentity, Made, sealed
from ledger.handle.remembered import Remembered
from ledger.handle.shell import Envelope, protected
from ledger.store.canonical import encoded
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


@dataclass(slots=True)
class Maker:
    """Gives commands their events, positions and instants, in the order in which it is handed them.

    ``head`` and ``recorded_at`` are those of the last event; ``vault`` digests commands and encrypts persons.
    """

    ledger: LedgerIdentity
    vault: Vault
    chance: Chance
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

    def seal(self, ruled: Ruled) -> Iterator[Sealed]:
        """The events of a command as an append would write them."""
        return sealed(ruled.made, self.ledger, self.chance)

    def _placed(self, made: Made) -> Ruled:
        self.recorded_at = max(self.recorded_at + 1, made.context.decided_at)
        ruled = Ruled(made, self.head + 1, self.recorded_at)
        for position, happened in enumerate(ruled.events, ruled.first):
            self.remembered.note(position, happened, tags_of(happened))
        self.head = ruled.last
        return ruled
