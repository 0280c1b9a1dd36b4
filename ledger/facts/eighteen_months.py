"""The 18-month period in all its readings, side by side: it is named and nowhere defined (domain 6, S4).

Pure readings of worked time and the contracts in it, at a local date D. Adding and subtracting months clamps
to the month's last day; the two are not each other's inverse, so each reading says which it uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ledger.events.shape import shaped
from ledger.facts.linked_orders import Chain, Proposed, chain, chain_of
from ledger.facts.worked_alone import lone
from ledger.facts.worked_parts import since, summed
from ledger.facts.worked_places import Named
from ledger.facts.worked_spells import Spell
from ledger.facts.worked_time import (
    ContinuityRule,
    ContinuityScope,
    Streak,
    Stretch,
    WorkedTime,
)
from ledger.policy.model import Book, Resolved, Scope
from ledger.policy.remembered import remembered
from ledger.values import plus_months

__all__ = [
    "READINGS", "TERMS", "Cap", "Chain", "EighteenMonths", "EighteenMonthsRule", "LongestStay", "LookBack",
    "Proposed", "Reading", "cap", "chain", "eighteen_months_at", "eighteen_months_of", "eighteen_months_over",
    "longest_stay", "look_back",
]  # fmt: skip

Reading = Literal["look-back", "cap", "longest-stay", "chain"]
READINGS: tuple[Reading, ...] = ("look-back", "cap", "longest-stay", "chain")
TERMS = ("eighteen-months.reading", "eighteen-months.months", "eighteen-months.break-days-min")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EighteenMonthsRule:
    """Which reading governs, how many months the period has, which break starts a new stay."""

    governs: Reading
    months: int
    break_days_min: int

    @classmethod
    def of(cls, book: Book, on: date, scope: Scope) -> "EighteenMonthsRule":
        """The rule as the policy has it on a date. Raises LookupError for a missing or unknown value."""
        return cls.by(tuple(book.values(TERMS, on, scope).values()))

    @classmethod
    def by(cls, known: tuple[Resolved, ...]) -> "EighteenMonthsRule":
        """The rule by its terms' values. Raises LookupError for an unknown one."""
        return _rule(known)


@remembered
def _rule(known: tuple[Resolved, ...]) -> EighteenMonthsRule:
    reading, months, break_days = known
    if reading.text not in READINGS:
        raise LookupError(f"eighteen-months.reading {reading.text} is none of {', '.join(READINGS)}")
    return EighteenMonthsRule(reading.text, months.number, break_days.number)


@shaped
class LookBack:
    """Reading A: what was worked on dates d with D − months < d ≤ D. Subtracts months."""

    after_on: date
    days: int
    shifts: int
    minutes: int
    facts: tuple[int, ...]


@shaped
class Cap:
    """Reading B: the advantage of continuity is spent from the streak's first date + months on. Adds months.

    ``passed_midway`` says that the proposed assignment begins before that date and ends after it.
    """

    first_on: date
    spent_from: date
    spent: bool
    passed_midway: bool
    facts: tuple[int, ...]


@shaped
class LongestStay:
    """Reading C: the assignment's last date must not lie after the stay's first date + months. Adds months.

    The stay goes on over any break shorter than ``break_days_min``; ``too_long`` is None without a proposal.
    """

    first_on: date
    last_allowed_on: date
    too_long: bool | None
    facts: tuple[int, ...]


@shaped
class EighteenMonths:
    """All four readings at a date, and which one governs. A reading without anything to read is None."""

    on: date
    governs: Reading
    look_back: LookBack
    cap: Cap | None
    longest_stay: LongestStay | None
    chain: Chain | None

    @property
    def exceeded(self) -> bool:
        """Whether the governing reading says that the period is used up; a look-back only counts."""
        match self.governs:
            case "look-back":
                return False
            case "cap":
                return self.cap is not None and self.cap.spent
            case "longest-stay":
                return self.longest_stay is not None and bool(self.longest_stay.too_long)
            case "chain":
                return self.chain is not None and self.chain.too_long

    @property
    def grounds(self) -> tuple[int, ...]:
        """The positions behind what the governing reading says."""
        read = {
            "look-back": self.look_back, "cap": self.cap, "longest-stay": self.longest_stay,
            "chain": self.chain,
        }[self.governs]  # fmt: skip
        return read.facts if read else ()


def eighteen_months_at(
    states: Sequence[WorkedTime],
    on: date,
    where: ContinuityScope,
    unit: str,
    continuity: ContinuityRule,
    rule: EighteenMonthsRule,
    proposed: Proposed | None = None,
) -> EighteenMonths:
    """All readings for one human at a local date: A to C in the scope of continuity, D at one unit."""
    worked = Stretch.of(states, on, where, continuity.excused)
    streak = worked.streak_at(on, continuity.break_days_max)
    return eighteen_months_of(
        worked, streak, on, rule, chain(states, on, unit, rule.months, proposed), proposed
    )


def eighteen_months_of(
    worked: Stretch,
    streak: Streak | None,
    on: date,
    rule: EighteenMonthsRule,
    linked: Chain | None,
    proposed: Proposed | None = None,
) -> EighteenMonths:
    """The same of what is at hand: the stretch up to the date, its streak there, and the chain."""
    return EighteenMonths(
        on=on, governs=rule.governs, chain=linked,
        look_back=look_back(worked, on, rule.months), cap=cap(streak, on, rule.months, proposed),
        longest_stay=longest_stay(worked, on, rule.break_days_min - 1, rule.months, proposed),
    )  # fmt: skip


def eighteen_months_over(
    inside: Sequence[Named],
    at_unit: Sequence[Named],
    on: date,
    continuity: ContinuityRule,
    rule: EighteenMonthsRule,
    proposed: Proposed | None = None,
) -> EighteenMonths:
    """The same of the assignments: those inside the scope of continuity, and those at the unit."""
    linked = chain_of([one for _, one in at_unit], on, rule.months, proposed)
    if proposed is None:
        least = min(continuity.break_days_max, rule.break_days_min - 1)
        spell = lone(inside, on.toordinal(), least)
        after = plus_months(on, -rule.months)
        if spell is not None and not spell.first <= after.toordinal() < spell.last:
            return _of_one(spell, on, after, continuity.break_days_max, rule, linked)
    worked = Stretch.over(inside, on, continuity.excused)
    streak = worked.streak_at(on, continuity.break_days_max)
    return eighteen_months_of(worked, streak, on, rule, linked, proposed)


def _of_one(
    spell: Spell, on: date, after: date, break_days_max: int, rule: EighteenMonthsRule, linked: Chain | None
) -> EighteenMonths:
    """Of one assignment's shifts without a long break, of which all or none come after a date."""
    free, first = on.toordinal() - spell.last, date.fromordinal(spell.first)
    until, back = plus_months(first, rule.months), _all_after(after, spell if first > after else None)
    return EighteenMonths(
        on=on, governs=rule.governs, chain=linked, look_back=back,
        cap=None if free > break_days_max else Cap(
            first_on=first, spent_from=until, spent=on >= until, passed_midway=False, facts=spell.facts
        ),
        longest_stay=None if free >= rule.break_days_min else LongestStay(
            first_on=first, last_allowed_on=until, too_long=None, facts=spell.facts
        ),
    )  # fmt: skip


def look_back(worked: Stretch, on: date, months: int) -> LookBack:
    """Reading A: worked and approved on dates d with on − months < d ≤ on."""
    after = plus_months(on, -months)
    inside = since(worked.counted, after.toordinal() + 1)
    return _all_after(after, summed(inside) if inside else None)


def _all_after(after: date, spell: Spell | None) -> LookBack:
    if spell is None:
        return LookBack(after_on=after, days=0, shifts=0, minutes=0, facts=())
    return LookBack(
        after_on=after, days=spell.days, shifts=spell.shifts, minutes=spell.minutes, facts=spell.facts
    )


def cap(streak: Streak | None, on: date, months: int, proposed: Proposed | None = None) -> Cap | None:
    """Reading B, of the streak of continuity at a date."""
    if streak is None:
        return None
    spent_from = plus_months(streak.first_on, months)
    midway = proposed is not None and proposed.from_on < spent_from < proposed.until_on
    return Cap(
        first_on=streak.first_on, spent_from=spent_from, spent=on >= spent_from,
        passed_midway=midway, facts=streak.facts,
    )  # fmt: skip


def longest_stay(
    worked: Stretch, on: date, break_days_max: int, months: int, proposed: Proposed | None = None
) -> LongestStay | None:
    """Reading C: the stay at the date, or the one a proposed assignment begins after a long enough break."""
    through = on if proposed is None else max(on, proposed.from_on - DAY)
    run = worked.run_at(through, break_days_max)
    if not run and not proposed:
        return None
    stay = summed(run) if run else None
    first = date.fromordinal(stay.first) if stay else proposed.from_on if proposed else through
    last = plus_months(first, months)
    too_long = proposed.until_on - DAY > last if proposed else None
    facts = stay.facts if stay else ()
    return LongestStay(first_on=first, last_allowed_on=last, too_long=too_long, facts=facts)
