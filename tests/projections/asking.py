"""Asking a view of a story, as a test wants it."""

from datetime import date
from typing import Any

from ledger.clock import SimulatedClock
from ledger.store.memory import MemoryLog
from projections.base import VIEWS
from replay.timeline import Answer, Timeline
from tests.histories import START_ON, Story, record


def asked(story: Story, name: str, key: str, at: date = START_ON, **params: Any) -> Answer:
    """The answer of a view for a key after a story; ``params`` are the view's."""
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    chosen = VIEWS[name]
    return Timeline(log, SimulatedClock(2**51)).answer(chosen, key, chosen.params(**params), at=at)
