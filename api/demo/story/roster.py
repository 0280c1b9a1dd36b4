"""Assignments and the shifts worked in them: day, evening and night, weeks of four or five."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.story.dice import Dice
from api.demo.story.people import Consultant
from api.demo.story.world import DOCTORS, Region, Unit
from ledger.values import local_instant

DAY = timedelta(days=1)
TURNS = {
    "day": ("07:00", "16:00", 60),
    "evening": ("13:30", "22:00", 30),
    "night": ("21:00", "07:00", 60),
    "clinic": ("08:00", "17:15", 45),
    "on-call": ("08:00", "21:00", 90),
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A concluded assignment of the story.

    ``days`` names its shift dates where the story needs exactly those; it was cancelled from ``ended_on``.
    """

    assignment: str
    order: str
    region: Region
    unit: Unit
    lot: str
    consultant: Consultant
    from_on: date
    until_on: date
    days: tuple[date, ...] = ()
    ended_on: date | None = None

    @property
    def free_from(self) -> date:
        """The first date on which the consultant may work elsewhere."""
        return self.ended_on or self.until_on


@dataclass(frozen=True, slots=True)
class Shift:
    """A worked shift: its row id in the other system, wall-clock times, an unpaid break in minutes."""

    row: str
    assignment: Assignment
    on: date
    start: str
    end: str
    break_minutes: int

    @property
    def end_at(self) -> int:
        """The instant (µs) it ended."""
        over_midnight = self.end <= self.start
        return local_instant(self.on + DAY if over_midnight else self.on, minute_of(self.end))


def minute_of(clock: str) -> int:
    """Minutes after midnight of a time such as 07:30."""
    return int(clock[:2]) * 60 + int(clock[3:])


def worked_minutes(shift: Shift) -> int:
    """Minutes worked by the clock on the wall, as the other system adds them up."""
    return (minute_of(shift.end) - minute_of(shift.start)) % (24 * 60) - shift.break_minutes


def shifts_of(dice: Dice, held: Assignment) -> Iterator[Shift]:
    """Every shift worked in an assignment."""
    days = held.days or tuple(_days(dice, held))
    for n, day in enumerate(days, 1):
        start, end, pause = TURNS[_turn(dice, held, day)]
        yield Shift(f"R{held.assignment[2:]}-{n:03}", held, day, start, end, pause)


def planned_of(dice: Dice, order: str, lot: str, from_on: date, until_on: date) -> int:
    """How many shifts an order plans: those its rota has."""
    return sum(1 for _ in _rota(dice, order, lot, from_on, until_on))


def _days(dice: Dice, held: Assignment) -> Iterator[date]:
    """The planned days, without a few that were not worked."""
    for day in _rota(dice, held.order, held.lot, held.from_on, held.free_from):
        if not dice.chance(3, "absent", held.assignment, day):
            yield day


def _rota(dice: Dice, order: str, lot: str, from_on: date, until_on: date) -> Iterator[date]:
    per_week = 5 if lot == DOCTORS else dice.between(4, 5, "per-week", order)
    first = 0 if lot == DOCTORS else dice.below(3, "first-day", order)
    day = from_on
    while day < until_on:
        if first <= day.weekday() < first + per_week:
            yield day
        day += DAY


def _turn(dice: Dice, held: Assignment, day: date) -> str:
    if held.lot == DOCTORS:
        return "on-call" if day.weekday() == 3 else "clinic"
    if held.days:
        return "day"
    week = (day - held.from_on).days // 7
    return dice.one_of(("day", "day", "evening", "night"), "turn", held.assignment, week)
