"""Daily and weekly rest of one human over all shifts known (arbetstidslagen 13 and 14 §§): flags only.

Rest is time without any shift that stands, approved or not; unpaid breaks within a shift are no rest. The
daily period begins with each spell of work, the weekly one on the weekday that policy names. Shifts that meet
are one spell. Instants are µs, lengths minutes of elapsed time: clock changes are counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ledger.facts.worked_shifts import WorkedTime
from ledger.facts.worked_spells import WorkedShift
from ledger.policy.model import Resolved
from ledger.values import MINUTE_US, local_date, local_instant

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
TERMS = (
    "rest.daily-minutes",
    "rest.daily-period-minutes",
    "rest.weekly-minutes",
    "rest.weekly-period-days",
    "rest.week-starts-on",
)


@dataclass(frozen=True, slots=True)
class RestRule:
    """How long a rest is needed within each period; ``week_starts_on`` is 1 for Monday."""

    daily_minutes: int
    daily_period_minutes: int
    weekly_minutes: int
    weekly_period_days: int
    week_starts_on: int

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "RestRule":
        """The rule as policy has it."""
        return cls(*(terms[name].number for name in TERMS))


@dataclass(frozen=True, slots=True)
class RestFlag:
    """A period without enough rest: how long the longest was, and the shifts behind it (positions)."""

    kind: Literal["daily", "weekly"]
    from_at: int
    until_at: int
    longest_minutes: int
    needed_minutes: int
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Spell:
    """Work without a pause between shifts."""

    start_at: int
    end_at: int
    facts: tuple[int, ...]


def rest_flags(states: Iterable[WorkedTime], on: date, rule: RestRule) -> tuple[RestFlag, ...]:
    """Every period with too little rest among shifts that began on or before a local date, by start."""
    shifts = [shift for state in states for _, _, shift in state.shifts()]
    spells = _spells([shift for shift in shifts if shift.voided is None and shift.on <= on])
    found = [*_daily(spells, rule), *_weekly(spells, rule)]
    return tuple(sorted(found, key=lambda flag: (flag.from_at, flag.kind)))


def _spells(shifts: Iterable[WorkedShift]) -> list[_Spell]:
    merged: list[_Spell] = []
    for shift in sorted(shifts, key=lambda s: (s.start_at, s.end_at)):
        last = merged[-1] if merged else None
        if last is not None and shift.start_at <= last.end_at:
            both = tuple(sorted({*last.facts, shift.position}))
            merged[-1] = _Spell(last.start_at, max(last.end_at, shift.end_at), both)
        else:
            merged.append(_Spell(shift.start_at, shift.end_at, (shift.position,)))
    return merged


def _daily(spells: Sequence[_Spell], rule: RestRule) -> Iterator[RestFlag]:
    for number, spell in enumerate(spells):
        until_at = spell.start_at + rule.daily_period_minutes * MINUTE_US
        inside = _inside(spells[number:], spell.start_at, until_at)
        yield from _flag("daily", inside, spell.start_at, until_at, rule.daily_minutes)


def _weekly(spells: Sequence[_Spell], rule: RestRule) -> Iterator[RestFlag]:
    begin = _week_of(spells[0].start_at, rule) if spells else date.max
    while spells and local_instant(begin, 0) < spells[-1].end_at:
        from_at = local_instant(begin, 0)
        until_at = local_instant(begin + rule.weekly_period_days * DAY, 0)
        while spells and spells[0].end_at <= from_at:
            spells = spells[1:]
        inside = _inside(spells, from_at, until_at)
        yield from _flag("weekly", inside, from_at, until_at, rule.weekly_minutes)
        begin += WEEK


def _week_of(at: int, rule: RestRule) -> date:
    """The last date on or before an instant's on which a week begins."""
    day = local_date(at)
    while day.isoweekday() != rule.week_starts_on:
        day -= DAY
    return day


def _inside(spells: Sequence[_Spell], from_at: int, until_at: int) -> list[_Spell]:
    """The spells that share time with a period; they are sorted."""
    found: list[_Spell] = []
    for spell in spells:
        if spell.start_at >= until_at:
            break
        if spell.end_at > from_at:
            found.append(spell)
    return found


def _flag(
    kind: Literal["daily", "weekly"], spells: list[_Spell], from_at: int, until_at: int, needed: int
) -> Iterator[RestFlag]:
    ends = [from_at, *(spell.end_at for spell in spells)]
    starts = [*(spell.start_at for spell in spells), until_at]
    longest = max(max(0, start - end) for start, end in zip(starts, ends, strict=True)) // MINUTE_US
    if spells and longest < needed:
        facts = tuple(sorted({position for spell in spells for position in spell.facts}))
        yield RestFlag(kind, from_at, until_at, longest, needed, facts)
