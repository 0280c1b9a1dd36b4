"""Asking a question of a story, as a test wants it."""

from datetime import date
from typing import Any

from ledger.clock import SimulatedClock
from ledger.store.memory import MemoryLog
from replay.known import AtPosition
from replay.questions.asking import Answered, ask
from replay.questions.base import QUESTIONS
from replay.timeline import Timeline
from tests.histories import START_ON, Story, record

LATER = SimulatedClock(2**51)


def told(story: Story) -> Timeline:
    """A timeline over a story, in memory."""
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    return Timeline(log, LATER)


def asked(
    story: Story, name: str, at: date = START_ON, known_at: int | None = None, **params: Any
) -> Answered:
    """The answer to a question after a story; ``params`` are the question's."""
    chosen = QUESTIONS[name]
    known = None if known_at is None else AtPosition(known_at)
    return ask(told(story), chosen, chosen.params(**params), known_at=known, at=at)
