"""The answer to a command as JSON: where its events stand, or, while that is secret, what fixes them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from api.answers import Receipt
from api.problems import RECORDED, Problem
from api.recorded import recorded_kind
from api.withheld import withholds
from ledger.handle.headers import LedgerIdentity
from ledger.handle.shell import Answer
from ledger.proof.note import SigningKey
from ledger.proof.receipt import COMMITMENT_BYTES, signed_commitment
from ledger.store.codec import commitment_of, header_of, parse_record
from ledger.store.log import Log, Outcome
from ledger.values import instant_text

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class _Own:
    """Of each event of a command: its stored type, and the 64 bytes that fix it."""

    types: tuple[str, ...]
    committed: bytes


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes the answers to commands of one ledger; ``key`` signs commitments, where there is one."""

    log: Log
    ledger: LedgerIdentity
    key: SigningKey | None = None

    def of_answer(self, answer: Answer, command_id: str) -> Receipt:
        """The receipt of a command just answered; a repeat names the rule in force the first time."""
        if not answer.own:
            return self.of_outcome(answer.outcome, command_id)
        committed = b"".join(one.content[:COMMITMENT_BYTES] for one in answer.own)
        own = _Own(tuple(one.type for one in answer.own), committed)
        return self._body(answer.outcome, command_id, answer.decision.label, own)

    def of_outcome(self, outcome: Outcome, command_id: str) -> Receipt:
        """The receipt of a command answered before, found again by its id."""
        records = list(self.log.records(after=outcome.first - 1, upto=outcome.last))
        rule = header_of(parse_record(records[0].record).header).rule or ""
        committed = b"".join(commitment_of(one.record) for one in records)
        own = _Own(tuple(one.type for one in records), committed)
        return self._body(structs.replace(outcome, repeated=True), command_id, rule, own)

    def _body(self, outcome: Outcome, command_id: str, rule: str, own: _Own) -> Receipt:
        shown: dict[str, Any] = {
            "ledger": self.ledger.ledger, "simulated": self.ledger.mode == "simulated",
            "command": rule.partition("@")[0], "command_id": command_id, "rule": rule,
            "event_ids": list(outcome.event_ids), "repeated": outcome.repeated,
        }  # fmt: skip
        if withholds(own.types):
            return Receipt(**shown, **self._committed(outcome, own.committed))
        return Receipt(
            **shown,
            recorded_at=instant_text(outcome.recorded_at),
            positions=list(range(outcome.first, outcome.last + 1)),
            leaves=[leaf.hex() for leaf in outcome.leaves],
        )

    def _committed(self, outcome: Outcome, committed: bytes) -> dict[str, Any]:
        """In place of position and leaf. The microseconds would rise with what others record."""
        second = whole_second(outcome.recorded_at)
        signed = signed_commitment(self.key, committed, second) if self.key else b""
        return {
            "recorded_at": instant_text(second * SECOND_US), "positions": [], "leaves": [], "withheld": True,
            "commitments": each_of(committed), "commitment": base64.b64encode(signed).decode(),
        }  # fmt: skip


def whole_second(instant: int) -> int:
    """The second (POSIX) in which an instant (µs) lies."""
    return instant // SECOND_US


def each_of(committed: bytes) -> list[str]:
    """The commitments to a command's records, one after the other, in hexadecimal digits."""
    starts: Sequence[int] = range(0, len(committed), COMMITMENT_BYTES)
    return [committed[at : at + COMMITMENT_BYTES].hex() for at in starts]


def recorded_refusal(refused: Any, receipt: Receipt) -> Problem:
    """The problem of a refusal that is itself an event, with the receipt of that event.

    Where that has no place, the facts have none either; they stand in the event.
    """
    facts = () if receipt.withheld else tuple(getattr(refused, "facts", ()))
    code = getattr(refused, "code", RECORDED.code)
    kind = recorded_kind(code)
    return kind.about(
        getattr(refused, "detail", kind.detail),
        code=code,
        clause=getattr(refused, "clause", ""),
        field=getattr(refused, "field", ""),
        positions=facts,
        assumed_terms=tuple(getattr(refused, "assumed", ())),
        receipt=receipt,
    )
