"""What a chapter of the story is: it reads what has happened and adds lines at a time of day of its own."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from api.demo.story.dice import Dice
from api.demo.story.market import Ask, Market
from api.demo.story.pace import Pace
from api.demo.story.people import Consultant
from api.demo.story.reports import Reports
from api.demo.story.roster import Assignment
from api.demo.story.script import Moment, Script, Who
from api.demo.story.world import AGREEMENT

DAY = timedelta(days=1)
MADE_UP = "påhittat för demonstrationen"
A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Tale:
    """What the main story has come to, for the chapters that add to it."""

    pace: Pace
    dice: Dice
    script: Script
    people: Sequence[Consultant]
    market: Market
    reports: Reports
    played: Sequence[Ask]

    def chapter(self, name: str, hour: int, minute: int) -> "Chapter":
        """A new chapter at a time of day; it ends with the story, on the day of the last approvals."""
        return Chapter(self.script, name, hour, minute, self.pace.tail.approvals_on)

    @property
    def last_round(self) -> date:
        """The last day on which orders are placed."""
        return self.pace.months[-1].rounds[-1]

    def held(self) -> Iterator[Assignment]:
        """Every contract that came of an everyday order, in the order in which they were placed."""
        return (one for one in self.market.assignments if not one.days)

    def ask_of(self, held: Assignment) -> Ask:
        """The order of an assignment."""
        return next(ask for ask in self.played if ask.order == held.order)


@dataclass(slots=True)
class Chapter:
    """Lines at one time of day, which no other part of the story uses: a second and a slot each.

    What would come after the story's end is left out: a short story has less time.
    """

    script: Script
    name: str
    hour: int
    minute: int
    ends_on: date
    used: Counter[date] = field(default_factory=Counter)

    def add(self, day: date, who: Who, command: str, body: Mapping[str, Any], key: str = "") -> str:
        """One command under its mandate's agreement, in a slot of its own; its key, for references."""
        return self.together(day, [(who, body, key)], command)[0]

    def together(
        self, day: date, many: Sequence[tuple[Who, Mapping[str, Any], str]], command: str
    ) -> tuple[str, ...]:
        """Commands of one kind that may be sent at the same time; their keys."""
        slot, keys = f"9-{self.name}-{self.used[day]}-{command}", []
        for who, body, key in many:
            second = self.used[day]
            moment = Moment(day, self.hour, self.minute + second // A_MINUTE, second % A_MINUTE)
            keys.append(key or f"{self.name}/{day}/{second}/{command}")
            if day < self.ends_on:
                self.script.add(moment, slot, who, keys[-1], command, body)
            self.used[day] += 1
        return tuple(keys)


def under(**body: Any) -> dict[str, Any]:
    """A body under the story's agreement; dates become text, what is None is left out."""
    told = {name: str(value) if isinstance(value, date) else value for name, value in body.items()}
    return {"agreement": AGREEMENT, **{name: value for name, value in told.items() if value is not None}}


def about(**body: Any) -> dict[str, Any]:
    """The same for a command that names no agreement."""
    return {name: value for name, value in under(**body).items() if name != "agreement"}
