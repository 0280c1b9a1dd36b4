"""Plays the steps against a server: slot after slot, the steps of a slot from several threads at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from pydantic import TypeAdapter

from api import access
from api.body import CSV_TYPE, JSON_TYPE
from api.demo.door import Door, Reply
from api.demo.steps import Inputs, Step
from api.reports import PATH as REPORTS
from api.simulation import SIMULATED_NOW
from ledger.errors import LedgerError
from ledger.events.policy import PolicyRow
from ledger.policy.book import load

CLIENTS = 8
ROWS = TypeAdapter(list[PolicyRow])


class UnexpectedAnswerError(LedgerError):
    """The server answered a step otherwise than the story expects."""

    def __init__(self, step: Step, reply: Reply) -> None:
        wanted = step.expect or "a receipt"
        detail = reply.document.get("detail", "")
        super().__init__(
            f"{step.key} ({step.command}): {wanted} expected, {reply.status} {reply.code}: {detail}"
        )


@dataclass(slots=True)
class Played:
    """What has been answered so far: positions by key, repeats, and lines left out by reason."""

    positions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    repeated: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    corrected: int = 0

    def note(self, step: Step, reply: Reply) -> None:
        """Remember an answer. Raises UnexpectedAnswerError."""
        if reply.code != step.expect:
            raise UnexpectedAnswerError(step, reply)
        self.positions[step.key] = reply.positions
        self.repeated += reply.repeated
        for line in reply.document.get("left_out") or ():
            reason = f"{line['code']} ({line['field']})" if line["field"] else line["code"]
            self.left_out[reason] = self.left_out.get(reason, 0) + 1


@dataclass(frozen=True, slots=True)
class Player:
    """Sends steps through a door."""

    door: Door
    inputs: Inputs
    played: Played = field(default_factory=Played)

    def play(self, slots: Iterable[Sequence[Step]], progress: Callable[[Sequence[Step]], None]) -> Played:
        """Play every slot and tell about each. Raises UnexpectedAnswerError, DoorError."""
        with ThreadPoolExecutor(CLIENTS, thread_name_prefix="client") as clients:
            for slot in slots:
                for step, reply in zip(slot, clients.map(self.send, slot), strict=True):
                    self.played.note(step, reply)
                progress(slot)
        return self.played

    def send(self, step: Step) -> Reply:
        """One step as one request."""
        headers = {
            access.CLIENT_HEADER: step.client, access.ACTOR_HEADER: step.actor, access.KEY_HEADER: step.key,
            SIMULATED_NOW: step.at,
        }  # fmt: skip
        headers |= {access.MANDATE_HEADER: step.mandate} if step.mandate else {}
        if step.file is not None:
            path = f"{REPORTS}?{urlencode(step.body)}"
            return self.door.post(path, self.inputs.files[step.file], headers | {"Content-Type": CSV_TYPE})
        body = msgspec.json.encode(self._filled(step.body))
        path = f"/v1/commands/{step.command}"
        return self.door.post(path, body, headers | {"Content-Type": JSON_TYPE})

    def _filled(self, value: Any) -> Any:
        """A body with its gaps filled: positions that earlier answers gave, and the policy book's rows."""
        if isinstance(value, dict) and "$positions" in value:
            return [position for key in value["$positions"] for position in self.played.positions[key]]
        if isinstance(value, dict) and "$position" in value:
            return self.played.positions[value["$position"]][0]
        if isinstance(value, dict) and "$book" in value:
            return [*book_rows(date.fromisoformat(value["$book"])), *value["also"]]
        return {k: self._filled(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def book_rows(valid_by: date) -> list[dict[str, Any]]:
    """The rows of the policy book that are in force by a date, as JSON."""
    rows = [row for row in load() if row.valid_from <= valid_by]
    found: list[dict[str, Any]] = ROWS.dump_python(rows, mode="json")
    return found
