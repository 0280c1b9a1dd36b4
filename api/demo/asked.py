"""Every question of a dispute, asked of the demonstration's ledger over HTTP, and how long each took."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from api.demo.door import Door, DoorError
from api.demo.examples import parameters
from api.demo.steps import Cast
from api.demo.wording import heading, table, two
from replay.questions.base import Question, by_number


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its parameters, how long it took (ms), and its answer or why there is none."""

    question: Question
    sent: dict[str, str]
    ms: int
    answer: dict[str, Any] | None
    why_not: str = ""

    def document(self) -> dict[str, Any]:
        """What the demonstration's document says of it."""
        told = self.answer or {}
        return {
            "number": self.question.number,
            "name": self.question.name,
            "params": self.sent,
            "ms": self.ms,
            "sentence": told.get("sentence"),
            "evidence": len(told.get("evidence", ())),
            "token": told["token"]["text"] if told else None,
            "why_not": self.why_not,
        }


def asked(door: Door, cast: Cast) -> tuple[Asked, ...]:
    """Every question in the order of the list."""
    return tuple(_asked(door, question, parameters(question, cast)) for question in by_number())


def asked_shown(found: tuple[Asked, ...]) -> Iterator[Table]:
    """The sentences, one a question."""
    yield heading("Frågorna i en tvist", "The questions of a dispute")
    made = table(two("Nr", "No"), two("Svar", "Answer"), "ms", right=(0, 2))
    for one in found:
        made.add_row(str(one.question.number), _sentence(one), str(one.ms))
    yield made


def _sentence(one: Asked) -> Text:
    if one.answer is None:
        return Text.assemble(one.question.title_sv, "\n", (one.why_not, "yellow"))
    told = one.answer["sentence"]
    return two(told["sv"], told["en"])


def _asked(door: Door, question: Question, sent: dict[str, str]) -> Asked:
    began = time.perf_counter()
    try:
        answer, why_not = door.ask(f"/v1/questions/{question.name}", **sent), ""
    except DoorError as error:
        answer, why_not = None, str(error)
    return Asked(question, sent, round((time.perf_counter() - began) * 1000), answer, why_not)
