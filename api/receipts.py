"""The answer to a command as JSON: where its events stand, and how anybody can find them again."""

from dataclasses import dataclass
from typing import Any

from msgspec import structs

from api.answers import Receipt
from api.problems import RECORDED, Problem
from ledger.handle.headers import LedgerIdentity
from ledger.handle.shell import Answer
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Log, Outcome
from ledger.values import instant_text


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes receipts of one ledger."""

    log: Log
    ledger: LedgerIdentity

    def of_answer(self, answer: Answer, command_id: str) -> Receipt:
        """The receipt of a command just answered; a repeat names the rule in force the first time."""
        rule = self._rule_of(answer.outcome) if answer.outcome.repeated else answer.decision.label
        return self._body(answer.outcome, command_id, rule)

    def of_outcome(self, outcome: Outcome, command_id: str) -> Receipt:
        """The receipt of a command answered before, found again by its id."""
        return self._body(structs.replace(outcome, repeated=True), command_id, self._rule_of(outcome))

    def _body(self, outcome: Outcome, command_id: str, rule: str) -> Receipt:
        return Receipt(
            ledger=self.ledger.ledger,
            simulated=self.ledger.mode == "simulated",
            command=rule.partition("@")[0],
            command_id=command_id,
            rule=rule,
            recorded_at=instant_text(outcome.recorded_at),
            positions=list(range(outcome.first, outcome.last + 1)),
            event_ids=list(outcome.event_ids),
            leaves=[leaf.hex() for leaf in outcome.leaves],
            repeated=outcome.repeated,
        )

    def _rule_of(self, outcome: Outcome) -> str:
        record = next(iter(self.log.records(after=outcome.first - 1, upto=outcome.first))).record
        return header_of(parse_record(record).header).rule or ""


def recorded_refusal(refused: Any, receipt: Receipt) -> Problem:
    """The problem of a refusal that is itself an event, with the receipt of that event."""
    return RECORDED.about(
        getattr(refused, "detail", RECORDED.detail),
        code=getattr(refused, "code", RECORDED.code),
        clause=getattr(refused, "clause", ""),
        field=getattr(refused, "field", ""),
        positions=tuple(getattr(refused, "facts", ())),
        assumed_terms=tuple(getattr(refused, "assumed", ())),
        receipt=receipt,
    )
