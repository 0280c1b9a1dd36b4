"""Statutory placement (uthyrningslagen 12 a §): more than 24 months at one operating unit within 36 months.

Time through different staffing companies adds up, under every id of one human; time before the act applied
does not count. What counts as a day of placement is an application rule of policy: every worked date; the
free days between two of them, unless the stretch is longer than an absence may be; a single-day hire only as
its one date. Months seen from a date D are the days of ``(D − months, D]``.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from ledger.events.shape import shaped
from ledger.facts.profiles import Profile
from ledger.facts.worked_shifts import AssignmentTime, WorkedTime
from ledger.policy.model import Resolved
from ledger.values import plus_months

DAY = timedelta(days=1)
SHORTEST_MONTH = 28
TERMS = (
    "statutory-placement.months-max",
    "statutory-placement.window-months",
    "statutory-placement.counts-from",
    "statutory-placement.free-days",
    "statutory-placement.absence-days-max",
    "statutory-placement.single-days",
)


@dataclass(frozen=True, slots=True)
class PlacementTerms:
    """The act's months and first date, and the application rules for free days, absences, single days."""

    months_max: int
    window_months: int
    counts_from: date
    free_days: bool
    absence_days_max: int
    single_days_bridge: bool

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "PlacementTerms":
        """From resolved values. Raises LookupError for a first date that is none."""
        try:
            counts_from = date.fromisoformat(terms["statutory-placement.counts-from"].text)
        except ValueError as error:
            raise LookupError("statutory-placement.counts-from is no date") from error
        return cls(
            months_max=terms["statutory-placement.months-max"].number,
            window_months=terms["statutory-placement.window-months"].number,
            counts_from=counts_from,
            free_days=terms["statutory-placement.free-days"].truth,
            absence_days_max=terms["statutory-placement.absence-days-max"].number,
            single_days_bridge=terms["statutory-placement.single-days"].text == "as-others",
        )


class Placed(Struct, frozen=True):
    """Every date of placement of one human at one operating unit, with the positions of what shows it."""

    days: tuple[int, ...]
    facts: tuple[int, ...]

    def counted(self, on: date, months: int) -> int:
        """Days of placement in ``(on − months, on]``."""
        after = plus_months(on, -months).toordinal()
        return bisect_right(self.days, on.toordinal()) - bisect_right(self.days, after)


NEVER = Placed((), ())


@shaped
class PlacementReading:
    """The counter at a date: days counted in the window and the most before the act asks for an offer.

    ``exceeds_on`` is the first date of the proposed period on which more than that would be counted, if she
    worked all of it; ``settled`` is the position of an offer or payment after which she may stay.
    """

    days: int
    days_max: int
    window_from_on: date
    exceeded: bool
    exceeds_on: date | None
    settled: int | None
    facts: tuple[int, ...]


def reading_at(
    placed: Placed, settled: int | None, on: date, rule: PlacementTerms, proposed: tuple[date, date] | None
) -> PlacementReading:
    """The counter at the end of a date, and what a proposed half-open period would make of it."""
    days, most = placed.counted(on, rule.window_months), _days_of(on, rule.months_max)
    return PlacementReading(
        days=days,
        days_max=most,
        window_from_on=plus_months(on, -rule.window_months) + DAY,
        exceeded=days > most,
        exceeds_on=_exceeds_on(placed, rule, *proposed) if proposed else None,
        settled=settled,
        facts=placed.facts,
    )


def placed_at(
    times: Iterable[WorkedTime], profiles: Iterable[Profile], unit: str, on: date, rule: PlacementTerms
) -> Placed:
    """Every date of placement at an operating unit through a date."""
    held = [h for time in times for h in time.assignments.values() if h.operating_unit == unit]
    earlier = [f for p in profiles for f in p.earlier_placements if f.event.operating_unit == unit]
    if not held and not earlier:
        return NEVER
    days: set[int] = set()
    bridging: set[int] = set()
    facts: set[int] = set()
    for one in held:
        worked = _worked(one, on, rule)
        facts.update([position for _, position in worked])
        days.update([day for day, _ in worked])
        if _bridges(one, rule):
            bridging.update([day for day, _ in worked])
    if rule.free_days:
        days |= _spread(bridging, rule)
    for fact in earlier:
        first, last = max(fact.event.from_on, rule.counts_from), min(fact.event.until_on, on + DAY)
        days |= set(range(first.toordinal(), last.toordinal()))
        facts.add(fact.position)
    return Placed(tuple(sorted(days)), tuple(sorted(facts)))


def settled_by(profiles: Iterable[Profile], unit: str, on: date) -> int | None:
    """The position of the first offer or payment for a unit by a date."""
    found = [
        (fact.event.on, fact.position)
        for profile in profiles
        for fact in profile.settled
        if fact.event.operating_unit == unit and fact.event.on <= on
    ]
    return min(found)[1] if found else None


def _worked(held: AssignmentTime, on: date, rule: PlacementTerms) -> list[tuple[int, int]]:
    """Dates with a shift that was not voided, approved or not: placement is being there."""
    first = rule.counts_from
    return [
        (shift.on.toordinal(), shift.position)
        for shift in held.shifts.values()
        if shift.voided is None and first <= shift.on <= on
    ]


def _bridges(held: AssignmentTime, rule: PlacementTerms) -> bool:
    """Whether free days beside its dates may count: not those beside a hire of a single day."""
    if rule.single_days_bridge:
        return True
    if held.contract is not None:
        return held.contract.until_on - held.contract.from_on > DAY
    return len({shift.on for shift in held.shifts.values() if shift.voided is None}) > 1


def _spread(bridging: Collection[int], rule: PlacementTerms) -> set[int]:
    """The worked dates that bridge free days, and those free days."""
    found, ordered = set(bridging), sorted(bridging)
    for one, following in pairwise(ordered):
        if 1 < following - one <= rule.absence_days_max + 1:
            found.update(range(one + 1, following))
    return found


def _exceeds_on(placed: Placed, rule: PlacementTerms, from_on: date, until_on: date) -> date | None:
    first, after = from_on.toordinal(), until_on.toordinal()
    before = placed.days[: bisect_left(placed.days, first)]
    if len(before) + after - first <= rule.months_max * SHORTEST_MONTH:
        return None  # too few days altogether, whatever months they fall in
    whole = Placed((*before, *range(first, after)), ())
    for ordinal in range(first, after):
        day = date.fromordinal(ordinal)
        if whole.counted(day, rule.window_months) > _days_of(day, rule.months_max):
            return day
    return None


def _days_of(on: date, months: int) -> int:
    return (on - plus_months(on, -months)).days
