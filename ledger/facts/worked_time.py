"""The one continuity: the award uses what every view shows (domain 6).

Readings of worked shifts at a local date. One human may have several ids, so they take a sequence of states.
Lengths are minutes, ``facts`` are positions in the ledger.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from msgspec import Struct

from ledger.events.shape import shaped
from ledger.facts.aliases import aliases, same_humans
from ledger.facts.worked_parts import Part, apart, both, in_order, summed, through, unbroken
from ledger.facts.worked_places import ByPlace, ContinuityScope, Level
from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedTime, worked_time
from ledger.facts.worked_spells import Spell, WorkedShift, merged

__all__ = [
    "NOTHING",
    "AssignmentTime",
    "ByPlace",
    "ContinuityRule",
    "ContinuityScope",
    "Contract",
    "Level",
    "Streak",
    "Stretch",
    "WorkedShift",
    "WorkedTime",
    "aliases",
    "continuity_at",
    "continuity_if_approved",
    "same_humans",
    "streaks_until",
    "worked_time",
]

Measure = Literal["days", "shifts", "hours", "assignments"]
CANCELLED_BY_REGION = "cancelled-by-region"


@dataclass(frozen=True, slots=True)
class ContinuityRule:
    """How far apart two dates of one streak may lie: at most ``break_days_max`` shift-free days between them.

    ``excused`` names causes whose days are not counted as shift-free: ``cancelled-by-region`` is the rest of
    an assignment in the scope that the region cancelled.
    """

    break_days_max: int
    excused: frozenset[str] = frozenset()


@shaped
class Streak:
    """A run of dates with worked and approved shifts; ``facts`` are positions of shifts and approvals.

    ``unapproved_shifts`` stands beside: worked shifts awaiting approval that would belong to it if approved.
    """

    first_on: date
    last_on: date
    days: int
    shifts: int
    minutes: int
    assignments: tuple[str, ...]
    unapproved_shifts: int
    facts: tuple[int, ...]

    def amount(self, measure: Measure) -> int:
        """The streak in one measure; hours are whole hours, rounded down."""
        match measure:
            case "days":
                return self.days
            case "shifts":
                return self.shifts
            case "hours":
                return self.minutes // 60
            case "assignments":
                return len(self.assignments)


def continuity_at(
    states: Sequence[WorkedTime],
    on: date,
    where: ContinuityScope,
    rule: ContinuityRule,
    *,
    ended_by: int | None = None,
    through: date | None = None,
) -> Streak | None:
    """The streak of one human at a local date, or None; the states are those of all the human's ids.

    ``ended_by`` leaves out shifts that ended after an instant (µs): a reference instant lies within a day.
    ``through`` is a later date that the streak must still reach (default: the same), for what is to begin.
    """
    found = Stretch.of(states, on, where, rule.excused).ended_by(ended_by)
    return found.streak_at(max(on, through or on), rule.break_days_max)


def continuity_if_approved(
    states: Sequence[WorkedTime],
    on: date,
    where: ContinuityScope,
    rule: ContinuityRule,
    *,
    ended_by: int | None = None,
) -> Streak | None:
    """The streak as it would be if every worked shift were approved: what late approvals may have cost."""
    found = Stretch.of(states, on, where, rule.excused).ended_by(ended_by)
    return found.if_approved(on, rule.break_days_max)


def streaks_until(
    states: Sequence[WorkedTime], on: date, where: ContinuityScope, rule: ContinuityRule
) -> tuple[Streak, ...]:
    """Every streak with dates up to a local date, oldest first, whether or not the last one still runs."""
    return Stretch.of(states, on, where, rule.excused).streaks(rule.break_days_max)


class Stretch(Struct, frozen=True):
    """What one human worked in one scope up to a local date, put in order once for every reading of it.

    ``worked`` are the shifts that are not voided, approved or not, ``counted`` those of them that count, in
    parts of which none begins before another has ended; ``excused`` are the ordinals of dates that are not
    counted as shift-free, in order. A part is taken apart only where a reading ends within it.
    """

    worked: Sequence[Part]
    counted: Sequence[Part]
    excused: tuple[int, ...]

    @classmethod
    def of(
        cls, states: Sequence[WorkedTime], on: date, where: ContinuityScope, excused: frozenset[str]
    ) -> "Stretch":
        """The shifts of these states, which are those of all the human's ids; ``excused`` are a rule's."""
        return cls.over(where.inside(states), on, excused)

    @classmethod
    def over(
        cls, inside: Sequence[tuple[str, AssignmentTime]], on: date, excused: frozenset[str]
    ) -> "Stretch":
        """The shifts of these assignments, which are all that lie in the scope."""
        if not inside:
            return NOTHING
        worked: list[Part] = [
            (spell, name, held.worked) for name, held in inside if (spell := held.worked.worked) is not None
        ]
        if not worked:
            return NOTHING
        days = _cancelled([held for _, held in inside]) if CANCELLED_BY_REGION in excused else ()
        return cls(*both(through(in_order(worked), on.toordinal())), days)

    def ended_by(self, instant: int | None) -> "Stretch":
        """Without the shifts that ended after an instant (µs), if there is one; itself if there are none."""
        if instant is None or all(spell.end_at <= instant for spell, *_ in self.worked):
            return self
        worked = apart(self.worked, lambda spell: spell.end_at > instant)
        return Stretch(*both([one for one in worked if one[0].end_at <= instant]), self.excused)

    @property
    def pending(self) -> tuple[int, ...]:
        """The positions of the shifts that wait for an approval, ascending."""
        return () if self.counted is self.worked else merged([spell.waiting for spell, *_ in self.worked])

    def streak_at(self, on: date, break_days_max: int) -> Streak | None:
        """The streak that still runs at a local date, or None."""
        run = self.run_at(on, break_days_max)
        if not run:
            return None
        waiting = self.counted is not self.worked
        return _streak(run, _waiting(self._run_at(self.worked, on, break_days_max)) if waiting else 0)

    def run_at(self, on: date, break_days_max: int) -> Sequence[Part]:
        """What that streak is made of; empty without one."""
        return self._run_at(self.counted, on, break_days_max)

    def streaks_at(self, on: date, break_days_max: int) -> tuple[Streak | None, tuple[Streak, ...]]:
        """The streak that still runs at a local date, or None, and those before it, oldest first."""
        every = self.streaks(break_days_max)
        if self.counted is not self.worked:  # what waits stands beside the one that still runs
            streak = self.streak_at(on, break_days_max)
        else:
            streak = every[-1] if self._runs(self.counted, on, break_days_max) else None
        return streak, every[:-1] if streak else every

    def if_approved(self, on: date, break_days_max: int) -> Streak | None:
        """The same if every worked shift were approved."""
        run = self._run_at(self.worked, on, break_days_max)
        return _streak(run, _waiting(run)) if run else None

    def streaks(self, break_days_max: int) -> tuple[Streak, ...]:
        """Every streak, oldest first, whether or not the last one still runs."""
        parts = unbroken(self.counted, break_days_max)
        found, end = [], len(parts)
        while end:
            start = self._start(parts, end, break_days_max)
            found.append(_streak(parts[start:end], 0))
            end = start
        return tuple(reversed(found))

    def _run_at(self, parts: Sequence[Part], on: date, break_days_max: int) -> Sequence[Part]:
        """The maximal run at the end of the parts, if it still runs at a date."""
        if not self._runs(parts, on, break_days_max):
            return ()
        parts = unbroken(parts, break_days_max)
        return parts[self._start(parts, len(parts), break_days_max) :]

    def _runs(self, parts: Sequence[Part], on: date, break_days_max: int) -> bool:
        """Whether the last of them lies near enough to a date."""
        return bool(parts) and self._shift_free(parts[-1][0].last, on.toordinal() + 1) <= break_days_max

    def _start(self, parts: Sequence[Part], end: int, break_days_max: int) -> int:
        """Where the run that ends before ``end`` begins."""
        start = end - 1
        while start:
            before, day = parts[start - 1][0].last, parts[start][0].first
            if day - before - 1 > break_days_max and self._shift_free(before, day) > break_days_max:
                break
            start -= 1
        return start

    def _shift_free(self, after: int, before: int) -> int:
        """Days strictly between two, as ordinals, without the excused ones."""
        free = max(0, before - after - 1)
        if not self.excused:
            return free
        return free - (bisect_left(self.excused, before) - bisect_left(self.excused, after + 1))


NOTHING = Stretch((), (), ())


def _cancelled(held: Iterable[AssignmentTime]) -> tuple[int, ...]:
    """The ordinals of the rest of every assignment that the region cancelled, in order."""
    contracts = [one.contract for one in held if one.contract and one.contract.cancelled_by == "region"]
    if not contracts:
        return ()
    days = {n for c in contracts for n in range(c.ends_on.toordinal(), c.until_on.toordinal())}
    return tuple(sorted(days))


def _waiting(run: Sequence[Part]) -> int:
    return sum([len(spell.waiting) for spell, _, _ in run])


def _streak(run: Sequence[Part], waiting: int) -> Streak:
    if len(run) == 1:
        return streak_of(run[0][0], (run[0][1],), waiting)
    return streak_of(summed(run), tuple(sorted({one for _, one, _ in run})), waiting)


def streak_of(spell: Spell, assignments: tuple[str, ...], waiting: int = 0) -> Streak:
    """Shifts of these assignments as a streak."""
    return Streak(
        first_on=date.fromordinal(spell.first),
        last_on=date.fromordinal(spell.last),
        days=spell.days,
        shifts=spell.shifts,
        minutes=spell.minutes,
        assignments=assignments,
        unapproved_shifts=waiting,
        facts=spell.facts,
    )
