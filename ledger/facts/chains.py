"""Adjacent orders as one stay: whether several orders are one call-off split under a limit (S3).

Orders belong to one chain when one openly follows the other, or when their periods overlap, touch, or leave a
gap of at most so many days. The length of a chain is the days of its periods together: overlaps count once,
gaps do not count. It is too long when those days are more than the months allowed have, counted from its
first date (clamped to the month's last day).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from ledger.policy.model import Resolved
from ledger.values import plus_months

TERMS = (
    "order.chain-months-max",
    "order.extension-months-max",
    "order.chain-gap-days-max",
    "order.chain-effect",
)


class Leg(Struct, frozen=True):
    """One order's half-open period, the order it openly follows, and the positions that say so."""

    order: str
    from_on: date
    until_on: date
    follows: str | None = None
    facts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainRule:
    """The months a chain may last, those more for open extensions, and the gap (days) that still joins."""

    months: int
    extension_months: int
    gap_days_max: int
    refuses: bool

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "ChainRule":
        """From resolved values."""
        months, extension, gap, effect = (terms[name] for name in TERMS)
        return cls(months.number, extension.number, gap.number, effect.text == "refuse")


class Stay(Struct, frozen=True):
    """One chain, oldest leg first: its days, the days and months allowed, and whether it is too long.

    ``extended`` says that every later order openly follows an earlier one of the chain. ``gap_days`` are the
    days between neighbours that no order covers.
    """

    legs: tuple[Leg, ...]
    days: int
    gap_days: int
    extended: bool
    months_max: int
    days_max: int

    @property
    def first_on(self) -> date:
        """The first date of the chain."""
        return self.legs[0].from_on

    @property
    def until_on(self) -> date:
        """The first date after the chain."""
        return max(leg.until_on for leg in self.legs)

    @property
    def too_long(self) -> bool:
        """Whether the orders together last longer than allowed."""
        return self.days > self.days_max

    @property
    def facts(self) -> tuple[int, ...]:
        """The positions behind its legs."""
        return tuple(sorted({position for leg in self.legs for position in leg.facts}))


def stay_of(leg: Leg, others: Iterable[Leg], rule: ChainRule) -> Stay:
    """The chain that a leg belongs to among others; alone it is a chain of one."""
    joined, left = [leg], [other for other in others if other.until_on > other.from_on]
    if not left:
        return _measured((leg,), rule)
    while near := [o for o in left if any(_adjacent(o, one, rule.gap_days_max) for one in joined)]:
        joined += near
        left = [other for other in left if other not in near]
    return _measured(tuple(sorted(joined, key=lambda one: (one.from_on, one.until_on, one.order))), rule)


def stays(legs: Iterable[Leg], rule: ChainRule) -> tuple[Stay, ...]:
    """Every chain among legs, oldest first."""
    waiting, found = [leg for leg in legs if leg.until_on > leg.from_on], []
    while waiting:
        stay = stay_of(waiting[0], waiting[1:], rule)
        found.append(stay)
        waiting = [leg for leg in waiting if leg not in stay.legs]
    return tuple(sorted(found, key=lambda stay: stay.first_on))


def _adjacent(one: Leg, other: Leg, gap_days_max: int) -> bool:
    if other.order in (one.order, one.follows) or other.follows == one.order:
        return True
    return (max(one.from_on, other.from_on) - min(one.until_on, other.until_on)).days <= gap_days_max


def _measured(legs: tuple[Leg, ...], rule: ChainRule) -> Stay:
    first = legs[0].from_on
    if len(legs) == 1:
        days = max(0, (legs[0].until_on - first).days)
        return Stay(legs, days, 0, False, rule.months, (plus_months(first, rule.months) - first).days)
    orders = {leg.order for leg in legs}
    extended = len(orders) > 1 and all(leg.follows in orders for leg in legs if leg.order != legs[0].order)
    months = rule.months + (rule.extension_months if extended else 0)
    days, gaps = _days(legs)
    return Stay(legs, days, gaps, extended, months, (plus_months(first, months) - first).days)


def _days(legs: tuple[Leg, ...]) -> tuple[int, int]:
    """The days that the periods cover together, and those between them that none covers."""
    covered, gaps, reached = 0, 0, legs[0].from_on
    for leg in legs:
        gaps += max(0, (leg.from_on - reached).days)
        covered += max(0, (leg.until_on - max(leg.from_on, reached)).days)
        reached = max(reached, leg.until_on)
    return covered, gaps
