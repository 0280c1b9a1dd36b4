"""Makes things happen in the order of time: what is due next is done next, and may bring more about."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any, Protocol, TypeVar

from api.demo.story.script import Who
from ledger.errors import Refusal
from ledger.fold import FoldKind
from ledger.handle.remembered import DoneWithError
from ledger.handle.shell import Envelope
from ledger.values import local_instant

Carried = tuple[int, tuple[Any, ...]]
Carry = Callable[[Envelope], Carried]
Do = Callable[[int], object]
"""What is due: it gets its instant (µs)."""
T = TypeVar("T")


class Memory(Protocol):
    """What is told how little of the past is still asked for."""

    def forget(self, tag: str) -> None:
        """No decision asks for what carries this tag any more."""
        ...

    def keep_only(self, tag: str, kinds: Sequence[FoldKind[Any]]) -> None:
        """No decision asks for what carries this tag but through these kinds of fold."""
        ...

    def settle(self, position: int) -> None:
        """No decision asks any more how things stood at an earlier position than this one."""
        ...


NEVER = 2**63 - 1


@lru_cache(maxsize=4096)
def clock_at(day: date, minute: int) -> int:
    """The instant (µs) of a local wall-clock minute of a day."""
    return local_instant(day, minute)


@dataclass(slots=True)
class Engine:
    """Carries out commands through ``carry``, which gives the first position and the events of each."""

    carry: Carry
    random: Random
    memory: Memory
    due: list[tuple[int, int, Do]] = field(default_factory=list)
    count: int = 0
    told: int = 0
    head: int = 0
    watched: dict[str, int] = field(default_factory=dict)
    """By the key of a command that somebody will refer to: where its last event stands."""
    draw: Callable[[], float] = field(init=False, repr=False)
    """The next number of chance, from 0, less than 1."""

    def __post_init__(self) -> None:
        self.draw = self.random.random

    def at(self, instant: int, do: Do) -> None:
        """Have something done at an instant (µs); what is due at the same one is done in this order."""
        self.count += 1
        heapq.heappush(self.due, (instant, self.count, do))

    def on(self, day: date, minute: int, do: Do) -> None:
        """The same at a local wall-clock minute, at a second and microsecond by chance."""
        self.at(clock_at(day, minute) + self.below(60_000_000), do)

    def tell(self, at: int, who: Who, key: str, command: Any) -> tuple[Any, ...]:
        """Carry out a command now; its events."""
        envelope = Envelope(command, who.client, key, who.actor, who.mandate, at)
        first, events = self.carry(envelope)
        self.told += 1
        self.head = first + len(events) - 1
        if key in self.watched:
            self.watched[key] = self.head
        return events

    def attempt(self, at: int, who: Who, key: str, command: Any) -> tuple[Any, ...]:
        """The same, where a refusal is nothing that matters, nor that all is over already: then no events."""
        try:
            return self.tell(at, who, key, command)
        except (Refusal, DoneWithError):
            return ()

    def run(self, events: int, end: int = NEVER) -> None:
        """Go on until there are so many events, those beyond of the last command too, or nothing is due.

        What is due at the instant ``end`` (µs) or later is left out.
        """
        while self.due and self.head < events and self.due[0][0] < end:
            at, _, do = heapq.heappop(self.due)
            do(at)

    def below(self, bound: int) -> int:
        """A whole number from 0, less than the bound."""
        return int(self.draw() * bound)

    def between(self, least: int, most: int) -> int:
        """A whole number between two, both included."""
        return least + int(self.draw() * (most - least + 1))

    def chance(self, permille: int) -> bool:
        """Whether something happens that happens so many times in a thousand."""
        return self.draw() * 1000 < permille

    def one_of(self, choices: "list[T] | tuple[T, ...]") -> T:
        """One of some choices."""
        return choices[int(self.draw() * len(choices))]
