"""The days of a year that are no working days by name: the act's public holidays, and the eves (domain 6).

Only days that can fall on a weekday have names here: Sundays are free anyway, and Easter Day, Whit Sunday,
Midsummer's Day and All Saints' Day never fall on a working day. Pure arithmetic of the Gregorian calendar.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

FRIDAY = 4


def easter(year: int) -> date:
    """Easter Day, by the Gregorian computus (Meeus, Jones, Butcher)."""
    century, place = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (place // 4) - epact - place % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _on(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _midsummer_eve(year: int) -> date:
    first = date(year, 6, 19)
    return first + timedelta(days=(FRIDAY - first.weekday()) % 7)


NAMED: Mapping[str, Callable[[int], date]] = {
    "new-year-day": _on(1, 1),
    "epiphany": _on(1, 6),
    "good-friday": _after_easter(-2),
    "easter-monday": _after_easter(1),
    "first-of-may": _on(5, 1),
    "ascension-day": _after_easter(39),
    "national-day": _on(6, 6),
    "midsummer-eve": _midsummer_eve,
    "christmas-eve": _on(12, 24),
    "christmas-day": _on(12, 25),
    "boxing-day": _on(12, 26),
    "new-year-eve": _on(12, 31),
}


def weekdays_of(names: Iterable[str], year: int) -> tuple[date, ...]:
    """The dates of named days in a year that fall on a weekday. Raises LookupError for a name unknown."""
    days = {NAMED[name](year) for name in names}
    return tuple(sorted(day for day in days if day.weekday() <= FRIDAY))
