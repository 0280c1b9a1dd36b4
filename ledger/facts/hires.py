"""What a consultant is wanted for, and what is known of one human: the two sides of every check."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from msgspec import Struct

from ledger.events.checks import TestDate
from ledger.facts.profiles import Profile
from ledger.facts.worked_shifts import WorkedTime

RETEST = "retest"
T = TypeVar("T")
_NONE: frozenset[int] = frozenset()


class Hire(Struct, frozen=True):
    """Profession or speciality, who calls off and where, the dates of the test, and a half-open period."""

    profession: str
    authority: str
    operating_unit: str
    dates: Mapping[TestDate, date]
    from_on: date
    until_on: date


class Person(Struct, frozen=True):
    """One human: what is recorded under every id, and what was worked under them."""

    profiles: tuple[Profile, ...]
    worked: tuple[WorkedTime, ...]

    @property
    def own_company(self) -> tuple[int, ...]:
        """The positions of registrations as staff of a company of her own."""
        found = [one.position for p in self.profiles if (one := p.registration) and one.own_company]
        return tuple(sorted(found))


def at_dates(dates: Mapping[TestDate, date], read: Callable[[date], T]) -> Mapping[TestDate, T]:
    """What is read at each date of a test; where two of them are one day, it is read once."""
    found = {on: read(on) for on in set(dates.values())}
    return {name: found[on] for name, on in dates.items()}


def governs(name: TestDate, chosen: Iterable[str]) -> bool:
    """Whether a test at this date decides: as the policy has it, and always when tested again."""
    return name == RETEST or name in chosen


def positions(*groups: Iterable[int]) -> tuple[int, ...]:
    """Positions ascending, each once."""
    found: frozenset[int] = _NONE.union(*groups)
    return tuple(sorted(found)) if len(found) > 1 else tuple(found)
