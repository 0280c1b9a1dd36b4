"""The days on which things happen: working days, the rounds of orders, the days of reports."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from ledger.values import plus_months

DAY = timedelta(days=1)
BEGINS = date(2024, 1, 1)
SETUP = date(2024, 1, 2)
FIRST_ROUND = date(2024, 1, 4)
ROUND_DAYS = (9, 22)
SOURCE = "Lag (1989:253) om allmänna helgdagar; midsommar-, jul- och nyårsafton enligt domain 6"
EVES = ("Midsommarafton", "Julafton", "Nyårsafton")


@cache
def non_working(year: int) -> tuple[date, ...]:
    """The weekdays of a year that are no working days: public holidays and the three eves."""
    public = holidays.country_holidays("SE", years=year, language="sv", include_sundays=False)
    midsummer = next(date(year, 6, n) for n in range(19, 26) if date(year, 6, n).weekday() == 4)
    eves = {midsummer, date(year, 12, 24), date(year, 12, 31)}
    return tuple(sorted(day for day in set(public) | eves if day.weekday() < 5 and day.year == year))


def is_working(day: date) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < 5 and day not in non_working(day.year)


def working(day: date) -> date:
    """The day itself, or the next working day."""
    while not is_working(day):
        day += DAY
    return day


def next_working(day: date, count: int = 1) -> date:
    """So many working days after a day."""
    for _ in range(count):
        day = working(day + DAY)
    return day


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the story: its first day, its rounds of orders, and when the month before is reported."""

    first: date

    @property
    def name(self) -> str:
        """Such as 2024-01."""
        return f"{self.first:%Y-%m}"

    @property
    def rounds(self) -> tuple[date, ...]:
        """The days on which orders are published, offered on and awarded."""
        days = tuple(working(self.first.replace(day=day)) for day in ROUND_DAYS)
        return (FIRST_ROUND, *days) if self.first == BEGINS else days

    @property
    def reports_on(self) -> date:
        """The day on which the reports of the month before arrive."""
        return working(self.first.replace(day=3))

    @property
    def approvals_on(self) -> date:
        """The day on which they are approved."""
        return next_working(self.reports_on)


def months(count: int) -> tuple[Month, ...]:
    """So many months from the beginning."""
    return tuple(Month(plus_months(BEGINS, n)) for n in range(count))
