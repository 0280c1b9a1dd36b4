"""The shell around every decision: read the facts, fold, decide, append — and again, if somebody was faster.

The one place where rules meet the store, the vault and the clock. Reads happen at one head; the append is
conditional on every fold the decision asked for, so what it rests on cannot have changed unseen. An answer is
the same whether the command was just carried out or had been before (house rules 7 and 9).
"""

import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct, structs

from ledger.clock import Clock
from ledger.decisions.base import DECISIONS, Context, Decision, Gathered, Origin, command_name, gather
from ledger.errors import Conflict, Refusal, Unavailable
from ledger.events.base import event_type
from ledger.fold import Fold, together
from ledger.handle.chance import SYSTEM, Chance
from ledger.handle.headers import LedgerIdentity, Made, order_keys, sealed
from ledger.handle.reading import FoldCache, event_of, fold_own, read_folds
from ledger.store.canonical import encoded
from ledger.store.log import Append, Condition, Log, Outcome, Sealed
from ledger.store.order_keys import OrderKeys
from ledger.store.vault import KeyDestroyed, Protected, Vault

ATTEMPTS_MAX = 12
WAIT_FIRST_SECONDS = 0.001


class Envelope(Struct, frozen=True):
    """A command as it came through the door.

    ``received_at`` is the door's instant in µs; a retry keeps it.
    """

    command: Any
    client: str
    command_id: str
    actor: str
    mandate: str | None
    received_at: int
    origin: Origin | None = None
    correlation: str | None = None
    causation: str | None = None


class Answer(Struct, frozen=True):
    """A command's outcome: positions, ids and leaves of its events.

    ``refused`` is the recorded no, if it was one; ``own`` the events as they were appended now, none for a
    repeat.
    """

    outcome: Outcome
    decision: Decision
    refused: Any | None = None
    own: tuple[Sealed, ...] = ()


@dataclass(frozen=True, slots=True)
class Shell:
    """Carries out commands against a log and a vault.

    ``cache`` keeps folded states that later reads only advance; ``chance`` gives secrets and ids. With the
    ``keys`` of the ledger's orders it locks what is sealed until the award, and has the log open that again.
    """

    log: Log
    vault: Vault
    clock: Clock
    ledger: LedgerIdentity
    cache: FoldCache
    chance: Chance = SYSTEM
    keys: OrderKeys = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", order_keys(self.ledger.ledger, self.vault))
        self.log.unlock(self.keys)

    def handle(self, envelope: Envelope) -> Answer:
        """Decide and append; or, changing nothing, Refusal, CommandReused, ClockStopped, Unavailable."""
        decision = DECISIONS[command_name(envelope.command)]
        payload = encoded(envelope.command)
        said = encoded((decision.name, envelope.client, envelope.command_id)) + payload
        try:
            if decision.personal:
                return self._carried_out_for_person(envelope, decision, said)
            return self._carried_out(envelope, decision, self.vault.mac(said), payload)
        except Refusal:
            earlier = self._earlier(envelope, decision, said)
            if earlier is None:
                raise
            return self._repeated(earlier, decision)

    def _carried_out_for_person(self, envelope: Envelope, decision: Decision, said: bytes) -> Answer:
        """The same where the command identifies somebody, of whom nothing stays but under a key of theirs."""
        if (earlier := self._earlier(envelope, decision, said)) is not None:
            return self._repeated(earlier, decision)
        self._decide(protected(envelope, decision, Rehearsal()), decision, b"", b"")
        kept = protected(envelope, decision, self.vault)
        mac = self.vault.mac(said, person_of(envelope.command, decision))
        return self._carried_out(kept, decision, mac, encoded(kept.command))

    def _earlier(self, envelope: Envelope, decision: Decision, said: bytes) -> Outcome | None:
        """What became of the command before. Once its person is erased, nobody can tell if it is the same."""
        found = self.log.outcome(envelope.client, envelope.command_id)
        if found is None:
            return None
        try:
            mac = self.vault.mac(said, person_of(envelope.command, decision))
        except KeyDestroyed:
            return found
        return self.log.outcome(envelope.client, envelope.command_id, mac)

    def _carried_out(self, envelope: Envelope, decision: Decision, mac: bytes, payload: bytes) -> Answer:
        if (answer := self._from_memory(envelope, decision, mac, payload)) is not None:
            return answer
        for attempt in range(ATTEMPTS_MAX):
            try:
                return self._append(self._decide(envelope, decision, mac, payload))
            except Conflict:
                time.sleep(random.uniform(0, WAIT_FIRST_SECONDS * 2 ** min(attempt, 6)))  # noqa: S311  spreads retries
        raise Unavailable("others keep changing what this decision rests on; send the same command again")

    def _from_memory(
        self, envelope: Envelope, decision: Decision, mac: bytes, payload: bytes
    ) -> Answer | None:
        """The answer decided on cached states alone, without a read; None if that cannot be, or was too old.

        The append's condition finds out whether anything was recorded since; a no is never said from memory.
        """
        if not self.cache.size_max:
            return None
        try:
            return self._append(self._decide(envelope, decision, mac, payload, self._recall))
        except (_Cold, Conflict, Refusal):
            return None

    def _decide(
        self, envelope: Envelope, decision: Decision, mac: bytes, payload: bytes, gathering: Any = None
    ) -> Made:
        context = self._context(envelope)
        head, gathered = (gathering or self._gather)(envelope.command, decision, context)
        ruling = decision.rule(envelope.command, gathered.facts, context)
        return Made(
            decision, context, gathered, ruling, head, mac, payload, envelope.correlation, envelope.causation
        )

    def _context(self, envelope: Envelope) -> Context:
        return Context(
            envelope.client, envelope.command_id, envelope.actor, envelope.mandate,
            self.clock.now(), envelope.received_at, envelope.origin,
        )  # fmt: skip

    def _gather(self, command: Any, decision: Decision, context: Context) -> tuple[int, Gathered]:
        heads: list[int] = []

        def answer(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
            head, states = read_folds(self.log, folds, self.cache, upto=heads[0] if heads else None)
            heads.append(head)
            return states

        gathered = gather(decision.facts(command, context), answer)
        return (heads[0] if heads else self.log.head().position), gathered

    def _recall(self, command: Any, decision: Decision, context: Context) -> tuple[int, Gathered]:
        """The facts from cached states as they are, and the least position they are all complete to."""
        heads: list[int] = []

        def answer(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
            found = self.cache.warm(folds)
            if found is None:
                raise _Cold
            heads.extend(cached.position for cached in found.values())
            return {name: cached.state for name, cached in found.items()}

        gathered = gather(decision.facts(command, context), answer)
        if not heads:
            raise _Cold
        return min(heads), gathered

    def _append(self, made: Made) -> Answer:
        folds, own = made.gathered.folds, tuple(sealed(made, self.ledger, self.chance, self.keys))
        append = Append(
            made.context.client, made.context.command_id, made.mac, own,
            Condition(together(folds), made.head), made.context.decided_at,
        )  # fmt: skip
        outcome = self.log.append(append)
        if outcome.repeated:
            return self._repeated(outcome, made.decision)
        fold_own(self.cache, folds, made.gathered.states, outcome.first, own, self.keys)
        return Answer(outcome, made.decision, _refusing(made.ruling.events), own)

    def _repeated(self, outcome: Outcome, decision: Decision) -> Answer:
        events = [event_of(one) for one in self.log.tail(after=outcome.first - 1, upto=outcome.last)]
        return Answer(structs.replace(outcome, repeated=True), decision, _refusing(events))


class _Cold(Exception):
    """A fold that was asked for is not cached."""


class Rehearsal:
    """A vault that keeps nothing, so that a command that will be refused leaves no trace of a person."""

    def protect(self, subject: str, plaintext: bytes, purpose: str) -> Protected:  # noqa: ARG002  as the vault's
        """A ciphertext of nothing."""
        return Protected("", "", "")

    def find_or_link(self, identity: str, kind: str, subject: str) -> tuple[str, ...]:  # noqa: ARG002  as the vault's
        """Nobody."""
        return ()


def protected(envelope: Envelope, decision: Decision, vault: Vault | Rehearsal) -> Envelope:
    """The command with what identifies a person replaced by ciphertext."""
    command = envelope.command
    for name in decision.personal:
        command = getattr(command, name).protected(command, vault)
    return structs.replace(envelope, command=command)


def person_of(command: Any, decision: Decision) -> str | None:
    """The person whom a command identifies, by a random id; None where it names nobody."""
    return next((getattr(command, name).subject(command) for name in decision.personal), None)


def _refusing(events: Iterable[Any]) -> Any | None:
    return next((e for e in events if event_type(e).refuses), None)
